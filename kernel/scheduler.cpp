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

const Task* first_ready(const Kernel& kernel) {
    const Task* best = nullptr;
    for (const auto& [tid, task] : kernel.tasks)
        if (task->state == TaskState::ready && (!best || goes_first(kernel.scheduler.policy, *task, *best)))
            best = &*task;
    return best;
}

}  // namespace

Turn next_turn(const Kernel& kernel, const Cpu& cpu) {
    const Time quantum = kernel.scheduler.quantum_ns;
    const Task* ready = first_ready(kernel);
    if (!cpu.current)
        return ready ? Turn{ready->tid, std::max(cpu.clock_ns, ready->ready_since_ns), quantum} : Turn{};
    if (!ready) return {cpu.current, cpu.clock_ns, kNever};
    const Task& running = kernel.tasks[cpu.current];
    switch (kernel.scheduler.policy) {
        case SchedulingPolicy::round_robin:
            break;
        case SchedulingPolicy::fifo:
            return {cpu.current, cpu.clock_ns, kNever};
        case SchedulingPolicy::priority:
            // A better one takes the CPU at once, a worse one waits until this one sleeps; equals take turns.
            if (ready->nice < running.nice) return {ready->tid, cpu.clock_ns, quantum};
            if (ready->nice > running.nice) return {cpu.current, cpu.clock_ns, kNever};
            break;
    }
    const Time left = quantum - running.slice_used_ns;
    return left > 0 ? Turn{cpu.current, cpu.clock_ns, left} : Turn{ready->tid, cpu.clock_ns, quantum};
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
