// The system calls about signals: rt_sigaction(2) and its like, kill(2), pause(2).
#include <algorithm>
#include <array>
#include <cstring>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/signals.h"
#include "kernel/timer_signals.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

/// The kernel's struct sigaction on x86-64, not the C library's.
struct AbiSigaction {
    std::uint64_t handler = 0, flags = 0, restorer = 0, mask = 0;
};
static_assert(sizeof(AbiSigaction) == 32);

constexpr std::uint64_t kSigsetBytes = 8;

bool is_caught_or_default(int signal) {
    return signal >= 1 && signal <= kSignals;
}

}  // namespace

Outcome sys_rt_sigaction(Call& call) {
    const auto signal = static_cast<std::int32_t>(call.arg(0));
    if (call.arg(3) != kSigsetBytes) return Outcome::fail(Errno::einval);
    const UserMemory memory = call.memory();
    std::optional<AbiSigaction> fresh;
    if (call.arg(1)) {
        auto read = memory.read_object<AbiSigaction>(call.arg(1));
        if (!read) return Outcome::fail(read.error());
        fresh = *read;
    }
    // sigaction(2): EINVAL for a bad number, and for an attempt to change SIGKILL or SIGSTOP.
    if (!is_caught_or_default(signal)) return Outcome::fail(Errno::einval);
    if (fresh && (signal_bit(signal) & kUnblockable)) return Outcome::fail(Errno::einval);
    const SignalActionEntry before = (*call.process_read().actions)[static_cast<std::size_t>(signal)];
    if (fresh) {
        call.process().actions.write()[static_cast<std::size_t>(signal)] = {fresh->handler, fresh->flags,
                                                                            fresh->mask & ~kUnblockable};
        const DefaultAction action = default_action(signal);
        const bool is_ignored = fresh->handler == kSigIgn ||
                                (fresh->handler == kSigDfl &&
                                 (action == DefaultAction::ignore || action == DefaultAction::resume));
        // POSIX, 2.4.3: setting a signal to be ignored discards what is pending, blocked or not.
        if (is_ignored)
            discard_pending(call.kernel, call.self().process, signal);
        else
            timer_signals_unignored(call.kernel, call.self().process, signal, call.trace);
    }
    if (call.arg(2)) {
        const AbiSigaction old{before.handler, before.flags, 0, before.mask};
        if (!memory.write_object(call.arg(2), old)) return Outcome::fail(Errno::efault);
    }
    return Outcome::done(0);
}

