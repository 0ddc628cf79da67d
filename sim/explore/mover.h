// Moves of the explorer: from one state to the next, by one task or by time.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/engine/stretches.h"
#include "sim/explore/observer.h"

namespace ipclab::explore {

/// Who moves: a task, a task that does not get what it asks for (refused()), time (none), the oldest store that waits in a
/// task's buffer, which reaches memory, or the fate of a packet (engine::chooser_of()), which is decided before all else.
using Actor = kernel::Tid;
constexpr std::int32_t kRefused = 1 << 30;  // no task has such an id (/proc/sys/kernel/pid_max)
constexpr Actor refused(kernel::Tid task) {
    return Actor{-kRefused - task.value};
}
constexpr bool is_refused(Actor actor) {
    return actor.value < -kRefused;
}
constexpr Actor drain_of(kernel::Tid task) {
    return Actor{-task.value};
}
constexpr bool is_drain(Actor actor) {
    return actor.value < 0 && !is_refused(actor);
}
/// The task whose move it is, or whose store.
constexpr kernel::Tid task_of(Actor actor) {
    return is_refused(actor) ? kernel::Tid{-kRefused - actor.value}
           : is_drain(actor) ? kernel::Tid{-actor.value}
                             : actor;
}
/// A task moves, or one of its stores.
constexpr bool is_of_task(Actor actor) {
    return actor && !engine::chooses_fate(actor);
}
/// A task moves itself.
constexpr bool is_task(Actor actor) {
    return is_of_task(actor) && !is_drain(actor);
}
using Path = std::vector<Actor>;

/// Where so many steps have been made that may as well come now, they may never end (Sharing::learn_of_endless_moves()).
constexpr int kMostStepsAlone = 10'000;

/// A machine, and what each task that can run stands before.
struct State {
    engine::Machine machine;
    std::vector<std::pair<kernel::Tid, Standing>> standings;  ///< of tasks in the order of their ids

    const Standing* standing(kernel::Tid task) const;
};

/// A machine in the middle of its run, as a state to go on from. Who is in a call or has a signal to act on is left where it
/// stands; everybody else is run to the first place to stop at by Mover::settle().
State state_of(const engine::Machine& machine);

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
    /// All that the task has done is to find a lock or semaphore taken, or a pipe empty, and to go to sleep until that changes.
    bool only_sleeps = false;
};

class Mover {
  public:
    Mover(Sharing& sharing, bool sees_all)
        : sharing_(sharing), sees_all_(sees_all), observer_(sharing, sees_all) {}

    /// Runs everybody to the first place to stop at. To be called once, before the first move.
    MoveReport settle(State& state);
    /// A whole move: step(), then with reduction, where there are no signals, those who can go to sleep alone.
    MoveReport move(State& state, Actor actor);
    /// Whether the task stands before what waits until its stores have reached memory, and some have not.
    static bool waits_for_stores(const engine::Machine& machine, kernel::Tid task);
    /// The actor goes on to the next place to stop at, and new tasks to their first.
    void step(State& state, Actor actor, MoveReport& report);
    /// Whether what the task stands before, or the call that it is in, may as well come now: whatever others can do before it
    /// they can do after it, with the same result. It releases a lock, notes that a thread begins, ends or is waited for, ends
    /// itself, sleeps until children or threads have ended that nobody else waits for, takes note of one that has, or reads
    /// what is there for it.
    bool goes_on_alone(const kernel::Kernel& kernel, kernel::Tid task, const Standing& standing) const;
    /// For this call the answer depends on memory, too, not on the rest of the kernel alone.
    static bool depends_on_memory(const Standing& standing) {
        return standing.before == Standing::Before::call &&
               standing.number == static_cast<std::uint64_t>(kernel::Sys::futex);
    }
    /// Whether the task may do so, by the call that it stands before.
    static bool may_go_on_alone(const Standing& standing);
    /// From now on wait4() reports this child instead of the one that it has, unless it is none: to find out who minds.
    void report_child(kernel::Tid other) { other_child_ = other; }
    /// The child that a parent was told of in the last step, if any.
    kernel::Tid told_child() const { return told_child_; }

    /// A signal handler was left by siglongjmp(): then it makes a difference between which two instructions it came.
    bool has_left_handler() const { return has_left_handler_; }
    /// A task has reached into the memory of another, which counts as nobody else's.
    bool reaches_into_others() const { return observer_.reaches_into_others(); }
    /// Of all steps since it was last cleared.
    Footprint& footprint() { return observer_.footprint(); }
    /// Executed in all moves so far.
    std::uint64_t instructions() const { return instructions_; }
    /// Where not null, gets the steps of all moves.
    void record(engine::Stretches* schedule) { schedule_ = schedule; }
    /// Where not null, gets the same steps as choices that can be made without a watch.
    void record_choices(engine::Schedule* choices) { choices_ = choices; }

  private:
    void run(State& state, kernel::Tid task, MoveReport& report);
    void drain(engine::Machine& machine, kernel::Tid task);
    void drain_unnoticed(engine::Machine& machine, kernel::Tid task);
    void settle(State& state, MoveReport& report);
    void go_on_alone(State& state, MoveReport& report);
    bool waits_alone(const kernel::Kernel& kernel, const kernel::Task& task,
                     const std::array<std::uint64_t, 6>& args) const;
    bool ends_alone(const kernel::Kernel& kernel, const kernel::Task& task) const;
    bool finds_all(const kernel::Kernel& kernel, const kernel::Task& task,
                   const std::array<std::uint64_t, 6>& args) const;
    void look_at_wait(engine::Machine& machine, kernel::Tid task, bool was_in_wait);

    Sharing& sharing_;
    const bool sees_all_;
    Observer observer_;
    bool has_left_handler_ = false;
    kernel::Tid other_child_{}, told_child_{};
    std::uint64_t instructions_ = 0;
    engine::Stretches* schedule_ = nullptr;
    engine::Schedule* choices_ = nullptr;
};

/// The steps of these moves, from the start on.
engine::Stretches schedule_of(const engine::Machine& initial, Mover& mover, const Path& path);

}  // namespace ipclab::explore
