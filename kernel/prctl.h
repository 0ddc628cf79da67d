// What a process has asked prctl(2) to happen when its parent, or its children's parents, end.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// Who adopts the children of a process that ends: the nearest ancestor that is a subreaper (PR_SET_CHILD_SUBREAPER), else
/// init.
Pid new_parent(const Kernel& kernel, Pid ending);
/// PR_SET_PDEATHSIG
void parent_has_died(Kernel& kernel, Pid child, Pid parent, Trace* trace);

}  // namespace ipclab::kernel
