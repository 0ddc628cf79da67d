// `ipclab compare`: the program on both kernels, call by call.
#include <fmt/format.h>

#include <algorithm>

#include "sim/session/commands.h"
#include "sim/session/compare_run.h"
#include "sim/session/real_run.h"
#include "sim/session/report.h"
#include "sim/session/time_overlay.h"

namespace ipclab::session {

namespace {

constexpr std::size_t kUsualWidth = 160, kWidest = 240, kTimeWidth = 100;

void complain_of_end(const char* which, const std::string& text) {
    if (!text.empty()) complain(fmt::format("{}: {}", which, text));
}

}  // namespace

int compare_command(const CommonOptions& options) {
    int status = 0;
    const auto opened = open_or_complain(options, status);
    if (!opened) return status;
    const Loaded& loaded = opened->loaded;

    SimulationOptions simulation = simulation_options(options);
    simulation.output_to = Output::on_demand;
    BothRuns both;
    if (options.in_lock_step) {
        simulation.input = own_input();
        both = run_in_lock_step(opened->request, loaded, simulation, options.seed.value_or(1),
                                options.deadline_s);
    } else {
        both = run_both(opened->request, loaded, std::move(simulation), options.deadline_s,
                        options.over_time ? Timing::overlay : Timing::slowdown);
    }
    die_if_stopped(both.real);
    if (!both.real.result.ok()) return complain_of(both.real.result);
    report_explanations(both.simulated_trace, both.comparison_options.left_sources);

    trace::SideBySideOptions layout;
    layout.width = std::min(columns(1, kUsualWidth), kWidest);
    layout.only_differences = options.only_differences;
    layout.tells_first = !options.in_lock_step;  // told below, with the object and the rule
    fmt::print("{}", trace::side_by_side(both.comparison, both.simulated_trace, both.real.result.trace,
                                         both.comparison_options, layout));
    if (options.in_lock_step) {
        fmt::print("{} turns in lock-step, seed {}\n", both.turns, options.seed.value_or(1));
        if (!both.difference.empty()) fmt::print("The first difference: {}", both.difference);
    }
    for (const std::string& line : both.remarks) fmt::print("{}\n", line);
    if (const std::string slower = slowdown_text(both.real.result); !slower.empty())
        fmt::print("{}\n", slower);
    if (options.over_time) fmt::print("\n{}", time_overlay(both, std::min(columns(1, kTimeWidth), kWidest)));
    std::fflush(stdout);
    complain_of_end("simulated", both.simulated_end);
    complain_of_end("real", both.real_end);
    if (both.is_cut_short) return kExitLimit;
    return both.is_same ? 0 : kExitDifferent;
}

}  // namespace ipclab::session
