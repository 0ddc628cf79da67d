#include "kernel/resource_limits.h"

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/processes.h"

namespace ipclab::kernel {

ResourceLimits::ResourceLimits(const Limits& machine) {
    const auto both = [&](Resource resource, std::uint64_t limit) { set(resource, {limit, limit}); };
    set(Resource::stack, {8 << 20, UINT64_MAX});
    set(Resource::core, {0, 0});
    both(Resource::processes, static_cast<std::uint64_t>(machine.processes));
    both(Resource::open_files, static_cast<std::uint64_t>(machine.open_files));
    both(Resource::pending_signals, machine.pending_signals);
    both(Resource::message_queues, machine.posix_queue_bytes);
    both(Resource::nice, 0);
    both(Resource::realtime_priority, static_cast<std::uint64_t>(machine.realtime_priority));
}

namespace {

Result<Resource> resource_of(std::uint64_t argument) {
    const auto number = static_cast<std::int32_t>(argument);
    if (number < 0 || static_cast<std::size_t>(number) >= kResources) return Errno::einval;
    return static_cast<Resource>(number);
}

/// What no part of the simulated system looks at would be a promise that nobody keeps.
bool is_watched(Resource resource) {
    switch (resource) {
        case Resource::cpu:
        case Resource::file_size:
        case Resource::core:
        case Resource::processes:
        case Resource::open_files:
        case Resource::address_space:
        case Resource::pending_signals:
        case Resource::message_queues:
        case Resource::nice:
        case Resource::realtime_priority:
            return true;
        case Resource::data:
        case Resource::stack:
        case Resource::resident:
        case Resource::locked:
        case Resource::locks:
        case Resource::realtime_time:
            return false;
    }
    return false;
}

/// kernel/sys.c, do_prlimit()
Outcome set_limit(Call& call, Pid pid, Resource resource, const ResourceLimit& wanted) {
    constexpr std::uint64_t kMostFiles = 1 << 20;  // /proc/sys/fs/nr_open
    const ResourceLimit& now = call.kernel.processes[pid].resource_limits->of(resource);
    // getrlimit(2): EPERM where the hard limit would rise, and above nr_open.
    if (resource == Resource::open_files && wanted.hard > kMostFiles) return Outcome::fail(Errno::eperm);
    if (wanted.hard > now.hard) return Outcome::fail(Errno::eperm);
    if (wanted == now) return Outcome::done(0);
    if (!is_watched(resource)) {
        explain(call.kernel, call.task,
                "setrlimit: resource " + std::to_string(static_cast<int>(resource)) +
                    " is not limited here: EPERM",
                call.trace);
        return Outcome::fail(Errno::eperm);
    }
    Process& process = call.kernel.processes.write(pid);
    process.resource_limits.write().set(resource, wanted);
    if (resource == Resource::address_space && process.space)
        call.kernel.spaces.write(process.space)
            .set_mapped_limit(std::min(wanted.soft, call.kernel.limits.address_space_bytes));
    if (resource == Resource::cpu) {
        start_cpu_limit(process);
        call.kernel.has_cpu_timers = true;
    }
    return Outcome::done(0);
}

}  // namespace

void start_cpu_limit(Process& process) {
    const ResourceLimit& limit = process.resource_limits->of(Resource::cpu);
    const auto to_time = [](std::uint64_t seconds) {
        // kernel/sys.c: 0 seconds count as one.
        constexpr auto kMost = static_cast<std::uint64_t>(kNever / kSecond);
        return seconds >= kMost ? kNever : static_cast<Time>(std::max<std::uint64_t>(seconds, 1)) * kSecond;
    };
    if (limit == ResourceLimit{} && *process.cpu_timers == CpuTimers{}) return;
    process.cpu_timers.write().warn_at_ns = to_time(limit.soft);
    process.cpu_timers.write().hard_limit_ns = to_time(limit.hard);
}

Outcome sys_getrlimit(Call& call) {
    auto resource = resource_of(call.arg(0));
    if (!resource) return Outcome::fail(resource.error());
    return Outcome::from(
        call.memory().write_object(call.arg(1), call.process_read().resource_limits->of(*resource)));
}

Outcome sys_setrlimit(Call& call) {
    auto wanted = call.memory().read_object<ResourceLimit>(call.arg(1));
    if (!wanted) return Outcome::fail(wanted.error());
    auto resource = resource_of(call.arg(0));
    if (!resource || wanted->soft > wanted->hard) return Outcome::fail(Errno::einval);
    return set_limit(call, call.pid, *resource, *wanted);
}

Outcome sys_prlimit64(Call& call) {
    const auto number = static_cast<std::int32_t>(call.arg(0));
    auto resource = resource_of(call.arg(1));
    if (!resource) return Outcome::fail(resource.error());
    ResourceLimit wanted;
    if (call.arg(2)) {
        auto read = call.memory().read_object<ResourceLimit>(call.arg(2));
        if (!read) return Outcome::fail(read.error());
        wanted = *read;
        if (wanted.soft > wanted.hard) return Outcome::fail(Errno::einval);
    }
    const Pid pid = number == 0 ? call.pid : Pid{number};
    if (!call.kernel.processes.contains(pid)) return Outcome::fail(Errno::esrch);
    const ResourceLimit before = call.kernel.processes[pid].resource_limits->of(*resource);
    if (call.arg(2))
        if (Outcome set = set_limit(call, pid, *resource, wanted); set.value < 0) return set;
    if (call.arg(3) && !call.memory().write_object(call.arg(3), before)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

}  // namespace ipclab::kernel
