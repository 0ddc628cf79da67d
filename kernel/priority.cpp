// Nice values: getpriority(2), setpriority(2).
#include <algorithm>
#include <vector>

#include "kernel/handlers.h"

namespace ipclab::kernel {

namespace {

constexpr std::int32_t kProcess = 0, kGroup = 1, kUserOf = 2;
constexpr std::int32_t kNiceMin = -20, kNiceMost = 19;

/// The tasks that `which` and `who` name; EINVAL, ESRCH.
Result<std::vector<Tid>> named_tasks(const Call& call) {
    const auto which = static_cast<std::int32_t>(call.arg(0));
    const auto who = static_cast<std::int32_t>(call.arg(1));
    if (which < kProcess || which > kUserOf) return Errno::einval;
    std::vector<Tid> found;
    for (const auto& [tid, task] : call.kernel.tasks) {
        const Process& process = call.kernel.processes[task->process];
        const bool is_named = which == kProcess ? (who == 0 ? tid == call.task : tid.value == who)
                              : which == kGroup ? (who == 0 ? process.group == call.process_read().group
                                                            : process.group.value == who)
                                                : who == 0 || static_cast<std::uint32_t>(who) == kUser;
        if (is_named) found.push_back(tid);
    }
    if (found.empty()) return Errno::esrch;
    return found;
}

}  // namespace

Outcome sys_getpriority(Call& call) {
    auto tasks = named_tasks(call);
    if (!tasks) return Outcome::fail(tasks.error());
    std::int32_t best = kNiceMost;
    for (Tid tid : *tasks) best = std::min<std::int32_t>(best, call.kernel.tasks[tid].nice);
    // getpriority(2), C library/kernel differences: 20 - nice, so that results are never negative.
    return Outcome::done(20 - best);
}

Outcome sys_setpriority(Call& call) {
    auto tasks = named_tasks(call);
    if (!tasks) return Outcome::fail(tasks.error());
    const auto wanted = std::clamp(static_cast<std::int32_t>(call.arg(2)), kNiceMin, kNiceMost);
    Outcome outcome = Outcome::done(0);
    for (Tid tid : *tasks) {
        // getrlimit(2), RLIMIT_NICE: who has no privileges may lower a nice value to 20 - limit: EACCES.
        const Task& task = call.kernel.tasks[tid];
        const auto ceiling = call.kernel.processes[task.process].resource_limits->soft(Resource::nice);
        if (wanted < task.nice && 20 - wanted > static_cast<std::int64_t>(std::min<std::uint64_t>(ceiling, 40)))
            outcome = Outcome::fail(Errno::eacces);
        else
            call.kernel.tasks.write(tid).nice = static_cast<std::int8_t>(wanted);
    }
    return outcome;
}

}  // namespace ipclab::kernel
