#include "sim/session/time_overlay.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "kernel/syscalls.h"

namespace ipclab::session {

namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::kMicrosecond;
using kernel::kMillisecond;
using kernel::kSecond;
using kernel::Tid;
using kernel::Trace;

std::string duration(double ns) {
    if (ns < kMicrosecond) return fmt::format("{:.0f} ns", ns);
    if (ns < kMillisecond) return fmt::format("{:.1f} us", ns / kMicrosecond);
    if (ns < kSecond) return fmt::format("{:.1f} ms", ns / kMillisecond);
    return fmt::format("{:.2f} s", ns / kSecond);
}

/// A trace's times, from where its first program begins.
class Clock {
  public:
    explicit Clock(kernel::Time begin) : begin_(begin) {}
    /// Of a traced run: stops take `stop_ns` each, and did not happen.
    Clock(kernel::Time begin, std::vector<kernel::Time> stops, double stop_ns)
        : begin_(begin), stops_(std::move(stops)), stop_ns_(stop_ns) {
        std::sort(stops_.begin(), stops_.end());
    }
    double at(kernel::Time time) const {
        const auto before = std::lower_bound(stops_.begin(), stops_.end(), time) - stops_.begin();
        return std::max(0.0, static_cast<double>(time - begin_) - stop_ns_ * static_cast<double>(before));
    }

  private:
    kernel::Time begin_;
    std::vector<kernel::Time> stops_;
    double stop_ns_ = 0;
};

/// Where the program itself was stopped: at each entry into a call and each return, and at all else that was seen.
std::vector<kernel::Time> stops_of(const Trace& traced) {
    std::vector<kernel::Time> stops;
    for (const Event& event : traced.events) {
        if (event.kind == EventKind::woken || event.kind == EventKind::blocked)
            continue;  // concluded, not seen
        stops.push_back(event.time_ns);
        if (event.kind == EventKind::syscall) stops.push_back(event.start_ns);
    }
    return stops;
}

/// What a stop costs, by two measures that both can only be too high. A call that does next to nothing lasts as long as one
/// (the tenth part that is shortest does); but a tracer on another CPU sees it longer than it holds the task up. And all that
/// tracing has cost, in equal parts; but for few stops that is mostly the start.
double stop_cost(const host::RealResult& real, std::size_t stops) {
    std::vector<kernel::Time> lasted;
    for (const Event& event : real.trace.events)
        if (event.kind == EventKind::syscall && event.start_ns < event.time_ns)
            lasted.push_back(event.time_ns - event.start_ns);
    if (lasted.empty()) return 0;
    const auto tenth = lasted.begin() + static_cast<std::ptrdiff_t>(lasted.size() / 10);
    std::nth_element(lasted.begin(), tenth, lasted.end());
    const auto shortest = static_cast<double>(*tenth);
    if (real.untraced_ns == 0) return shortest;
    const double lost = static_cast<double>(real.duration_ns - real.untraced_ns) / static_cast<double>(stops);
    return std::clamp(lost, 0.0, shortest);
}

struct Clocks {
    Clock simulated, real;
    double stop_ns;
};

Clocks clocks_of(const BothRuns& both) {
    const host::RealResult& real = both.real.result;
    const auto begun = std::find_if(both.simulated_trace.events.begin(), both.simulated_trace.events.end(),
                                    [](const Event& event) { return event.kind == EventKind::executed; });
    std::vector<kernel::Time> stops = stops_of(real.trace);
    std::erase_if(stops, [&](kernel::Time time) { return time < real.main_ns; });
    const double stop_ns = stop_cost(real, stops.size());
    return {Clock(begun == both.simulated_trace.events.end() ? 0 : begun->time_ns),
            Clock(real.main_ns, std::move(stops), stop_ns), stop_ns};
}

double end_of(const Trace& trace, const Clock& clock) {
    return trace.events.empty() ? 0 : clock.at(trace.events.back().time_ns);
}

/// What a task does for most of each of `columns` equal parts of `whole_ns`: '=' is awake, '.' sleeps, ' ' is not there.
std::string lane(const Trace& trace, Tid task, const Clock& clock, double whole_ns, std::size_t columns) {
    std::vector<double> awake(columns), asleep(columns);
    if (whole_ns <= 0) return std::string(columns, ' ');
    const double column_ns = whole_ns / static_cast<double>(columns);
    const auto spend = [&](std::vector<double>& cells, double from, double to) {
        for (auto i = static_cast<std::size_t>(from / column_ns); i < columns; ++i) {
            const double begin = std::max(from, column_ns * static_cast<double>(i));
            const double end = std::min(to, column_ns * static_cast<double>(i + 1));
            if (end <= begin) break;
            cells[i] += end - begin;
        }
    };
    const bool is_forked = std::any_of(trace.events.begin(), trace.events.end(), [&](const Event& event) {
        return event.kind == EventKind::forked && event.other == task.value;
    });
    std::vector<double>* doing = is_forked ? nullptr : &awake;
    double since = 0;
    const auto go_on = [&](kernel::Time time, std::vector<double>* next) {
        const double now = clock.at(time);
        if (doing) spend(*doing, since, now);
        doing = next;
        since = now;
    };
    for (const Event& event : trace.events) {
        if (event.kind == EventKind::forked && event.other == task.value) go_on(event.time_ns, &awake);
        if (event.task != task) continue;
        if (event.kind == EventKind::blocked) go_on(event.time_ns, &asleep);
        if (event.kind == EventKind::syscall && doing == &asleep) go_on(event.time_ns, &awake);
        if (event.kind != EventKind::exited) continue;
        go_on(event.time_ns, nullptr);
        break;
    }
    if (doing && !trace.events.empty()) go_on(trace.events.back().time_ns, nullptr);
    std::string cells(columns, ' ');
    for (std::size_t i = 0; i < columns; ++i)
        if (awake[i] + asleep[i] > 0) cells[i] = awake[i] >= asleep[i] ? '=' : '.';
    return cells;
}

struct CallTimes {
    std::size_t count = 0;
    double simulated_ns = 0, real_ns = 0;
};

/// For each row of the comparison that is a call which both have made to its end.
template <class Look>
void for_each_call(const BothRuns& both, Look look) {
    for (const trace::CompareRow& row : both.comparison.rows) {
        if (!row.left || !row.right) continue;
        const Event& left = both.simulated_trace.events[*row.left];
        const Event& right = both.real.result.trace.events[*row.right];
        if (left.kind == EventKind::syscall && right.kind == EventKind::syscall) look(left, right);
    }
}

std::string lanes(const BothRuns& both, const Clocks& clocks, double whole_ns, std::size_t width) {
    constexpr std::size_t kLabel = 26, kFewest = 20;
    const std::size_t columns = std::max(width, kLabel + kFewest) - kLabel;
    const std::string end = duration(whole_ns);
    std::string text = fmt::format("{:<{}}0{:>{}}\n", "", kLabel, end, columns - 1);
    for (const trace::TaskPair& task : both.comparison.tasks) {
        if (!task.left || !task.right) continue;
        text += fmt::format("{:<{}}{}\n", fmt::format("{:<15} simulated", task.left.value), kLabel,
                            lane(both.simulated_trace, task.left, clocks.simulated, whole_ns, columns));
        text += fmt::format("{:<{}}{}\n", fmt::format("{:<15} real", ""), kLabel,
                            lane(both.real.result.trace, task.right, clocks.real, whole_ns, columns));
    }
    return text + "= awake, . asleep in a call\n";
}

std::string calls_table(const BothRuns& both, const Clocks& clocks) {
    std::map<std::string_view, CallTimes> calls;
    for_each_call(both, [&](const Event& left, const Event& right) {
        const kernel::SyscallSpec* spec = kernel::syscall_spec(std::uint64_t{left.number});
        CallTimes& times = calls[spec ? spec->name : "?"];
        ++times.count;
        times.simulated_ns += clocks.simulated.at(left.time_ns) - clocks.simulated.at(left.start_ns);
        times.real_ns += std::max(0.0, clocks.real.at(right.time_ns) - clocks.real.at(right.start_ns));
    });
    if (calls.empty()) return "";
    std::string text = fmt::format("{:<18}{:>8}{:>14}{:>14}\n", "call", "times", "simulated", "real");
    for (const auto& [name, times] : calls) {
        const auto count = static_cast<double>(times.count);
        text += fmt::format("{:<18}{:>8}{:>14}{:>14}\n", name, times.count,
                            duration(times.simulated_ns / count), duration(times.real_ns / count));
    }
    return text + "Means of one call, its sleep included.\n";
}

TimeError error_by(const BothRuns& both, const Clocks& clocks) {
    TimeError error;
    error.simulated_ns = end_of(both.simulated_trace, clocks.simulated);
    error.real_ns = end_of(both.real.result.trace, clocks.real);
    error.stop_ns = clocks.stop_ns;
    std::vector<double> apart;
    for_each_call(both, [&](const Event& left, const Event& right) {
        apart.push_back(std::abs(clocks.simulated.at(left.time_ns) - clocks.real.at(right.time_ns)));
    });
    error.calls = apart.size();
    if (apart.empty()) return error;
    std::nth_element(apart.begin(), apart.begin() + static_cast<std::ptrdiff_t>(apart.size() / 2),
                     apart.end());
    error.median_ns = apart[apart.size() / 2];
    return error;
}

}  // namespace

