// `ipclab run` and `ipclab compile`.
#include <fmt/format.h>

#include <algorithm>

#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/report.h"
#include "sim/session/schedule_file.h"
#include "sim/session/simulate.h"
#include "sim/vm/program.h"

namespace ipclab::session {

namespace {

constexpr std::uint64_t kMostKeptEvents = 20'000'000;  // some gigabytes

/// What is explained, and what tells which program a process runs.
bool concerns_explanations(const kernel::Event& event) {
    using enum kernel::EventKind;
    return event.kind == explained || event.kind == forked || event.kind == executed;
}

}  // namespace

int run_command(const CommonOptions& options) {
    int status = 0;
    const auto opened = open_or_complain(options, status);
    if (!opened) return status;
    const Loaded& loaded = opened->loaded;
    TraceWriter trace(options);
    if (trace.failed()) return kExitUsage;
    trace.set_lines(source_lines(loaded));

    SimulationOptions simulation = simulation_options(options);
    if (!options.replay.empty())
        if (const auto error = prepare_replay(options.replay, loaded, simulation)) {
            complain(*error);
            return kExitUsage;
        }
    // A trace says what there is to explain where it happened.
    const bool explains_itself = trace.wanted() && options.trace_file.empty();
    SourceLines lines = source_lines(loaded);
    trace::LeftProcesses processes;
    simulation.on_events = [&](const kernel::Trace& events) {
        trace.add(events);
        processes.note(events);
        if (explains_itself || std::ranges::none_of(events.events, concerns_explanations)) return;
        kernel::Trace numbered = events;
        lines.renumber(numbered);
        report_explanations(numbered, lines.files());
    };
    simulation.on_wait_for_interrupt = [] {
        complain("every process waits, and only a signal can wake one: ^C sends SIGINT, ^\\ ends ipclab");
    };
    if (options.trace == "perfetto") simulation.max_events = kMostKeptEvents;
    SimulationResult result = simulate(loaded, simulation);
    status = report_end(result);
    if (result.end == RunEnd::finished) processes.add_unwaited(result.left);
    report_left(result.left);
    return trace.finish() ? status : kExitUsage;
}

int compile_command(const CommonOptions& options) {
    int status = 0;
    const auto request = request_or_complain(options, status);
    if (!request) return status;
    const Loaded loaded = load_own(*request);
    status = complain_of(loaded, *request);
    if (status != 0) return status == kExitCompile ? kExitDifferent : status;
    if (options.dump)
        for (const auto& program : loaded.programs) fmt::print("{}", vm::dump(*program));
    return 0;
}

}  // namespace ipclab::session
