// `ipclab run` and `ipclab compile`.
#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "sim/cc/diagnostic.h"
#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/report.h"
#include "sim/session/simulate.h"
#include "sim/vm/program.h"

namespace ipclab::session {

namespace {

/// Reads and compiles what the options name; prints diagnostics. Nothing, and the exit status, where that fails.
std::optional<Loaded> load_or_complain(const CommonOptions& options, int& status) {
    ParsedRequest parsed =
        parse_request(options.files, options.arguments, options.programs, options.shell_line);
    if (!parsed.error.empty()) {
        complain(parsed.error);
        status = kExitUsage;
        return std::nullopt;
    }
    parsed.request.defines = options.defines;
    Loaded loaded = load(parsed.request);
    fmt::print(stderr, "{}", cc::format(loaded.diagnostics, isatty(2) != 0));
    if (!loaded.error.empty()) {
        complain(loaded.error);
        status = kExitUsage;
        return std::nullopt;
    }
    if (!loaded.ok()) {
        status = kExitCompile;
        return std::nullopt;
    }
    return loaded;
}

}  // namespace

int run_command(const CommonOptions& options) {
    int status = 0;
    const auto loaded = load_or_complain(options, status);
    if (!loaded) return status;
    TraceWriter trace(options, *loaded);
    if (trace.failed()) return kExitUsage;

    SimulationOptions simulation = simulation_options(options);
    simulation.on_events = [&](const kernel::Trace& events) {
        trace.add(events);
        if (trace.wanted()) return;
        // What the simulator has to say about a fault is worth saying without being asked.
        for (const kernel::Event& event : events.events)
            if (event.kind == kernel::EventKind::explained)
                complain(fmt::format("process {}: {}", event.process.value, events.item(event, 0).text()));
    };
    const SimulationResult result = simulate(*loaded, simulation);
    trace.finish();
    switch (result.end) {
        case RunEnd::finished:
            return exit_status(result.outcome.wait_status);
        case RunEnd::stuck:
            complain("deadlock: every process that is left waits for ever");
            for (const std::string& sentence : result.stuck) fmt::print(stderr, "  {}\n", sentence);
            return kExitStuck;
        case RunEnd::stopped:
            complain("every process that is left is stopped by a signal, and nobody will continue it");
            return kExitStuck;
        case RunEnd::too_long:
            complain(fmt::format(
                "stopped after {} instructions ({:.1f} simulated seconds): the program does not end",
                result.instructions, static_cast<double>(result.simulated_ns) / 1e9));
            return kExitLimit;
    }
    return 0;
}

int compile_command(const CommonOptions& options) {
    int status = 0;
    const auto loaded = load_or_complain(options, status);
    if (!loaded) return status == kExitCompile ? 1 : status;
    if (options.dump)
        for (const auto& program : loaded->programs) fmt::print("{}", vm::dump(*program));
    return 0;
}

}  // namespace ipclab::session
