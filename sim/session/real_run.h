// Real runs as the commands make them: the same programs as the simulated run, and a clean end whatever happens.
#pragma once

#include "sim/host/free_runs.h"
#include "sim/host/real.h"
#include "sim/session/commands.h"
#include "sim/session/request.h"
#include "sim/session/source_lines.h"

namespace ipclab::session {

/// All programs of the request, the toy programs too. Streams are pipes without input: the caller sets them.
host::RealRequest real_request(const Request& request);

host::StdioKind stdio_kind(kernel::StreamKind kind);
/// Of descriptors 0, 1 and 2.
host::Stdio stdio_of(const std::array<kernel::StreamKind, 3>& streams);

struct RealRun {
    host::RealResult result;
    /// SIGINT, SIGTERM or SIGHUP came and stopped it, or SIGPIPE: nobody reads our own output any more. 0: none.
    int stopped_by = 0;
};
/// Runs to the end. Signals that would kill ipclab stop the run first, so that nothing is left behind.
/// `pass_through`: what the program writes goes to our own descriptors.
RealRun run_real(host::RealRequest request, bool pass_through);

struct FreeRunsResult {
    host::OutcomeHistogram histogram;
    int stopped_by = 0;  ///< as in RealRun; the runs that were over count
};
/// The same for many untraced runs.
FreeRunsResult run_real_often(host::FreeRunsRequest request);

/// Where a signal stopped the run: cleans up and kills ipclab by it, as would have happened at once without us.
void die_if_stopped(RealRun& run);
void die_if_stopped(FreeRunsResult& runs);

/// Says why there was no run. The exit status.
int complain_of(const host::RealResult& result);
int complain_of(const host::OutcomeHistogram& histogram);

SourceLines source_lines(const host::RealResult& result);

}  // namespace ipclab::session
