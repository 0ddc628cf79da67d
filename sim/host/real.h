// Runs toy programs on the real Linux: builds them, runs them in a sandbox, traced or free, and says what
// happened.
//
// Everything that can be missing on a machine is reported by name, with what still works.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "kernel/event.h"
#include "sim/host/build.h"
#include "sim/host/lock_step.h"
#include "sim/host/sandbox.h"

namespace ipclab::host {

/// What this machine offers. Each text says what is wrong and what to do; empty: it works.
struct Availability {
    std::string compiler;  ///< cc
    std::string sandbox;   ///< bubblewrap and user namespaces
    std::string tracing;   ///< ptrace and seccomp
    bool can_build() const { return compiler.empty(); }
    bool can_isolate() const { return sandbox.empty(); }
    bool can_trace() const { return tracing.empty(); }
    /// One paragraph: what is missing and what still works; empty where nothing is missing.
    std::string summary() const;
};
/// Looks, by trying each piece: some tens of milliseconds.
Availability check_availability();

enum class RunMode : std::uint8_t { traced, free };
enum class Isolation : std::uint8_t {
    required,         ///< no sandbox, no run
    where_available,  ///< without a sandbox where there is none: the caller has asked a person
};
enum class Cpus : std::uint8_t {
    one,  ///< the program and the tracer share one CPU: several times faster to trace
    all,
};

struct RealRequest {
    BuildRequest build;
    /// Already built: `build` is then not looked at.
    std::shared_ptr<const Build> built;
    std::string program;                 ///< the one to start; empty: the first
    std::vector<std::string> arguments;  ///< after argv[0], which is the program's name
    /// Not empty: `program` is a shell, and is started as NAME -c LINE.
    std::string shell_line;
    Stdio stdio;
    RunLimits limits;
    RunMode mode = RunMode::traced;
    Isolation isolation = Isolation::required;
    Cpus cpus = Cpus::one;
    std::vector<int> allowed_cpus;  ///< of those the run has only these; empty: those of this process
    int nice = 0;                   ///< 0 to 19: the niceness that the program starts with
    Conductor* conductor =
        nullptr;  ///< traced: whose order the tasks follow; null: nobody's. Outlives the run.
    /// Traced, without a conductor: frequent calls are recorded in the program itself (recorder.c), which slows it down
    /// several times less. False: every call stops for the tracer.
    bool recorder = true;
    /// Traced: run once more without the tracer, to say how much it slows the program down. Not done where the program has
    /// read from an input_fd, was stopped at a limit, or took more than ten seconds.
    bool measure_slowdown = false;
    bool reports_left = false;  ///< RealResult::left is wanted
    std::vector<std::pair<std::string, std::string>> files;  ///< to be there at the start: path and content
    /// Addresses of an interface of the sandbox's own, and names in its /etc/hosts. Only with the sandbox.
    std::vector<kernel::Host> hosts;
    std::function<void(int stream, std::string_view bytes)> on_output;
    std::stop_token cancel;
};

struct RealResult {
    std::shared_ptr<const Build> built;
    std::string build_messages;  ///< what the compiler said
    /// Why there is no run: a compiler error, a missing piece. Empty: the program was run.
    std::string error;
    bool was_isolated = false;

    std::string standard_output, standard_error;
    int wait_status = 0;  ///< of the first process, as waitpid(2) reports it
    std::int64_t duration_ns = 0;
    std::optional<LimitHit> limit;  ///< why it was stopped, if it was

    /// What the program has left behind, where that was asked for: nothing where the run was stopped, or was not isolated.
    std::optional<trace::LeftBehind> left;

    kernel::Trace trace;  ///< empty in free mode
    /// SourceLine::file is an index into the files of the program that the task was executing.
    std::vector<BuiltProgram> programs;
    std::int64_t main_ns = 0;      ///< traced: when the first process came to its main(), in the trace's time
    std::uint64_t stops = 0;       ///< traced: how often tasks have stopped for the tracer, or ended
    std::int64_t untraced_ns = 0;  ///< of the run without the tracer; 0: not measured
    bool ok() const { return error.empty(); }
};

/// Builds where needed, runs to the end or to a limit, and leaves nothing behind. May be called from any
/// thread, and from several at once.
RealResult run_real(const RealRequest& request);

/// The environment that toy programs get: that of the simulated system.
std::vector<std::string> toy_environment();

}  // namespace ipclab::host
