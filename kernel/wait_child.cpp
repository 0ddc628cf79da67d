// Waiting for children: wait4(2), as Linux's kernel/exit.c does it.
#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/processes.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kNoHang = 1, kUntraced = 2, kContinued = 8, kNoThread = 0x20000000, kAll = 0x40000000,
                        kClone = 0x80000000;

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
    if (child.is_zombie) return child.wait_status;
    if ((wanted.options & kUntraced) && child.stop_unreported) return child.stop_signal << 8 | 0x7f;
    if ((wanted.options & kContinued) && child.continue_unreported) return 0xffff;
    return std::nullopt;
}

Outcome give(Call& call, const Change& change) {
    const UserMemory memory = call.memory();
    // kernel/exit.c: the child is gone by the time the results are stored; a bad address does not bring it
    // back.
    if (call.arg(1) && !memory.write_object(call.arg(1), change.status)) return Outcome::fail(Errno::efault);
    if (call.arg(3)) {
        Rusage usage;
        usage.user = to_timeval(change.cpu_ns);
        if (!memory.write_object(call.arg(3), usage)) return Outcome::fail(Errno::efault);
    }
    return Outcome::done(change.child.value);
}

}  // namespace

Outcome sys_wait4(Call& call) {
    Kernel& kernel = call.kernel;
    const Pid self = call.self().process;
    const auto options = static_cast<std::uint32_t>(call.arg(2));
    if (options & ~(kNoHang | kUntraced | kContinued | kNoThread | kAll | kClone))
        return Outcome::fail(Errno::einval);
    const Wanted wanted{static_cast<std::int32_t>(call.arg(0)), options, call.process_read().group};
    if (wanted.pid == INT32_MIN) return Outcome::fail(Errno::esrch);
    bool has_child = false;
    for (const auto& [pid, child] : kernel.processes) {
        // wait(2): __WCLONE means children that report by another signal than SIGCHLD: there are none here.
        if (child->parent != self || !wanted.names(*child) || ((options & kClone) && !(options & kAll)))
            continue;
        has_child = true;
        const auto status = report_of(*child, wanted);
        if (!status) continue;
        const Change change{
            pid, *status,
            kernel.tasks[Tid{pid.value}].cpu_time_ns + static_cast<Time>(child->children_cpu_ns)};
        call.object = ref(pid);
        if (child->is_zombie) {
            reap(kernel, pid, call.task, call.trace);
        } else {
            Process& reported = kernel.processes.write(pid);
            reported.stop_unreported = reported.continue_unreported = false;
        }
        return give(call, change);
    }
    if (!has_child) return Outcome::fail(Errno::echild);
    if (options & kNoHang) return Outcome::done(0);
    return call.block({{ref(self), WaitFor::child}});
}

}  // namespace ipclab::kernel
