// What is below a process, by /proc.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace ipclab::host {

/// The tasks below a process, by /proc; `resident_bytes` is what they have for themselves.
struct Usage {
    int tasks = 0;
    std::uint64_t resident_bytes = 0;
    std::vector<pid_t> processes;
};
Usage measure_tree(pid_t root);
/// Also those that have ended and were not waited for.
std::vector<pid_t> children_of(pid_t process);

}  // namespace ipclab::host
