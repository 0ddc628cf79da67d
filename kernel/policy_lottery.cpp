// Lottery scheduling (Waldspurger and Weihl 1994; OSTEP, "Scheduling: Proportional Share"): every turn is drawn, and a task
// has as many tickets as its nice value's weight says. Drawn from a number that is part of the state: the same run again
// draws the same.
#include "kernel/random.h"
#include "kernel/scheduling_policy.h"

namespace ipclab::kernel {

namespace {

const Task* draw(const Kernel& kernel, const std::vector<const Task*>& candidates) {
    std::uint64_t tickets = 0;
    for (const Task* task : candidates) tickets += static_cast<std::uint64_t>(weight_of(*task));
    // `turns` counts the tasks that have been put on a CPU: the next draw comes with the next turn, not with every look.
    std::uint64_t state = kernel.limits.lottery_seed * 0x9e3779b9 + kernel.scheduler.turns;
    std::uint64_t winner = next_random(state) % tickets;
    for (const Task* task : candidates) {
        const auto own = static_cast<std::uint64_t>(weight_of(*task));
        if (winner < own) return task;
        winner -= own;
    }
    return candidates.front();
}

}  // namespace

const PolicyRules kLotteryRules{
    .name = "lottery", .quantum_ns = 10 * kMillisecond, .pick = draw, .time_left = rest_of_quantum};

}  // namespace ipclab::kernel
