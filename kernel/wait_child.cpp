// Waiting for children: wait4(2) and waitid(2), as Linux's kernel/exit.c does it.
#include <array>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/processes.h"
#include "kernel/signals.h"
#include "kernel/syscalls.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kNoHang = 1, kUntraced = 2, kExited = 4, kContinued = 8, kNoReap = 0x01000000,
                        kNoThread = 0x20000000, kAll = 0x40000000, kClone = 0x80000000;

/// What a wait asks for: pid argument and options.
struct Wanted {
    std::int32_t pid = -1;
    std::uint32_t options = 0;
    Pid own_group{};

    bool names(const Process& child) const {
        // waitpid(2): below -1 any child of that group, -1 any, 0 any of the caller's group, above 0 that
        // one.
        if (pid < -1) return child.group.value == -pid;
        if (pid == -1) return true;
        if (pid == 0) return child.group == own_group;
        return child.pid.value == pid;
    }
};

struct Change {
    Pid child{};
    std::int32_t status = 0;
    Time cpu_ns = 0;
};

/// The change of state that a child has to report, none where there is nothing yet.
std::optional<std::int32_t> report_of(const Process& child, const Wanted& wanted) {
    if (child.is_zombie) return wanted.options & kExited ? std::optional(child.wait_status) : std::nullopt;
    if ((wanted.options & kUntraced) && child.stop_unreported) return child.stop_signal << 8 | 0x7f;
    if ((wanted.options & kContinued) && child.continue_unreported) return 0xffff;
    return std::nullopt;
}

Rusage usage_of(const Change& change) {
    Rusage usage;
    usage.user = to_timeval(change.cpu_ns);
    return usage;
}

Outcome give(Call& call, const Change& change) {
    const UserMemory memory = call.memory();
    // kernel/exit.c: the child is gone by the time the results are stored; a bad address does not bring it
    // back.
    if (call.arg(1) && !memory.write_object(call.arg(1), change.status)) return Outcome::fail(Errno::efault);
    if (call.arg(3) && !memory.write_object(call.arg(3), usage_of(change)))
        return Outcome::fail(Errno::efault);
    return Outcome::done(change.child.value);
}

/// One look at the children. Nothing: some may still change, none has.
Result<std::optional<Change>> look(Call& call, const Wanted& wanted) {
    Kernel& kernel = call.kernel;
    const Pid self = call.self().process;
    bool has_child = false;
    for (const auto& [pid, child] : kernel.processes) {
        // wait(2): __WCLONE means children that report by another signal than SIGCHLD: there are none here.
        if (child->parent != self || !wanted.names(*child) ||
            ((wanted.options & kClone) && !(wanted.options & kAll)))
            continue;
        // waitid(2) without WEXITED: a zombie can report nothing more.
        if (child->is_zombie && !(wanted.options & kExited)) continue;
        has_child = true;
        const auto status = report_of(*child, wanted);
        if (!status) continue;
        const Change change{pid, *status,
                            cpu_time_of(kernel, *child) + static_cast<Time>(child->children_cpu_ns)};
        call.object = ref(pid);
        if (wanted.options & kNoReap) return std::optional(change);
        if (child->is_zombie) {
            reap(kernel, pid, call.task, call.trace);
        } else {
            Process& reported = kernel.processes.write(pid);
            reported.stop_unreported = reported.continue_unreported = false;
        }
        return std::optional(change);
    }
    if (!has_child) return Errno::echild;
    return std::optional<Change>{};
}

/// The fields of siginfo_t that waitid(2) fills.
SignalInfo info_of(const Change& change) {
    SignalInfo info{
        .signal = kSigChld, .sender = change.child, .sender_uid = static_cast<std::int32_t>(kUser)};
    const std::int32_t signal = change.status & 0x7f;
    if (change.status == 0xffff) {
        info.code = kCldContinued;
        info.status = kSigCont;
    } else if (signal == 0x7f) {
        info.code = kCldStopped;
        info.status = change.status >> 8;
    } else if (signal != 0) {
        info.code = change.status & 0x80 ? kCldDumped : kCldKilled;
        info.status = signal;
    } else {
        info.code = kCldExited;
        info.status = change.status >> 8 & 0xff;
    }
    return info;
}

}  // namespace

