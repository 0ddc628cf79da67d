// Ending and collecting processes: what signals, exit and wait share.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// The first toy process. Its parent, init, plays the part of the shell that started it.
inline constexpr Pid kFirst{2};

/// Ends a process: closes its descriptors, gives its children to init, tells its parent. `death_cause`: the
/// signal that killed it, 0 where it exited. `wait_status` as waitpid(2) reports it.
void end_process(Kernel& kernel, Pid process, std::int32_t wait_status, int death_cause, Trace* trace);
/// Ends one thread; the others live on. The first one of a process becomes a zombie, any other is gone.
void end_thread(Kernel& kernel, Tid thread, std::int32_t wait_status, Trace* trace);
void end_other_threads(Kernel& kernel, Tid survivor, std::int32_t wait_status, Trace* trace);
/// execve(2): the other threads end, and the caller goes on as the first one: call.task may change.
void become_first_thread(Call& call);
/// The tasks of a process that have not ended, by id.
std::vector<Tid> threads_of(const Kernel& kernel, Pid process);
/// CPU time of all threads, the ended ones too.
Time cpu_time_of(const Kernel& kernel, const Process& process);

/// fork(2): EAGAIN. Whether the child gets a copy of the caller's memory or the same.
enum class Memory : std::uint8_t { copied, shared };
Outcome fork_process(Call& call, Memory memory);
/// vfork(2): the same, and the caller sleeps until the child executes or ends.
Outcome fork_and_wait(Call& call, Memory memory);
/// Whether there may be one task more, as far as the process's limit goes.
bool has_room_for_task(const Kernel& kernel, Pid process);
/// EAGAIN, explained, where there is no such room; value 0: there is.
Outcome refuse_task(Call& call, std::string_view what);

/// Removes a zombie for good. `by`: who waited for it (none: init, or nobody because SIGCHLD is ignored).
void reap(Kernel& kernel, Pid zombie, Tid by, Trace* trace);
/// SIGCHLD and a wake-up for the parent of a process that has stopped or gone on.
void tell_parent_of_stop(Kernel& kernel, Pid process, int code, int signal, Trace* trace);

/// clone(2), fork(2): a new task of `process`, ready to run, that inherits the caller's mask and place; says so in the trace,
/// and in the outcome.
Outcome start_task(Call& call, Tid tid, Pid process);
/// sched(7): what a new task has of the scheduling of its maker.
void inherit_scheduling(Task& child, const Task& parent);
/// getrlimit(2), RLIMIT_CPU: sets the process's CPU timers to its limit.
void start_cpu_limit(Process& process);
/// A free process id; none where all are taken.
Pid next_pid(Kernel& kernel);
/// Drops memory objects that no inode, mapping or stream names any more.
void collect_memory(Kernel& kernel);
/// Gives a process an empty address space in place of its own.
void replace_space(Kernel& kernel, Process& process, Trace* trace);

/// wait status words, waitpid(2).
constexpr std::int32_t exit_status_word(int code) {
    return (code & 0xff) << 8;
}

}  // namespace ipclab::kernel
