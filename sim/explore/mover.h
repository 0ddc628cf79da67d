// Moves of the explorer: from one state to the next, by one task or by time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/engine/stretches.h"
#include "sim/explore/observer.h"

namespace ipclab::explore {

/// Who moves: a task, or time (none).
using Actor = kernel::Tid;
using Path = std::vector<Actor>;

/// A machine, and what each task that can run stands before.
struct State {
    engine::Machine machine;
    std::vector<std::pair<kernel::Tid, Standing>> standings;  ///< of tasks in the order of their ids

    const Standing* standing(kernel::Tid task) const;
};

/// A process that has ended by a signal that dumps core: what it did wrong itself.
struct Core {
    kernel::Pid process{};
    std::string name;
    int signal = 0;
};

/// What has happened in a move besides.
struct MoveReport {
    std::vector<std::uint64_t> mistakes, faults;  ///< by where in the code
    std::vector<Core> cores;
    std::vector<Unwaited> unwaited;
};

class Mover {
  public:
    Mover(Sharing& sharing, bool sees_all)
        : sharing_(sharing), sees_all_(sees_all), observer_(sharing, sees_all) {}

    /// Runs everybody to the first place to stop at. To be called once, before the first move.
    MoveReport settle(State& state);
    MoveReport move(State& state, Actor actor);
    /// All that can move, the task `first` first where it can.
    void actors(const engine::Machine& machine, Actor first, std::vector<Actor>& found) const;

    /// A signal handler was left by siglongjmp(): then it makes a difference between which two instructions it came.
    bool has_left_handler() const { return has_left_handler_; }
    /// Where not null, gets the steps of all moves.
    void record(engine::Stretches* schedule) { schedule_ = schedule; }

  private:
    void run(State& state, kernel::Tid task, MoveReport& report);
    void settle(State& state, MoveReport& report);

    Sharing& sharing_;
    const bool sees_all_;
    Observer observer_;
    bool has_left_handler_ = false;
    engine::Stretches* schedule_ = nullptr;
};

}  // namespace ipclab::explore
