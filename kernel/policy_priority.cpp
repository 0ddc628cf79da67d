// Strict priorities: the lowest nice value runs, and takes the CPU at once; equals take turns. Who is worse may starve.
#include "kernel/scheduling_policy.h"

namespace ipclab::kernel {

const PolicyRules kPriorityRules{
    .name = "priority",
    .quantum_ns = 4 * kMillisecond,
    .goes_first =
        [](const Task& a, const Task& b) {
            return a.nice != b.nice ? a.nice < b.nice : became_ready_before(a, b);
        },
    .preempts = [](const Task& ready, const Task& running) { return ready.nice < running.nice; },
    .time_left = rest_of_quantum};

}  // namespace ipclab::kernel
