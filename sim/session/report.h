// What the commands have in common: messages on standard error, and where a trace goes.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "kernel/event.h"
#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/simulate.h"
#include "sim/trace/format.h"

namespace ipclab::session {

/// "ipclab: MESSAGE" on standard error, in red on a terminal.
void complain(const std::string& message);

/// What the options say about streams and scheduling.
SimulationOptions simulation_options(const CommonOptions& options);

/// Prints or collects a trace as --trace and -o say. Text and JSON are written as the events come.
class TraceWriter {
  public:
    /// `programs` gives the names of the source files. Not open where no trace is wanted or the file cannot be written.
    TraceWriter(const CommonOptions& options, const Loaded& loaded);
    ~TraceWriter();
    TraceWriter(const TraceWriter&) = delete;
    TraceWriter& operator=(const TraceWriter&) = delete;

    bool wanted() const { return out_ != nullptr; }
    bool failed() const { return failed_; }
    void add(const kernel::Trace& events);
    /// Writes what needs the whole run (Perfetto) and closes.
    void finish();

  private:
    enum class Format : std::uint8_t { text, json, perfetto };
    std::FILE* out_ = nullptr;
    bool failed_ = false;
    Format format_ = Format::text;
    trace::Printer printer_;
    kernel::Trace whole_;
};

}  // namespace ipclab::session
