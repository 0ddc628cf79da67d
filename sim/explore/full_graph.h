// All states and moves of a program at once, for what can be told only of a whole: what goes on for ever.
//
// The search's reduction does not do here. It carries out a critical section in one move where nobody can tell, and then no
// state has the lock taken, nobody ever waits for it, and whether waiting ends cannot be asked. So this graph has a state
// between any two operations that concern others, locks and what they protect included. What it leaves out is what a task
// does by itself, and the moment at which one falls asleep: who would find a lock taken or a pipe empty and go to sleep
// counts as waiting already. So no cycle of states is lost: each task that can go on has a move from each state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/explore/collapse.h"
#include "sim/explore/explore.h"

namespace ipclab::explore {

/// A set of tasks, and time: bit 0 is time, bit n the task n + 1.
using Actors = std::uint64_t;
constexpr int kMostActors = 64;
inline Actors actor_bit(kernel::Tid task) {
    return std::uint64_t{1} << (task ? task.value - 1 : 0);
}
/// Whose turn a move is: a task's, or time's; nobody's where a store reaches memory.
inline Actors turn_of(Actor actor) {
    return is_drain(actor) ? 0 : actor_bit(task_of(actor));
}

class FullGraph {
  public:
    struct Move {
        std::uint32_t from = 0, to = 0;
        Actor actor{};
        bool falls_asleep = false;  ///< the actor sleeps afterwards, and memory is as it was
        bool is_idle = false;       ///< it has only looked, slept or waited (idle.h)
    };
    struct Node {
        Actors alive = 0;    ///< tasks that have not ended
        Actors enabled = 0;  ///< who can go on, and does not only find a lock taken or a pipe empty
        Actors storing = 0;  ///< whose stores wait to reach memory
        engine::Rest rest{};
    };

    /// Why there is none: a sentence's end ("there are more than 100,000 states").
    std::string problem;
    std::vector<Node> nodes;            ///< number 0 is the first one
    std::vector<Move> moves;            ///< by where they begin
    std::vector<std::uint32_t> begins;  ///< of each node's moves, and the end of all

    FullGraph(const engine::Machine& initial, const Options& options);
    static std::string too_many(const Options& options);

    std::span<const Move> moves_of(std::uint32_t node) const {
        return std::span(moves).subspan(begins[node], begins[node + 1] - begins[node]);
    }
    /// Whether nothing is different in the kernel afterwards: nobody has slept or been woken.
    bool leaves_kernel(const Move& move) const { return tuple(move.from)[0] == tuple(move.to)[0]; }
    State state_of(std::uint32_t node) const { return collapse_->state_of(tuple(node)); }
    /// What belongs to a task there; null where it is gone.
    const TaskPart* task_of(std::uint32_t node, Actor task) const;
    /// The number of the program that it runs.
    std::int32_t program_of(std::uint32_t node, Actor task) const;
    /// The numbers of moves from the start to the nearest of the nodes that are marked: with as few context switches as there
    /// can be, then as few moves. Nothing where none is reached.
    std::optional<std::vector<std::uint32_t>> way_to(const std::vector<bool>& goals) const;
    /// The steps of these moves, then of these tasks each going to where it sleeps.
    engine::Stretches schedule_of(const std::vector<std::uint32_t>& way, Actors then_sleep, State* end);

    /// The nodes on this way, the first one and the last one included.
    std::vector<std::uint32_t> route_of(const std::vector<std::uint32_t>& way) const;
    /// As a picture shows it.
    Graph graph() const;

    /// What the task waits for there, in words; empty where it does not sleep if it goes on.
    std::string wait_of(std::uint32_t node, Actor task);

  private:
    bool build(const Options& options);
    void look_who_is_idle();
    TupleView tuple(std::uint32_t node) const {
        return TupleView(tuples_).subspan(tuple_begins_[node], tuple_begins_[node + 1] - tuple_begins_[node]);
    }

    const engine::Machine& initial_;
    Sharing sharing_;
    std::optional<Collapse> collapse_;
    std::vector<Number> tuples_;
    std::vector<std::size_t> tuple_begins_;
};

}  // namespace ipclab::explore
