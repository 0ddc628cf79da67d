// `ipclab compare --time`: the simulated and the real timeline laid over each other.
//
// Both begin where the first program begins: the simulated one where it is executed, the real one at its main(). A traced
// program stands still at each stop of the tracer; what that has cost is taken off again.
#pragma once

#include <cstddef>
#include <string>

#include "sim/session/compare_run.h"

namespace ipclab::session {

/// How long both runs were by the same clock, and how far apart calls returned that both made.
struct TimeError {
    double simulated_ns = 0, real_ns = 0;  ///< of the whole run; real: without the tracer
    double stop_ns = 0;                    ///< what a stop of the tracer has cost
    std::size_t calls = 0;                 ///< that both made
    double median_ns = 0;                  ///< between the returns of such a call
    double whole() const { return real_ns > 0 ? (simulated_ns - real_ns) / real_ns : 0; }
};
/// Of two runs that are not in lock-step.
TimeError time_error(const BothRuns& both);

/// For each task of both its two lanes, `width` columns in all; then each system call with how long it took on both; then
/// the errors in sentences.
std::string time_overlay(const BothRuns& both, std::size_t width);

/// "Traced it took 28.1 ms, untraced 2.2 ms: 12.7 times as long."; empty where that was not measured.
std::string slowdown_text(const host::RealResult& result);

}  // namespace ipclab::session
