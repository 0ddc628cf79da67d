// First in, first out: who has the CPU keeps it until it sleeps or yields (OSTEP, "Scheduling: Introduction").
#include "kernel/scheduling_policy.h"

namespace ipclab::kernel {

const PolicyRules kFifoRules{.name = "fifo",
                             .quantum_ns = 4 * kMillisecond,
                             .goes_first = became_ready_before,
                             .time_left = [](const Kernel&, const Task&) { return kNever; }};

}  // namespace ipclab::kernel
