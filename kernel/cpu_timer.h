// Timers that count the CPU time of a process: ITIMER_VIRTUAL, ITIMER_PROF (setitimer(2)) and RLIMIT_CPU (getrlimit(2)). All
// simulated CPU time counts as user time, so that the first two differ in their signals only.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// Sends the signals of those that are due. For a task that has run; looks only where some process has such a timer.
void expire_cpu_timers(Kernel& kernel, Tid task, Trace* trace);

}  // namespace ipclab::kernel
