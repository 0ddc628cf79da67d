#include "sim/host/real.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "sim/host/filter.h"
#include "sim/host/tracer.h"

namespace ipclab::host {

namespace {

using kernel::kSecond;

constexpr std::int64_t kLongestToRepeat = 10 * kSecond;

/// Where and how urgently a run's tasks are scheduled.
struct Placement {
    Cpus cpus = Cpus::one;
    std::vector<int> allowed_cpus{};
    int nice = 0;
};

void stay_on(const std::vector<int>& cpus) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
}

/// Of this thread, and so of all that it forks.
void take_place(const Placement& placement) {
    if (!placement.allowed_cpus.empty()) stay_on(placement.allowed_cpus);
    if (placement.cpus == Cpus::one) stay_on({std::max(sched_getcpu(), 0)});
    // sched(7): on Linux the nice value is each thread's own, and 0 is the calling one.
    if (placement.nice != 0) setpriority(PRIO_PROCESS, 0, placement.nice);
}

void wait_for_children() {
    int status = 0;
    while (waitpid(-1, &status, __WALL | __WNOTHREAD) > 0 || errno == EINTR) {
    }
}

LimitHit excess_limit(Tracer::Excess excess, const RunLimits& limits) {
    switch (excess) {
        case Tracer::Excess::tasks:
            return {LimitKind::processes, fmt::format("stopped: more than {} processes", limits.processes)};
        case Tracer::Excess::events:
            return {LimitKind::events, fmt::format("stopped: more than {} events", limits.events)};
        case Tracer::Excess::conducted:
            return {LimitKind::conducted, "stopped: lock-step has come to its end"};
    }
    return {};
}

/// One run of a sandbox: the runner's thread beside the caller's, which pumps.
struct Run {
    explicit Run(SandboxRequest request) : limits(request.limits), sandbox(std::move(request)) {}

    RunLimits limits;
    Sandbox sandbox;
    std::optional<Tracer> tracer;
    std::string error;
    int ptrace_error = 0;

    void go(const std::optional<TracerOptions>& tracing, const Placement& placement,
            const std::stop_token& cancel) {
        if (auto problem = sandbox.prepare()) {
            error = *problem;
            return;
        }
        std::jthread runner([&] {
            take_place(placement);
            if (auto problem = sandbox.start())
                error = *problem;
            else if (tracing)
                trace(*tracing, placement.cpus);
            else
                wait_for_children();
            sandbox.finished();
        });
        {
            std::stop_callback stopping(cancel,
                                        [&] { sandbox.stop(LimitKind::cancelled, "stopped: cancelled"); });
            sandbox.pump();
        }
        runner.join();
        if (error.empty() && !sandbox.launch_error().empty() && !sandbox.limit())
            error = sandbox.launch_error();
    }

  private:
    void trace(TracerOptions options, Cpus cpus) {
        options.streams = sandbox.stream_identities();
        options.max_tasks = limits.processes;
        options.max_events = limits.events;
        options.one_cpu = cpus == Cpus::one;
        options.other_child = sandbox.outer_pid();
        options.is_stopped = [&] { return sandbox.is_stopped(); };
        tracer.emplace(std::move(options), [&](Tracer::Excess excess) {
            const LimitHit limit = excess_limit(excess, limits);
            sandbox.stop(limit.kind, limit.text);
        });
        if (const pid_t program = sandbox.wait_ready(); program != 0) {
            if (tracer->attach(program)) {
                sandbox.release();
            } else {
                ptrace_error = errno;
                error = fmt::format("cannot trace the program: ptrace is refused ({})", std::strerror(errno));
                sandbox.stop(LimitKind::cancelled, "stopped: cannot be traced");
            }
        }
        tracer->run();
    }
};

SandboxRequest sandbox_request(const RealRequest& request, const Build& build, bool isolated) {
    SandboxRequest made;
    const std::string name = request.program.empty() ? build.programs().front().name : request.program;
    made.bin_directory = build.bin_directory().string();
    made.path = isolated ? "/bin/" + name : (build.bin_directory() / name).string();
    made.arguments = {name};
    if (request.shell_line.empty())
        made.arguments.insert(made.arguments.end(), request.arguments.begin(), request.arguments.end());
    else
        made.arguments.insert(made.arguments.end(), {"-c", request.shell_line});
    made.environment = toy_environment();
    if (!isolated)
        for (std::string& entry : made.environment)
            if (entry.starts_with("PATH=")) entry = "PATH=" + made.bin_directory;
    made.files = request.files;
    made.hosts = request.hosts;
    made.stdio = request.stdio;
    made.limits = request.limits;
    made.traced = request.mode == RunMode::traced;
    made.recorded = made.traced && request.recorder && request.conductor == nullptr;
    made.without_sandbox = !isolated;
    made.reports_left = request.reports_left;
    made.on_output = request.on_output;
    return made;
}

bool has_program(const Build& build, const std::string& name) {
    for (const BuiltProgram& program : build.programs())
        if (program.name == name || name.empty()) return true;
    return false;
}

/// /usr/bin/true: what fails tells what is missing.
Run probe(bool isolated, bool traced) {
    SandboxRequest request;
    TempDir empty("bin");
    request.bin_directory = empty.path().string();
    request.path = "/usr/bin/true";
    request.arguments = {"true"};
    request.traced = traced;
    request.without_sandbox = !isolated;
    request.limits.deadline_ns = 5 * kSecond;
    return Run(std::move(request));
}

/// Whether somebody has read from descriptor 0.
bool has_read_input(const kernel::Trace& trace) {
    return std::any_of(trace.events.begin(), trace.events.end(), [](const kernel::Event& event) {
        return event.kind == kernel::EventKind::syscall && event.args[0] == 0 && event.result > 0 &&
               (event.number == SYS_read || event.number == SYS_readv || event.number == SYS_pread64);
    });
}

void fill(RealResult& result, Run& run) {
    result.standard_output = run.sandbox.output(1);
    result.standard_error = run.sandbox.output(2);
    result.limit = run.sandbox.limit();
    if (!result.limit) result.left = run.sandbox.left_behind();
    result.duration_ns = run.sandbox.ended_ns() - run.sandbox.started_ns();
    if (run.sandbox.end())
        result.wait_status = run.sandbox.end()->wait_status;
    else
        result.wait_status = SIGKILL;  // the whole sandbox was killed before the launcher could report
    if (!run.tracer) return;
    if (run.tracer->exit_status()) result.wait_status = *run.tracer->exit_status();
    result.main_ns = run.tracer->main_ns();
    result.stops = run.tracer->stops();
    result.trace = run.tracer->take_trace();
    result.programs = run.tracer->take_programs();
}

/// Of the run without its tracer, in ns; 0 where it does not come to its end.
std::int64_t untraced_duration(RealRequest request, std::shared_ptr<const Build> built) {
    request.built = std::move(built);
    request.mode = RunMode::free;
    request.stdio.input_fd = -1;
    request.on_output = nullptr;
    request.reports_left = false;
    const RealResult result = run_real(request);
    return result.ok() && !result.limit ? result.duration_ns : 0;
}

}  // namespace

