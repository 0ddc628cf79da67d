// POSIX timers: timer_create(2), timer_settime(2) and their like, after Linux's kernel/time/posix-timers.c. What the
// clocks of CPU time would measure is not simulated: a timer on one is refused.
#include "kernel/posix_timer.h"

#include <algorithm>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/periods.h"
#include "kernel/signals.h"
#include "kernel/timer_signals.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

/// timer_gettime(2): the time until the next expiration, 0 where the timer is not armed.
Time time_left(const PosixTimer& timer, Time now) {
    if (timer.state == TimerState::disarmed || timer.due_ns == kNever) return 0;
    const bool is_overdue = now >= timer.due_ns;
    if (timer.interval_ns > 0 && is_overdue &&
        (timer.state != TimerState::armed || timer.notice == TimerNotice::none))
        return next_period(timer.due_ns, timer.interval_ns, now) - now;
    if (!is_overdue) return timer.due_ns - now;
    // Due, and about to fire: not yet 0.
    return timer.state == TimerState::armed && timer.notice != TimerNotice::none ? 1 : 0;
}

struct AbiTimerSpec {
    TimePair interval{}, value{};
};

AbiTimerSpec setting_of(const PosixTimer& timer, Time now) {
    return {to_timespec(timer.interval_ns), to_timespec(time_left(timer, now))};
}

/// A signal that the timer has pending is not delivered any more.
void drop_signal(Kernel& kernel, Pid pid, PosixTimer& timer) {
    if (timer.state != TimerState::signalled) return;
    const auto drop = [&](PendingSignals& pending) {
        std::erase_if(pending.queue, [&](const SignalInfo& info) {
            return info.code == kSiTimer && info.signal == timer.signal && info.timer == timer.id;
        });
        const bool more = std::any_of(pending.queue.begin(), pending.queue.end(),
                                      [&](const SignalInfo& info) { return info.signal == timer.signal; });
        if (!more) pending.set &= ~signal_bit(timer.signal);
    };
    if (timer.notice == TimerNotice::signal_to_task) {
        if (kernel.tasks.contains(timer.target)) drop(kernel.tasks.write(timer.target).pending);
    } else {
        drop(kernel.processes.write(pid).pending);
    }
}

void send(Kernel& kernel, Pid pid, const PosixTimer& timer, Trace* trace) {
    const SignalInfo info{.signal = timer.signal, .code = kSiTimer, .value = timer.value, .timer = timer.id};
    if (timer.notice != TimerNotice::signal_to_task)
        send_to_process(kernel, pid, info, trace);
    else if (kernel.tasks.contains(timer.target))
        send_to_task(kernel, timer.target, info, trace);
}

PosixTimer* timer_of(Call& call, std::uint64_t id) {
    const PosixTimers& timers = *call.process_read().timers;
    if (!timers.find(static_cast<std::int32_t>(id))) return nullptr;
    return call.process().timers.write().find(static_cast<std::int32_t>(id));
}

/// Whether a timer can be on this clock (timer_create(2)), and the error where not.
Result<void> check_clock(Call& call, std::int32_t clock) {
    switch (clock) {
        case kClockRealtime:
        case kClockMonotonic:
        case kClockBootTime:
        case kClockTai:
            return {};
        case kClockProcessCpu:
        case kClockThreadCpu:
            explain(call.kernel, call.task, "timer_create: timers on CPU time are not simulated: EOPNOTSUPP",
                    call.trace);
            return Errno::eopnotsupp;
        case kClockMonotonicRaw:
        case kClockRealtimeCoarse:
        case kClockMonotonicCoarse:
        case kClockRealtimeAlarm:
        case kClockBootTimeAlarm:
            return Errno::eopnotsupp;
        default:
            return Errno::einval;
    }
}

/// The kernel's struct sigevent.
struct AbiSigevent {
    std::uint64_t value = 0;
    std::int32_t signal = 0, notify = 0, task = 0;
    std::int32_t unused[11] = {};
};
static_assert(sizeof(AbiSigevent) == 64);

