// `ipclab real`: the program on real Linux, in a sandbox, traced; or many times, untraced.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "sim/session/commands.h"
#include "sim/session/real_run.h"
#include "sim/session/report.h"
#include "sim/session/simulate.h"
#include "sim/session/time_overlay.h"

namespace ipclab::session {

namespace {

constexpr double kUsualDeadline = 10, kDeadlineAtTerminal = 3600;  // seconds

void print_stream(const char* name, const std::string& text) {
    constexpr int kMostLines = 20;
    if (text.empty()) return;
    fmt::print("      {}{}:\n", name, text.back() == '\n' ? "" : ", without a newline at its end");
    std::istringstream lines(text);
    std::string line;
    for (int i = 0; std::getline(lines, line); ++i) {
        if (i == kMostLines) {
            fmt::print("        ... ({} bytes)\n", text.size());
            return;
        }
        fmt::print("        {}\n", line);
    }
}

void print_histogram(const host::OutcomeHistogram& histogram) {
    for (const auto& [outcome, count] : histogram.by_count()) {
        fmt::print("{:>8}  {:5.1f} %  {}\n", count,
                   100.0 * static_cast<double>(count) / static_cast<double>(histogram.runs),
                   outcome->limit.empty() ? engine::ending_text(outcome->wait_status) : outcome->limit);
        print_stream("standard output", outcome->standard_output);
        print_stream("standard error", outcome->standard_error);
    }
    fmt::print("{} {}, {} {}\n", histogram.runs, histogram.runs == 1 ? "run" : "runs",
               histogram.counts.size(), histogram.counts.size() == 1 ? "outcome" : "outcomes");
}

/// `--runs N`
int many_runs(const CommonOptions& options, host::RealRequest real) {
    if (options.trace) {
        complain("--trace shows one run, --runs makes many: one or the other");
        return kExitUsage;
    }
    host::FreeRunsRequest request;
    request.runs = options.runs;
    request.pins = options.pin;
    request.nice = options.nice;
    request.cpus = host::allowed_cpus();
    if (options.cpus > static_cast<int>(request.cpus.size())) {
        complain(
            fmt::format("--cpus {}: this machine lets ipclab have {}", options.cpus, request.cpus.size()));
        return kExitUsage;
    }
    if (options.cpus > 0) request.cpus.resize(static_cast<std::size_t>(options.cpus));
    real.stdio.input = own_input();
    real.limits.deadline_ns =
        static_cast<std::int64_t>((options.deadline_s > 0 ? options.deadline_s : kUsualDeadline) * 1e9);
    request.run = std::move(real);
    const bool shows_progress = isatty(2);
    if (shows_progress)
        request.on_progress = [&](std::uint64_t done) {
            fmt::print(stderr, "\r{} of {} runs", done, options.runs);
            if (done == options.runs) fmt::print(stderr, "\r\033[K");
        };
    FreeRunsResult runs = run_real_often(std::move(request));
    const host::OutcomeHistogram& histogram = runs.histogram;
    if (!histogram.ok()) return complain_of(histogram);
    fmt::print(stderr, "{}", histogram.build_messages);
    print_histogram(histogram);
    std::fflush(stdout);
    const bool was_limited = std::any_of(histogram.counts.begin(), histogram.counts.end(),
                                         [](const auto& entry) { return !entry.first.limit.empty(); });
    die_if_stopped(runs);
    return was_limited ? kExitLimit : 0;
}

}  // namespace

int real_command(const CommonOptions& options) {
    int status = 0;
    const auto request = request_or_complain(options, status);
    if (!request) return status;
    if (options.runs > 0) return many_runs(options, real_request(*request));
    if (options.pin || options.nice != 0 || options.cpus != 0) {
        complain("--pin, --nice and --cpus go with --runs");
        return kExitUsage;
    }
    TraceWriter trace(options);
    if (trace.failed()) return kExitUsage;

    host::RealRequest real = real_request(*request);
    real.stdio = stdio_of(own_streams());
    real.stdio.input_fd = 0;
    real.mode = trace.wanted() ? host::RunMode::traced : host::RunMode::free;
    const double usual = isatty(0) ? kDeadlineAtTerminal : kUsualDeadline;
    real.limits.deadline_ns =
        static_cast<std::int64_t>((options.deadline_s > 0 ? options.deadline_s : usual) * 1e9);
    real.measure_slowdown = trace.wanted();
    real.reports_left = true;
    RealRun run = run_real(std::move(real), true);
    if (!run.result.ok()) return complain_of(run.result);
    fmt::print(stderr, "{}", run.result.build_messages);

    trace.set_lines(source_lines(run.result));
    trace.add(run.result.trace);
    if (!trace.finish()) return kExitUsage;
    die_if_stopped(run);
    if (const std::string slower = slowdown_text(run.result); !slower.empty()) complain(slower);
    if (run.result.limit) {
        complain(run.result.limit->text);
        return kExitLimit;
    }
    report_death(run.result.wait_status);
    if (run.result.left) {
        trace::LeftProcesses processes;
        processes.note(run.result.trace);  // empty where the run was not traced: then nobody has seen them
        processes.add_unwaited(*run.result.left);
        report_left(*run.result.left);
    }
    return exit_status(run.result.wait_status);
}

}  // namespace ipclab::session