Outcome sys_rt_sigprocmask(Call& call) {
    constexpr std::int32_t kBlock = 0, kUnblock = 1, kSetMask = 2;
    if (call.arg(3) != kSigsetBytes) return Outcome::fail(Errno::einval);
    const UserMemory memory = call.memory();
    const SignalMask before = call.self().blocked_signals;
    if (call.arg(1)) {
        auto set = memory.read_object<SignalMask>(call.arg(1));
        if (!set) return Outcome::fail(set.error());
        switch (static_cast<std::int32_t>(call.arg(0))) {
            case kBlock:
                set_mask(call.kernel, call.task, before | *set, call.trace);
                break;
            case kUnblock:
                set_mask(call.kernel, call.task, before & ~*set, call.trace);
                break;
            case kSetMask:
                set_mask(call.kernel, call.task, *set, call.trace);
                break;
            default:
                return Outcome::fail(Errno::einval);
        }
    }
    if (call.arg(2) && !memory.write_object(call.arg(2), before)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

Outcome sys_rt_sigpending(Call& call) {
    if (call.arg(1) > kSigsetBytes) return Outcome::fail(Errno::einval);
    const Task& task = call.self();
    // sigpending(2): signals that were raised while blocked.
    const SignalMask pending = (task.pending.set | call.process_read().pending.set) & task.blocked_signals;
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(&pending), call.arg(1));
    return Outcome::from(call.memory().write(call.arg(0), bytes));
}

Outcome sys_rt_sigsuspend(Call& call) {
    if (call.arg(1) != kSigsetBytes) return Outcome::fail(Errno::einval);
    if (!call.me->saved_mask) {
        auto mask = call.memory().read_object<SignalMask>(call.arg(0));
        if (!mask) return Outcome::fail(mask.error());
        call.me->saved_mask = call.me->blocked_signals;
        set_mask(call.kernel, call.task, *mask, call.trace);
    }
    return call.block(ref(call.task), WaitFor::signal);
}

Outcome sys_pause(Call& call) {
    return call.block(ref(call.task), WaitFor::signal);
}

Outcome sys_rt_sigtimedwait(Call& call) {
    if (call.arg(3) != kSigsetBytes) return Outcome::fail(Errno::einval);
    const UserMemory memory = call.memory();
    auto set = memory.read_object<SignalMask>(call.arg(0));
    if (!set) return Outcome::fail(set.error());
    const SignalMask wanted = *set & ~kUnblockable;
    if (call.arg(2) && !call.pending.has_slept) {
        auto limit = memory.read_object<TimePair>(call.arg(2));
        if (!limit) return Outcome::fail(limit.error());
        if (limit->seconds < 0 || limit->fraction < 0 || limit->fraction >= kSecond)
            return Outcome::fail(Errno::einval);
        const Time most_seconds = (kNever - call.kernel.now_ns) / kSecond - 1;
        if (limit->seconds < most_seconds)
            call.pending.deadline_ns = call.kernel.now_ns + limit->seconds * kSecond + limit->fraction;
    }
    if (auto info = accept_signal(call.kernel, call.task, wanted)) {
        if (call.arg(1) && !memory.write(call.arg(1), siginfo_bytes(*info)))
            return Outcome::fail(Errno::efault);
        return Outcome::done(info->signal);
    }
    // sigtimedwait(2): EAGAIN where no signal of the set came in time.
    if (call.has_timed_out()) return Outcome::fail(Errno::eagain);
    return call.block(ref(call.task), WaitFor::signal, wanted);
}

Result<SignalInfo> read_siginfo(const UserMemory& memory, std::uint64_t address) {
    struct {
        std::int32_t signal, error, code, padding, pid, uid;
        std::uint64_t value;
    } info;
    std::array<std::uint8_t, 128> bytes;
    if (auto read = memory.read(address, bytes); !read) return read.error();
    std::memcpy(&info, bytes.data(), sizeof info);
    return SignalInfo{.signal = info.signal,
                      .code = info.code,
                      .sender = Pid{info.pid},
                      .sender_uid = info.uid,
                      .value = info.value};
}

Outcome sys_rt_sigqueueinfo(Call& call) {
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    const auto signal = static_cast<std::int32_t>(call.arg(1));
    auto info = read_siginfo(call.memory(), call.arg(2));
    if (!info) return Outcome::fail(info.error());
    // kernel/signal.c, do_rt_sigqueueinfo(): nobody may look like the kernel or like kill() to others.
    if ((info->code >= 0 || info->code == kSiTkill) && call.self().process.value != pid)
        return Outcome::fail(Errno::eperm);
    if (pid <= 0 || !call.kernel.processes.contains(Pid{pid})) return Outcome::fail(Errno::esrch);
    call.object = ref(Pid{pid});
    // sigqueue(3): EAGAIN where the limit of queued signals has been reached.
    if (signal >= kSigRtMin && signal <= kSignals && Pid{pid} != kInit &&
        call.kernel.processes[Pid{pid}].pending.queue.size() >=
            call.kernel.processes[Pid{pid}].resource_limits->soft(Resource::pending_signals))
        return Outcome::fail(Errno::eagain);
    info->signal = signal;
    return Outcome::from(signal_process(call, Pid{pid}, *info));
}

Outcome sys_rt_sigreturn(Call&) {
    return Outcome::of(Outcome::Kind::returned_from_handler);
}

namespace {

template <class Matches>
Result<void> kill_all(Call& call, const SignalInfo& info, Matches matches) {
    std::vector<Pid> targets;
    for (const auto& [pid, process] : call.kernel.processes)
        if (matches(*process)) targets.push_back(pid);
    Result<void> result = Errno::esrch;
    bool any = false;
    for (Pid target : targets) {
        const Result<void> one = signal_process(call, target, info);
        any = any || one.ok();
        if (!any) result = one;
    }
    // kill(2): success where at least one process could be signalled.
    if (any) return {};
    return result;
}

}  // namespace

SignalInfo from_caller(const Call& call, int signal, int code) {
    return {.signal = signal,
            .code = code,
            .sender = call.self().process,
            .sender_uid = static_cast<std::int32_t>(kUser)};
}

Result<void> signal_process(Call& call, Pid target, const SignalInfo& info) {
    if (!call.kernel.processes.contains(target)) return Errno::esrch;
    if (info.signal < 0 || info.signal > kSignals) return Errno::einval;
    if (target == kInit) return Errno::eperm;  // it belongs to another user
    if (info.signal != 0) send_to_process(call.kernel, target, info, call.trace);
    return {};
}

Result<void> signal_group(Call& call, Pid group, const SignalInfo& info) {
    return kill_all(call, info, [group](const Process& process) { return process.group == group; });
}

Outcome sys_kill(Call& call) {
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    const auto signal = static_cast<std::int32_t>(call.arg(1));
    const bool is_valid = signal >= 0 && signal <= kSignals;
    // kernel/signal.c: that no process could have the number is seen first, then the process, then the
    // signal.
    if (pid == INT32_MIN) return Outcome::fail(Errno::esrch);
    if (pid > 0) {
        // kernel/pid.c: the number of any of its threads names the process.
        const Task* thread = call.kernel.tasks.find(Tid{pid});
        const Pid target = thread ? thread->process : Pid{pid};
        call.object = ref(target);
        return Outcome::from(signal_process(call, target, from_caller(call, signal, kSiUser)));
    }
    const Pid self = call.self().process;
    const Pid group = pid == 0 ? call.process_read().group : Pid{-std::int64_t{pid}};
    const auto is_target = [&](const Process& process) {
        // kill(2): -1 means every process that the caller may signal, except init and (on Linux) itself.
        if (pid == -1) return process.pid != kInit && process.pid != self;
        return process.group == group;
    };
    if (!is_valid) {
        for (const auto& [id, process] : call.kernel.processes)
            if (is_target(*process)) return Outcome::fail(Errno::einval);
        return Outcome::fail(Errno::esrch);
    }
    return Outcome::from(kill_all(call, from_caller(call, signal, kSiUser), is_target));
}

namespace {

/// stack_t
struct AbiStack {
    std::uint64_t pointer = 0;
    std::uint32_t flags = 0, padding = 0;
    std::uint64_t bytes = 0;
};
static_assert(sizeof(AbiStack) == 24);

}  // namespace

Outcome sys_sigaltstack(Call& call) {
    constexpr std::uint32_t kOnStack = 1, kDisable = 2, kAutoDisarm = 1u << 31;
    constexpr std::uint64_t kSmallest = 2048;  // MINSIGSTKSZ
    const AlternateStack before = call.self().alternate_stack;
    const bool is_on_it = before.holds(before.stack_pointer);
    if (call.arg(0)) {
        const auto wanted = call.memory().read_object<AbiStack>(call.arg(0));
        if (!wanted) return Outcome::fail(wanted.error());
        // kernel/signal.c, do_sigaltstack(): not while it is in use, then the flags, then the size.
        if (is_on_it) return Outcome::fail(Errno::eperm);
        if (wanted->flags & kAutoDisarm) {
            explain(call.kernel, call.task, "sigaltstack: SS_AUTODISARM is not simulated: EINVAL",
                    call.trace);
            return Outcome::fail(Errno::einval);
        }
        if (wanted->flags != 0 && wanted->flags != kOnStack && wanted->flags != kDisable)
            return Outcome::fail(Errno::einval);
        AlternateStack stack;
        if (wanted->flags != kDisable) {
            if (wanted->bytes < kSmallest) return Outcome::fail(Errno::enomem);
            stack.begin = wanted->pointer;
            stack.bytes = wanted->bytes;
        }
        call.me->alternate_stack = stack;
    }
    if (call.arg(1)) {
        const AbiStack old{before.begin,
                           before.bytes == 0 ? kDisable
                           : is_on_it        ? kOnStack
                                             : 0,
                           0, before.bytes};
        return Outcome::from(call.memory().write_object(call.arg(1), old));
    }
    return Outcome::done(0);
}

}  // namespace ipclab::kernel
