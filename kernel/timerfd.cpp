// timerfd_create(2): a timer whose expirations are read from a descriptor, after Linux's fs/timerfd.c.
//
// A periodic timer is armed again only when somebody reads it or asks for its setting; the periods that have passed since
// it expired are counted then. So one that nobody looks at costs nothing and wakes nobody again, however short its period.
#include <span>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/periods.h"
#include "kernel/poll.h"
#include "kernel/timerfd.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kBytes = sizeof(std::uint64_t);

TimerfdId id_of(const File& file) {
    return TimerfdId{file.number};
}

/// An expired periodic timer is armed again: fs/timerfd.c, hrtimer_forward_now().
void catch_up(Kernel& kernel, TimerfdId id) {
    const DescriptorTimer& before = kernel.event_fds->timers[id];
    if (!before.has_expired || before.interval_ns == 0) return;
    DescriptorTimer& timer = kernel.event_fds.write().timers.write(id);
    timer.ticks += periods_since(timer.due_ns, timer.interval_ns, kernel.now_ns);
    timer.due_ns = next_period(timer.due_ns, timer.interval_ns, kernel.now_ns);
    timer.has_expired = false;
    timer.is_armed = true;
    arm_timer(kernel, timer.due_ns);
}

Outcome read_ticks(Call& call, FileId, const File& file, Transfer& to) {
    if (to.total() < kBytes) return Outcome::fail(Errno::einval);
    const TimerfdId id = id_of(file);
    if (call.kernel.event_fds->timers[id].ticks == 0) {
        // fs/timerfd.c, timerfd_read()
        if (!blocks(call, file.flags)) return Outcome::fail(Errno::eagain);
        return block_beside_others(call, ref(id), WaitFor::readable);
    }
    catch_up(call.kernel, id);
    DescriptorTimer& timer = call.kernel.event_fds.write().timers.write(id);
    // timerfd_create(2): the expirations since the last read, or since the timer was set.
    const std::uint64_t ticks = std::exchange(timer.ticks, 0);
    timer.has_expired = false;
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(&ticks), kBytes);
    if (to.copy_out(bytes) < kBytes) return Outcome::fail(Errno::efault);
    return Outcome::done(kBytes);
}

std::uint32_t ready_timer(const Kernel& kernel, const File& file) {
    return kernel.event_fds->timers[id_of(file)].ticks > 0 ? std::uint32_t{kPollIn} : 0;
}

void timer_closed(Kernel& kernel, const File& file, Tid by, Trace* trace) {
    kernel.event_fds.write().timers.erase(id_of(file));
    wake(kernel, ref(id_of(file)), WaitFor::readable, Wake::all, by, trace);
}

struct AbiTimerSpec {
    TimePair interval{}, value{};
};
static_assert(sizeof(AbiTimerSpec) == 32);

AbiTimerSpec setting_of(const DescriptorTimer& timer, Time now) {
    const Time left = timer.is_armed ? std::max<Time>(timer.due_ns - now, 0) : 0;
    return {to_timespec(timer.interval_ns), to_timespec(left)};
}

/// EBADF, and EINVAL for a descriptor of another kind.
Result<TimerfdId> timer_of(Call& call) {
    auto file = file_of(call, call.arg(0));
    if (!file) return file.error();
    const File& found = call.kernel.files[*file];
    if (found.kind != FileKind::timerfd) return Errno::einval;
    return id_of(found);
}

}  // namespace

const FileOperations kTimerfdOperations{.object = [](const File& file) { return ref(id_of(file)); },
                                        .read = read_ticks,
                                        .ready = ready_timer,
                                        .status = anonymous_status,
                                        .closed = timer_closed,
                                        .seek = Seek::idle};

Outcome sys_timerfd_create(Call& call) {
    const auto clock = static_cast<std::int32_t>(call.arg(0));
    const auto flags = static_cast<std::uint32_t>(call.arg(1));
    if (flags & ~(kOCloExec | kONonBlock)) return Outcome::fail(Errno::einval);
    switch (clock) {
        case kClockRealtime:
        case kClockMonotonic:
        case kClockBootTime:
            break;
        case kClockRealtimeAlarm:
        case kClockBootTimeAlarm:  // timerfd_create(2): these need CAP_WAKE_ALARM
            return Outcome::fail(Errno::eperm);
        default:
            return Outcome::fail(Errno::einval);
    }
    EventDescriptors& all = call.kernel.event_fds.write();
    const TimerfdId id{++all.last_timerfd};
    all.timers.insert(id, {.is_real_time = clock == kClockRealtime});
    return open_anonymous(call, {.kind = FileKind::timerfd, .flags = kORdWr, .number = id.value}, flags);
}

Outcome sys_timerfd_settime(Call& call) {
    // Nothing can set the simulated clock, so nothing is ever cancelled by that.
    constexpr std::uint32_t kAbsolute = 1, kCancelOnSet = 2;
    auto wanted = call.memory().read_object<AbiTimerSpec>(call.arg(2));
    if (!wanted) return Outcome::fail(wanted.error());
    const auto flags = static_cast<std::uint32_t>(call.arg(1));
    const auto value = to_ns(wanted->value, kSecond), interval = to_ns(wanted->interval, kSecond);
    if ((flags & ~(kAbsolute | kCancelOnSet)) != 0 || !value || !interval)
        return Outcome::fail(Errno::einval);
    const auto id = timer_of(call);
    if (!id) return Outcome::fail(id.error());
    catch_up(call.kernel, *id);
    DescriptorTimer& timer = call.kernel.event_fds.write().timers.write(*id);
    const AbiTimerSpec before = setting_of(timer, call.kernel.now_ns);
    timer = {.is_real_time = timer.is_real_time, .is_armed = *value > 0, .interval_ns = *interval};
    if (timer.is_armed) {
        if (!(flags & kAbsolute))
            timer.due_ns = saturating_add(call.kernel.now_ns, *value);
        else
            timer.due_ns =
                timer.is_real_time && *value != kNever ? *value - kBootEpochSeconds * kSecond : *value;
        arm_timer(call.kernel, timer.due_ns);
    }
    if (call.arg(3) && !call.memory().write_object(call.arg(3), before)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

Outcome sys_timerfd_gettime(Call& call) {
    const auto id = timer_of(call);
    if (!id) return Outcome::fail(id.error());
    catch_up(call.kernel, *id);
    return Outcome::from(call.memory().write_object(
        call.arg(1), setting_of(call.kernel.event_fds->timers[*id], call.kernel.now_ns)));
}

// ---- Expiring

Time earliest_timerfd(const Kernel& kernel) {
    Time earliest = kNever;
    for (const auto& [id, timer] : kernel.event_fds->timers)
        if (timer->is_armed) earliest = std::min(earliest, timer->due_ns);
    return earliest;
}

bool expire_timerfd(Kernel& kernel, Time due, Trace* trace) {
    for (const auto& [id, timer] : kernel.event_fds->timers) {
        if (!timer->is_armed || timer->due_ns != due) continue;
        const TimerfdId fired = id;
        DescriptorTimer& changed = kernel.event_fds.write().timers.write(fired);
        changed.is_armed = false;
        changed.has_expired = true;
        ++changed.ticks;
        wake(kernel, ref(fired), WaitFor::readable, Wake::one, {}, trace);
        return true;
    }
    return false;
}

}  // namespace ipclab::kernel
