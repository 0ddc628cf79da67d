// Time: sleeping, clocks, alarms and accounts.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/processes.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

/// The CPU time of another process or of a thread of one's own: the id, inverted, above three bits of kind
/// (include/linux/posix-timers_types.h).
Result<Time> cpu_clock_value(const Call& call, std::int32_t clock) {
    constexpr std::int32_t kOfThread = 4, kScheduled = 2, kKind = 3;
    const std::int32_t id = ~(clock >> 3);
    if ((clock & kKind) > kScheduled) return Errno::einval;
    if (clock & kOfThread) {
        const Task* task = id == 0 ? &call.self() : call.kernel.tasks.find(Tid{id});
        if (!task || task->process != call.pid) return Errno::einval;
        return task->cpu_time_ns;
    }
    const Process* process = id == 0 ? &call.process_read() : call.kernel.processes.find(Pid{id});
    if (!process) return Errno::einval;
    return cpu_time_of(call.kernel, *process);
}

Result<Time> clock_value(const Call& call, std::int32_t clock) {
    if (clock < 0) return cpu_clock_value(call, clock);
    switch (clock) {
        case kClockRealtime:
        case kClockRealtimeCoarse:
        case kClockTai:
            return call.kernel.now_ns + kBootEpochSeconds * kSecond;
        case kClockMonotonic:
        case kClockMonotonicRaw:
        case kClockMonotonicCoarse:
        case kClockBootTime:
            return call.kernel.now_ns;
        case kClockProcessCpu:
            return cpu_time_of(call.kernel, call.process_read());
        case kClockThreadCpu:
            return call.self().cpu_time_ns;
        default:
            return Errno::einval;
    }
}

enum class Rest : std::uint8_t { store, keep };

/// Sleeps until pending.deadline_ns.
Outcome sleep_until_deadline(Call& call, std::uint64_t remaining_address, Rest rest) {
    if (call.has_timed_out()) return Outcome::done(0);
    if (call.is_interrupted() && rest == Rest::store && remaining_address) {
        // nanosleep(2): an interrupted sleep stores the time that is left.
        const TimePair left = to_timespec(call.pending.deadline_ns - call.kernel.now_ns);
        if (!call.memory().write_object(remaining_address, left)) return Outcome::fail(Errno::efault);
    }
    return call.block({ObjectKind::clock, 0}, WaitFor::time);
}

}  // namespace

Outcome sys_nanosleep(Call& call) {
    if (!call.pending.has_slept) {
        auto request = call.memory().read_object<TimePair>(call.arg(0));
        if (!request) return Outcome::fail(request.error());
        auto duration = to_ns(*request, kSecond);
        if (!duration) return Outcome::fail(duration.error());
        call.pending.deadline_ns = saturating_add(call.kernel.now_ns, *duration);
    }
    return sleep_until_deadline(call, call.arg(1), Rest::store);
}

Outcome sys_clock_nanosleep(Call& call) {
    constexpr std::uint32_t kAbsolute = 1;
    const bool is_absolute = (call.arg(1) & kAbsolute) != 0;
    if (!call.pending.has_slept) {
        const auto clock = static_cast<std::int32_t>(call.arg(0));
        const bool is_real = clock == kClockRealtime || clock == kClockTai;
        if (clock == kClockThreadCpu) return Outcome::fail(Errno::einval);
        if (clock != kClockMonotonic && clock != kClockBootTime && !is_real) {
            const bool is_clock = clock_value(call, clock).ok();
            return Outcome::fail(is_clock ? Errno::eopnotsupp : Errno::einval);
        }
        auto request = call.memory().read_object<TimePair>(call.arg(2));
        if (!request) return Outcome::fail(request.error());
        auto time = to_ns(*request, kSecond);
        if (!time) return Outcome::fail(time.error());
        if (!is_absolute)
            call.pending.deadline_ns = saturating_add(call.kernel.now_ns, *time);
        else
            call.pending.deadline_ns =
                is_real && *time != kNever ? std::max<Time>(0, *time - kBootEpochSeconds * kSecond) : *time;
    }
    // clock_nanosleep(2): with TIMER_ABSTIME `remain` is not used.
    return sleep_until_deadline(call, call.arg(3), is_absolute ? Rest::keep : Rest::store);
}

Outcome sys_clock_gettime(Call& call) {
    auto value = clock_value(call, static_cast<std::int32_t>(call.arg(0)));
    if (!value) return Outcome::fail(value.error());
    return Outcome::from(call.memory().write_object(call.arg(1), to_timespec(*value)));
}

Outcome sys_clock_getres(Call& call) {
    if (auto value = clock_value(call, static_cast<std::int32_t>(call.arg(0))); !value)
        return Outcome::fail(value.error());
    if (call.arg(1) == 0) return Outcome::done(0);
    return Outcome::from(call.memory().write_object(call.arg(1), TimePair{0, 1}));
}

Outcome sys_time(Call& call) {
    const std::int64_t seconds = kBootEpochSeconds + call.kernel.now_ns / kSecond;
    if (call.arg(0) && !call.memory().write_object(call.arg(0), seconds)) return Outcome::fail(Errno::efault);
    return Outcome::done(seconds);
}