std::vector<std::string> toy_environment() {
    // As in the simulated system, so that a program finds the same programs, or none, on both.
    return {"HOME=/home/student", "LANG=C",        "LOGNAME=student", "PATH=/bin",
            "PWD=/home/student",  "SHELL=/bin/sh", "TERM=xterm",      "USER=student"};
}

std::string Availability::summary() const {
    std::string text;
    for (const std::string* piece : {&compiler, &sandbox, &tracing})
        if (!piece->empty()) text += *piece + "\n";
    if (text.empty()) return text;
    if (!can_build())
        text += "Programs still run on the simulated kernel.\n";
    else if (!can_isolate())
        text +=
            "Programs still run on the simulated kernel; on real Linux only without a sandbox, where that is "
            "allowed explicitly.\n";
    else
        text += "Programs still run on real Linux without being traced.\n";
    return text;
}

Availability check_availability() {
    Availability found;
    const CommandResult compiler = run_command({"cc", "--version"}, {}, 10 * kSecond);
    if (!compiler.ok())
        found.compiler = "There is no C compiler 'cc'; install it with: apt-get install gcc libc6-dev";
    TracerOptions tracing;
    tracing.first_path = "/usr/bin/true";
    const CommandResult bubblewrap = run_command({"bwrap", "--version"}, {}, 10 * kSecond);
    if (!bubblewrap.ok()) {
        found.sandbox =
            "There is no sandbox: bubblewrap is not installed; install it with: apt-get install bubblewrap";
    } else {
        Run run = probe(true, false);
        run.go({}, {}, {});
        if (!run.error.empty())
            found.sandbox =
                "bubblewrap cannot make a sandbox here (user namespaces may be switched off): " + run.error;
    }
    Run run = probe(found.can_isolate(), true);
    run.go(tracing, {}, {});
    if (make_filter(FilterKind::traced).empty())
        found.tracing = "libseccomp cannot make a filter";
    else if (run.ptrace_error != 0)
        found.tracing = "Programs cannot be traced: " + run.error;
    else if (!run.tracer || run.tracer->exit_status() != 0)
        found.tracing = "Programs cannot be traced here" + (run.error.empty() ? "" : ": " + run.error);
    return found;
}

RealResult run_real(const RealRequest& request) {
    RealResult result;
    result.built = request.built;
    if (result.built == nullptr) result.built = std::make_shared<const Build>(build_programs(request.build));
    result.build_messages = result.built->messages();
    if (!result.built->ok() || result.built->programs().empty()) {
        result.error = result.build_messages.empty() ? "no program was given" : result.build_messages;
        return result;
    }
    if (!has_program(*result.built, request.program)) {
        result.error = fmt::format("there is no program called {}", request.program);
        return result;
    }
    result.programs = result.built->programs();
    std::optional<TracerOptions> tracing;

    const auto attempt = [&](bool isolated) {
        SandboxRequest made = sandbox_request(request, *result.built, isolated);
        if (request.mode == RunMode::traced) {
            tracing.emplace();
            tracing->programs = result.built->programs();
            tracing->first_path = made.path;
            tracing->conductor = request.conductor;
            tracing->recorder = made.recorded;
        }
        auto run = std::make_unique<Run>(std::move(made));
        run->go(tracing, {request.cpus, request.allowed_cpus, request.nice}, request.cancel);
        result.was_isolated = isolated;
        result.error = run->error;
        return run;
    };
    std::unique_ptr<Run> run = attempt(true);
    if (!result.error.empty() && request.isolation == Isolation::where_available &&
        !check_availability().can_isolate())
        run = attempt(false);
    if (!result.error.empty()) {
        const std::string missing = check_availability().summary();
        if (!missing.empty()) result.error += "\n" + missing;
        return result;
    }
    fill(result, *run);
    if (request.mode == RunMode::traced && request.measure_slowdown && !result.limit &&
        result.duration_ns <= kLongestToRepeat &&
        (request.stdio.input_fd < 0 || !has_read_input(result.trace)))
        result.untraced_ns = untraced_duration(request, result.built);
    return result;
}

}  // namespace ipclab::host
