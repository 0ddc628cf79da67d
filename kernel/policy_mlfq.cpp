// The multi-level feedback queue, after the rules of OSTEP, "Scheduling: The Multi-Level Feedback Queue":
//   1  a higher level runs before a lower one      2  on the same level tasks take turns
//   3  a new task begins on the highest level      4  once its allotment on a level is used up, in one piece or in many, it
//                                                     goes down one level
//   5  after a while all tasks go up to the highest level
// A lower level has longer turns: the quantum doubles with each. The allotment of a level is one turn.
#include "kernel/scheduling_policy.h"

namespace ipclab::kernel {

namespace {

Time turn_of(const Kernel& kernel, const Task& task) {
    return kernel.scheduler.quantum_ns << task.turn.level;
}

void boost_all(Kernel& kernel) {
    kernel.scheduler.boost_at_ns = kernel.now_ns + kernel.limits.mlfq_boost_ms * kMillisecond;
    std::vector<Tid> low;
    for (const auto& [tid, task] : kernel.tasks)
        if (task->turn.level > 0 || task->turn.level_used_ns > 0) low.push_back(tid);
    for (Tid tid : low) {
        TurnState& turn = kernel.tasks.write(tid).turn;
        turn.level = 0;
        turn.level_used_ns = 0;
    }
}

void ran(Kernel& kernel, Task& task, Time ns) {
    task.turn.level_used_ns += ns;
    if (task.turn.level_used_ns >= turn_of(kernel, task)) {  // rule 4
        task.turn.level_used_ns = 0;
        if (task.turn.level + 1 < kernel.limits.mlfq_levels) ++task.turn.level;
        task.turn.is_over = true;
    }
    if (kernel.now_ns >= kernel.scheduler.boost_at_ns) boost_all(kernel);  // rule 5
}

}  // namespace

const PolicyRules kMlfqRules{
    .name = "mlfq",
    .quantum_ns = 4 * kMillisecond,
    .goes_first =
        [](const Task& a, const Task& b) {
            return a.turn.level != b.turn.level ? a.turn.level < b.turn.level : became_ready_before(a, b);
        },
    .preempts = [](const Task& ready, const Task& running) { return ready.turn.level < running.turn.level; },
    .time_left = [](const Kernel& kernel,
                    const Task& running) { return turn_of(kernel, running) - running.turn.level_used_ns; },
    .ran = ran};

}  // namespace ipclab::kernel