Outcome sys_gettimeofday(Call& call) {
    TimePair now = to_timeval(call.kernel.now_ns);
    now.seconds += kBootEpochSeconds;
    if (call.arg(0) && !call.memory().write_object(call.arg(0), now)) return Outcome::fail(Errno::efault);
    constexpr std::uint64_t kUtc = 0;
    if (call.arg(1) && !call.memory().write_object(call.arg(1), kUtc)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

Outcome sys_sched_yield(Call&) {
    return Outcome::of(Outcome::Kind::yielded);
}

// ---- Alarms

namespace {

struct AbiTimerValue {
    TimePair interval{}, value{};
};

constexpr std::int32_t kTimerReal = 0, kTimerVirtual = 1, kTimerProf = 2;

Time left_of_alarm(const Call& call) {
    const Time at = call.process_read().alarm_at_ns;
    return at == kNever ? 0 : std::max<Time>(at - call.kernel.now_ns, kMicrosecond);
}

const CpuTimer& cpu_timer(const CpuTimers& timers, std::int32_t which) {
    return which == kTimerVirtual ? timers.user : timers.profile;
}

/// setitimer(2): EINVAL where there is no such timer.
Result<std::int32_t> timer_argument(const Call& call) {
    const auto which = static_cast<std::int32_t>(call.arg(0));
    if (which < kTimerReal || which > kTimerProf) return Errno::einval;
    return which;
}

AbiTimerValue timer_value(const Call& call, std::int32_t which) {
    const Process& process = call.process_read();
    if (which == kTimerReal) return {to_timeval(process.alarm_interval_ns), to_timeval(left_of_alarm(call))};
    const CpuTimer& timer = cpu_timer(*process.cpu_timers, which);
    const Time left = timer.at_ns == kNever
                          ? 0
                          : std::max<Time>(timer.at_ns - cpu_time_of(call.kernel, process), kMicrosecond);
    return {to_timeval(timer.interval_ns), to_timeval(left)};
}

void set_timer(Call& call, std::int32_t which, Time value, Time interval) {
    Process& process = call.process();
    if (which == kTimerReal) {
        process.alarm_at_ns = value == 0 ? kNever : saturating_add(call.kernel.now_ns, value);
        process.alarm_interval_ns = interval;
        arm_timer(call.kernel, process.alarm_at_ns);
        return;
    }
    const Time now = cpu_time_of(call.kernel, process);
    CpuTimers& timers = process.cpu_timers.write();
    (which == kTimerVirtual ? timers.user : timers.profile) = {
        value == 0 ? kNever : saturating_add(now, value), interval};
    call.kernel.has_cpu_timers = true;
}

}  // namespace

Outcome sys_alarm(Call& call) {
    const Time left = left_of_alarm(call);
    const auto seconds = static_cast<std::uint32_t>(call.arg(0));
    Process& process = call.process();
    process.alarm_interval_ns = 0;
    process.alarm_at_ns = seconds == 0 ? kNever : call.kernel.now_ns + Time{seconds} * kSecond;
    arm_timer(call.kernel, process.alarm_at_ns);
    // kernel/time/itimer.c: rounded to whole seconds, but never from something to nothing.
    Time rest = left / kSecond;
    if ((rest == 0 && left > 0) || left % kSecond >= kSecond / 2) ++rest;
    return Outcome::done(rest);
}

Outcome sys_getitimer(Call& call) {
    auto which = timer_argument(call);
    if (!which) return Outcome::fail(which.error());
    return Outcome::from(call.memory().write_object(call.arg(1), timer_value(call, *which)));
}

Outcome sys_setitimer(Call& call) {
    AbiTimerValue wanted;
    if (call.arg(1)) {
        auto read = call.memory().read_object<AbiTimerValue>(call.arg(1));
        if (!read) return Outcome::fail(read.error());
        wanted = *read;
    }
    constexpr Time kMicroseconds = kSecond / kMicrosecond;
    auto value = to_ns(wanted.value, kMicroseconds), interval = to_ns(wanted.interval, kMicroseconds);
    if (!value || !interval) return Outcome::fail(Errno::einval);
    auto which = timer_argument(call);
    if (!which) return Outcome::fail(which.error());
    const AbiTimerValue before = timer_value(call, *which);
    set_timer(call, *which, *value, *interval);
    if (call.arg(2) && !call.memory().write_object(call.arg(2), before)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

// ---- Accounts

Outcome sys_times(Call& call) {
    constexpr Time kTick = kSecond / 100;  // times(2): clock ticks, sysconf(_SC_CLK_TCK)
    if (call.arg(0)) {
        const std::array<std::int64_t, 4> times{
            cpu_time_of(call.kernel, call.process_read()) / kTick, 0,
            static_cast<std::int64_t>(call.process_read().children_cpu_ns) / kTick, 0};
        if (!call.memory().write_object(call.arg(0), times)) return Outcome::fail(Errno::efault);
    }
    return Outcome::done(call.kernel.now_ns / kTick);
}

Outcome sys_getrusage(Call& call) {
    constexpr std::int32_t kSelf = 0, kChildren = -1, kThread = 1;
    Rusage usage;
    switch (static_cast<std::int32_t>(call.arg(0))) {
        case kSelf:
            usage.user = to_timeval(cpu_time_of(call.kernel, call.process_read()));
            break;
        case kThread:
            usage.user = to_timeval(call.self().cpu_time_ns);
            break;
        case kChildren:
            usage.user = to_timeval(static_cast<Time>(call.process_read().children_cpu_ns));
            break;
        default:
            return Outcome::fail(Errno::einval);
    }
    return Outcome::from(call.memory().write_object(call.arg(1), usage));
}

}  // namespace ipclab::kernel
