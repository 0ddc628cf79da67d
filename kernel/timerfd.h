// What the clock tells timers behind descriptors (kernel/timerfd.cpp).
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// When the first armed one is due; kNever where there is none.
Time earliest_timerfd(const Kernel& kernel);
/// Fires one that is due at this time and wakes who waits for it. False: there is none.
bool expire_timerfd(Kernel& kernel, Time due, Trace* trace);

}  // namespace ipclab::kernel
