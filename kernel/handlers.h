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

}  // namespace ipclab::kernel
