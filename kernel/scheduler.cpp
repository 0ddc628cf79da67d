#include "kernel/scheduler.h"

#include <algorithm>
#include <array>

#include "kernel/scheduling_policy.h"

namespace ipclab::kernel {

namespace {

/// In the order of SchedulingPolicy.
constexpr std::array<const PolicyRules*, 6> kRules{&kRoundRobinRules, &kFifoRules,    &kPriorityRules,
                                                   &kMlfqRules,       &kLotteryRules, &kFairRules};

/// sched(7): a real-time task always runs before the ordinary ones, whose priority is 0.
int rank(const Task& task) {
    return effective_priority(task);
}

bool may_run_on(const Task& task, std::size_t cpu) {
    return (task.allowed_cpus >> cpu & 1) != 0;
}

bool goes_first(const PolicyRules& policy, const Task& a, const Task& b) {
    if (rank(a) != rank(b)) return rank(a) > rank(b);
    // sched(7): a list for each real-time priority.
    return is_real_time(a) || !policy.goes_first ? became_ready_before(a, b) : policy.goes_first(a, b);
}

/// Where the policy picks: from all ordinary ready tasks, and `also` where it is one.
const Task* picked(const Kernel& kernel, const PolicyRules& policy, std::size_t cpu, const Task* also) {
    std::vector<const Task*> candidates;
    for (const auto& [tid, task] : kernel.tasks)
        if ((task->state == TaskState::ready && may_run_on(*task, cpu) && !is_real_time(*task)) ||
            &*task == also)
            candidates.push_back(&*task);
    return policy.pick(kernel, candidates);
}

const Task* first_ready(const Kernel& kernel, const PolicyRules& policy, std::size_t cpu) {
    const Task* best = nullptr;
    for (const auto& [tid, task] : kernel.tasks)
        if (task->state == TaskState::ready && may_run_on(*task, cpu) &&
            (!best || goes_first(policy, *task, *best)))
            best = &*task;
    return best && policy.pick && !is_real_time(*best) ? picked(kernel, policy, cpu, nullptr) : best;
}

Time time_left(const Kernel& kernel, const PolicyRules& policy, const Task& task) {
    // sched(7): SCHED_FIFO has no time slices.
    if (task.policy == TaskPolicy::round_robin) return kRealTimeSlice - task.slice_used_ns;
    // kernel/sched/rt.c: nor has an ordinary one that a priority is lent to.
    if (is_real_time(task)) return kNever;
    return task.turn.is_over ? 0 : policy.time_left(kernel, task);
}

/// Of the turn of somebody who has just been chosen.
Time whole_turn(const Kernel& kernel, const PolicyRules& policy, const Task& task) {
    const Time left = time_left(kernel, policy, task);
    return left > 0 ? left : kernel.scheduler.quantum_ns;
}

}  // namespace

const PolicyRules& rules(SchedulingPolicy policy) {
    return *kRules[static_cast<std::size_t>(policy)];
}

Turn next_turn(const Kernel& kernel, const Cpu& cpu) {
    const PolicyRules& policy = rules(kernel.scheduler.policy);
    const auto index = static_cast<std::size_t>(&cpu - kernel.scheduler.cpus.data());
    const Task* ready = first_ready(kernel, policy, index);
    if (!cpu.current)
        return ready ? Turn{ready->tid, std::max(cpu.clock_ns, ready->ready_since_ns),
                            whole_turn(kernel, policy, *ready)}
                     : Turn{};
    if (!ready) return {cpu.current, cpu.clock_ns, kNever};
    const Task& running = kernel.tasks[cpu.current];
    const Turn next{ready->tid, cpu.clock_ns, whole_turn(kernel, policy, *ready)};
    if (rank(*ready) != rank(running))
        return rank(*ready) > rank(running) ? next : Turn{cpu.current, cpu.clock_ns, kNever};
    const Time left = time_left(kernel, policy, running);
    if (!is_real_time(running) && policy.preempts) {
        if (policy.preempts(*ready, running)) return next;
        // A worse one waits; the running one may come down to it.
        if (policy.preempts(running, *ready)) return {cpu.current, cpu.clock_ns, left > 0 ? left : kNever};
    }
    if (left > 0) return {cpu.current, cpu.clock_ns, left};
    if (!policy.pick || is_real_time(running)) return next;
    const Task* best = picked(kernel, policy, index, &running);
    return {best->tid, cpu.clock_ns, whole_turn(kernel, policy, *best)};
}

void make_ready(Kernel& kernel, Task& task) {
    const PolicyRules& policy = rules(kernel.scheduler.policy);
    const bool joins = task.state != TaskState::running;
    if (joins && policy.joined) policy.joined(kernel, task);
    task.state = TaskState::ready;
    task.waits.clear();
    task.ready_since_ns = kernel.now_ns;
    task.ready_order = kernel.scheduler.next_order++;
    task.slice_used_ns = 0;
    task.turn.is_over = false;
}

void take_off(Kernel& kernel, Task& task, TaskState state) {
    const PolicyRules& policy = rules(kernel.scheduler.policy);
    if (policy.left && (task.state == TaskState::ready || task.state == TaskState::running))
        policy.left(kernel, task);
    task.state = state;
    leave_cpu(kernel, task.tid);
}

void put_back(Kernel& kernel, Cpu& cpu, PutBack why) {
    Task& task = kernel.tasks.write(cpu.current);
    const PolicyRules& policy = rules(kernel.scheduler.policy);
    const bool is_over = why == PutBack::yields || time_left(kernel, policy, task) <= 0;
    task.state = TaskState::ready;
    task.ready_since_ns = kernel.now_ns;
    // sched(7): a real-time task that is preempted stays at the head of its list, and goes on with its slice.
    if (is_over || !is_real_time(task)) task.ready_order = kernel.scheduler.next_order++;
    if (is_over) begin_turn(task);
    cpu.last = cpu.current;
    cpu.current = {};
}

void begin_turn(Task& task) {
    task.slice_used_ns = 0;
    task.turn.is_over = false;
}

void count_run(Kernel& kernel, Task& task, Time ns) {
    task.cpu_time_ns += ns;
    task.slice_used_ns += ns;
    const PolicyRules& policy = rules(kernel.scheduler.policy);
    if (policy.ran && !is_real_time(task)) policy.ran(kernel, task, ns);
}

void renew_turn(Kernel& kernel, Task& task) {
    const PolicyRules& policy = rules(kernel.scheduler.policy);
    if (!policy.pick || time_left(kernel, policy, task) > 0) return;
    begin_turn(task);
    ++kernel.scheduler.turns;
}

void leave_cpu(Kernel& kernel, Tid task) {
    for (Cpu& cpu : kernel.scheduler.cpus)
        if (cpu.current == task) {
            cpu.last = task;
            cpu.current = {};
        }
}

Time rest_of_quantum(const Kernel& kernel, const Task& running) {
    return kernel.scheduler.quantum_ns - running.slice_used_ns;
}

bool became_ready_before(const Task& a, const Task& b) {
    return a.ready_order < b.ready_order;
}

Time weight_of(const Task& task) {
    static constexpr std::array<Time, 40> kWeights{
        88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904,
        3906,  3121,  2501,  1991,  1586,  1277,  1024,  820,   655,   526,   423,  335,  272,  215,
        172,   137,   110,   87,    70,    56,    45,    36,    29,    23,    18,   15};
    constexpr Time kIdleWeight = 3;
    return task.policy == TaskPolicy::idle ? kIdleWeight : kWeights[static_cast<std::size_t>(task.nice + 20)];
}

std::string_view name(SchedulingPolicy policy) {
    return rules(policy).name;
}

std::optional<SchedulingPolicy> policy_named(std::string_view wanted) {
    for (std::size_t i = 0; i < kRules.size(); ++i)
        if (kRules[i]->name == wanted) return static_cast<SchedulingPolicy>(i);
    return std::nullopt;
}

std::vector<std::string> policy_names() {
    std::vector<std::string> names;
    for (const PolicyRules* each : kRules) names.emplace_back(each->name);
    return names;
}

}  // namespace ipclab::kernel
