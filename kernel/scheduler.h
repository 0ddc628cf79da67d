// The scheduler: which ready task goes on which CPU, and for how long. Policies are interchangeable, each a row of functions
// (kernel/scheduling_policy.h); all of their data lives in Task and in Scheduler, so that they are plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/types.h"

namespace ipclab::kernel {

struct Kernel;
struct Task;

enum class TaskState : std::uint8_t { ready, running, blocked, stopped, zombie };

/// Of all ordinary tasks of a run.
enum class SchedulingPolicy : std::uint8_t { round_robin, fifo, priority, mlfq, lottery, fair };

/// sched(7): of a task, with Linux's values. other, batch and idle are ordinary: the run's policy is theirs.
enum class TaskPolicy : std::uint8_t { other = 0, fifo = 1, round_robin = 2, batch = 3, idle = 5 };

/// What the policies remember of a task.
struct TurnState {
    bool is_over = false;    ///< its turn has ended before its time
    std::int32_t level = 0;  ///< mlfq: 0 is the highest
    Time level_used_ns = 0;  ///< mlfq: of the allotment
    Time virtual_ns = 0;     ///< fair: virtual run time
    Time deadline_ns = 0;    ///< fair: in virtual time
    Time lag_ns = 0;         ///< fair: how far behind (positive) or ahead of the average it went to sleep
    bool operator==(const TurnState&) const = default;
};

/// sched_rr_get_interval(2): kernel/sched/rt.c, RR_TIMESLICE
inline constexpr Time kRealTimeSlice = 100 * kMillisecond;

struct Cpu {
    Tid current{};      ///< none: idle
    Tid last{};         ///< who ran last: switching back to it costs no context switch
    Time clock_ns = 0;  ///< this CPU's own clock; the machine's time is that of the CPU that moves next
    Time rest_ps = 0;   ///< of the instructions: less than a nanosecond, not yet in the clock
    bool operator==(const Cpu&) const = default;
};

struct Scheduler {
    SchedulingPolicy policy = SchedulingPolicy::round_robin;
    Time quantum_ns = 4 * kMillisecond;  ///< of a turn: see the policies
    std::vector<Cpu> cpus{1};
    std::uint64_t next_order = 1;  ///< for Task::ready_order
    std::uint64_t turns = 0;       ///< how many have begun
    Time boost_at_ns = 0;          ///< mlfq: when all go up next; 0: set by the first that runs
    Time last_average_ns = 0;      ///< fair: of the virtual times, when somebody last slept
    bool operator==(const Scheduler&) const = default;
};

/// What the policy says about a CPU.
struct Turn {
    Tid task{};           ///< who runs there next; none where no task is ready
    Time at_ns = kNever;  ///< from when
    Time slice_ns = 0;    ///< for how long before the policy looks again; kNever: until it sleeps
};
Turn next_turn(const Kernel& kernel, const Cpu& cpu);

/// Makes a task ready that was not, at the end of the queue, with a new turn.
void make_ready(Kernel& kernel, Task& task);
/// It sleeps or is stopped: off its CPU and out of the queue.
void take_off(Kernel& kernel, Task& task, TaskState state);
/// The task that has this CPU goes back to the queue.
enum class PutBack : std::uint8_t { preempted, yields };
void put_back(Kernel& kernel, Cpu& cpu, PutBack why);
void begin_turn(Task& task);
/// Where the policy has picked the running task once more at the end of its turn: a new turn.
void renew_turn(Kernel& kernel, Task& task);
/// It has run for so long.
void count_run(Kernel& kernel, Task& task, Time ns);
/// Takes a task that no longer runs (it blocks, stops or ends) off its CPU.
void leave_cpu(Kernel& kernel, Tid task);

std::string_view name(SchedulingPolicy policy);
std::optional<SchedulingPolicy> policy_named(std::string_view name);
std::vector<std::string> policy_names();

}  // namespace ipclab::kernel
