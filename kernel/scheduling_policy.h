// How a scheduling policy answers: one row of functions per policy, each in a file of its own (kernel/policy_NAME.cpp). They
// look at ordinary tasks only (SCHED_OTHER, SCHED_BATCH, SCHED_IDLE): the run chooses one policy for all of those. Tasks
// of SCHED_FIFO and SCHED_RR go before them whatever it is (sched(7); kernel/scheduler.cpp).
#pragma once

#include <string_view>

#include "kernel/kernel.h"

namespace ipclab::kernel {

struct PolicyRules {
    std::string_view name;
    Time quantum_ns;  ///< where the run says nothing else
    /// Whether ready task `a` stands before `b` in the queue. Used where there is no `pick`.
    bool (*goes_first)(const Task& a, const Task& b) = nullptr;
    /// Who of these, at least one, runs next.
    const Task* (*pick)(const Kernel&, const std::vector<const Task*>& candidates) = nullptr;
    /// Whether the first of the ready ones takes the CPU from the running one in the middle of its turn. Null: never.
    bool (*preempts)(const Task& ready, const Task& running) = nullptr;
    /// How much of its turn a task has left while others are ready. kNever: all the time until it sleeps.
    Time (*time_left)(const Kernel&, const Task& running) = nullptr;
    /// It has run for so long. Null: nothing to book.
    void (*ran)(Kernel&, Task&, Time ns) = nullptr;
    /// It joins those that want to run: it is new or has slept.
    void (*joined)(Kernel&, Task&) = nullptr;
    /// It leaves them: it sleeps or is stopped.
    void (*left)(Kernel&, Task&) = nullptr;
};

const PolicyRules& rules(SchedulingPolicy policy);

extern const PolicyRules kRoundRobinRules, kFifoRules, kPriorityRules, kMlfqRules, kLotteryRules, kFairRules;

/// What is left of a turn of fixed length.
Time rest_of_quantum(const Kernel& kernel, const Task& running);
/// The order in which tasks became ready.
bool became_ready_before(const Task& a, const Task& b);
/// kernel/sched/core.c, sched_prio_to_weight: a step of nice is a quarter of the CPU time; SCHED_IDLE has 3. Nice 0: 1024.
Time weight_of(const Task& task);

}  // namespace ipclab::kernel
