// sched_setscheduler(2) and its family, sched_setaffinity(2).
#include <array>

#include "kernel/futex.h"
#include "kernel/handlers.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

constexpr std::int32_t kResetOnFork = 0x40000000;
constexpr std::int32_t kDeadline = 6;  // SCHED_DEADLINE
constexpr std::int32_t kPriorityMost = 99;

/// The task that a pid argument names, 0: the caller. EINVAL where it is negative, ESRCH.
Result<Tid> named_task(const Call& call) {
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    if (pid < 0) return Errno::einval;
    if (pid == 0) return call.task;
    const Task* task = call.kernel.tasks.find(Tid{pid});
    if (!task) return Errno::esrch;
    return task->tid;
}

std::optional<TaskPolicy> policy_of(std::int32_t number) {
    switch (number) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 5:
            return static_cast<TaskPolicy>(number);
        default:
            return std::nullopt;
    }
}

/// kernel/sched/syscalls.c, __sched_setscheduler(): the order of its checks.
Outcome set_policy(Call& call, Tid tid, TaskPolicy policy, std::int32_t priority, bool resets_on_fork) {
    const Task& now = call.kernel.tasks[tid];
    const bool fits = is_real_time(policy) ? priority >= 1 && priority <= kPriorityMost : priority == 0;
    if (!fits) return Outcome::fail(Errno::einval);
    // sched(7), "Privileges and resource limits": RLIMIT_RTPRIO is the ceiling for who has no privileges.
    if (is_real_time(policy)) {
        const auto most = call.kernel.limits.realtime_priority;
        if (policy != now.policy && most == 0) return Outcome::fail(Errno::eperm);
        if (priority > now.realtime_priority && priority > most) return Outcome::fail(Errno::eperm);
    }
    // sched(7): what it has set it may not take back.
    if (now.resets_on_fork && !resets_on_fork) return Outcome::fail(Errno::eperm);
    Task& task = call.kernel.tasks.write(tid);
    task.policy = policy;
    task.realtime_priority = static_cast<std::uint8_t>(priority);
    task.resets_on_fork = resets_on_fork;
    lend_priorities(call.kernel);
    return Outcome::done(0);
}

}  // namespace

void inherit_scheduling(Task& child, const Task& parent) {
    child.nice = parent.nice;
    child.policy = parent.policy;
    child.realtime_priority = parent.realtime_priority;
    child.allowed_cpus = parent.allowed_cpus;
    if (!parent.resets_on_fork) return;
    // sched(7): a child of a real-time task is ordinary again, a negative nice value becomes 0.
    if (is_real_time(child.policy)) child.policy = TaskPolicy::other;
    child.realtime_priority = 0;
    child.nice = std::max<std::int8_t>(child.nice, 0);
}

Outcome sys_sched_setscheduler(Call& call) {
    const auto number = static_cast<std::int32_t>(call.arg(1));
    // kernel/sched/syscalls.c: a negative policy, a negative pid, no parameters.
    if (number < 0 || static_cast<std::int32_t>(call.arg(0)) < 0 || call.arg(2) == 0)
        return Outcome::fail(Errno::einval);
    const auto priority = call.memory().read_object<std::int32_t>(call.arg(2));
    if (!priority) return Outcome::fail(priority.error());
    auto tid = named_task(call);
    if (!tid) return Outcome::fail(tid.error());
    const auto policy = policy_of(number & ~kResetOnFork);
    if (!policy) return Outcome::fail(Errno::einval);
    return set_policy(call, *tid, *policy, *priority, (number & kResetOnFork) != 0);
}

Outcome sys_sched_setparam(Call& call) {
    if (static_cast<std::int32_t>(call.arg(0)) < 0 || call.arg(1) == 0) return Outcome::fail(Errno::einval);
    const auto priority = call.memory().read_object<std::int32_t>(call.arg(1));
    if (!priority) return Outcome::fail(priority.error());
    auto tid = named_task(call);
    if (!tid) return Outcome::fail(tid.error());
    const Task& task = call.kernel.tasks[*tid];
    return set_policy(call, *tid, task.policy, *priority, task.resets_on_fork);
}

