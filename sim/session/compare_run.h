// One program on both kernels with the same input and the same kinds of streams, and what differs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/session/load.h"
#include "sim/session/real_run.h"
#include "sim/session/simulate.h"
#include "sim/trace/compare.h"

namespace ipclab::session {

struct BothRuns {
    SimulationResult simulated;
    kernel::Trace simulated_trace;
    RealRun real;  ///< not ok(): there was no real run, and nothing below is filled in

    trace::CompareOptions comparison_options;
    trace::Comparison comparison;
    std::vector<std::string> remarks;     ///< about output, ends and what is left behind, in sentences
    std::string simulated_end, real_end;  ///< why a run did not end by itself; empty: it did
    /// In lock-step, where the two differ: the first difference, the object's state before it, and the rule.
    std::string difference;
    std::uint64_t turns = 0;  ///< in lock-step
    /// Calls, signals, ends, output and what is left behind are the same, but for what timing decides.
    bool is_same = false;
    /// A run was stopped at a limit although the other one was not: nothing is known about the rest.
    bool is_cut_short = false;
};

/// What is wanted of a comparison's times.
enum class Timing : std::uint8_t {
    none,
    slowdown,  ///< how much slower the real run was than without the tracer
    overlay,   ///< that, and the times of both runs side by side: time_overlay()
};

/// Simulates, then gives the real run the input that the simulated one read (and what follows it). The real run has
/// `deadline_s` seconds; 0: as long as the simulated time suggests.
BothRuns run_both(const Request& request, const Loaded& loaded, SimulationOptions simulation,
                  double deadline_s = 0, Timing timing = Timing::none);

/// Both at once, in the order that the simulated kernel chooses by `seed` (lock_step.h). Standard input is
/// simulation.input. Of `simulation` its boot, input and max_instructions count.
BothRuns run_in_lock_step(const Request& request, const Loaded& loaded, const SimulationOptions& simulation,
                          std::uint64_t seed, double deadline_s = 0);

}  // namespace ipclab::session