/// posix-timers.c, good_sigevent()
Result<PosixTimer> checked_event(const Call& call, const AbiSigevent& event) {
    constexpr std::int32_t kSignal = 0, kNone = 1, kThread = 2, kThreadId = 4;
    PosixTimer timer{.signal = event.signal, .value = event.value};
    switch (event.notify) {
        case kNone:
            timer.notice = TimerNotice::none;
            return timer;
        case kThreadId: {
            const Task* task = call.kernel.tasks.find(Tid{event.task});
            if (!task || task->process != call.pid) return Errno::einval;
            timer.notice = TimerNotice::signal_to_task;
            timer.target = task->tid;
            break;
        }
        case kSignal:
        case kThread:  // for the C library, which starts the thread; to the kernel it is a signal
            break;
        default:
            return Errno::einval;
    }
    if (event.signal < 1 || event.signal > kSignals) return Errno::einval;
    return timer;
}

}  // namespace

Outcome sys_timer_create(Call& call) {
    AbiSigevent event{.signal = kSigAlrm};
    const UserMemory memory = call.memory();
    if (call.arg(1)) {
        auto read = memory.read_object<AbiSigevent>(call.arg(1));
        if (!read) return Outcome::fail(read.error());
        event = *read;
    }
    const auto clock = static_cast<std::int32_t>(call.arg(0));
    if (auto valid = check_clock(call, clock); !valid) return Outcome::fail(valid.error());
    PosixTimers& timers = call.process().timers.write();
    // timer_create(2): each timer has a queued signal set aside, which counts against RLIMIT_SIGPENDING.
    if (timers.timers.size() >= call.process_read().resource_limits->soft(Resource::pending_signals)) return Outcome::fail(Errno::eagain);
    const std::int32_t id = timers.next_id;
    timers.next_id = (id + 1) & INT32_MAX;
    if (timers.find(id)) return Outcome::fail(Errno::eagain);
    // timer_create(2): without an event SIGALRM comes with the timer's id as its value.
    if (!call.arg(1)) event.value = static_cast<std::uint64_t>(id);
    auto timer = checked_event(call, event);
    if (!timer) return Outcome::fail(timer.error());
    if (!memory.write_object(call.arg(2), id)) return Outcome::fail(Errno::efault);
    timer->id = id;
    timer->is_real_time = clock == kClockRealtime || clock == kClockTai;
    timers.timers.insert(std::ranges::upper_bound(timers.timers, id, {}, &PosixTimer::id), *timer);
    return Outcome::done(0);
}

