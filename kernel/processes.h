// Ending and collecting processes: what signals, exit and wait share.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// The first toy process. Its parent, init, plays the part of the shell that started it.
inline constexpr Pid kFirst{2};

/// Ends a process: closes its descriptors, gives its children to init, tells its parent. `death_cause`: the
/// signal that killed it, 0 where it exited. `wait_status` as waitpid(2) reports it.
void end_process(Kernel& kernel, Pid process, std::int32_t wait_status, int death_cause, Trace* trace);
/// Removes a zombie for good. `by`: who waited for it (none: init, or nobody because SIGCHLD is ignored).
void reap(Kernel& kernel, Pid zombie, Tid by, Trace* trace);
/// SIGCHLD and a wake-up for the parent of a process that has stopped or gone on.
void tell_parent_of_stop(Kernel& kernel, Pid process, int code, int signal, Trace* trace);

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
