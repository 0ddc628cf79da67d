// The timeline: one run of a machine that one can move through in both directions.
//
// It keeps the schedule (every choice made), all events, and snapshots: one every kCheckpointSteps steps, or where
// that many instructions have been executed that replaying them would be felt. Going to a place restores the
// snapshot before it and replays the choices from there; forwards of the end it asks the policy.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/engine/policy.h"

namespace ipclab::engine {

/// A place in the run: `step` whole steps, and `instructions` of the next one.
struct Position {
    std::size_t step = 0;
    std::uint64_t instructions = 0;
    auto operator<=>(const Position&) const = default;
};

class Timeline {
  public:
    static constexpr std::size_t kCheckpointSteps = 512;
    static constexpr std::uint64_t kCheckpointInstructions = 1'000'000;  ///< about a millisecond's worth
    static constexpr std::size_t kMaxEvents = 20'000'000;  ///< a run stops growing there: about 2 GB

    /// `start` are the events that make_machine() gave.
    Timeline(Machine machine, Policy policy, kernel::Trace start);

    /// From now on a step is over when the program has made a mistake that is explained, so that one can stand there.
    void end_steps_at_mistakes() { steps_stop_at_ = vm::StopAt::mistake; }

    const Machine& machine() const { return machine_; }
    /// As it was before the first step.
    const Machine& start() const { return checkpoints_.front().machine; }
    Position position() const { return position_; }
    /// All events of the run so far, also those after the position.
    const kernel::Trace& trace() const { return trace_; }
    /// How many of them have happened at the position.
    std::size_t event_count() const { return event_ends_[position_.step]; }
    std::size_t recorded_steps() const { return schedule_.size(); }
    const Schedule& schedule() const { return schedule_; }
    bool at_start() const { return position_ == Position{}; }
    bool at_recorded_end() const { return position_.step == schedule_.size(); }
    /// Nothing more will happen by itself (finished, stuck, waiting for input, or the event limit) and we are
    /// there.
    bool at_end() const;

    /// One whole step (or the rest of a begun one). False at the end.
    bool step_forward();
    /// To the beginning of the begun step, or of the one before. False at the start.
    bool step_back();
    /// One bytecode instruction of whichever task runs next. False at the end.
    bool instruction_forward();
    bool instruction_back();
    /// Until some task stands at another line of its own code than it did before. False where the end came
    /// first.
    bool line_forward();
    bool line_back();
    /// Steps until the event count grows by a system call that returned or blocked. False where the end came
    /// first.
    bool call_forward();
    bool call_back();
    /// Steps until an event for which `wanted` holds has happened. False where the end (or max_steps) came
    /// first.
    bool run_until(const std::function<bool(const kernel::Event&)>& wanted, std::size_t max_steps = SIZE_MAX);
    /// To the end, or at most max_steps steps. True where the end was reached.
    bool run_to_end(std::size_t max_steps = SIZE_MAX);

    /// To a place that has been recorded. Right after the step that made event number `event` (from 0); step
    /// 0 is the start.
    void seek(Position position);
    void seek_event(std::size_t event);
    void seek_start() { seek({}); }
    void seek_recorded_end() { seek({schedule_.size(), 0}); }
    /// How many events had happened when `step` steps were done.
    std::size_t events_at(std::size_t step) const { return event_ends_[step]; }
    /// The step that made an event.
    std::size_t step_of_event(std::size_t event) const;

    /// A choice made by hand: forgets what was recorded after the position and goes on from here.
    Step choose(const Choice& choice);

  private:
    struct Checkpoint {
        std::size_t step = 0;
        Machine machine;
    };
    std::size_t checkpoint_before(std::size_t step) const;
    void truncate_here();
    Step record(Choice choice, vm::StopAt stop_at = vm::StopAt::nothing);
    bool record_next_step(std::uint32_t most_instructions, vm::StopAt stop_at);
    /// Records a step of the schedule that is replayed, whole, and stays before it: split in two it could come out
    /// differently. False where nothing is left to replay.
    bool record_replayed();
    /// On to where the task that runs next comes to another line, or to the end of the step; at most so many
    /// instructions of a recorded one. False at the end.
    bool forward_in_line(std::uint64_t most_instructions);
    Begin begin() const { return position_.instructions > 0 ? Begin::continued : Begin::fresh; }

    Machine machine_;
    vm::StopAt steps_stop_at_ = vm::StopAt::nothing;
    Policy policy_;  // as it is at the recorded end
    kernel::Trace trace_;
    Schedule schedule_;
    std::vector<std::uint32_t> executed_;  // instructions of each step
    std::vector<std::size_t> event_ends_;  // [k]: events after k steps
    std::vector<Checkpoint> checkpoints_;
    std::uint64_t instructions_since_checkpoint_ = 0;
    Position position_;
};

}  // namespace ipclab::engine