Outcome sys_wait4(Call& call) {
    const auto options = static_cast<std::uint32_t>(call.arg(2));
    if (options & ~(kNoHang | kUntraced | kContinued | kNoThread | kAll | kClone))
        return Outcome::fail(Errno::einval);
    const Wanted wanted{static_cast<std::int32_t>(call.arg(0)), options | kExited, call.process_read().group};
    if (wanted.pid == INT32_MIN) return Outcome::fail(Errno::esrch);
    auto change = look(call, wanted);
    if (!change) return Outcome::fail(change.error());
    if (*change) return give(call, **change);
    if (options & kNoHang) return Outcome::done(0);
    return call.block(ref(call.self().process), WaitFor::child);
}

namespace {
constexpr std::int32_t kAnyChild = 0, kOneChild = 1, kGroup = 2, kPidfd = 3;
}

bool waits_by_pidfd(const PendingCall& call, Fd fd) {
    return static_cast<Sys>(call.number) == Sys::waitid &&
           static_cast<std::int32_t>(call.args[0]) == kPidfd && static_cast<Fd>(call.args[1]) == fd;
}

Outcome sys_waitid(Call& call) {
    const auto options = static_cast<std::uint32_t>(call.arg(3));
    const auto id = static_cast<std::int32_t>(call.arg(1));
    if (options & ~(kNoHang | kUntraced | kExited | kContinued | kNoReap | kNoThread | kAll | kClone))
        return Outcome::fail(Errno::einval);
    if (!(options & (kUntraced | kExited | kContinued))) return Outcome::fail(Errno::einval);
    Wanted wanted{-1, options, call.process_read().group};
    bool is_nonblocking = false;
    switch (static_cast<std::int32_t>(call.arg(0))) {
        case kAnyChild:
            break;
        case kOneChild:
            if (id <= 0) return Outcome::fail(Errno::einval);
            wanted.pid = id;
            break;
        case kGroup:  // waitid(2): since Linux 5.4 the group 0 is the caller's
            if (id < 0) return Outcome::fail(Errno::einval);
            wanted.pid = id == 0 ? 0 : -id;
            if (id == 1) return Outcome::fail(Errno::echild);
            break;
        case kPidfd: {
            if (id < 0) return Outcome::fail(Errno::einval);
            const auto target = pidfd_target(call, call.arg(1));
            if (!target) return Outcome::fail(target.error());
            wanted.pid = target->pid.value;
            is_nonblocking = target->is_nonblocking;
            break;
        }
        default:
            return Outcome::fail(Errno::einval);
    }
    auto change = look(call, wanted);
    if (!change) return Outcome::fail(change.error());
    // waitid(2): a pidfd that is not to block gives EAGAIN instead.
    if (!*change && !(options & kNoHang) && is_nonblocking) return Outcome::fail(Errno::eagain);
    if (!*change && !(options & kNoHang)) return call.block(ref(call.self().process), WaitFor::child);
    const UserMemory memory = call.memory();
    if (*change && call.arg(4) && !memory.write_object(call.arg(4), usage_of(**change)))
        return Outcome::fail(Errno::efault);
    if (call.arg(2) == 0) return Outcome::done(0);
    // waitid(2): with WNOHANG and no change the fields are zero. The kernel stores up to si_status only.
    constexpr std::size_t kStored = 28;
    const auto bytes = *change ? siginfo_bytes(info_of(**change)) : std::array<std::uint8_t, 128>{};
    return Outcome::from(memory.write(call.arg(2), std::span(bytes).first(kStored)));
}

}  // namespace ipclab::kernel
