// The processes that have ended and are collected, so that no kernel object tells of them any more: what became of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/kernel.h"
#include "visualizer/model/lanes.h"

namespace ipclab::visualizer {

struct EndedProcess {
    kernel::Pid pid{};
    std::size_t order = 0;  ///< of its creation: decides its colour
    std::string name;
    std::string end;        ///< "exited with status 0"
    bool is_clean = true;   ///< status 0
    std::size_t calls = 0;  ///< system calls that returned
    kernel::Time running_ns = 0, ready_ns = 0, blocked_ns = 0;
    bool operator==(const EndedProcess&) const = default;
};

/// Those that had ended when `event_count` events had happened, in the order of their creation.
std::vector<EndedProcess> ended_processes(const Lanes& lanes, std::size_t event_count);
/// Without those that are still in the kernel: they have a card of their own.
std::vector<EndedProcess> collected_processes(const Lanes& lanes, const kernel::Kernel& kernel,
                                              std::size_t event_count);

}  // namespace ipclab::visualizer
