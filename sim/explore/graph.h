// The states that a search goes through and the moves between them, as a graph: for pictures, and for what can be told only
// when all of it is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/digest.h"
#include "sim/engine/machine.h"

namespace ipclab::explore {

inline constexpr std::uint32_t kNone = UINT32_MAX;  ///< no state, node or move

struct Graph {
    struct Move {
        std::uint32_t from = 0, to = 0;
        kernel::Tid actor{};  ///< none: time
    };
    std::vector<engine::Rest>
        states;  ///< number 0 is the first one; whether it moves on, or how it has come to rest
    std::vector<Move> moves;
};

/// The moves by the state that they begin at (or end at): their numbers, with where each state's begin.
struct MovesByState {
    std::vector<std::uint32_t> begins, moves;
    MovesByState(const Graph& graph, std::uint32_t (*side)(const Graph::Move&));
};

/// The ways that schedules take through a graph, which outlives this.
class Routes {
  public:
    explicit Routes(const Graph& graph);
    /// The states that these moves lead through, up to the first move that is not in the graph.
    std::vector<std::uint32_t> of(std::span<const kernel::Tid> path) const;

  private:
    const Graph& graph_;
    MovesByState from_;
};

/// By breadth: how many moves each state is from the first one.
std::vector<std::uint32_t> depths(const Graph& graph);

/// The moves, as few as there can be, to a state from which none at rest can be reached any more; nothing where there is none.
std::optional<std::vector<kernel::Tid>> path_to_endless(const Graph& graph);

class GraphRecorder {
  public:
    /// Forgets everything where there are more states.
    explicit GraphRecorder(std::size_t most_states) : most_states_(most_states) {}

    /// A move has led to this state. Its number; the first state is the first one that is noted.
    std::uint32_t note(const kernel::Digest& digest, engine::Rest rest, std::uint32_t from,
                       kernel::Tid actor);
    bool is_recording() const { return most_states_ > 0; }
    const Graph& graph() const { return graph_; }

  private:
    std::size_t most_states_;  // 0: nothing is recorded
    Graph graph_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> numbers_;
};

}  // namespace ipclab::explore
