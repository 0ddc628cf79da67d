// Linux's fair policy since 6.6: earliest eligible virtual deadline first (Stoica and Abdel-Wahab 1995; Linux,
// kernel/sched/fair.c). A task's virtual time runs the slower the more weight it has. The average of all virtual times,
// weighted, is where everybody should be: who is not ahead of it is eligible, and of those the one with the earliest
// deadline runs, until it has used up its slice (features.h: RUN_TO_PARITY). All CPUs share the queue, so that there is
// nothing to balance.
#include <bit>

#include "kernel/scheduling_policy.h"

namespace ipclab::kernel {

namespace {

constexpr Time kNiceZero = 1024;

/// fair.c, calc_delta_fair()
Time to_virtual(Time ns, const Task& task) {
    return ns * kNiceZero / weight_of(task);
}

/// fair.c, update_sysctl(): longer with more CPUs.
Time slice(const Kernel& kernel) {
    return kernel.scheduler.quantum_ns * std::bit_width(kernel.scheduler.cpus.size());
}

bool competes(const Task& task) {
    return (task.state == TaskState::ready || task.state == TaskState::running) && !is_real_time(task);
}

/// Of all that want to run but `without`: fair.c, avg_vruntime().
struct Average {
    Time virtual_ns = 0, weight = 0;
};
Average average(const Kernel& kernel, Tid without) {
    Average found;
    Time origin = 0, sum = 0;
    for (const auto& [tid, task] : kernel.tasks) {
        if (tid == without || !competes(*task)) continue;
        if (found.weight == 0) origin = task->turn.virtual_ns;
        sum += weight_of(*task) * (task->turn.virtual_ns - origin);
        found.weight += weight_of(*task);
    }
    if (found.weight > 0) {
        // Towards minus infinity, so that the first in line is always eligible.
        const Time quotient = sum / found.weight;
        found.virtual_ns = origin + (sum % found.weight < 0 ? quotient - 1 : quotient);
    } else {
        found.virtual_ns = kernel.scheduler.last_average_ns;
    }
    return found;
}

const Task* pick(const Kernel& kernel, const std::vector<const Task*>& candidates) {
    const Time fair = average(kernel, {}).virtual_ns;
    const Task* best = nullptr;
    bool best_is_eligible = false;
    for (const Task* task : candidates) {
        const bool is_eligible = task->turn.virtual_ns <= fair;
        const bool is_better =
            !best ||
            (is_eligible != best_is_eligible ? is_eligible : task->turn.deadline_ns < best->turn.deadline_ns);
        if (!is_better) continue;
        best = task;
        best_is_eligible = is_eligible;
    }
    return best;
}

/// fair.c, update_curr() and update_deadline()
void ran(Kernel& kernel, Task& task, Time ns) {
    task.turn.virtual_ns += to_virtual(ns, task);
    if (task.turn.virtual_ns < task.turn.deadline_ns) return;
    task.turn.deadline_ns = task.turn.virtual_ns + to_virtual(slice(kernel), task);
    task.turn.is_over = true;
}

/// fair.c, place_entity(): it comes back as far ahead or behind as it was. Its own weight will move the average, so the
/// distance is made larger by that.
void joined(Kernel& kernel, Task& task) {
    const Average others = average(kernel, task.tid);
    Time lag = task.turn.lag_ns;
    if (others.weight > 0) lag = lag * (others.weight + weight_of(task)) / others.weight;
    task.turn.virtual_ns = others.virtual_ns - lag;
    // PLACE_DEADLINE_INITIAL: a new task begins with half a slice.
    const Time first = task.cpu_time_ns == 0 ? slice(kernel) / 2 : slice(kernel);
    task.turn.deadline_ns = task.turn.virtual_ns + to_virtual(first, task);
}

/// fair.c, update_entity_lag(): at most two slices are remembered.
void left(Kernel& kernel, Task& task) {
    const Time most = to_virtual(2 * slice(kernel), task);
    // The task still counts among those that want to run.
    const Time fair = average(kernel, {}).virtual_ns;
    task.turn.lag_ns = std::clamp(fair - task.turn.virtual_ns, -most, most);
    kernel.scheduler.last_average_ns = fair;
}

}  // namespace

const PolicyRules kFairRules{.name = "fair",
                             .quantum_ns = 700 * kMicrosecond,  // fair.c, sysctl_sched_base_slice
                             .pick = pick,
                             .time_left =
                                 [](const Kernel&, const Task& running) {
                                     const Time left = running.turn.deadline_ns - running.turn.virtual_ns;
                                     return std::max<Time>(left * weight_of(running) / kNiceZero, 1);
                                 },
                             .ran = ran,
                             .joined = joined,
                             .left = left};

}  // namespace ipclab::kernel
