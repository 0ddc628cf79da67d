// What the real tasks came to in a turn, and the way to play it that comes to the same (lock_step.h).
#include <algorithm>
#include <utility>

#include "sim/session/lock_step.h"
#include "sim/trace/call_difference.h"

namespace ipclab::session {

using host::Stand;
using kernel::Event;
using kernel::EventKind;
using kernel::TaskState;
using kernel::Tid;

namespace {

std::string_view word_for(const std::optional<Stand>& stand) {
    if (!stand) return "is not there";
    switch (*stand) {
        case Stand::held:
            return "goes on";
        case Stand::asleep:
            return "sleeps";
        case Stand::stopped:
            return "is stopped by a signal";
        case Stand::ended:
            return "has ended";
    }
    return "";
}

}  // namespace

/// New tasks are each other's counterparts by their place among those that their parent made in this turn.
void LockStep::map_created(const host::StandStill& now) {
    std::vector<std::pair<Tid, Tid>> made;
    for (std::size_t i = before_.events; i < trace_.events.size(); ++i)
        if (trace_.events[i].kind == EventKind::forked)
            made.emplace_back(trace_.events[i].task, Tid{trace_.events[i].other});
    for (const auto& [parent, child] : now.created) {
        const auto simulated = std::find_if(made.begin(), made.end(), [&, parent = parent](const auto& one) {
            const auto real = to_real_.find(one.first);
            return real != to_real_.end() && real->second == parent;
        });
        if (simulated == made.end()) continue;
        to_real_[simulated->second] = child;
        to_simulated_[child] = simulated->second;
        made.erase(simulated);
    }
}

/// Whether both kernels' tasks stand alike; `why`: else where they do not.
bool LockStep::agrees(const host::StandStill& now, Parting* why) {
    map_created(now);
    with_signal_.clear();
    for (const host::StandingTask& real : now.tasks)
        if (real.has_signal) with_signal_.insert(real.task);
    const bool real_was_cut = std::any_of(now.tasks.begin(), now.tasks.end(), [&](const auto& real) {
        return real.was_cut && turn_ && to_simulated_.contains(real.task) &&
               to_simulated_.at(real.task) == *turn_;
    });
    if (why == nullptr && was_cut_ != real_was_cut) return false;
    const auto part = [&](Tid simulated, Tid real, std::optional<Stand> left, std::optional<Stand> right) {
        if (why != nullptr) {
            why->simulated = simulated;
            why->real = real;
            why->simulated_stand = left;
            why->real_stand = right;
            why->text = std::string(killed_ ? "after the deadlock, when a process was killed: " : "") +
                        "the simulated task " + std::string(word_for(left)) + ", the real one " +
                        std::string(word_for(right));
        }
        return false;
    };
    std::map<Tid, Stand> real_stands;
    for (const host::StandingTask& real : now.tasks) {
        if (real.stand == Stand::ended) continue;
        const auto simulated = to_simulated_.find(real.task);
        const kernel::Task* task =
            simulated == to_simulated_.end() ? nullptr : machine_.kernel.tasks.find(simulated->second);
        if (task == nullptr || task->state == TaskState::zombie)
            return part(simulated == to_simulated_.end() ? Tid{} : simulated->second, real.task,
                        task == nullptr ? std::nullopt : std::optional(Stand::ended), real.stand);
        real_stands[real.task] = real.stand;
        if (real.is_dying && is_dying(machine_.kernel, *task)) continue;
        if (ends_with_another(*task)) continue;
        if (stand_of(*task) != real.stand) return part(task->tid, real.task, stand_of(*task), real.stand);
    }
    for (const auto& [tid, task] : machine_.kernel.tasks) {
        if (task->state == TaskState::zombie) continue;
        const auto real = to_real_.find(tid);
        if (real == to_real_.end() || !real_stands.contains(real->second))
            return part(tid, real == to_real_.end() ? Tid{} : real->second, stand_of(*task),
                        real == to_real_.end() ? std::nullopt : std::optional(Stand::ended));
    }
    for (Tid real : now.timer_signals) {
        const auto simulated = to_simulated_.find(real);
        const bool was_delivered =
            std::any_of(trace_.events.begin() + static_cast<std::ptrdiff_t>(before_.events),
                        trace_.events.end(), [&](const Event& event) {
                            return event.kind == EventKind::signal_delivered &&
                                   simulated != to_simulated_.end() && event.task == simulated->second;
                        });
        if (!was_delivered && why == nullptr) return false;
    }
    return true;
}

/// Whether those that came to the end of a call in the last turn got the same from it.
bool LockStep::has_same_results(const host::StandStill& now, const std::vector<Tid>& ended) const {
    trace::IdMap ids;
    for (const auto& [simulated, real] : to_real_) ids.add(simulated.value, real.value);
    const auto last_call = [](const kernel::Trace& trace, std::size_t begin, Tid task) -> const Event* {
        for (std::size_t i = trace.events.size(); i > begin; --i)
            if (const Event& event = trace.events[i - 1];
                event.kind == EventKind::syscall && event.task == task)
                return &event;
        return nullptr;
    };
    return std::all_of(ended.begin(), ended.end(), [&](Tid task) {
        const Event* simulated = last_call(trace_, before_.events, task);
        const Event* real = last_call(*now.trace, real_events_, to_real_.at(task));
        if (simulated == nullptr && real != nullptr) {
            const kernel::Task* self = machine_.kernel.tasks.find(task);
            return self == nullptr || !self->call || self->call->number != real->number;
        }
        if (simulated == nullptr || real == nullptr) return true;
        const trace::CanonicalCall left = trace::canonical_call(*simulated),
                                   right = trace::canonical_call(*real);
        return left.number != right.number ||
               trace::call_difference({trace_, *simulated}, left, {*now.trace, *real}, right, ids).empty();
    });
}

/// Finds the way to play the last turn that came to what the real tasks did; false: there is none.
bool LockStep::follow(const host::StandStill& now) {
    constexpr int kMostTimers = 4;
    constexpr std::uint64_t kMostInstructions = 300'000'000;
    std::vector<Tid> order;  // of tasks that came to the end of their calls, as the real ones did
    for (const host::StandingTask& real : now.tasks)
        if (const auto simulated = to_simulated_.find(real.task);
            simulated != to_simulated_.end() && real.stand == Stand::held && simulated->second != turn_)
            order.push_back(simulated->second);
    const std::size_t slept = static_cast<std::size_t>(std::count_if(
        trace_.events.begin() + static_cast<std::ptrdiff_t>(before_.events), trace_.events.end(),
        [](const Event& event) { return event.kind == EventKind::woken; }));
    if (slept < 2 && agrees(now, nullptr) && has_same_results(now, order)) return true;

    const auto play_again = [&](int timers_before, int timers_after) {
        restore(before_);
        for (int i = 0; i < timers_before; ++i) pass_time();
        make_turn();
        settle(order);
        for (int i = 0; i < timers_after; ++i) {
            pass_time();
            settle(order);
        }
    };
    const auto was_cut_short = [&] {
        return std::any_of(now.tasks.begin(), now.tasks.end(),
                           [](const host::StandingTask& real) { return real.was_cut; });
    };
    const auto comes_to_that = [&](int timers_before, int timers_after) {
        play_again(timers_before, timers_after);
        // The real task came to its call: so does the simulated one, however long it takes.
        while (was_cut_ && turn_ && !was_cut_short() &&
               instructions_ - before_.instructions < kMostInstructions)
            play(*turn_);
        settle(order);
        return agrees(now, nullptr);
    };
    std::optional<std::vector<Tid>> stands_alike;
    const auto is_followed = [&] {
        if (!comes_to_that(0, 0)) return false;
        if (has_same_results(now, order)) return true;
        if (!stands_alike) stands_alike = order;
        return false;
    };
    if (is_followed()) return true;
    // A call may look first and come to its end last: who of those that one turn has woken looks first, Linux decides.
    constexpr std::size_t kMostLooking = 4;
    if (order.size() >= 2 && order.size() <= kMostLooking) {
        const std::vector<Tid> ended = order;
        std::sort(order.begin(), order.end());
        do {
            if (is_followed()) return true;
        } while (std::next_permutation(order.begin(), order.end()));
        order = ended;
    }
    for (int timers = 1; timers <= kMostTimers; ++timers)
        for (int before = timers; before >= 0; --before)
            if (comes_to_that(before, timers - before) && (!stands_alike || has_same_results(now, order)))
                return true;
    if (stands_alike) {  // what differs in the results is for the comparison to tell
        order = *stands_alike;
        return comes_to_that(0, 0);
    }
    play_again(0, 0);
    Parting why;
    if (agrees(now, &why)) return true;
    parting_ = why;
    return false;
}

}  // namespace ipclab::session
