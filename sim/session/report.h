// What the commands have in common: messages on standard error, and where a trace goes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "kernel/event.h"
#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/simulate.h"
#include "sim/session/source_lines.h"
#include "sim/trace/format.h"

namespace ipclab::session {

/// "ipclab: MESSAGE" on standard error, in red on a terminal.
void complain(const std::string& message);

/// Whether a descriptor wants colours: a terminal that is not dumb, and nobody has set NO_COLOR (no-color.org).
bool wants_colour(int descriptor);
/// Columns of the terminal behind a descriptor, else `fallback`.
std::size_t columns(int descriptor, std::size_t fallback);

/// The request that the options describe. Nothing, and `status`, where there is a mistake: then it has been said.
std::optional<Request> request_or_complain(const CommonOptions& options, int& status);
/// Says what is wrong: diagnostics and the error. The status to exit with; 0: nothing is.
int complain_of(const Loaded& loaded, const Request& request);

/// What the options name, compiled.
struct Opened {
    Request request;
    Loaded loaded;
};
/// Nothing, and `status`, where there is a mistake: then it has been said.
std::optional<Opened> open_or_complain(const CommonOptions& options, int& status);

/// What the options say about streams and scheduling.
SimulationOptions simulation_options(const CommonOptions& options);

/// Says how a run ended where it did not end by itself, and how the program died where that was not its own
/// decision. The exit status.
int report_end(const SimulationResult& result);
/// As a shell does: "killed by SIGSEGV"; nothing for an ordinary end, a ^C or a broken pipe.
void report_death(std::int32_t wait_status);

/// Says what a run has left behind, one line for each object that is seldom left on purpose; at most ten.
void report_left(const trace::LeftBehind& left);

/// Says what the simulator explained about faults and mistakes, with the line; worth saying without being asked. `files`
/// by the numbers that the events have.
void report_explanations(const kernel::Trace& events, const std::vector<trace::SourceText>& files);

/// The lines of simulated programs.
SourceLines source_lines(const Loaded& loaded);

/// Prints or collects a trace as --trace and -o say. Text and JSON are written as the events come.
class TraceWriter {
  public:
    /// Not open where no trace is wanted or the file cannot be written.
    explicit TraceWriter(const CommonOptions& options);
    ~TraceWriter();
    TraceWriter(const TraceWriter&) = delete;
    TraceWriter& operator=(const TraceWriter&) = delete;

    bool wanted() const { return out_ != nullptr; }
    bool failed() const { return failed_; }
    /// Before the first add(): so that lines can be named.
    void set_lines(SourceLines lines);
    void add(const kernel::Trace& events);
    /// Writes what needs the whole run (Perfetto) and closes. False where not all of it could be written.
    bool finish();

  private:
    enum class Format : std::uint8_t { text, json, perfetto };
    void write(const std::string& text);

    std::FILE* out_ = nullptr;
    std::string file_;
    bool failed_ = false;
    Format format_ = Format::text;
    SourceLines lines_;
    trace::Printer printer_;
    kernel::Trace whole_;
};

}  // namespace ipclab::session
