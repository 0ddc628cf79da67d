// The simulated kernel conducts the real one: it chooses whose turn is next, plays the turn itself, and says what the
// real task should come to.
//
// The schedule switches at system calls only (sim/host/lock_step.h says what a turn is), and a seed chooses among the
// tasks that can go on. Simulated time stands still but where every task sleeps: then it passes until the next deadline.
// Two things are not up to the schedule, and there the simulated kernel follows what the real one was seen to do, as
// far as its own rules allow it: in which order tasks that one turn has woken look and come to the end of their calls, and
// whether a time-out or a timer has come before a turn or after it. What its rules do not allow is a difference.
//
// Where nobody can go on any more, all tasks wait or are stopped for ever, the processes are killed one after the other, the
// oldest first: so both kernels come to an end, and what is left can be compared. Whom such an end wakes does not go on. So it
// is at a limit of instructions or of time: the turn in which it is reached is taken back.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/host/lock_step.h"
#include "sim/session/load.h"
#include "sim/trace/canonical.h"

namespace ipclab::session {

/// How a task of the simulated kernel stands, by the words that are used of the real ones.
host::Stand stand_of(const kernel::Task& task);
/// Whether SIGKILL has reached the process, which has not ended yet. Other fatal signals are told to a tracer before they act.
bool is_dying(const kernel::Kernel& kernel, const kernel::Task& task);

struct LockStepOptions {
    std::uint64_t seed = 1;
    kernel::BootOptions boot{};
    std::string input;  ///< what standard input gives, then its end
    std::uint64_t max_instructions = 5'000'000'000;
    std::int64_t max_ns = 0;  ///< of real time; 0: no limit
};

/// Where the two kernels' tasks no longer stand alike.
struct Parting {
    kernel::Tid simulated{}, real{};  ///< the first task that stands otherwise; 0: is not there
    std::optional<host::Stand> simulated_stand, real_stand;
    std::string text;  ///< in words, without the calls
};

class LockStep : public host::Conductor {
  public:
    LockStep(const Loaded& loaded, const LockStepOptions& options);

    std::optional<host::Turn> next(const host::StandStill& now) override;

    enum class End : std::uint8_t {
        together,  ///< both ran to their ends, or the real run was stopped
        stuck,     ///< every task that is left waits for ever, on both
        stopped,   ///< every task that is left is stopped by a signal, on both
        parted,    ///< the tasks no longer stand alike
        too_long,  ///< stopped at the limit of instructions, both
        too_late,  ///< stopped at the limit of time, both
    };
    End end() const { return end_; }
    const std::optional<Parting>& parting() const { return parting_; }
    const engine::Machine& machine() const { return machine_; }
    /// When nobody could go on any more, or at the limit.
    const engine::Machine& at_rest() const { return at_rest_ ? *at_rest_ : machine_; }
    const kernel::Trace& trace() const { return trace_; }
    std::uint64_t instructions() const { return instructions_; }
    std::uint64_t turns() const { return turns_.size(); }
    /// The trace, in which whoever wakes a task in somebody's turn is that one: so the tracer tells it of the real tasks.
    kernel::Trace trace_with_turns() const;

    /// What an object was like just before an event of trace(), in words.
    std::string describe_before(std::size_t event, kernel::ObjectRef object) const;

  private:
    /// All that a turn changes: to play it again in another way.
    struct Saved {
        engine::Machine machine;
        trace::CallSelector selector;
        std::size_t events = 0, payload_bytes = 0, choices = 0;
        std::uint64_t instructions = 0;
        std::string input;
        bool was_cut = false;
    };
    engine::Machine boot(kernel::Trace* trace) const;
    Saved save() const;
    void restore(const Saved& saved);

    /// What events say of the task that has just moved.
    struct Noted {
        bool is_over = false;  ///< a call that is compared has come to its end
        bool was_interrupted = false;
    };
    Noted note_from(std::size_t first_event);
    engine::Step take(const engine::Choice& choice);
    void play(kernel::Tid task);
    void settle(const std::vector<kernel::Tid>& order);
    void take_signal_of(kernel::Tid task);
    bool pass_time();
    void feed();
    std::optional<host::Turn> choose();
    void come_to_rest(End end);
    End end_at_rest() const;
    std::optional<kernel::Pid> first_living() const;
    void make_turn();
    bool ends_with_another(const kernel::Task& task) const;
    std::map<kernel::Tid, host::Stand> expected() const;

    // lock_step_follow.cpp
    bool agrees(const host::StandStill& now, Parting* why);
    bool follow(const host::StandStill& now);
    bool has_same_results(const host::StandStill& now, const std::vector<kernel::Tid>& ended) const;
    void map_created(const host::StandStill& now);

    engine::ProgramSet programs_;
    std::size_t first_ = 0;
    engine::MachineOptions boot_;
    engine::Machine machine_;
    kernel::Trace trace_;
    trace::CallSelector selector_;
    engine::Schedule schedule_;
    std::uint64_t random_ = 0, max_instructions_ = 0, instructions_ = 0;
    std::int64_t max_ns_ = 0, begun_ns_ = 0;
    std::string input_;  ///< that standard input has not yet been given
    bool input_is_over_ = false;

    struct TurnBegin {
        std::size_t event = 0;  ///< of the trace, the first of the turn
        kernel::Tid task{};     ///< none: time passed
    };
    std::vector<TurnBegin> turns_;
    Saved before_;                       ///< the last turn
    std::size_t real_events_ = 0;        ///< of the real trace, before it
    std::optional<kernel::Tid> turn_;    ///< whose it was; no value: time passed, or
    std::optional<kernel::Pid> killed_;  ///< this process was killed
    bool was_cut_ = false;               ///< the task computed for too long
    std::map<kernel::Tid, kernel::Tid> to_real_, to_simulated_;
    std::map<kernel::Tid, host::Stand> stood_;  ///< real tasks before the turn
    std::set<kernel::Tid> with_signal_;         ///< real tasks that are about to take a signal
    bool has_begun_ = false;
    std::optional<engine::Machine> at_rest_;  ///< before the first process was killed
    End end_ = End::together;
    std::optional<Parting> parting_;
};

}  // namespace ipclab::session
