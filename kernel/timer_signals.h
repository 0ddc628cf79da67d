// What the rest of the kernel tells POSIX timers about their signals (kernel/posix_timer.cpp).
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// Deletes all timers of a process, with the signals that wait for it: execve(2).
void delete_posix_timers(Kernel& kernel, Pid process);
/// Fires the first timer of the process that is due at kernel.now_ns.
void expire_posix_timer(Kernel& kernel, Pid process, Trace* trace);
/// A signal has left the queue to be acted on or accepted. Where a timer sent it: its overrun is known now, and a
/// periodic timer runs again.
void timer_signal_taken(Kernel& kernel, Pid process, SignalInfo& info);
/// The signal has become ignored, and what was pending of it was dropped.
void timer_signals_ignored(Kernel& kernel, Pid process, int signal);
/// The signal is not ignored any more: periodic timers that expired meanwhile send theirs now.
void timer_signals_unignored(Kernel& kernel, Pid process, int signal, Trace* trace);

}  // namespace ipclab::kernel
