// Processes: how they come to be (fork), how they end (exit), and what they are called.
#include "kernel/processes.h"

#include <algorithm>
#include <set>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/job_control.h"
#include "kernel/prctl.h"
#include "kernel/signals.h"

namespace ipclab::kernel {

namespace {

constexpr std::int32_t kPidMax = 4'194'304;  // proc(5): /proc/sys/kernel/pid_max on 64-bit systems
constexpr std::int32_t kReservedPids = 300;  // kernel/pid.c: where numbering starts again

bool is_pid_in_use(const Kernel& kernel, Pid pid) {
    if (kernel.processes.contains(pid) || kernel.tasks.contains(Tid{pid.value})) return true;
    for (const auto& [id, file] : kernel.files)
        if (file->kind == FileKind::pidfd && file->number == pid.value) return true;
    return std::any_of(kernel.processes.begin(), kernel.processes.end(), [&](const auto& entry) {
        return entry.second->group == pid || entry.second->session == pid;
    });
}

bool ignores_children(const Process& process) {
    return (*process.actions)[kSigChld].handler == kSigIgn;
}

bool reaps_automatically(const Process& process) {
    // sigaction(2): with SIGCHLD ignored or SA_NOCLDWAIT children do not become zombies.
    return ignores_children(process) || ((*process.actions)[kSigChld].flags & kSaNoCldWait) != 0;
}

SignalInfo child_info(const Process& child, int code, int status) {
    return {.signal = kSigChld,
            .code = code,
            .sender = child.pid,
            .sender_uid = static_cast<std::int32_t>(kUser),
            .status = status};
}

/// POSIX, exit(): a process group that becomes orphaned and has a stopped member gets SIGHUP and SIGCONT, so
/// that nobody stays stopped for ever.
void wake_stopped_group(Kernel& kernel, Pid group, Trace* trace) {
    std::vector<Pid> members;
    bool has_stopped = false;
    for (const auto& [pid, process] : kernel.processes) {
        if (process->group != group || process->is_zombie || pid == kInit) continue;
        members.push_back(pid);
        const std::vector<Tid> threads = threads_of(kernel, pid);
        has_stopped = has_stopped || std::any_of(threads.begin(), threads.end(), [&](Tid tid) {
                          return kernel.tasks[tid].state == TaskState::stopped;
                      });
    }
    if (!has_stopped || !is_orphaned_group(kernel, group)) return;
    for (int signal : {kSigHup, kSigCont})
        for (Pid member : members)
            send_to_process(kernel, member, {.signal = signal, .code = kSiKernel}, trace);
}

/// kernel/exit.c, kill_orphaned_pgrp(): those that become orphaned, if they do, by this process's end. What ties a group to
/// its session is a member whose parent is of the same session and of another group. In the order of their numbers.
std::set<Pid> groups_that_lose_a_tie(const Kernel& kernel, Pid dying) {
    std::set<Pid> groups;
    for (const auto& [pid, process] : kernel.processes) {
        if (pid != dying && process->parent != dying) continue;
        const Process* parent = kernel.processes.find(process->parent);
        if (parent && parent->group != process->group && parent->session == process->session)
            groups.insert(process->group);
    }
    return groups;
}

void tell_parent_of_end(Kernel& kernel, Pid pid, Trace* trace) {
    wake(kernel, ref(pid), WaitFor::peer, Wake::all, Tid{pid.value}, trace);  // pidfd_open(2)
    const Process& child = kernel.processes[pid];
    const Pid parent = child.parent;
    if (parent == kInit) return reap(kernel, pid, {}, trace);
    const bool collects_itself = reaps_automatically(kernel.processes[parent]);
    const int signal = child.death_cause;
    const SignalInfo info =
        child_info(child, signal ? kCldKilled : kCldExited, signal ? signal : child.wait_status >> 8);
    if (!ignores_children(kernel.processes[parent])) send_to_process(kernel, parent, info, trace);
    if (collects_itself) reap(kernel, pid, {}, trace);
    wake(kernel, ref(parent), WaitFor::child, Wake::all, Tid{pid.value}, trace);
}

void give_children_away(Kernel& kernel, Pid dead, Trace* trace) {
    const Pid adopter = new_parent(kernel, dead);
    std::vector<Pid> orphans;
    for (const auto& [pid, process] : kernel.processes)
        if (process->parent == dead) orphans.push_back(pid);
    for (Pid orphan : orphans) {
        kernel.processes.write(orphan).parent = adopter;
        if (trace) {
            Event event = event_now(kernel, EventKind::reparented, Tid{orphan.value});
            event.process = orphan;
            event.other = adopter.value;
            trace->add(event);
        }
        parent_has_died(kernel, orphan, dead, trace);
        if (!kernel.processes[orphan].is_zombie) continue;
        if (adopter == kInit)
            reap(kernel, orphan, {}, trace);
        else
            tell_parent_of_end(kernel, orphan, trace);
    }
}

}  // namespace

Pid next_pid(Kernel& kernel) {
    for (std::int32_t tries = 0; tries < kPidMax; ++tries) {
        if (++kernel.last_pid >= kPidMax) kernel.last_pid = kReservedPids;
        if (!is_pid_in_use(kernel, Pid{kernel.last_pid})) return Pid{kernel.last_pid};
    }
    return {};
}

void collect_memory(Kernel& kernel) {
    if (kernel.memory.empty()) return;
    drop_destroyed_segments(kernel);
    std::set<MemoryId> used;
    for (const auto& [id, segment] : kernel.sysv.segments) used.insert(segment->memory);
    for (const auto& [id, inode] : kernel.inodes) used.insert(inode->memory);
    for (const auto& [id, stream] : kernel.streams) used.insert(stream->output);
    for (const auto& [id, space] : kernel.spaces)
        for (const Mapping& mapping : space->mappings()) used.insert(mapping.object);
    std::vector<MemoryId> unused;
    for (const auto& [id, object] : kernel.memory)
        if (!used.contains(id)) unused.push_back(id);
    for (MemoryId id : unused) kernel.memory.erase(id);
}

namespace {
bool maps_objects(const AddressSpace& space) {
    return std::any_of(space.mappings().begin(), space.mappings().end(),
                       [](const Mapping& mapping) { return static_cast<bool>(mapping.object); });
}
}  // namespace

namespace {

/// Whether somebody else has the same memory: vfork(2).
bool is_shared(const Kernel& kernel, const Process& process) {
    return std::any_of(kernel.processes.begin(), kernel.processes.end(), [&](const auto& entry) {
        return entry.first != process.pid && entry.second->space == process.space;
    });
}

/// vfork(2): the process no longer uses the memory of the task that waits for it, which may go on.
void let_go(Kernel& kernel, Pid pid, Trace* trace) {
    if (!kernel.processes[pid].held) return;
    kernel.processes.write(pid).held = {};
    wake(kernel, ref(pid), WaitFor::memory, Wake::all, Tid{pid.value}, trace);
}

/// The last one who uses a memory gives it back.
void drop_space(Kernel& kernel, Pid pid) {
    const bool keeps = is_shared(kernel, kernel.processes[pid]);
    if (!keeps) note_detachments(kernel, pid);
    const SpaceId space = std::exchange(kernel.processes.write(pid).space, SpaceId{});
    if (keeps) return;
    const bool had_objects = maps_objects(kernel.spaces[space]);
    kernel.spaces.erase(space);
    if (had_objects) collect_memory(kernel);
}

}  // namespace

void replace_space(Kernel& kernel, Process& process, Trace* trace) {
    if (is_shared(kernel, process)) {
        process.space = SpaceId{++kernel.last_id};
        kernel.spaces.insert(process.space, AddressSpace(kernel.limits));
    } else {
        const bool had_objects = maps_objects(kernel.spaces[process.space]);
        note_detachments(kernel, process.pid);
        kernel.spaces.write(process.space) = AddressSpace(kernel.limits);
        if (had_objects) collect_memory(kernel);
    }
    let_go(kernel, process.pid, trace);
}

void end_process(Kernel& kernel, Pid pid, std::int32_t wait_status, int death_cause, Trace* trace) {
    const Tid tid{pid.value};
    for (Tid thread : threads_of(kernel, pid)) end_thread(kernel, thread, wait_status, trace);
    {
        Process& process = kernel.processes.write(pid);
        process.is_zombie = true;
        process.wait_status = wait_status;
        process.death_cause = death_cause;
        process.pending = {};
        process.alarm_at_ns = kNever;
        process.alarm_interval_ns = 0;
        process.timers = {};
        process.cpu_timers = {};
        process.stop_unreported = process.continue_unreported = false;
    }
    if (trace) {
        Event event = event_now(kernel, EventKind::exited, tid);
        event.result = wait_status;
        trace->add(event);
    }
    // The order of Linux's do_exit(): memory, semaphores, the working directory, the terminal, what was open, then children
    // and parent.
    drop_space(kernel, pid);
    undo_semaphores(kernel, pid, tid, trace);
    let_go(kernel, pid, trace);
    const InodeId directory = kernel.processes[pid].working_directory;
    kernel.processes.write(pid).working_directory = kernel.root;
    drop_inode_if_unused(kernel, directory, tid, trace);
    leader_ends(kernel, pid, trace);
    std::vector<Fd> open;
    const std::vector<FdEntry>& entries = kernel.processes[pid].fds->entries();
    for (std::size_t fd = 0; fd < entries.size(); ++fd)
        if (entries[fd].file) open.push_back(static_cast<Fd>(fd));
    close_descriptors(kernel, pid, open, tid, trace);
    const std::set<Pid> groups = groups_that_lose_a_tie(kernel, pid);
    give_children_away(kernel, pid, trace);
    for (Pid group : groups) wake_stopped_group(kernel, group, trace);
    tell_parent_of_end(kernel, pid, trace);
}

Outcome start_task(Call& call, Tid tid, Pid process) {
    Task task;
    task.tid = tid;
    task.process = process;
    task.blocked_signals = call.self().blocked_signals;
    inherit_scheduling(task, call.self());
    task.name = call.self().name;
    // sigaltstack(2): a child has its parent's, a new thread none.
    if (process != call.pid) task.alternate_stack = call.self().alternate_stack;
    task.last_cpu = call.self().last_cpu;
    make_ready(call.kernel, call.kernel.tasks.insert(tid, std::move(task)));
    if (call.trace) {
        Event event = event_now(call.kernel, EventKind::forked, call.task);
        event.other = tid.value;
        event.result = process == call.pid ? 1 : 0;
        call.trace->add(event);
    }
    Outcome outcome = Outcome::of(Outcome::Kind::forked, tid.value);
    outcome.child = tid;
    return outcome;
}

void reap(Kernel& kernel, Pid zombie, Tid by, Trace* trace) {
    const Process& process = kernel.processes[zombie];
    if (zombie == kFirst) kernel.first_wait_status = process.wait_status;
    if (trace) {
        Event event = event_now(kernel, EventKind::reaped, by);
        if (!by) event.process = process.parent;
        event.other = zombie.value;
        event.result = process.wait_status;
        trace->add(event);
    }
    Process& parent = kernel.processes.write(process.parent);
    // times(2): the times of children count once they have been waited for.
    if (by)
        parent.children_cpu_ns +=
            static_cast<std::uint64_t>(cpu_time_of(kernel, process)) + process.children_cpu_ns;
    for (Cpu& cpu : kernel.scheduler.cpus)
        if (cpu.last == Tid{zombie.value}) cpu.last = {};
    kernel.tasks.erase(Tid{zombie.value});
    kernel.processes.erase(zombie);
    wake(kernel, ref(zombie), WaitFor::peer, Wake::all, by, trace);
}

void tell_parent_of_stop(Kernel& kernel, Pid pid, int code, int signal, Trace* trace) {
    const Process& child = kernel.processes[pid];
    const Pid parent = child.parent;
    if (parent == kInit) return;
    const SignalActionEntry& action = (*kernel.processes[parent].actions)[kSigChld];
    // sigaction(2): SA_NOCLDSTOP: no SIGCHLD when children stop or resume.
    if (action.handler != kSigIgn && !(action.flags & kSaNoCldStop))
        send_to_process(kernel, parent, child_info(child, code, signal), trace);
    wake(kernel, ref(parent), WaitFor::child, Wake::all, Tid{pid.value}, trace);
}

namespace {

std::uint64_t most_tasks(const Kernel& kernel, Pid process) {
    return std::min(static_cast<std::uint64_t>(kernel.limits.processes),
                    kernel.processes[process].resource_limits->soft(Resource::processes));
}

}  // namespace

bool has_room_for_task(const Kernel& kernel, Pid process) {
    return kernel.tasks.size() < most_tasks(kernel, process);
}

Outcome refuse_task(Call& call, std::string_view what) {
    Kernel& kernel = call.kernel;
    const Pid process = call.self().process;
    // fork(2), clone(2): EAGAIN at the limit on tasks.
    if (has_room_for_task(kernel, process)) return Outcome::done(0);
    explain(kernel, call.task,
            std::string(what) + ": the limit of " + std::to_string(most_tasks(kernel, process)) +
                " processes is reached (RLIMIT_NPROC): EAGAIN",
            call.trace);
    return Outcome::fail(Errno::eagain);
}

Outcome fork_process(Call& call, Memory memory) {
    Kernel& kernel = call.kernel;
    const Pid parent_pid = call.self().process;
    if (Outcome none = refuse_task(call, "fork"); none.value != 0) return none;
    const Pid pid = next_pid(kernel);
    if (!pid) return Outcome::fail(Errno::eagain);
    Process process = kernel.processes[parent_pid];
    process.pid = pid;
    if (const auto& entries = process.fds->entries();
        std::any_of(entries.begin(), entries.end(), [](const FdEntry& entry) { return entry.is_reserved; }))
        process.fds.write().forget_reserved();
    process.parent = parent_pid;
    process.held = {};
    if (memory == Memory::copied) {
        AddressSpace copy = kernel.spaces[process.space];
        process.space = SpaceId{++kernel.last_id};
        kernel.spaces.insert(process.space, std::move(copy));
    }
    // fork(2): pending signals, timers and accounts are not inherited.
    process.pending = {};
    process.alarm_at_ns = kNever;
    process.alarm_interval_ns = 0;
    process.timers = {};
    process.cpu_timers = {};
    start_cpu_limit(process);
    process.parent_death_signal = 0;
    process.hung_up_group = {};
    process.is_subreaper = false;
    process.children_cpu_ns = 0;
    process.ended_threads_cpu_ns = 0;
    process.wait_status = 0;
    process.stop_unreported = process.continue_unreported = false;
    process.stop_signal = 0;
    process.has_executed = false;
    kernel.processes.insert(pid, std::move(process));

    call.cost_ns += kernel.costs.fork_ns;
    call.object = ref(pid);
    return start_task(call, Tid{pid.value}, pid);
}

Outcome fork_and_wait(Call& call, Memory memory) {
    const bool is_first = call.pending.progress == 0;
    if (is_first) {
        Outcome forked = fork_process(call, memory);
        if (forked.kind != Outcome::Kind::forked) return forked;
        call.pending.progress = static_cast<std::uint64_t>(forked.value);
        call.kernel.processes.write(Pid{forked.value}).held = call.task;
    }
    const Pid child{static_cast<std::int64_t>(call.pending.progress)};
    call.object = ref(child);
    const Process* process = call.kernel.processes.find(child);
    if (!process || process->held != call.task) return Outcome::done(child.value);
    Outcome held = call.block(ref(child), WaitFor::memory);
    if (is_first) held.child = Tid{child.value};
    return held;
}

Outcome sys_fork(Call& call) {
    return fork_process(call, Memory::copied);
}

Outcome sys_vfork(Call& call) {
    // vfork(2): the child uses the caller's memory, and the caller waits until it executes or ends.
    return fork_and_wait(call, Memory::shared);
}

Outcome sys_exit_group(Call& call) {
    call.cost_ns += call.kernel.costs.exit_ns;
    const auto code = static_cast<std::int32_t>(call.arg(0));
    end_process(call.kernel, call.self().process, exit_status_word(code), 0, call.trace);
    return Outcome::of(Outcome::Kind::exited);
}

Outcome sys_getpid(Call& call) {
    return Outcome::done(call.self().process.value);
}

Outcome sys_getppid(Call& call) {
    return Outcome::done(call.process_read().parent.value);
}

Outcome sys_getuid(Call&) {
    return Outcome::done(kUser);
}

Outcome sys_geteuid(Call&) {
    return Outcome::done(kUser);
}

Outcome sys_getgid(Call&) {
    return Outcome::done(kUser);
}

Outcome sys_getegid(Call&) {
    return Outcome::done(kUser);
}

namespace {

/// The process that a pid argument names, the caller for 0.
const Process* named(const Call& call, std::uint64_t argument) {
    const auto pid = static_cast<std::int32_t>(argument);
    return pid == 0 ? &call.process_read() : call.kernel.processes.find(Pid{pid});
}

}  // namespace

Outcome sys_getpgid(Call& call) {
    const Process* process = named(call, call.arg(0));
    return process ? Outcome::done(process->group.value) : Outcome::fail(Errno::esrch);
}

Outcome sys_getpgrp(Call& call) {
    return Outcome::done(call.process_read().group.value);
}

Outcome sys_getsid(Call& call) {
    const Process* process = named(call, call.arg(0));
    return process ? Outcome::done(process->session.value) : Outcome::fail(Errno::esrch);
}

Outcome sys_setpgid(Call& call) {
    // kernel/sys.c: the checks in Linux's order.
    const Pid self = call.self().process;
    const auto wanted = static_cast<std::int32_t>(call.arg(0));
    const Pid target = wanted ? Pid{wanted} : self;
    const auto group_argument = static_cast<std::int32_t>(call.arg(1));
    if (group_argument < 0) return Outcome::fail(Errno::einval);
    const Pid group = group_argument ? Pid{group_argument} : target;
    const Process* process = call.kernel.processes.find(target);
    if (!process) return Outcome::fail(Errno::esrch);
    if (process->parent == self) {
        if (process->session != call.process_read().session) return Outcome::fail(Errno::eperm);
        if (process->has_executed) return Outcome::fail(Errno::eacces);
    } else if (target != self) {
        return Outcome::fail(Errno::esrch);
    }
    if (process->session == target) return Outcome::fail(Errno::eperm);  // a session leader stays
    if (group != target) {
        const auto in_session = [&](const auto& entry) {
            return entry.second->group == group && entry.second->session == call.process_read().session;
        };
        if (std::none_of(call.kernel.processes.begin(), call.kernel.processes.end(), in_session))
            return Outcome::fail(Errno::eperm);
    }
    call.kernel.processes.write(target).group = group;
    return Outcome::done(0);
}

Outcome sys_setsid(Call& call) {
    const Pid self = call.self().process;
    // setsid(2): EPERM where a process group already has the caller's number.
    for (const auto& [pid, process] : call.kernel.processes)
        if (process->group == self) return Outcome::fail(Errno::eperm);
    call.process().group = self;
    call.process().session = self;
    call.process().terminal = {};  // setsid(2): no controlling terminal
    return Outcome::done(self.value);
}

}  // namespace ipclab::kernel
