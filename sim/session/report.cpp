#include "sim/session/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include "sim/cc/diagnostic.h"
#include "sim/trace/json.h"
#include "sim/trace/perfetto.h"

namespace ipclab::session {

namespace {

trace::FormatOptions format_options(const Loaded& loaded) {
    trace::FormatOptions format;
    // Lines are named where there is one program: then they are surely its own.
    if (loaded.programs.size() == 1)
        for (const vm::SourceFile& file : loaded.programs.front()->files)
            format.source_files.push_back(file.name);
    return format;
}

}  // namespace

void complain(const std::string& message) {
    fmt::print(stderr, "{}ipclab:{} {}\n", isatty(2) ? "\033[1;31m" : "", isatty(2) ? "\033[0m" : "",
               message);
}

SimulationOptions simulation_options(const CommonOptions& options) {
    SimulationOptions simulation;
    if (options.seed) simulation.policy = engine::RandomPolicy{*options.seed};
    simulation.boot.standard_streams = own_streams();
    simulation.boot.policy =
        kernel::policy_named(options.policy).value_or(kernel::SchedulingPolicy::round_robin);
    simulation.boot.limits.cpus = options.cpus;
    if (options.quantum_us > 0) simulation.quantum_ns = options.quantum_us * kernel::kMicrosecond;
    return simulation;
}

TraceWriter::TraceWriter(const CommonOptions& options, const Loaded& loaded)
    : printer_(format_options(loaded)) {
    if (!options.trace) return;
    if (*options.trace == "json") format_ = Format::json;
    if (*options.trace == "perfetto") format_ = Format::perfetto;
    out_ = options.trace_file.empty() ? stderr : std::fopen(options.trace_file.c_str(), "w");
    if (!out_) {
        complain(fmt::format("{}: cannot be written", options.trace_file));
        failed_ = true;
    }
}

TraceWriter::~TraceWriter() {
    finish();
}

void TraceWriter::add(const kernel::Trace& events) {
    if (!out_) return;
    if (format_ == Format::perfetto) {
        for (const kernel::Event& event : events.events) {
            whole_.add(event);
            for (const kernel::PayloadItem& item : events.items(event))
                whole_.add_payload(item.argument, item.bytes, item.full_bytes);
        }
        return;
    }
    std::string text;
    for (const kernel::Event& event : events.events) {
        if (format_ == Format::json)
            trace::append_json(text, events, event);
        else
            printer_.print(events, event, text);
    }
    std::fwrite(text.data(), 1, text.size(), out_);
}

void TraceWriter::finish() {
    if (!out_) return;
    if (format_ == Format::perfetto) {
        const std::string text = trace::to_perfetto(whole_);
        std::fwrite(text.data(), 1, text.size(), out_);
    }
    if (out_ != stderr) std::fclose(out_);
    out_ = nullptr;
}

}  // namespace ipclab::session
