// Many untraced runs of one program: which outcomes real Linux gives, and how often each.
//
// A run is disturbed by nothing but what the request asks for. Which outcome a run has is up to the scheduler of the
// host, so that nothing here can be repeated exactly: what a histogram does not hold has not been shown to be impossible.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/host/real.h"

namespace ipclab::host {

/// What one real run leaves behind.
struct RealOutcome {
    std::string standard_output, standard_error;
    int wait_status =
        0;  ///< of the first process, as waitpid(2) reports it; without meaning where `limit` is set
    std::string limit;  ///< why it was stopped: "stopped after 10 s (deadline)"; empty: it ended by itself
    auto operator<=>(const RealOutcome&) const = default;
};

/// How often each outcome was seen.
struct OutcomeHistogram {
    std::map<RealOutcome, std::uint64_t> counts;
    std::uint64_t runs = 0;  ///< the sum of the counts
    std::shared_ptr<const Build> built;
    std::string build_messages;
    /// Why there are no runs, or no more: a compiler error, a missing piece. Empty: all runs were made, or `cancel` came.
    std::string error;
    bool ok() const { return error.empty(); }
    /// The outcomes, those seen most first.
    std::vector<std::pair<const RealOutcome*, std::uint64_t>> by_count() const;
};

struct FreeRunsRequest {
    RealRequest
        run;  ///< of one run; its mode is free, whatever it says. No input_fd: each run reads the same input.
    std::uint64_t runs = 100;
    unsigned at_once = 0;  ///< runs at one time; 0: as many as there are CPUs in `cpus`
    /// CPUs that all runs together have; empty: those of this process. They are shared out among the runs of one time
    /// where `pins`.
    std::vector<int> cpus;
    bool pins = false;  ///< all tasks of a run stay on one CPU
    int nice = 0;       ///< 0 to 19: the niceness that programs start with
    /// Told now and then, on one of the runner threads: how many runs are over.
    std::function<void(std::uint64_t done)> on_progress;
};

/// Builds once, then runs. `run.cancel` stops the runs that are under way, and they do not count.
OutcomeHistogram run_often(const FreeRunsRequest& request);

/// The CPUs that this process may use.
std::vector<int> allowed_cpus();

}  // namespace ipclab::host
