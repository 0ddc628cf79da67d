#include "kernel/scheduler.h"

#include <algorithm>

#include "kernel/kernel.h"

namespace ipclab::kernel {

namespace {

/// Whether `a` stands before `b` in the ready queue. All CPUs share the queue.
bool goes_first(SchedulingPolicy policy, const Task& a, const Task& b) {
    switch (policy) {
        case SchedulingPolicy::round_robin:
        case SchedulingPolicy::fifo:
            break;
        case SchedulingPolicy::priority:
            if (a.nice != b.nice) return a.nice < b.nice;
            break;
    }
    return a.ready_order < b.ready_order;
}

}  // namespace

Tid pick_next(const Kernel& kernel, CpuId) {
    const Task* best = nullptr;
    for (const auto& [tid, task] : kernel.tasks)
        if (task->state == TaskState::ready && (!best || goes_first(kernel.scheduler.policy, *task, *best)))
            best = &*task;
    return best ? best->tid : Tid{};
}

bool preempts(const Kernel& kernel, const Task& ready, const Task& running) {
    switch (kernel.scheduler.policy) {
        case SchedulingPolicy::round_robin:
        case SchedulingPolicy::fifo:
            return false;
        case SchedulingPolicy::priority:
            return ready.nice < running.nice;
    }
    return false;
}

Time slice_left_ns(const Kernel& kernel, CpuId cpu, Tid next) {
    const Scheduler& scheduler = kernel.scheduler;
    const Tid current = scheduler.cpus[static_cast<std::size_t>(cpu.value)].current;
    if (!current || scheduler.policy == SchedulingPolicy::fifo) return kNever;
    if (!next) return kNever;
    const Task& running = kernel.tasks[current];
    // priority: only tasks of the same level take turns; a worse one waits until this one sleeps.
    if (scheduler.policy == SchedulingPolicy::priority && kernel.tasks[next].nice > running.nice)
        return kNever;
    return std::max<Time>(0, scheduler.quantum_ns - running.slice_used_ns);
}

void make_ready(Kernel& kernel, Task& task) {
    task.state = TaskState::ready;
    task.waits.clear();
    task.ready_since_ns = kernel.now_ns;
    task.ready_order = kernel.scheduler.next_order++;
    task.slice_used_ns = 0;
}

void leave_cpu(Kernel& kernel, Tid task) {
    for (Cpu& cpu : kernel.scheduler.cpus)
        if (cpu.current == task) {
            cpu.last = task;
            cpu.current = {};
        }
}

std::string_view name(SchedulingPolicy policy) {
    switch (policy) {
        case SchedulingPolicy::round_robin:
            return "round_robin";
        case SchedulingPolicy::fifo:
            return "fifo";
        case SchedulingPolicy::priority:
            return "priority";
    }
    return "?";
}

std::optional<SchedulingPolicy> policy_named(std::string_view wanted) {
    for (SchedulingPolicy policy :
         {SchedulingPolicy::round_robin, SchedulingPolicy::fifo, SchedulingPolicy::priority})
        if (name(policy) == wanted) return policy;
    return std::nullopt;
}

}  // namespace ipclab::kernel
