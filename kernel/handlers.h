// The handlers of system calls: one sys_NAME for each row of syscalls.def, each in its mechanism's file.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

#define SYSCALL(number, name, ...) Outcome sys_##name(Call& call);
#include "kernel/syscalls.def"
#undef SYSCALL

/// Whether the call begins, or Linux makes it anew after a signal that had no handler; false: it has slept, and looks again.
/// To be asked once each time that the handler runs.
bool begins(Call& call);

/// Whether the call sleeps where it has to wait, by the flags of the open file description: O_NONBLOCK counts when the call is
/// made, not when it wakes.
bool blocks(const Call& call, std::uint32_t flags);
/// Sleeps without WQ_FLAG_EXCLUSIVE, as Linux's wait queues say: one wake-up is for all who sleep so, and all look again.
Outcome block_beside_others(Call& call, ObjectRef object, WaitFor what);

}  // namespace ipclab::kernel
