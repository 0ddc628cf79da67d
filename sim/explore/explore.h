// The explorer: all that a machine can do, whatever goes on first.
//
// A state is a machine in which every task stands before something that concerns others: an access to shared memory, a
// system call, a signal to be acted on, a wake-up to be looked at. From each state every task that can run makes one move:
// what it stands before, and on to the next such place; new tasks go to their first. Where a deadline is set, time may pass
// to the next one at any moment: calls and instructions themselves take no time.
//
// The search is depth-first and remembers states by their digest (digest.h), so that loops end and what comes together
// is explored once. What concerns nobody else is found out on the way (sharing.h); without reduction everything is a place
// to stop at.
//
// Where there are too many schedules, those with few preemptions can be gone through, or some that are drawn at random.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/engine/stretches.h"
#include "sim/explore/graph.h"
#include "sim/explore/sampling.h"

namespace ipclab::explore {

enum class FindingKind : std::uint8_t {
    deadlock,          ///< tasks wait, and nobody is left who could wake them
    stopped,           ///< tasks are stopped by a signal, and nobody is left who could continue them
    race,              ///< two tasks stand before accesses that conflict
    crash,             ///< a fault, or an end by a signal that dumps core
    mistake,           ///< what the simulator explains (sim/vm)
    unwaited,          ///< a process ends and has children that it never waited for
    leftover,          ///< objects that outlive the processes
    partial_deadlock,  ///< tasks wait for ever while others go on, or end
    livelock,          ///< all that can go on do so for ever, and get nowhere
    starvation,        ///< a task waits for ever for what it could have had again and again
    lost_wakeup,       ///< of a deadlock: what would have woken a task came before it slept
    handler,           ///< a signal handler calls what is not safe there
    atomicity,         ///< others come between two accesses that belong together, each protected by itself
};
constexpr int kFindingKinds = static_cast<int>(FindingKind::atomicity) + 1;

/// Those that are looked for in the graph of all states (full_graph.h).
inline constexpr std::array kInFullGraph{FindingKind::partial_deadlock, FindingKind::livelock,
                                         FindingKind::starvation, FindingKind::atomicity};

/// Something that can happen, and how to get there.
struct Finding {
    FindingKind kind{};
    std::vector<std::string> sentences;
    engine::Stretches schedule;         ///< up to where it has happened
    std::vector<std::uint32_t> route;   ///< through the graph, where it is recorded
    bool is_in_full_graph = false;      ///< the route is one through Result::full_graph
    std::size_t loop_begin = SIZE_MAX;  ///< in the route: from there on it goes round and round
};

struct FoundOutcome {
    engine::Outcome outcome;
    engine::Stretches schedule;
    std::vector<std::uint32_t> route;
};

struct Progress {
    std::uint64_t states = 0, moves = 0, bytes = 0;
    std::size_t depth = 0, outcomes = 0, findings = 0;
    std::uint64_t schedules = 0;  ///< that were drawn
};

struct Options {
    bool reduces = true;
    /// With reduction, states in which processes have only changed places that were born alike, and that the program does not
    /// tell apart, count once (twins.h). Not with a bound, samples, store buffers, a graph, or choices that are nobody's.
    bool exchanges_twins = true;
    /// Schedules with more preemptions are left out: another one goes on, or time passes, where the one that has moved last
    /// could go on.
    std::optional<std::uint32_t> most_preemptions;
    std::optional<Sampling> sampling;  ///< instead of a search
    std::uint64_t most_states = 50'000'000;
    std::uint64_t most_bytes = std::uint64_t{3} << 30;
    /// Afterwards schedules are shortened: at most so many moves are made for it, or a quarter of what the search has made
    /// unless on_progress has stopped it.
    std::uint64_t most_moves_to_shorten = 20'000;
    std::size_t most_graph_states = 0;  ///< the graph is recorded where there are no more than so many
    /// What goes on for ever (forever.h) is looked for where there are no more states than so many with every lock and access.
    std::size_t most_full_states = 100'000;
    /// So many threads search where there are many schedules. A complete search has the same result, but for `bytes` and
    /// `deepest`, with however many. Ignored with `most_preemptions` and `sampling`, and as long as the graph is recorded.
    std::size_t jobs = 1;
    std::uint64_t most_moves_alone =
        50'000;  ///< a smaller search is over before others could be of much help
    /// Called now and then, in the thread of the caller; false: that is enough.
    std::function<bool(const Progress&)> on_progress;
};

struct Result {
    bool is_exhaustive = true;
    std::string limit;            ///< not exhaustive: which one was hit; empty: none, schedules were drawn
    std::uint64_t schedules = 0;  ///< that were drawn
    std::uint64_t cut_off = 0;    ///< of these: that had not ended after kMostMovesOfSample moves
    std::uint64_t states = 0, moves = 0, bytes = 0;
    std::size_t deepest = 0;             ///< moves
    std::size_t twins = 0;               ///< processes that could be exchanged, in states and findings
    std::vector<FoundOutcome> outcomes;  ///< by their output and status
    std::vector<Finding> findings;       ///< by kind
    std::size_t untold = 0;              ///< findings beyond the first ones of their kind
    Graph graph;                         ///< empty: not asked for, or too large
    Graph full_graph;  ///< with every lock and access, where something was found in it; likewise
    /// By the graph: to a state from which something always moves and nothing ever ends, whatever goes next.
    std::optional<engine::Stretches> to_endless;
    /// Why partial deadlock, livelock and starvation were not looked for; empty: they were.
    std::string not_for_ever = "not all schedules were explored";
    std::uint64_t full_states = 0;  ///< that were looked at for it
    /// Where stores wait in buffers: which do. The schedules are of a machine with these (Machine::buffered).
    std::shared_ptr<const vm::SharedPlaces> buffered;
};

constexpr std::size_t kMostMovesOfSample = 20'000;

/// `initial`: booted with kernel::Costs::none(), nothing run yet. Where its Machine::buffered is not null, stores wait in
/// buffers: which can matter is found out.
Result explore(const engine::Machine& initial, const Options& options);

}  // namespace ipclab::explore
