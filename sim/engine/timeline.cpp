#include "sim/engine/timeline.h"

#include <algorithm>
#include <numeric>

#include "kernel/assert.h"

namespace ipclab::engine {

using kernel::Event;
using kernel::EventKind;
using kernel::SourceLine;
using kernel::Tid;

namespace {

bool is_call(const Event& event) {
    return event.kind == EventKind::syscall || event.kind == EventKind::blocked;
}

/// Where each task stands: what "another line" is measured against.
struct Lines {
    std::vector<std::pair<Tid, SourceLine>> of;

    explicit Lines(const Machine& machine) {
        for (const auto& [tid, context] : machine.contexts) of.emplace_back(tid, source_line(machine, tid));
    }
    /// Whether a task of `now` stands at a line of its own that it did not stand at before.
    bool moved_to(const Lines& now) const {
        for (const auto& place : now.of)
            if (place.second.line != 0 && std::find(of.begin(), of.end(), place) == of.end()) return true;
        return false;
    }
};

}  // namespace

Timeline::Timeline(Machine machine, Policy policy, kernel::Trace start)
    : machine_(std::move(machine)), policy_(std::move(policy)), trace_(std::move(start)) {
    event_ends_.push_back(trace_.events.size());
    checkpoints_.push_back({0, machine_});
}

bool Timeline::at_end() const {
    if (!at_recorded_end()) return false;
    if (trace_.events.size() >= kMaxEvents) return true;
    if (const auto* replay = std::get_if<ReplayPolicy>(&policy_);
        replay && replay->next < replay->schedule.size())
        return false;
    return rest(machine_) != Rest::moving;
}

bool Timeline::record_next_step(std::uint32_t most_instructions, vm::StopAt stop_at) {
    if (trace_.events.size() >= kMaxEvents) return false;
    std::optional<Choice> choice = next_choice(machine_, policy_);
    if (!choice) return false;
    if (choice->kind == Choice::Kind::run && !can_run(machine_, choice->task)) return false;
    if (choice->kind == Choice::Kind::run) choice->budget = std::min(choice->budget, most_instructions);
    record(std::move(*choice), stop_at);
    return true;
}

bool Timeline::record_replayed() {
    const auto* replay = std::get_if<ReplayPolicy>(&policy_);
    if (!replay || replay->next >= replay->schedule.size()) return false;
    Machine before = machine_;
    const Position here = position_;
    if (!record_next_step(UINT32_MAX, vm::StopAt::nothing)) return false;
    machine_ = std::move(before);
    position_ = here;
    return true;
}

bool Timeline::step_forward() {
    if (at_recorded_end()) return record_next_step(UINT32_MAX, steps_stop_at_);
    Choice choice = schedule_[position_.step];
    // The rest of a begun step: its last instruction brings what the whole step brought.
    if (choice.kind == Choice::Kind::run) choice.budget -= static_cast<std::uint32_t>(position_.instructions);
    step(machine_, choice, nullptr, begin());
    position_ = {position_.step + 1, 0};
    return true;
}

bool Timeline::step_back() {
    if (at_start()) return false;
    seek({position_.instructions > 0 ? position_.step : position_.step - 1, 0});
    return true;
}

bool Timeline::instruction_forward() {
    if (at_recorded_end() && !record_replayed()) return record_next_step(1, vm::StopAt::nothing);
    if (position_.instructions + 1 >= executed_[position_.step]) return step_forward();
    Choice choice = schedule_[position_.step];
    choice.budget = 1;
    step(machine_, choice, nullptr, begin());
    ++position_.instructions;
    return true;
}

bool Timeline::instruction_back() {
    if (at_start()) return false;
    if (position_.instructions > 0) {
        seek({position_.step, position_.instructions - 1});
    } else {
        const std::uint64_t executed = executed_[position_.step - 1];
        seek({position_.step - 1, executed > 0 ? executed - 1 : 0});
    }
    return true;
}

bool Timeline::line_forward() {
    const Lines before(machine_);
    while (forward_in_line(UINT64_MAX))
        if (before.moved_to(Lines(machine_))) return true;
    return false;
}

bool Timeline::forward_in_line(std::uint64_t most_instructions) {
    if (at_recorded_end() && !record_replayed()) return record_next_step(UINT32_MAX, vm::StopAt::other_line);
    const std::uint64_t executed = executed_[position_.step];
    if (position_.instructions >= executed) return step_forward();  // a step without instructions
    Choice choice = schedule_[position_.step];
    choice.budget =
        static_cast<std::uint32_t>(std::min(executed - position_.instructions, most_instructions));
    const Step done = step(machine_, choice, nullptr, begin(), vm::StopAt::other_line);
    position_.instructions += done.instructions;
    if (position_.instructions == executed) position_ = {position_.step + 1, 0};
    return true;
}

bool Timeline::line_back() {
    if (at_start()) return false;
    // Looks through windows that lie ever further back, each forwards, for the last place where some task came to a
    // new line. The first windows are short: mostly it is near, and a step may have a million instructions.
    const Position here = position_;
    Position end = here;
    for (std::uint64_t size = 4096;; size *= 16) {
        const std::size_t step = end.instructions > 0 ? end.step : end.step - 1;
        const std::uint64_t length = end.instructions > 0 ? end.instructions : std::max(executed_[step], 1u);
        const Position begin{step, length > size ? length - size : 0};
        seek(begin);
        std::optional<Position> found;
        Lines lines(machine_);
        while (position_ < end) {
            forward_in_line(position_.step == end.step ? end.instructions - position_.instructions
                                                       : UINT64_MAX);
            if (position_ == here) break;
            Lines now(machine_);
            if (lines.moved_to(now)) found = position_;
            lines = std::move(now);
        }
        if (found || begin == Position{}) {
            seek(found.value_or(Position{}));
            return true;
        }
        end = begin;
    }
}

bool Timeline::call_forward() {
    return run_until(is_call);
}

bool Timeline::call_back() {
    // The place just after the call before the one that happened last: the current call is undone.
    for (std::size_t i = event_count(); i-- > event_ends_[0];) {
        const Position after{step_of_event(i) + 1, 0};
        if (!is_call(trace_.events[i]) || after >= position_) continue;
        seek(after);
        return true;
    }
    if (at_start()) return false;
    seek_start();
    return true;
}

bool Timeline::run_until(const std::function<bool(const Event&)>& wanted, std::size_t max_steps) {
    for (std::size_t i = 0; i < max_steps; ++i) {
        const std::size_t seen = event_count();
        if (!step_forward()) return false;
        for (std::size_t e = seen; e < event_count(); ++e)
            if (wanted(trace_.events[e])) return true;
    }
    return false;
}

bool Timeline::run_to_end(std::size_t max_steps) {
    for (std::size_t i = 0; i < max_steps; ++i)
        if (!step_forward()) return true;
    return at_end();
}

void Timeline::seek(Position target) {
    IPCLAB_ASSERT(target.step <= schedule_.size());
    // Going on from here is cheaper than from a checkpoint, unless one lies between.
    const Checkpoint& nearest = checkpoints_[checkpoint_before(target.step)];
    if (target < position_ || nearest.step > position_.step) {
        machine_ = nearest.machine;
        position_ = {nearest.step, 0};
    }
    while (position_.step < target.step) step_forward();
    if (target.instructions <= position_.instructions) return;
    Choice choice = schedule_[position_.step];
    choice.budget = static_cast<std::uint32_t>(target.instructions - position_.instructions);
    step(machine_, choice, nullptr, begin());
    position_ = target;
}

std::size_t Timeline::checkpoint_before(std::size_t step) const {
    const auto later = std::upper_bound(
        checkpoints_.begin(), checkpoints_.end(), step,
        [](std::size_t wanted, const Checkpoint& checkpoint) { return wanted < checkpoint.step; });
    return static_cast<std::size_t>(later - checkpoints_.begin()) - 1;  // the first one is at step 0
}

void Timeline::seek_event(std::size_t event) {
    if (trace_.events.empty()) return seek_start();
    event = std::min(event, trace_.events.size() - 1);
    seek(event < event_ends_[0] ? Position{} : Position{step_of_event(event) + 1, 0});
}

std::size_t Timeline::step_of_event(std::size_t event) const {
    // event_ends_[k] counts the events after k steps: the first k that exceeds `event` was reached by step k
    // - 1.
    const auto it = std::upper_bound(event_ends_.begin(), event_ends_.end(), event);
    const auto index = static_cast<std::size_t>(it - event_ends_.begin());
    return index == 0 ? 0 : index - 1;
}

void Timeline::truncate_here() {
    const Position here = position_;
    seek({here.step, 0});
    const std::size_t events = event_count();
    const bool begun = here.instructions > 0;
    Choice part = begun ? schedule_[here.step] : Choice{};
    schedule_.resize(here.step);
    executed_.resize(here.step);
    event_ends_.resize(here.step + 1);
    if (events < trace_.events.size()) trace_.payload.resize(trace_.events[events].payload_begin);
    trace_.events.resize(events);
    while (checkpoints_.back().step > here.step) checkpoints_.pop_back();
    instructions_since_checkpoint_ =
        std::accumulate(executed_.begin() + static_cast<std::ptrdiff_t>(checkpoints_.back().step),
                        executed_.end(), std::uint64_t{0});
    policy_ = TimedPolicy{};
    if (!begun) return;
    part.budget = static_cast<std::uint32_t>(here.instructions);  // the begun part becomes a step of its own
    record(std::move(part));
}

Step Timeline::record(Choice choice, vm::StopAt stop_at) {
    const Step done = step(machine_, choice, &trace_, Begin::fresh, stop_at);
    // Where it stopped early: so it will when it is replayed.
    if (done.end == Step::End::budget) choice.budget = static_cast<std::uint32_t>(done.instructions);
    schedule_.push_back(std::move(choice));
    executed_.push_back(static_cast<std::uint32_t>(done.instructions));
    event_ends_.push_back(trace_.events.size());
    position_ = {schedule_.size(), 0};
    instructions_since_checkpoint_ += done.instructions;
    if (position_.step - checkpoints_.back().step >= kCheckpointSteps ||
        instructions_since_checkpoint_ >= kCheckpointInstructions) {
        checkpoints_.push_back({position_.step, machine_});
        instructions_since_checkpoint_ = 0;
    }
    return done;
}

Step Timeline::choose(const Choice& choice) {
    if (!at_recorded_end()) truncate_here();
    return record(choice);
}

}  // namespace ipclab::engine