Outcome sys_timer_settime(Call& call) {
    constexpr std::uint32_t kAbsolute = 1;
    if (!call.arg(2)) return Outcome::fail(Errno::einval);
    auto wanted = call.memory().read_object<AbiTimerSpec>(call.arg(2));
    if (!wanted) return Outcome::fail(wanted.error());
    const auto value = to_ns(wanted->value, kSecond), interval = to_ns(wanted->interval, kSecond);
    if (!value || !interval) return Outcome::fail(Errno::einval);
    PosixTimer* timer = timer_of(call, call.arg(0));
    if (!timer) return Outcome::fail(Errno::einval);
    const Time now = call.kernel.now_ns;
    const AbiTimerSpec before = setting_of(*timer, now);
    drop_signal(call.kernel, call.pid, *timer);
    timer->overrun = 0;
    timer->state = TimerState::disarmed;
    timer->interval_ns = 0;
    timer->due_ns = kNever;
    if (*value > 0) {
        timer->state = TimerState::armed;
        timer->interval_ns = *interval;
        const bool is_absolute = (call.arg(1) & kAbsolute) != 0;
        if (!is_absolute)
            timer->due_ns = saturating_add(now, *value);
        else if (timer->is_real_time && *value != kNever)
            timer->due_ns = *value - kBootEpochSeconds * kSecond;
        else
            timer->due_ns = *value;
        if (timer->notice != TimerNotice::none) arm_timer(call.kernel, timer->due_ns);
    }
    if (call.arg(3) && !call.memory().write_object(call.arg(3), before)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

Outcome sys_timer_gettime(Call& call) {
    const PosixTimer* timer = call.process_read().timers->find(static_cast<std::int32_t>(call.arg(0)));
    if (!timer) return Outcome::fail(Errno::einval);
    return Outcome::from(call.memory().write_object(call.arg(1), setting_of(*timer, call.kernel.now_ns)));
}

Outcome sys_timer_getoverrun(Call& call) {
    const PosixTimer* timer = call.process_read().timers->find(static_cast<std::int32_t>(call.arg(0)));
    return timer ? Outcome::done(timer->overrun) : Outcome::fail(Errno::einval);
}

Outcome sys_timer_delete(Call& call) {
    PosixTimer* timer = timer_of(call, call.arg(0));
    if (!timer) return Outcome::fail(Errno::einval);
    drop_signal(call.kernel, call.pid, *timer);
    std::vector<PosixTimer>& timers = call.process().timers.write().timers;
    timers.erase(timers.begin() + (timer - timers.data()));
    return Outcome::done(0);
}

void delete_posix_timers(Kernel& kernel, Pid pid) {
    Process& process = kernel.processes.write(pid);
    for (PosixTimer& timer : process.timers.write().timers) drop_signal(kernel, pid, timer);
    process.timers = {};
}

// ---- Expiring

void expire_posix_timer(Kernel& kernel, Pid pid, Trace* trace) {
    const Time due = kernel.processes[pid].timers->earliest_ns();
    for (PosixTimer& timer : kernel.processes.write(pid).timers.write().timers) {
        if (timer.due_ns != due || timer.state != TimerState::armed || timer.notice == TimerNotice::none)
            continue;
        const Tid target = timer.notice == TimerNotice::signal_to_task ? timer.target : Tid{pid.value};
        if (!kernel.tasks.contains(target))
            timer.state = TimerState::disarmed;  // timer_create(2): the thread that it was for has ended
        else if (!is_dropped(kernel, target, timer.signal))
            timer.state = TimerState::signalled;
        else
            timer.state = timer.interval_ns > 0 ? TimerState::ignored : TimerState::disarmed;
        const PosixTimer fired = timer;
        return send(kernel, pid, fired, trace);
    }
}

void timer_signal_taken(Kernel& kernel, Pid pid, SignalInfo& info) {
    if (info.code != kSiTimer || !kernel.processes[pid].timers->find(info.timer)) return;
    PosixTimer& timer = *kernel.processes.write(pid).timers.write().find(info.timer);
    if (timer.state != TimerState::signalled || timer.signal != info.signal) return;
    // timer_getoverrun(2): expirations between the one that made the signal and this moment.
    timer.overrun = static_cast<std::int32_t>(
        std::min<std::uint64_t>(periods_since(timer.due_ns, timer.interval_ns, kernel.now_ns), INT32_MAX));
    info.overrun = timer.overrun;
    if (timer.interval_ns == 0) {
        timer.state = TimerState::disarmed;
        return;
    }
    timer.due_ns = next_period(timer.due_ns, timer.interval_ns, kernel.now_ns);
    timer.state = TimerState::armed;
    arm_timer(kernel, timer.due_ns);
}

void timer_signals_ignored(Kernel& kernel, Pid pid, int signal) {
    const auto is_concerned = [signal](const PosixTimer& timer) {
        return timer.state == TimerState::signalled && timer.signal == signal;
    };
    if (std::ranges::none_of(kernel.processes[pid].timers->timers, is_concerned)) return;
    for (PosixTimer& timer : kernel.processes.write(pid).timers.write().timers)
        if (is_concerned(timer))
            timer.state = timer.interval_ns > 0 ? TimerState::ignored : TimerState::disarmed;
}

void timer_signals_unignored(Kernel& kernel, Pid pid, int signal, Trace* trace) {
    const auto is_concerned = [signal](const PosixTimer& timer) {
        return timer.state == TimerState::ignored && timer.signal == signal;
    };
    if (std::ranges::none_of(kernel.processes[pid].timers->timers, is_concerned)) return;
    std::vector<PosixTimer> sending;
    for (PosixTimer& timer : kernel.processes.write(pid).timers.write().timers) {
        if (!is_concerned(timer)) continue;
        timer.state = TimerState::signalled;
        sending.push_back(timer);
    }
    for (const PosixTimer& timer : sending) send(kernel, pid, timer, trace);
}

}  // namespace ipclab::kernel
