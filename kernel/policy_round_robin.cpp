// Round robin: everybody in turn, for a quantum each (OSTEP, "Scheduling: Introduction").
#include "kernel/scheduling_policy.h"

namespace ipclab::kernel {

const PolicyRules kRoundRobinRules{.name = "round_robin",
                                   .quantum_ns = 4 * kMillisecond,
                                   .goes_first = became_ready_before,
                                   .time_left = rest_of_quantum};

}  // namespace ipclab::kernel
