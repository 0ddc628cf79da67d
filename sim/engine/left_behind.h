// What the simulated kernel has left when its run is over.
#pragma once

#include "kernel/kernel.h"
#include "sim/trace/left_behind.h"

namespace ipclab::engine {

/// Without what the trace says of processes: trace::LeftProcesses adds that.
trace::LeftBehind left_behind(const kernel::Kernel& kernel);

}  // namespace ipclab::engine
