#include "sim/engine/timeline.h"

#include <algorithm>

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

bool Timeline::record_next_step(std::optional<std::uint32_t> budget) {
    if (at_end()) return false;
    std::optional<Choice> choice = next_choice(machine_, policy_);
    if (!choice) return false;
    if (choice->kind == Choice::Kind::run && !can_run(machine_, choice->task)) return false;
    if (budget && choice->kind == Choice::Kind::run) choice->budget = std::min(choice->budget, *budget);
    record(std::move(*choice));
    return true;
}

bool Timeline::step_forward() {
    if (at_recorded_end()) return record_next_step(std::nullopt);
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
    if (at_recorded_end()) return record_next_step(1);
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
    while (instruction_forward())
        if (before.moved_to(Lines(machine_))) return true;
    return false;
}

bool Timeline::line_back() {
    // Forwards from ever earlier steps to here, remembering the last place where some task came to a new
    // line.
    const Position here = position_;
    std::size_t from = here.instructions > 0 ? here.step : here.step - 1;
    if (at_start()) return false;
    while (true) {
        seek({from, 0});
        std::optional<Position> found;
        Lines lines(machine_);
        if (from == 0) found = position_;
        while (instruction_forward() && position_ < here) {
            Lines now(machine_);
            if (lines.moved_to(now)) found = position_;
            lines = std::move(now);
        }
        if (found) {
            seek(*found);
            return true;
        }
        --from;
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
    const std::size_t nearest = target.step / kCheckpointSteps;
    if (target < position_ || checkpoints_[nearest].step > position_.step) {
        machine_ = checkpoints_[nearest].machine;
        position_ = {checkpoints_[nearest].step, 0};
    }
    while (position_.step < target.step) step_forward();
    if (target.instructions <= position_.instructions) return;
    Choice choice = schedule_[position_.step];
    choice.budget = static_cast<std::uint32_t>(target.instructions - position_.instructions);
    step(machine_, choice, nullptr, begin());
    position_ = target;
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
    policy_ = TimedPolicy{};
    if (!begun) return;
    part.budget = static_cast<std::uint32_t>(here.instructions);  // the begun part becomes a step of its own
    record(std::move(part));
}

Step Timeline::record(Choice choice) {
    const Step done = step(machine_, choice, &trace_);
    schedule_.push_back(std::move(choice));
    executed_.push_back(static_cast<std::uint32_t>(done.instructions));
    event_ends_.push_back(trace_.events.size());
    position_ = {schedule_.size(), 0};
    if (position_.step % kCheckpointSteps == 0) checkpoints_.push_back({position_.step, machine_});
    return done;
}

Step Timeline::choose(const Choice& choice) {
    if (!at_recorded_end()) truncate_here();
    return record(choice);
}

}  // namespace ipclab::engine
