// `ipclab real`: the program on real Linux, in a sandbox, traced.
#include <fmt/format.h>
#include <unistd.h>

#include "sim/session/commands.h"
#include "sim/session/real_run.h"
#include "sim/session/report.h"
#include "sim/session/simulate.h"

namespace ipclab::session {

namespace {

constexpr double kUsualDeadline = 10, kDeadlineAtTerminal = 3600;  // seconds

}  // namespace

int real_command(const CommonOptions& options) {
    int status = 0;
    const auto request = request_or_complain(options, status);
    if (!request) return status;
    TraceWriter trace(options);
    if (trace.failed()) return kExitUsage;

    host::RealRequest real = real_request(*request);
    real.stdio = stdio_of(own_streams());
    real.stdio.input_fd = 0;
    real.mode = trace.wanted() ? host::RunMode::traced : host::RunMode::free;
    const double usual = isatty(0) ? kDeadlineAtTerminal : kUsualDeadline;
    real.limits.deadline_ns =
        static_cast<std::int64_t>((options.deadline_s > 0 ? options.deadline_s : usual) * 1e9);
    RealRun run = run_real(std::move(real), true);
    if (!run.result.ok()) return complain_of(run.result);
    fmt::print(stderr, "{}", run.result.build_messages);

    trace.set_lines(source_lines(run.result));
    trace.add(run.result.trace);
    if (!trace.finish()) return kExitUsage;
    die_if_stopped(run);
    if (run.result.limit) {
        complain(run.result.limit->text);
        return kExitLimit;
    }
    report_death(run.result.wait_status);
    return exit_status(run.result.wait_status);
}

}  // namespace ipclab::session
