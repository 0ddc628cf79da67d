// pidfd_open(2): a process behind a descriptor, after Linux's kernel/pid.c and fs/pidfs.c. File::number is its pid: while
// somebody has a pidfd of it the number is not given to another process (kernel/process.cpp), so it never means that one.
#include <cstring>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"
#include "kernel/processes.h"
#include "kernel/signals.h"

namespace ipclab::kernel {

namespace {

Pid pid_of(const File& file) {
    return Pid{file.number};
}

std::uint32_t ready_process(const Kernel& kernel, const File& file) {
    const Process* process = kernel.processes.find(pid_of(file));
    // pidfd_open(2): readable once the process has ended; fs/pidfs.c: and hung up once it has been waited for.
    if (!process) return kPollIn | kPollRdNorm | kPollHup;
    return process->is_zombie ? kPollIn | kPollRdNorm : 0;
}

}  // namespace

const FileOperations kPidfdOperations{
    .object = [](const File& file) { return ref(pid_of(file)); },
    .ready = ready_process,
    .add_waits = [](const Kernel&, const File& file, std::uint32_t,
                    std::vector<WaitPoint>& waits) { add_wait(waits, ref(pid_of(file)), WaitFor::peer); },
    .status =
        [](const Kernel& kernel, const File& file) {
            AbiStat stat = anonymous_status(kernel, file);
            stat.inode = static_cast<std::uint64_t>(file.number);
            stat.mode = 0700;
            return stat;
        }};

Outcome sys_pidfd_open(Call& call) {
    constexpr std::uint32_t kThread = kOExcl;
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    const auto flags = static_cast<std::uint32_t>(call.arg(1));
    if (flags & ~(kONonBlock | kThread)) return Outcome::fail(Errno::einval);
    if (flags & kThread) {
        explain(call.kernel, call.task, "pidfd_open: PIDFD_THREAD is not simulated: EINVAL", call.trace);
        return Outcome::fail(Errno::einval);
    }
    if (pid <= 0) return Outcome::fail(Errno::einval);
    call.object = ref(Pid{pid});
    if (!call.kernel.processes.contains(Pid{pid})) {
        // kernel/fork.c, pidfd_prepare(): a thread that is not the first of its process
        return Outcome::fail(call.kernel.tasks.contains(Tid{pid}) ? Errno::enoent : Errno::esrch);
    }
    // pidfd_open(2): the descriptor is always close-on-exec.
    return open_anonymous(call, {.kind = FileKind::pidfd, .flags = kORdWr, .number = pid}, flags | kOCloExec);
}

Result<PidfdTarget> pidfd_target(Call& call, std::uint64_t fd) {
    auto id = file_of(call, fd);
    if (!id) return id.error();
    const File& file = call.kernel.files[*id];
    if (file.kind != FileKind::pidfd) return Errno::ebadf;
    return PidfdTarget{pid_of(file), (file.flags & kONonBlock) != 0};
}

Outcome sys_pidfd_send_signal(Call& call) {
    // pidfd_send_signal(2): one thread, the process (the default), or the process group of that number
    constexpr std::uint32_t kToThread = 1, kToProcess = 2, kToGroup = 4;
    const auto signal = static_cast<std::int32_t>(call.arg(1));
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    if (flags != 0 && flags != kToThread && flags != kToProcess && flags != kToGroup)
        return Outcome::fail(Errno::einval);
    auto target = pidfd_target(call, call.arg(0));
    if (!target) return Outcome::fail(target.error());
    SignalInfo info{.signal = signal,
                    .code = flags == kToThread ? kSiTkill : kSiUser,
                    .sender = call.pid,
                    .sender_uid = static_cast<std::int32_t>(kUser)};
    if (call.arg(2)) {
        auto given = read_siginfo(call.memory(), call.arg(2));
        if (!given) return Outcome::fail(given.error());
        if (given->signal != signal) return Outcome::fail(Errno::einval);
        // kernel/signal.c: nobody may look like the kernel or like kill() to others.
        if (target->pid != call.pid && (given->code >= 0 || given->code == kSiTkill))
            return Outcome::fail(Errno::eperm);
        info = *given;
    }
    if (flags == kToGroup) return Outcome::from(signal_group(call, target->pid, info));
    if (flags == kToThread && call.kernel.processes.contains(target->pid)) {
        if (signal < 0 || signal > kSignals) return Outcome::fail(Errno::einval);
        if (target->pid == kInit) return Outcome::fail(Errno::eperm);
        if (signal != 0) send_to_task(call.kernel, Tid{target->pid.value}, info, call.trace);
        return Outcome::done(0);
    }
    return Outcome::from(signal_process(call, target->pid, info));
}

Outcome sys_pidfd_getfd(Call& call) {
    Kernel& kernel = call.kernel;
    if (static_cast<std::uint32_t>(call.arg(2)) != 0) return Outcome::fail(Errno::einval);
    auto target = pidfd_target(call, call.arg(0));
    if (!target) return Outcome::fail(target.error());
    const Process* process = kernel.processes.find(target->pid);
    if (!process || process->is_zombie) return Outcome::fail(Errno::esrch);
    // ptrace(2), "Ptrace access mode checking": init is another user's; and whoever has said so by prctl().
    if (process->pid == kInit || (process->pid != call.pid && !process->is_dumpable))
        return Outcome::fail(Errno::eperm);
    const auto file = process->fds->get(static_cast<Fd>(call.arg(1)));
    if (!file) return Outcome::fail(file.error());
    // pidfd_getfd(2): the copy is close-on-exec.
    auto fd = install(kernel, call.pid, *file, true);
    return Outcome::from(fd);
}

}  // namespace ipclab::kernel
