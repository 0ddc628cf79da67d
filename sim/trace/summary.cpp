#include "sim/trace/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "kernel/syscalls.h"
#include "sim/trace/decode.h"

namespace ipclab::trace {

namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Time;

void add_time(Time& sum, Time more) {
    sum = elapsed_ns(elapsed_ns(more, 0), sum);  // sum - (0 - more), wrapping
}

/// Sums over one trace.
class Totals {
  public:
    Summary run(const kernel::Trace& trace) {
        if (!trace.events.empty())
            sum_.begin_ns = sum_.end_ns = trace.events.front().start_ns != 0 ? trace.events.front().start_ns
                                                                             : trace.events.front().time_ns;
        for (const Event& event : trace.events) {
            sum_.end_ns = std::max(sum_.end_ns, event.time_ns);
            one(trace, event);
        }
        for (const auto& [cpu, since] : on_cpu_)
            if (since.task != 0)
                add_time(task(since.task, 0).running_ns, elapsed_ns(since.time_ns, sum_.end_ns));
        for (auto& [number, totals] : calls_) sum_.calls.push_back(std::move(totals));
        std::stable_sort(sum_.calls.begin(), sum_.calls.end(),
                         [](const CallTotals& a, const CallTotals& b) { return a.time_ns > b.time_ns; });
        return std::move(sum_);
    }

  private:
    struct Since {
        std::int32_t task = 0;
        Time time_ns = 0;
    };

    TaskTotals& task(std::int32_t tid, std::int32_t process) {
        auto [it, is_new] = index_.try_emplace(tid, sum_.tasks.size());
        if (is_new) {
            sum_.tasks.emplace_back();
            sum_.tasks.back().task = kernel::Tid{tid};
        }
        TaskTotals& found = sum_.tasks[it->second];
        if (process != 0) found.process = kernel::Pid{process};
        return found;
    }

    void end_block(std::int32_t tid, Time time_ns) {
        auto it = blocked_since_.find(tid);
        if (it == blocked_since_.end()) return;
        add_time(asleep_[tid], elapsed_ns(it->second, time_ns));
        blocked_since_.erase(it);
    }

    void one(const kernel::Trace& trace, const Event& event) {
        const std::int32_t tid = event.task.value;
        if (event.kind == EventKind::switched) return switch_to(event);
        if (tid == 0) return;
        TaskTotals& totals = task(tid, event.process.value);
        if (event.kind == EventKind::blocked) {
            end_block(tid, event.time_ns);
            blocked_since_[tid] = event.time_ns;
            ++totals.times_blocked;
        } else if (event.kind == EventKind::woken) {
            end_block(tid, event.time_ns);
        } else if (event.kind == EventKind::signal_delivered) {
            ++totals.signals;
        } else if (event.kind == EventKind::exited) {
            blocked_since_.erase(tid);
            asleep_.erase(tid);
        } else if (event.kind == EventKind::syscall) {
            end_block(tid, event.time_ns);
            call(trace, event, totals);
        }
    }

    void call(const kernel::Trace& trace, const Event& event, TaskTotals& of_task) {
        const Time asleep = asleep_[event.task.value];
        asleep_[event.task.value] = 0;
        CallTotals& totals = calls_[event.number];
        if (totals.calls == 0) {
            totals.number = event.number;
            totals.name = CallView(trace, event).name();
        }
        const bool failed = event.result < 0 && event.result >= -4095;
        const Time time = elapsed_ns(event.start_ns, event.time_ns);
        add_time(totals.time_ns, time);
        add_time(totals.blocked_ns, asleep);
        ++totals.calls;
        totals.errors += failed;
        add_time(of_task.time_ns, time);
        add_time(of_task.blocked_ns, asleep);
        ++of_task.calls;
        of_task.errors += failed;
        const kernel::SyscallSpec* spec = kernel::syscall_spec(std::uint64_t{event.number});
        if (spec && spec->result == kernel::ResultKind::size && event.result > 0)
            totals.bytes += static_cast<std::uint64_t>(event.result);
    }

    void switch_to(const Event& event) {
        ++sum_.switches;
        Since& since = on_cpu_[event.cpu];
        if (since.task != 0)
            add_time(task(since.task, 0).running_ns, elapsed_ns(since.time_ns, event.time_ns));
        if (event.task && event.result == 1) ++task(event.task.value, 0).times_preempted;
        since = {event.other, event.time_ns};
    }

    Summary sum_;
    std::map<std::uint16_t, CallTotals> calls_;
    std::map<std::int32_t, std::size_t> index_;
    std::map<std::int32_t, Time> blocked_since_, asleep_;
    std::map<std::int32_t, Since> on_cpu_;
};

std::string seconds(Time time_ns) {
    std::string text;
    append_seconds(text, time_ns);
    return text;
}

}  // namespace

Summary summarize(const kernel::Trace& trace) {
    return Totals().run(trace);
}

std::string format_summary(const Summary& summary) {
    std::string out;
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{:>14} {:>14} {:>9} {:>9} {:>12} {}\n", "seconds", "blocked", "calls", "errors",
                   "bytes", "syscall");
    for (const CallTotals& call : summary.calls)
        fmt::format_to(to, "{:>14} {:>14} {:>9} {:>9} {:>12} {}\n", seconds(call.time_ns),
                       seconds(call.blocked_ns), call.calls, call.errors, call.bytes, call.name);
    fmt::format_to(to, "\n{:>6} {:>14} {:>14} {:>14} {:>9} {:>8} {:>8} {:>10}\n", "task", "running",
                   "in calls", "blocked", "calls", "errors", "signals", "preempted");
    for (const TaskTotals& task : summary.tasks)
        fmt::format_to(to, "{:>6} {:>14} {:>14} {:>14} {:>9} {:>8} {:>8} {:>10}\n", task.task.value,
                       seconds(task.running_ns), seconds(task.time_ns), seconds(task.blocked_ns), task.calls,
                       task.errors, task.signals, task.times_preempted);
    fmt::format_to(to, "\n{} seconds, {} context switches\n",
                   seconds(elapsed_ns(summary.begin_ns, summary.end_ns)), summary.switches);
    return out;
}

RunOutcome outcome_of(const kernel::Trace& trace) {
    RunOutcome outcome;
    std::map<std::int32_t, std::size_t> index;
    auto ending = [&](std::int32_t process) -> Ending& {
        auto [it, is_new] = index.try_emplace(process, outcome.endings.size());
        if (is_new) outcome.endings.push_back({kernel::Pid{process}, false, 0});
        return outcome.endings[it->second];
    };
    for (const Event& event : trace.events) {
        if (event.task && event.process) ending(event.process.value);
        if (event.kind == EventKind::forked && event.result != 1 && event.other != 0) {
            ending(event.other);
        } else if (event.kind == EventKind::exited && event.process) {
            // The last task to end gives the process its status; a group exit gives all of them the same.
            Ending& end = ending(event.process.value);
            end.has_ended = true;
            end.wait_status = static_cast<std::int32_t>(event.result);
        } else if (event.kind == EventKind::output) {
            (event.result == 2 ? outcome.err : outcome.out) += trace.item(event, 0).text();
        }
    }
    return outcome;
}

bool RunOutcome::is_same(const RunOutcome& other) const {
    return out == other.out && err == other.err &&
           std::equal(endings.begin(), endings.end(), other.endings.begin(), other.endings.end(),
                      [](const Ending& a, const Ending& b) {
                          return a.has_ended == b.has_ended && a.wait_status == b.wait_status;
                      });
}

}  // namespace ipclab::trace
