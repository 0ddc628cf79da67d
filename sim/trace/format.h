// A trace as text, one line per event, in strace's format (`strace -f`), with what only a simulator knows
// behind a `#`: why a call had to wait, who woke it, which task went onto which CPU.
//
//   3       0.000012500 read(3,  <unfinished ...>  # blocked: pipe 7 is empty
//   2       0.000014000 write(4, "x", 1)                        = 1  # wakes 3
//   3       0.000016100 <... read resumed>"x", 10)              = 1  # woken by 2
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/event.h"
#include "sim/trace/decode.h"

namespace ipclab::trace {

struct FormatOptions {
    std::size_t string_limit = 32;   ///< bytes of data shown of each argument
    std::size_t result_column = 40;  ///< where " = " begins, counted from the call's name; 0: no padding
    bool with_pid = true;
    bool with_time = true;       ///< seconds with nine decimals: entry of a call, else when it happened
    bool with_duration = false;  ///< `<0.000001500>` behind each call, as strace -T
    bool with_remarks = true;    ///< everything behind `#`: blocking, wake-ups, new tasks, explanations
    bool with_switches = false;  ///< `# cpu 0: 2 -> 3`
    bool with_world = false;     ///< bytes that reach or leave the world outside
    std::vector<std::string> source_files;  ///< names by SourceLine::file; empty: no source lines
};

/// Writes the events of one trace, in their order. Holds what is unfinished between lines.
class Printer {
  public:
    explicit Printer(FormatOptions options = {}) : options_(std::move(options)) {}

    /// Appends the line or lines of one event, each with its newline; nothing for events that have no line of
    /// their own. The event has to belong to `trace`; events are given in their order, each once.
    void print(const kernel::Trace& trace, const kernel::Event& event, std::string& out);

  private:
    struct TaskState {
        std::uint16_t unfinished_number = 0;
        bool is_unfinished = false;
        std::string woken;                ///< who woke it: for its next line
        std::vector<std::int32_t> wakes;  ///< whom it woke: for its next line
    };
    struct Cause {  ///< of a signal on its way
        std::int32_t target = 0;
        std::uint16_t signal = 0;
        std::int32_t sender = 0;
    };

    void begin_line(std::int32_t task, kernel::Time time_ns, std::string& out) const;
    void end_line(const kernel::Event& event, std::string& remarks, std::string& out);
    void print_call(const kernel::Trace& trace, const kernel::Event& event, std::string& out);
    void print_blocked(const kernel::Trace& trace, const kernel::Event& event, std::string& out);
    void print_signal(const kernel::Trace& trace, const kernel::Event& event, std::string& out);
    void print_exit(const kernel::Event& event, std::string& out);
    void print_remark(const kernel::Event& event, std::string_view text, std::string& out);
    void note_wake(const kernel::Event& event);

    FormatOptions options_;
    std::unordered_map<std::int32_t, TaskState> tasks_;
    std::unordered_map<std::int32_t, std::int32_t> exit_status_;  ///< by process, for SIGCHLD
    std::vector<Cause> causes_;
};

/// The whole trace.
std::string format_trace(const kernel::Trace& trace, const FormatOptions& options = {});

/// A call without prefix, padding and remarks: `write(1, "hello\n", 6) = 6`; a blocked call ends in
/// ` <unfinished ...>`.
std::string format_call(const kernel::Trace& trace, const kernel::Event& event,
                        std::size_t string_limit = 32);

/// Any event by itself in one line without prefix: as format_call for calls, `+++ exited with 0 +++`,
/// `woken by 3: pipe 7`, ...
std::string format_event(const kernel::Trace& trace, const kernel::Event& event,
                         std::size_t string_limit = 32);

}  // namespace ipclab::trace