Outcome sys_sched_getscheduler(Call& call) {
    auto tid = named_task(call);
    if (!tid) return Outcome::fail(tid.error());
    const Task& task = call.kernel.tasks[*tid];
    return Outcome::done(static_cast<std::int32_t>(task.policy) | (task.resets_on_fork ? kResetOnFork : 0));
}

Outcome sys_sched_getparam(Call& call) {
    if (call.arg(1) == 0) return Outcome::fail(Errno::einval);
    auto tid = named_task(call);
    if (!tid) return Outcome::fail(tid.error());
    const std::int32_t priority = call.kernel.tasks[*tid].realtime_priority;
    return Outcome::from(call.memory().write_object(call.arg(1), priority));
}

namespace {

/// sched_get_priority_max(2): EINVAL for what is no policy.
Outcome bound_of_priority(const Call& call, std::int32_t of_real_time) {
    const auto number = static_cast<std::int32_t>(call.arg(0));
    if (number == kDeadline) return Outcome::done(0);
    const auto policy = policy_of(number);
    if (!policy) return Outcome::fail(Errno::einval);
    return Outcome::done(is_real_time(*policy) ? of_real_time : 0);
}

}  // namespace

Outcome sys_sched_get_priority_max(Call& call) {
    return bound_of_priority(call, kPriorityMost);
}

Outcome sys_sched_get_priority_min(Call& call) {
    return bound_of_priority(call, 1);
}

Outcome sys_sched_rr_get_interval(Call& call) {
    auto tid = named_task(call);
    if (!tid) return Outcome::fail(tid.error());
    const Task& task = call.kernel.tasks[*tid];
    // sched_rr_get_interval(2): 0 for SCHED_FIFO.
    const Time interval = task.policy == TaskPolicy::fifo          ? 0
                          : task.policy == TaskPolicy::round_robin ? kRealTimeSlice
                                                                   : call.kernel.scheduler.quantum_ns;
    return Outcome::from(call.memory().write_object(call.arg(1), to_timespec(interval)));
}

Outcome sys_sched_getaffinity(Call& call) {
    const std::uint64_t all = (std::uint64_t{1} << call.kernel.scheduler.cpus.size()) - 1;
    // sched_setaffinity(2), NOTES: whole words only; the kernel gives back the bytes it has stored.
    if (call.arg(1) % sizeof all != 0 || call.arg(1) == 0) return Outcome::fail(Errno::einval);
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    const Task* task = pid == 0 ? &call.self() : call.kernel.tasks.find(Tid{pid});
    // init has no task here; it may run everywhere.
    if (!task && pid != kInit.value) return Outcome::fail(Errno::esrch);
    if (!call.memory().write_object(call.arg(2), task ? task->allowed_cpus & all : all))
        return Outcome::fail(Errno::efault);
    return Outcome::done(sizeof all);
}

Outcome sys_sched_setaffinity(Call& call) {
    Kernel& kernel = call.kernel;
    const std::uint64_t all = (std::uint64_t{1} << kernel.scheduler.cpus.size()) - 1;
    std::uint64_t wanted = 0;
    const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(&wanted),
                                        std::min<std::uint64_t>(call.arg(1), sizeof wanted));
    if (auto read = call.memory().read(call.arg(2), bytes); !read) return Outcome::fail(read.error());
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    const Tid tid = pid == 0 ? call.task : Tid{pid};
    if (!kernel.tasks.contains(tid)) return Outcome::fail(Errno::esrch);
    // sched_setaffinity(2): EINVAL where none of these CPUs exists.
    if ((wanted & all) == 0) return Outcome::fail(Errno::einval);
    Task& task = kernel.tasks.write(tid);
    task.allowed_cpus = static_cast<std::uint8_t>(wanted & all);
    // sched_setaffinity(2): where it runs on a CPU that is not allowed any more, it is moved.
    for (std::size_t i = 0; i < kernel.scheduler.cpus.size(); ++i) {
        if (kernel.scheduler.cpus[i].current != tid || (wanted >> i & 1)) continue;
        if (tid == call.task) return Outcome::of(Outcome::Kind::yielded);
        put_back(kernel, kernel.scheduler.cpus[i], PutBack::preempted);
    }
    return Outcome::done(0);
}

}  // namespace ipclab::kernel
