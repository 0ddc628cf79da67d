// Threads: clone(2), how one of them ends, and what a thread can do to another. What a thread group is stands in task.h.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/futex.h"
#include "kernel/handlers.h"
#include "kernel/processes.h"
#include "kernel/signals.h"

namespace ipclab::kernel {

namespace {

/// clone(2)
enum CloneFlag : std::uint64_t {
    kCloneVm = 0x100,
    kCloneFs = 0x200,
    kCloneFiles = 0x400,
    kCloneSighand = 0x800,
    kCloneVfork = 0x4000,
    kCloneThread = 0x10000,
    kCloneSysvsem = 0x40000,
    kCloneSetTls = 0x80000,
    kCloneParentSetTid = 0x100000,
    kCloneChildClearTid = 0x200000,
    kCloneDetached = 0x400000,  // ignored by Linux
    kCloneChildSetTid = 0x1000000,
    kExitSignal = 0xff,
};
constexpr std::uint64_t kSharedByThreads = kCloneVm | kCloneFs | kCloneFiles | kCloneSighand | kCloneThread;
constexpr std::uint64_t kIds =
    kCloneSetTls | kCloneParentSetTid | kCloneChildClearTid | kCloneDetached | kCloneChildSetTid;

Outcome refuse(Call& call, std::string_view sentence) {
    explain(call.kernel, call.task, sentence, call.trace);
    return Outcome::fail(Errno::einval);
}

Outcome new_thread(Call& call) {
    Kernel& kernel = call.kernel;
    if (Outcome none = refuse_task(call, "clone"); none.value != 0) return none;
    const Pid number = next_pid(kernel);
    if (!number) return Outcome::fail(Errno::eagain);
    const Tid tid{number.value};
    call.cost_ns += kernel.costs.thread_ns;
    call.object = ref(tid);
    return start_task(call, tid, call.pid);
}

/// What the flags say about the child's thread id, and where it starts.
void prepare(Call& call, std::uint64_t flags, Outcome& outcome) {
    Kernel& kernel = call.kernel;
    outcome.start.stack = call.arg(1);
    if (flags & kCloneSetTls) outcome.start.thread_pointer = call.arg(4);
    const auto id = static_cast<std::int32_t>(outcome.child.value);
    // clone(2): the kernel goes on where it cannot store the id.
    if (flags & kCloneParentSetTid) static_cast<void>(call.memory().write_object(call.arg(2), id).ok());
    if (flags & kCloneChildSetTid) {
        const SpaceId space = kernel.processes[kernel.tasks[outcome.child].process].space;
        const UserMemory memory{kernel.spaces.write(space), kernel.memory, kernel.watching.watcher};
        static_cast<void>(memory.write_object(call.arg(3), id).ok());
    }
    if (flags & kCloneChildClearTid) kernel.tasks.write(outcome.child).clear_child_tid = call.arg(3);
}

/// Clears what a task has to do with others while its memory is still there.
void release(Kernel& kernel, Tid tid, Trace* trace) {
    leave_futexes(kernel, tid, trace);
    leave_cpu(kernel, tid);
    for (Cpu& cpu : kernel.scheduler.cpus)
        if (cpu.last == tid && kernel.tasks[tid].process.value != tid.value) cpu.last = {};
}

void emit_exited(Kernel& kernel, Tid tid, std::int32_t wait_status, Trace* trace) {
    if (!trace) return;
    Event event = event_now(kernel, EventKind::exited, tid);
    event.result = wait_status;
    trace->add(event);
}

}  // namespace

std::vector<Tid> threads_of(const Kernel& kernel, Pid pid) {
    std::vector<Tid> found;
    for (const auto& [tid, task] : kernel.tasks)
        if (task->process == pid && task->state != TaskState::zombie) found.push_back(tid);
    return found;
}

Time cpu_time_of(const Kernel& kernel, const Process& process) {
    Time sum = process.ended_threads_cpu_ns;
    for (const auto& [tid, task] : kernel.tasks)
        if (task->process == process.pid) sum += task->cpu_time_ns;
    return sum;
}

void end_thread(Kernel& kernel, Tid tid, std::int32_t wait_status, Trace* trace) {
    const Pid pid = kernel.tasks[tid].process;
    release(kernel, tid, trace);
    forget_waits(kernel, tid, trace);
    release_kept_files(kernel, tid, trace);
    if (tid.value == pid.value) {
        // wait(2) finds a process by its first task, and reports it when all of them have ended.
        Task& task = kernel.tasks.write(tid);
        task.state = TaskState::zombie;
        task.call.reset();
        task.waits.clear();
        task.pending = {};
        task.saved_mask.reset();
        kernel.processes.write(pid).wait_status = wait_status;
        return;
    }
    emit_exited(kernel, tid, wait_status, trace);
    kernel.processes.write(pid).ended_threads_cpu_ns += kernel.tasks[tid].cpu_time_ns;
    kernel.tasks.erase(tid);
}

void end_other_threads(Kernel& kernel, Tid survivor, std::int32_t wait_status, Trace* trace) {
    for (Tid tid : threads_of(kernel, kernel.tasks[survivor].process))
        if (tid != survivor) end_thread(kernel, tid, wait_status, trace);
}

void become_first_thread(Call& call) {
    Kernel& kernel = call.kernel;
    end_other_threads(kernel, call.task, 0, call.trace);
    leave_futexes(kernel, call.task, call.trace);
    const Tid first{call.pid.value}, old = call.task;
    if (old != first) {
        Task task = kernel.tasks[old];
        kernel.processes.write(call.pid).ended_threads_cpu_ns += kernel.tasks[first].cpu_time_ns;
        task.tid = first;
        kernel.tasks.write(first) = std::move(task);
        kernel.tasks.erase(old);
        for (Cpu& cpu : kernel.scheduler.cpus) {
            if (cpu.current == old) cpu.current = first;
            if (cpu.last == old) cpu.last = first;
        }
        call.task = first;
    }
    call.me = &kernel.tasks.write(first);
}

Outcome sys_clone(Call& call) {
    const std::uint64_t flags = call.arg(0) & 0xffffffff;
    // clone(2), ERRORS
    if ((flags & kCloneSighand) && !(flags & kCloneVm)) return Outcome::fail(Errno::einval);
    if ((flags & kCloneThread) && !(flags & kCloneSighand)) return Outcome::fail(Errno::einval);
    if (flags & kCloneThread) {
        if ((flags & kSharedByThreads) != kSharedByThreads ||
            (flags & ~(kSharedByThreads | kCloneSysvsem | kIds | kExitSignal)) != 0 || call.arg(1) == 0)
            return refuse(call,
                          "clone: a thread is simulated with CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND "
                          "and a stack "
                          "of its own, as pthread_create() makes it: EINVAL");
        Outcome outcome = new_thread(call);
        if (outcome.child) prepare(call, flags, outcome);
        return outcome;
    }
    if ((flags & ~(kCloneVm | kCloneVfork | kIds | kExitSignal)) != 0 ||
        (flags & kExitSignal) != static_cast<std::uint64_t>(kSigChld))
        return refuse(call,
                      "clone: a process is simulated with SIGCHLD, CLONE_VM, CLONE_VFORK and the flags for "
                      "its thread id: "
                      "EINVAL");
    const Memory memory = flags & kCloneVm ? Memory::shared : Memory::copied;
    const bool is_first = call.pending.progress == 0;
    Outcome outcome = flags & kCloneVfork ? fork_and_wait(call, memory) : fork_process(call, memory);
    if (outcome.child && is_first) prepare(call, flags, outcome);
    return outcome;
}

Outcome sys_exit(Call& call) {
    const std::int32_t status = exit_status_word(static_cast<std::int32_t>(call.arg(0)));
    const Pid pid = call.pid;
    if (threads_of(call.kernel, pid).size() > 1) {
        end_thread(call.kernel, call.task, status, call.trace);
        find_takers(call.kernel, pid, call.trace);
        return Outcome::of(Outcome::Kind::exited);
    }
    call.cost_ns += call.kernel.costs.exit_ns;
    // kernel/exit.c: a process reports what its first thread ended with.
    const bool is_first = call.task.value == pid.value;
    end_process(call.kernel, pid, is_first ? status : call.process_read().wait_status, 0, call.trace);
    return Outcome::of(Outcome::Kind::exited);
}

Outcome sys_gettid(Call& call) {
    return Outcome::done(call.task.value);
}

Outcome sys_set_tid_address(Call& call) {
    call.me->clear_child_tid = call.arg(0);
    return Outcome::done(call.task.value);
}

namespace {

/// `group` -1: whatever it is of.
Outcome signal_task(Call& call, std::int32_t group, std::int32_t tid, const SignalInfo& info) {
    if (tid <= 0 || (group <= 0 && group != -1)) return Outcome::fail(Errno::einval);
    const Task* task = call.kernel.tasks.find(Tid{tid});
    if (!task || (group > 0 && task->process.value != group)) return Outcome::fail(Errno::esrch);
    if (info.signal < 0 || info.signal > kSignals) return Outcome::fail(Errno::einval);
    call.object = ref(Tid{tid});
    if (info.signal != 0) send_to_task(call.kernel, Tid{tid}, info, call.trace);
    return Outcome::done(0);
}

}  // namespace

Outcome sys_tgkill(Call& call) {
    const auto group = static_cast<std::int32_t>(call.arg(0));
    if (group <= 0) return Outcome::fail(Errno::einval);
    return signal_task(call, group, static_cast<std::int32_t>(call.arg(1)),
                       from_caller(call, static_cast<std::int32_t>(call.arg(2)), kSiTkill));
}

Outcome sys_rt_tgsigqueueinfo(Call& call) {
    auto info = read_siginfo(call.memory(), call.arg(3));
    if (!info) return Outcome::fail(info.error());
    info->signal = static_cast<std::int32_t>(call.arg(2));
    const auto group = static_cast<std::int32_t>(call.arg(0)), tid = static_cast<std::int32_t>(call.arg(1));
    // kernel/signal.c, do_rt_tgsigqueueinfo(): the ids first; then nobody may look like the kernel or kill() to others.
    if (group <= 0 || tid <= 0) return Outcome::fail(Errno::einval);
    if ((info->code >= 0 || info->code == kSiTkill) && call.pid.value != group)
        return Outcome::fail(Errno::eperm);
    return signal_task(call, group, tid, *info);
}

Outcome sys_tkill(Call& call) {
    return signal_task(call, -1, static_cast<std::int32_t>(call.arg(0)),
                       from_caller(call, static_cast<std::int32_t>(call.arg(1)), kSiTkill));
}

}  // namespace ipclab::kernel