TimeError time_error(const BothRuns& both) {
    return error_by(both, clocks_of(both));
}

std::string time_overlay(const BothRuns& both, std::size_t width) {
    const Clocks clocks = clocks_of(both);
    const TimeError error = error_by(both, clocks);
    std::string text = lanes(both, clocks, std::max(error.simulated_ns, error.real_ns), width);
    text += calls_table(both, clocks);
    text += fmt::format("The whole run: simulated {}, real {}: {:+.0f} %.\n", duration(error.simulated_ns),
                        duration(error.real_ns), 100 * error.whole());
    if (error.calls > 0)
        text += fmt::format(
            "{} calls were made by both; half of them returned within {} of each other ({:.0f} % of the "
            "run).\n",
            error.calls, duration(error.median_ns),
            error.real_ns > 0 ? 100 * error.median_ns / error.real_ns : 0);
    text += fmt::format("Real times are without the tracer's share, {} for each of its stops.\n",
                        duration(error.stop_ns));
    return text;
}

std::string slowdown_text(const host::RealResult& result) {
    if (result.untraced_ns <= 0) return "";
    const auto traced = static_cast<double>(result.duration_ns),
               untraced = static_cast<double>(result.untraced_ns);
    return fmt::format("Traced it took {}, untraced {}: {:.1f} times as long.", duration(traced),
                       duration(untraced), traced / untraced);
}

}  // namespace ipclab::session
