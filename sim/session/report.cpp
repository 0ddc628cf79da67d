#include "sim/session/report.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "kernel/signal_state.h"
#include "sim/cc/diagnostic.h"
#include "sim/session/costs.h"
#include "sim/session/limits.h"
#include "sim/trace/json.h"
#include "sim/trace/perfetto.h"

namespace ipclab::session {

void complain(const std::string& message) {
    const bool colour = wants_colour(2);
    fmt::print(stderr, "{}ipclab:{} {}\n", colour ? "\033[1;31m" : "", colour ? "\033[0m" : "", message);
}

bool wants_colour(int descriptor) {
    const char* none = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return isatty(descriptor) && (!none || !*none) && terminal && std::strcmp(terminal, "dumb") != 0;
}

std::size_t columns(int descriptor, std::size_t fallback) {
    winsize size{};
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : fallback;
}

std::optional<Request> request_or_complain(const CommonOptions& options, int& status) {
    ParsedRequest parsed =
        parse_request(options.files, options.arguments, options.programs, options.shell_line);
    parsed.request.defines = options.defines;
    parsed.request.include_directories = options.include_directories;
    parsed.request.warnings = options.no_warnings           ? cc::WarningLevel::none
                              : options.warnings == "extra" ? cc::WarningLevel::extra
                                                            : cc::WarningLevel::all;
    std::string error = parsed.error;
    for (const std::string& host : options.hosts)
        if (error.empty()) error = kernel::add_host(parsed.request.hosts, host);
    for (const std::string& directory : options.include_directories)
        if (error.empty() && !std::filesystem::is_directory(directory))
            error = fmt::format("-I {}: there is no such directory", directory);
    for (const ProgramSpec& spec : parsed.request.programs)
        for (const auto& file : spec.files)
            if (error.empty()) static_cast<void>(read_file(file, error));
    if (error.empty()) error = missing_shell(parsed.request);
    if (error.empty()) return std::move(parsed.request);
    complain(error);
    status = kExitUsage;
    return std::nullopt;
}

int complain_of(const Loaded& loaded, const Request& request) {
    fmt::print(stderr, "{}", cc::format(loaded.diagnostics, wants_colour(2)));
    if (!loaded.error.empty()) {
        complain(loaded.error);
        return kExitUsage;
    }
    if (loaded.ok()) return 0;
    const bool links_several = !request.programs.empty() && request.programs.front().files.size() > 1;
    for (const cc::Diagnostic& diagnostic : loaded.diagnostics) {
        const bool is_about_main = diagnostic.severity == cc::Severity::error &&
                                   diagnostic.message.find("'main'") != std::string::npos;
        if (!is_about_main || !links_several) continue;
        complain(
            "several C files are linked into one program; for several programs use --program NAME=FILE.c "
            "for each, and --sh LINE");
        break;
    }
    return kExitCompile;
}

std::optional<Opened> open_or_complain(const CommonOptions& options, int& status) {
    auto request = request_or_complain(options, status);
    if (!request) return std::nullopt;
    Loaded loaded = load(*request);
    if ((status = complain_of(loaded, *request)) != 0) return std::nullopt;
    return Opened{std::move(*request), std::move(loaded)};
}

SimulationOptions simulation_options(const CommonOptions& options) {
    SimulationOptions simulation;
    if (options.memory == "tso") simulation.buffered = std::make_shared<const vm::SharedPlaces>();
    if (options.seed) simulation.policy = engine::RandomPolicy{*options.seed};
    simulation.boot.standard_streams = own_streams();
    simulation.boot.policy =
        kernel::policy_named(options.policy).value_or(kernel::SchedulingPolicy::round_robin);
    for (const std::string& assignment : options.limits) set_limit(simulation.boot.limits, assignment);
    // Mistakes in them are the request's.
    for (const std::string& host : options.hosts) kernel::add_host(simulation.boot.hosts, host);
    if (!options.costs.empty()) read_costs(simulation.boot.costs, options.costs);
    if (options.cpus > 0) simulation.boot.limits.cpus = options.cpus;
    if (options.quantum_us > 0) simulation.quantum_ns = options.quantum_us * kernel::kMicrosecond;
    simulation.max_instructions = options.max_instructions;
    simulation.stops_at_mistake = options.strict;
    simulation.reports_leaks = options.leaks;
    return simulation;
}

void report_death(std::int32_t wait_status) {
    const int signal = wait_status & 0x7f;
    if (signal == 0 || signal == SIGINT || signal == SIGPIPE) return;
    complain(
        fmt::format("the program was killed by {} ({})", kernel::signal_name(signal), strsignal(signal)));
}

int report_end(const SimulationResult& result) {
    switch (result.end) {
        case RunEnd::finished:
            report_death(result.outcome.wait_status);
            return exit_status(result.outcome.wait_status);
        case RunEnd::stuck:
            complain("deadlock: every process that is left waits for ever");
            for (const std::string& sentence : result.stuck) fmt::print(stderr, "  {}\n", sentence);
            return kExitStuck;
        case RunEnd::stopped:
            complain("every process that is left is stopped by a signal, and nobody will continue it");
            return kExitStuck;
        case RunEnd::mistake:
            complain("stopped at the first mistake (without --strict the run goes on as on Linux)");
            return kExitMistake;
        case RunEnd::too_long:
            complain(fmt::format(
                "stopped after {} instructions ({:.1f} simulated seconds): the program does not end "
                "(--max-instructions allows more)",
                result.instructions, static_cast<double>(result.simulated_ns) / 1e9));
            for (const std::string& sentence : result.stuck) fmt::print(stderr, "  {}\n", sentence);
            return kExitLimit;
    }
    return 0;
}

void report_left(const trace::LeftBehind& left) {
    constexpr std::size_t kMostLines = 10;
    const std::vector<std::string> sentences = trace::left_sentences(left);
    for (std::size_t i = 0; i < std::min(sentences.size(), kMostLines); ++i)
        complain("left behind: " + sentences[i]);
    if (sentences.size() > kMostLines)
        complain(fmt::format("left behind: {} more", sentences.size() - kMostLines));
}

void report_explanations(const kernel::Trace& events, const std::vector<trace::SourceText>& files) {
    for (const kernel::Event& event : events.events) {
        if (event.kind != kernel::EventKind::explained) continue;
        const std::string sentence =
            fmt::format("process {}: {}", event.process.value, events.item(event, 0).text());
        if (event.source.line == 0 || event.source.file >= files.size()) {
            complain(sentence);
            continue;
        }
        const trace::SourceText& file = files[event.source.file];
        fmt::print(stderr, "{}:{}: {}\n", file.name, event.source.line, sentence);
        if (event.source.line <= file.lines.size())
            fmt::print(stderr, "{:5} | {}\n", event.source.line, file.lines[event.source.line - 1]);
    }
}

SourceLines source_lines(const Loaded& loaded) {
    std::vector<SourceLines::Program> programs;
    for (const auto& program : loaded.programs) {
        SourceLines::Program one{program->name, {}};
        for (const vm::SourceFile& file : program->files) {
            trace::SourceText text{file.name, {}};
            if (!file.is_library) {
                std::istringstream lines(file.text);
                for (std::string line; std::getline(lines, line);) text.lines.push_back(std::move(line));
            }
            one.files.push_back(std::move(text));
        }
        programs.push_back(std::move(one));
    }
    return SourceLines(std::move(programs), loaded.first);
}

TraceWriter::TraceWriter(const CommonOptions& options) : file_(options.trace_file) {
    if (!options.trace && file_.empty()) return;
    if (options.trace == "json") format_ = Format::json;
    if (options.trace == "perfetto") format_ = Format::perfetto;
    if (file_.empty())
        out_ = stderr;
    else
        out_ = file_ == "-" ? stdout : std::fopen(file_.c_str(), "w");
    if (!out_) {
        complain(fmt::format("{}: cannot be written ({})", file_, std::strerror(errno)));
        failed_ = true;
    }
}

TraceWriter::~TraceWriter() {
    finish();
}

void TraceWriter::set_lines(SourceLines lines) {
    lines_ = std::move(lines);
    trace::FormatOptions format;
    format.source_files = lines_.names();
    printer_ = trace::Printer(std::move(format));
}

void TraceWriter::write(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), out_) != text.size()) failed_ = true;
}

void TraceWriter::add(const kernel::Trace& events) {
    if (!out_) return;
    std::string text;
    switch (format_) {
        case Format::perfetto:
            return append(whole_, events);
        case Format::json:
            for (const kernel::Event& event : events.events) trace::append_json(text, events, event);
            break;
        case Format::text: {
            kernel::Trace named = events;
            lines_.renumber(named);
            for (const kernel::Event& event : named.events) printer_.print(named, event, text);
            break;
        }
    }
    write(text);
}

bool TraceWriter::finish() {
    if (!out_) return !failed_;
    if (format_ == Format::perfetto) write(trace::to_perfetto(whole_));
    if (std::fflush(out_) != 0) failed_ = true;
    if (out_ != stderr && out_ != stdout && std::fclose(out_) != 0) failed_ = true;
    out_ = nullptr;
    if (failed_ && !file_.empty()) complain(fmt::format("{}: could not be written completely", file_));
    return !failed_;
}

}  // namespace ipclab::session
