// What a trace adds up to: calls and times per call and per task, and what the run left behind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/event.h"

namespace ipclab::trace {

struct CallTotals {
    std::uint16_t number = 0;
    std::string name;
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    kernel::Time time_ns = 0;     ///< from entry to return
    kernel::Time blocked_ns = 0;  ///< of it asleep
    std::uint64_t bytes = 0;      ///< moved by calls whose result is a number of bytes
    bool operator==(const CallTotals&) const = default;
};

struct TaskTotals {
    kernel::Tid task{};
    kernel::Pid process{};
    std::uint64_t calls = 0, errors = 0, signals = 0;
    kernel::Time time_ns = 0, blocked_ns = 0;  ///< in calls
    kernel::Time running_ns = 0;               ///< on a CPU; known where the trace has context switches
    std::uint64_t times_blocked = 0, times_preempted = 0;
    bool operator==(const TaskTotals&) const = default;
};

struct Summary {
    std::vector<CallTotals> calls;  ///< by total time, longest first
    std::vector<TaskTotals> tasks;  ///< in the order in which they appear
    kernel::Time begin_ns = 0, end_ns = 0;
    std::uint64_t switches = 0;
    bool operator==(const Summary&) const = default;
};
Summary summarize(const kernel::Trace& trace);
/// A table as `strace -c` prints it, and one of the tasks.
std::string format_summary(const Summary& summary);

/// One process's end.
struct Ending {
    kernel::Pid process{};
    bool has_ended = false;
    std::int32_t wait_status = 0;  ///< as waitpid(2) reports it
    bool operator==(const Ending&) const = default;
};

/// What a run leaves behind. Two runs have the same outcome where text and statuses are equal: pids are not
/// looked at.
struct RunOutcome {
    std::string out, err;         ///< bytes on standard output and standard error
    std::vector<Ending> endings;  ///< processes in the order of their forks: the first process first
    /// Same bytes and same endings, whatever the pids.
    bool is_same(const RunOutcome& other) const;
};
/// From the `output` events and ends of processes.
RunOutcome outcome_of(const kernel::Trace& trace);

}  // namespace ipclab::trace
