// The scheduler: which ready task goes on which CPU, and for how long. Policies are interchangeable; all of
// their data lives in Task and in Scheduler, so that they are plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "kernel/types.h"

namespace ipclab::kernel {

struct Kernel;
struct Task;

enum class SchedulingPolicy : std::uint8_t { round_robin, fifo, priority };

struct Cpu {
    Tid current{};      ///< none: idle
    Tid last{};         ///< who ran last: switching back to it costs no context switch
    Time clock_ns = 0;  ///< this CPU's own clock; the machine's time is that of the CPU that moves next
    bool operator==(const Cpu&) const = default;
};

struct Scheduler {
    SchedulingPolicy policy = SchedulingPolicy::round_robin;
    Time quantum_ns =
        4 * kMillisecond;  ///< round_robin, priority: how long a task runs while others of its level wait
    std::vector<Cpu> cpus{1};
    std::uint64_t next_order = 1;  ///< for Task::ready_order
    bool operator==(const Scheduler&) const = default;
};

/// What the policy says about a CPU.
struct Turn {
    Tid task{};           ///< who runs there next; none where no task is ready
    Time at_ns = kNever;  ///< from when
    Time slice_ns = 0;    ///< for how long before the policy looks again; kNever: until it sleeps
};
Turn next_turn(const Kernel& kernel, const Cpu& cpu);

/// Makes a task ready, at the end of the queue, with a new slice.
void make_ready(Kernel& kernel, Task& task);
/// Takes a task that no longer runs (it blocks, stops or ends) off its CPU.
void leave_cpu(Kernel& kernel, Tid task);

std::string_view name(SchedulingPolicy policy);
std::optional<SchedulingPolicy> policy_named(std::string_view name);

}  // namespace ipclab::kernel
