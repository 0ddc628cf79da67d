// Small calls about the system itself: uname(2), sysinfo(2), getrandom(2), limits, CPUs.
#include <algorithm>
#include <array>
#include <cstring>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/transfer.h"

namespace ipclab::kernel {

Outcome sys_uname(Call& call) {
    constexpr std::size_t kField = 65;
    std::array<std::uint8_t, 6 * kField> names{};
    constexpr std::array<std::string_view, 6> kTexts{"Linux",  "ipclab", "6.1.0",
                                                     "#1 SMP", "x86_64", "(none)"};
    for (std::size_t i = 0; i < kTexts.size(); ++i)
        std::memcpy(&names[i * kField], kTexts[i].data(), kTexts[i].size());
    return Outcome::from(call.memory().write(call.arg(0), names));
}

Outcome sys_sysinfo(Call& call) {
    struct AbiSysinfo {
        std::int64_t uptime = 0;
        std::array<std::uint64_t, 3> loads{};
        std::uint64_t total_ram = 4ull << 30, free_ram = 2ull << 30, shared_ram = 0, buffer_ram = 0,
                      total_swap = 0, free_swap = 0;
        std::uint16_t processes = 0;
        std::array<std::uint16_t, 3> padding{};
        std::uint64_t total_high = 0, free_high = 0;
        std::uint32_t unit = 1, end = 0;
    } info;
    static_assert(sizeof(AbiSysinfo) == 112);
    info.uptime = call.kernel.now_ns / kSecond;
    info.processes = static_cast<std::uint16_t>(call.kernel.processes.size());
    return Outcome::from(call.memory().write_object(call.arg(0), info));
}

Outcome sys_sched_getaffinity(Call& call) {
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    const std::uint64_t mask = (std::uint64_t{1} << call.kernel.scheduler.cpus.size()) - 1;
    // sched_setaffinity(2), NOTES: whole words only; the kernel gives back the bytes it has stored.
    if (call.arg(1) % sizeof mask != 0 || call.arg(1) == 0) return Outcome::fail(Errno::einval);
    if (pid < 0 || (pid > 0 && !call.kernel.tasks.contains(Tid{pid}))) return Outcome::fail(Errno::esrch);
    if (!call.memory().write_object(call.arg(2), mask)) return Outcome::fail(Errno::efault);
    return Outcome::done(sizeof mask);
}

Outcome sys_sched_setaffinity(Call& call) {
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    const std::uint64_t all = (std::uint64_t{1} << call.kernel.scheduler.cpus.size()) - 1;
    std::uint64_t wanted = 0;
    const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(&wanted),
                                        std::min<std::uint64_t>(call.arg(1), sizeof wanted));
    if (auto read = call.memory().read(call.arg(2), bytes); !read) return Outcome::fail(read.error());
    if (pid < 0 || (pid > 0 && !call.kernel.tasks.contains(Tid{pid}))) return Outcome::fail(Errno::esrch);
    // sched_setaffinity(2): EINVAL where none of these CPUs exists
    if ((wanted & all) == 0) return Outcome::fail(Errno::einval);
    if ((wanted & all) == all) return Outcome::done(0);
    explain(call.kernel, call.task,
            "sched_setaffinity: tasks run on every CPU of the simulated machine: EPERM", call.trace);
    return Outcome::fail(Errno::eperm);
}

Outcome sys_getrandom(Call& call) {
    constexpr std::uint32_t kFlags = 7;  // GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE
    if (call.arg(2) & ~std::uint64_t{kFlags}) return Outcome::fail(Errno::einval);
    Transfer to(call.memory());
    auto set = to.set_buffer(call.arg(0), std::min(call.arg(1), kTransferMax));
    if (!set) return Outcome::fail(set.error());
    while (to.left() > 0) {
        // splitmix64 (Steele, Lea, Flood 2014): the state is part of the kernel, so a run can be repeated.
        std::uint64_t z = (call.kernel.random_state += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        z ^= z >> 31;
        std::array<std::uint8_t, 8> bytes;
        std::memcpy(bytes.data(), &z, bytes.size());
        const std::size_t wanted = std::min<std::uint64_t>(bytes.size(), to.left());
        if (to.copy_out(std::span(bytes).first(wanted)) < wanted) break;
    }
    if (to.done() == 0 && to.total() > 0) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(to.done()));
}

namespace {

struct AbiLimit {
    std::uint64_t soft = UINT64_MAX, hard = UINT64_MAX;
};

/// getrlimit(2): the limits that the simulated kernel has; the others are unlimited.
Result<AbiLimit> limit_of(const Kernel& kernel, std::int32_t resource) {
    constexpr std::int32_t kFileSize = 1, kStack = 3, kCore = 4, kProcesses = 6, kOpenFiles = 7,
                           kAddressSpace = 9, kPendingSignals = 11, kMessageQueues = 12, kResources = 16;
    if (resource < 0 || resource >= kResources) return Errno::einval;
    auto both = [](std::uint64_t limit) { return AbiLimit{limit, limit}; };
    switch (resource) {
        case kFileSize:
            return both(kernel.limits.file_bytes);
        case kStack:
            return AbiLimit{8 << 20, UINT64_MAX};
        case kCore:
            return both(0);
        case kProcesses:
            return both(static_cast<std::uint64_t>(kernel.limits.processes));
        case kOpenFiles:
            return both(static_cast<std::uint64_t>(kernel.limits.open_files));
        case kAddressSpace:
            return both(kernel.limits.address_space_bytes);
        case kPendingSignals:
            return both(kernel.limits.pending_signals);
        case kMessageQueues:
            return both(kernel.limits.posix_queue_bytes);
        default:
            return AbiLimit{};
    }
}

}  // namespace

Outcome sys_getrlimit(Call& call) {
    auto limit = limit_of(call.kernel, static_cast<std::int32_t>(call.arg(0)));
    if (!limit) return Outcome::fail(limit.error());
    return Outcome::from(call.memory().write_object(call.arg(1), *limit));
}

Outcome sys_prlimit64(Call& call) {
    const auto pid = static_cast<std::int32_t>(call.arg(0));
    auto limit = limit_of(call.kernel, static_cast<std::int32_t>(call.arg(1)));
    if (!limit) return Outcome::fail(limit.error());
    if (call.arg(2)) {
        auto wanted = call.memory().read_object<AbiLimit>(call.arg(2));
        if (!wanted) return Outcome::fail(wanted.error());
        if (wanted->soft > wanted->hard) return Outcome::fail(Errno::einval);
    }
    if (pid != 0 && !call.kernel.processes.contains(Pid{pid})) return Outcome::fail(Errno::esrch);
    if (call.arg(2)) {
        explain(call.kernel, call.task, "setrlimit: limits are those of the whole run: EPERM", call.trace);
        return Outcome::fail(Errno::eperm);
    }
    if (call.arg(3) && !call.memory().write_object(call.arg(3), *limit)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

}  // namespace ipclab::kernel
