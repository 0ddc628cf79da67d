// Lock-step: the tracer holds every task between its calls and lets one go at a time, in an order that somebody else
// chooses, the conductor.
//
// A turn of a task is what it does up to the end of its next call that is compared (trace::CallSelector), or until it
// sleeps, stops or ends. Between two turns all tasks stand still: each is held by the tracer, sleeps in a call, is
// stopped by a signal or has ended. That a task sleeps is read from the kernel's own account of it (state S in
// /proc/PID/stat), never guessed from time. A task whose sleep ends because of what another one did comes to the end of
// its call at once, and is held there.
//
//             a turn                       its call ends, or a signal with an effect
//   held ----------------> (runs) ------------------------------------------+
//    ^                       |  | \                                         |
//    |      the call ends    |  |  \ stop signal      exit, fatal signal    v
//    +-----------------------+  |   +-----> stopped   -------> ended       held
//    ^                          v
//    +--------------------- asleep    by another task's turn, by time, from outside
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "kernel/event.h"

namespace ipclab::host {

enum class Stand : std::uint8_t { held, asleep, stopped, ended };

struct StandingTask {
    kernel::Tid task{};
    kernel::Pid process{};
    Stand stand = Stand::held;
    /// Counts up during a run: in which order tasks came to be held.
    std::uint64_t since = 0;
    /// The whole process was killed, and it dies when any task of it has its next turn.
    bool is_dying = false;
    bool has_signal = false;   ///< held where it is about to take a signal
    bool was_cut = false;      ///< held where it was computing, as Turn::cut_after_ns asks for
    std::uint16_t number = 0;  ///< asleep: in which system call
};

/// What is so between two turns.
struct StandStill {
    std::vector<StandingTask> tasks;  ///< living ones, and those that ended in this turn
    /// New tasks of this turn in their order, with who made them.
    std::vector<std::pair<kernel::Tid, kernel::Tid>> created;
    /// Signals of this turn that no task sent, but a timer of the kernel: who got them.
    std::vector<kernel::Tid> timer_signals;
    const kernel::Trace* trace = nullptr;  ///< of the real run, up to now
};

struct Turn {
    kernel::Tid task{};    ///< none: time passes until a sleeper wakes
    kernel::Pid killed{};  ///< or this process gets SIGKILL from outside
    /// Where tasks should stand afterwards; a new task is expected to be held. The tracer waits for it.
    std::map<kernel::Tid, Stand> expected;
    /// How long it waits where all stand still, but not as expected: for what comes from outside of the tasks, such as
    /// time and input.
    std::int64_t patience_ns = 0;
    std::int64_t cut_after_ns = 0;  ///< a task that computes for so long is held where it is; 0: never
};

/// Chooses turns. Called on the tracer's thread.
class Conductor {
  public:
    virtual ~Conductor() = default;
    /// The next turn; nothing: the run is over, what is left is killed.
    virtual std::optional<Turn> next(const StandStill& now) = 0;
};

}  // namespace ipclab::host
