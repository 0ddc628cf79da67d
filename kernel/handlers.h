// The handlers of system calls: one sys_NAME for each row of syscalls.def, each in its mechanism's file.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

#define SYSCALL(number, name, ...) Outcome sys_##name(Call& call);
#include "kernel/syscalls.def"
#undef SYSCALL

}  // namespace ipclab::kernel
