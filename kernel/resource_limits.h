// What a process may use: getrlimit(2), with Linux's numbers of the resources.
#pragma once

#include <array>
#include <cstdint>

#include "kernel/limits.h"

namespace ipclab::kernel {

enum class Resource : std::uint8_t {
    cpu = 0,
    file_size = 1,
    data = 2,
    stack = 3,
    core = 4,
    resident = 5,
    processes = 6,
    open_files = 7,
    locked = 8,
    address_space = 9,
    locks = 10,
    pending_signals = 11,
    message_queues = 12,
    nice = 13,
    realtime_priority = 14,
    realtime_time = 15,
};
inline constexpr std::size_t kResources = 16;

/// struct rlimit; UINT64_MAX: no limit.
struct ResourceLimit {
    std::uint64_t soft = UINT64_MAX, hard = UINT64_MAX;
    bool operator==(const ResourceLimit&) const = default;
};

/// Of one process; inherited by its children and kept over execve(2).
class ResourceLimits {
  public:
    ResourceLimits() = default;
    /// Of the first process: what the machine has.
    explicit ResourceLimits(const Limits& machine);
    const ResourceLimit& of(Resource resource) const { return all_[static_cast<std::size_t>(resource)]; }
    void set(Resource resource, const ResourceLimit& limit) {
        all_[static_cast<std::size_t>(resource)] = limit;
    }
    std::uint64_t soft(Resource resource) const { return of(resource).soft; }
    bool operator==(const ResourceLimits&) const = default;

  private:
    std::array<ResourceLimit, kResources> all_{};
};

}  // namespace ipclab::kernel
