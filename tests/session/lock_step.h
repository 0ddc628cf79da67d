// Programs on both kernels in lock-step.
#pragma once

#include <string>

#include "sim/session/compare_run.h"
#include "tests/session/requests.h"

namespace ipclab::session {

inline BothRuns lock_step(const Request& request, std::uint64_t seed, const std::string& input = "") {
    const Loaded loaded = load(request);
    BothRuns both;
    both.difference = loaded.error + cc::format(loaded.diagnostics);
    if (!loaded.ok()) return both;
    SimulationOptions simulation;
    simulation.boot.standard_streams = kPipes;
    simulation.input = input;
    return run_in_lock_step(request, loaded, simulation, seed);
}

/// What differs, in words; empty: nothing.
inline std::string differences(const BothRuns& both) {
    if (!both.real.result.ok()) return both.real.result.error + both.difference;
    std::string text = both.difference;
    if (both.is_cut_short) text += "cut short: " + both.simulated_end + both.real_end + "\n";
    if (text.empty() && !both.is_same)
        for (const std::string& remark : both.remarks) text += remark + "\n";
    return text;
}

inline std::string in_lock_step(const std::string& text, std::uint64_t seed = 1) {
    const Written program(text);
    return differences(lock_step(program.request, seed));
}

}  // namespace ipclab::session
