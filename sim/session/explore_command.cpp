// `ipclab explore`: what a program does under every schedule.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>

#include "sim/engine/text.h"
#include "sim/explore/explore.h"
#include "sim/explore/findings.h"
#include "sim/explore/hunt.h"
#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/real_run.h"
#include "sim/session/report.h"
#include "sim/session/schedule_file.h"
#include "sim/session/simulate.h"

namespace ipclab::session {

namespace {

using engine::counted;
using engine::with_commas;
using explore::Finding;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostLines = 20;  // of an output that are shown

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

void print_text(std::string_view name, const std::string& text) {
    if (text.empty()) return;
    fmt::print("   {}\n", name);
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size(); ++lines) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (lines < kMostLines) fmt::print("     | {}\n", text.substr(at, end - at));
        at = end + 1;
    }
    if (lines > kMostLines) fmt::print("     | ... {} more\n", counted(lines - kMostLines, "line"));
    if (!text.ends_with('\n') && lines <= kMostLines) fmt::print("     (no newline at the end)\n");
}

/// Writes schedules, and says how they are replayed.
class Schedules {
  public:
    Schedules(const CommonOptions& options, const SimulationOptions& simulation,
              const vm::SharedPlaces* buffered)
        : options_(options), simulation_(simulation), buffered_(buffered) {}

    /// False where a file could not be written: then that has been said.
    bool print(std::string_view name, const engine::Stretches& schedule) {
        const std::size_t refusals = engine::refusals_in(schedule);
        fmt::print("   schedule: {} context switch{}{}\n", engine::switches_in(schedule),
                   engine::switches_in(schedule) == 1 ? "" : "es",
                   refusals == 0 ? "" : fmt::format(", {} refused", counted(refusals, "request")));
        if (options_.save.empty()) return true;
        const std::filesystem::path directory = options_.save;
        const std::string file = (directory / fmt::format("{}.schedule", name)).string();
        const std::string problem =
            write_file(file, schedule_file(options_, simulation_, buffered_, schedule));
        if (!problem.empty()) {
            complain(problem);
            return false;
        }
        fmt::print("   replay: ipclab run --replay {} {}\n", file, words_of(options_));
        return true;
    }

  private:
    const CommonOptions& options_;
    const SimulationOptions& simulation_;
    const vm::SharedPlaces* const buffered_;
};

volatile std::sig_atomic_t is_interrupted = 0;

/// While it lives, the first ^C only asks the search to stop, so that what it has found is told; the second one ends us.
class CatchInterrupt {
  public:
    CatchInterrupt() {
        struct sigaction action {};
        action.sa_handler = [](int) { is_interrupted = 1; };
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        sigaction(SIGINT, &action, &before_);
    }
    ~CatchInterrupt() { sigaction(SIGINT, &before_, nullptr); }
    CatchInterrupt(const CatchInterrupt&) = delete;
    CatchInterrupt& operator=(const CatchInterrupt&) = delete;

  private:
    struct sigaction before_ {};
};

class ProgressLine {
  public:
    explicit ProgressLine(double most_seconds) : most_seconds_(most_seconds) {}
    ~ProgressLine() { clear(); }
    bool show(const explore::Progress& progress) {
        const double seconds = seconds_since(begin_);
        if (is_interrupted) stopped_by_ = "^C";
        if (most_seconds_ > 0 && seconds > most_seconds_) stopped_by_ = "the time is up";
        if (!stopped_by_.empty()) return false;
        if (!is_terminal_ || seconds - last_ < 0.2) return true;
        last_ = seconds;
        fmt::print(stderr, "\r\033[K{}{}, {}/s, depth {}, {}, {}",
                   progress.schedules == 0 ? "" : counted(progress.schedules, "schedule") + ", ",
                   counted(progress.states, "state"),
                   with_commas(static_cast<std::uint64_t>(static_cast<double>(progress.states) / seconds)),
                   progress.depth, counted(progress.outcomes, "outcome"),
                   counted(progress.findings, "finding"));
        is_shown_ = true;
        return true;
    }
    void clear() {
        if (is_shown_) fmt::print(stderr, "\r\033[K");
        is_shown_ = false;
    }
    /// There was more than was asked for to go through: states, memory, time or patience.
    bool is_too_much(const explore::Result& result) const {
        return !stopped_by_.empty() || result.limit == "the number of states" || result.limit == "memory";
    }
    /// Why a search is not complete.
    std::string_view limit(const explore::Result& result) const {
        return stopped_by_.empty() ? std::string_view(result.limit) : stopped_by_;
    }
    double seconds() const { return seconds_since(begin_); }

  private:
    const double most_seconds_;
    const bool is_terminal_ = isatty(2) != 0;
    const Clock::time_point begin_ = Clock::now();
    double last_ = 0;
    bool is_shown_ = false;
    std::string_view stopped_by_;
};

std::optional<explore::Sampling> sampling_of(const CommonOptions& options) {
    using How = explore::Sampling::How;
    if (options.random_schedules == 0 && options.pct_schedules == 0) return std::nullopt;
    return explore::Sampling{.how = options.pct_schedules > 0 ? How::priorities : How::uniform,
                             .schedules = std::max(options.random_schedules, options.pct_schedules),
                             .seed = options.seed.value_or(1),
                             .depth = options.pct_depth};
}

void print_samples(const explore::Sampling& sampling, const explore::Result& result, std::string_view limit,
                   double seconds) {
    fmt::print("{} drawn at random (seed {}), not exhaustive{}: {}, {}, deepest {} ({:.3f} s).\n",
               counted(result.schedules, "schedule"), sampling.seed,
               limit.empty() ? "" : fmt::format(" ({})", limit), counted(result.states, "state"),
               counted(result.moves, "move"), with_commas(result.deepest), seconds);
    if (result.cut_off > 0)
        fmt::print("{} had not ended after {} moves and went no further.\n",
                   counted(result.cut_off, "schedule"), with_commas(explore::kMostMovesOfSample));
    fmt::print("What follows can happen; there may be more.\n");
}

/// For an outcome that Linux has shown, and that is not among those of a part of the schedules: with as many moves as the search
/// has made.
explore::Hunt look_for(engine::Machine initial, const explore::Result& result,
                       const host::RealOutcome& outcome) {
    constexpr std::uint64_t kLeastMoves = 1'000'000;
    initial.buffered = result.buffered;
    return explore::hunt(initial, {{outcome.standard_output, outcome.standard_error, outcome.wait_status}},
                         std::max(kLeastMoves, result.moves))
        .front();
}

std::string times(std::uint64_t count) {
    return count == 1 ? "once" : counted(count, "time");
}

/// `--against-real N`: how often each explored outcome was seen in so many real runs. kExitImpossible where one was that no
/// schedule has, another status where there were no runs; 0.
int hold_against_real(const CommonOptions& options, const Request& request,
                      const SimulationOptions& simulation, const engine::Machine& initial,
                      const explore::Result& result, Schedules& schedules) {
    host::FreeRunsRequest runs;
    runs.run = real_request(request);
    runs.run.stdio = stdio_of(simulation.boot.standard_streams);
    runs.run.stdio.input = simulation.input;
    constexpr double kDeadline = 10;  // seconds
    runs.run.limits.deadline_ns =
        static_cast<std::int64_t>((options.deadline_s > 0 ? options.deadline_s : kDeadline) * 1e9);
    runs.cpus = host::allowed_cpus();
    runs.runs = options.against_real;
    FreeRunsResult ran = run_real_often(std::move(runs));
    const host::OutcomeHistogram& histogram = ran.histogram;
    if (!histogram.ok()) return complain_of(histogram);
    fmt::print("\nAgainst real Linux: {}\n", counted(histogram.runs, "run"));
    auto left = histogram.counts;
    std::size_t number = 0;
    for (const explore::FoundOutcome& each : result.outcomes) {
        const engine::Outcome& outcome = each.outcome;
        const auto seen =
            left.find({outcome.standard_output, outcome.standard_error, outcome.wait_status, ""});
        if (seen == left.end()) {
            fmt::print("   outcome {}: not seen yet\n", ++number);
            continue;
        }
        fmt::print("   outcome {}: seen {}\n", ++number, times(seen->second));
        left.erase(seen);
    }
    int status = 0;
    for (const auto& [outcome, count] : left) {
        if (!outcome.limit.empty()) {
            fmt::print("   {}: {}\n", outcome.limit, counted(count, "run"));
            continue;
        }
        const std::string ending = engine::ending_text(outcome.wait_status);
        const explore::Hunt hunt =
            result.is_exhaustive ? explore::Hunt{} : look_for(initial, result, outcome);
        if (hunt.found)
            fmt::print("   outcome {} ({}): seen {}, and found when it was looked for\n", ++number, ending,
                       times(count));
        else if (result.is_exhaustive)
            fmt::print("   IMPOSSIBLE: no schedule has this outcome ({}): {}\n", ending,
                       counted(count, "run"));
        else
            fmt::print(
                "   seen on Linux, not found in {} and {} drawn for it: not shown impossible ({}): {}\n",
                counted(result.states, "state"), counted(hunt.schedules, "schedule"), ending,
                counted(count, "run"));
        print_text("standard output", outcome.standard_output);
        print_text("standard error", outcome.standard_error);
        if (hunt.found && !schedules.print(fmt::format("outcome-{}", number), hunt.found->schedule))
            return kExitUsage;
        if (result.is_exhaustive) status = kExitImpossible;
    }
    die_if_stopped(ran);
    return status;
}

/// Those of its options that decide what is explored, each with a blank behind it.
std::string what_of(const CommonOptions& options) {
    std::string text;
    const auto add = [&](std::string_view name, const auto& value) {
        text += fmt::format("{} {} ", name, value);
    };
    if (options.memory != "sc") add("--memory", options.memory);
    if (!options.refused.empty()) add("--fail", fmt::format("{}", fmt::join(options.refused, ",")));
    for (const std::string& limit : options.limits) add("--set", limit);
    if (!options.input_file.empty()) add("--input", quoted(options.input_file));
    if (options.bound) add("--bound", *options.bound);
    if (options.random_schedules > 0) add("--random", options.random_schedules);
    if (options.pct_schedules > 0) add("--pct", options.pct_schedules);
    if (options.pct_schedules > 0) add("--depth", options.pct_depth);
    if (options.seed) add("--seed", *options.seed);
    return text;
}

}  // namespace

int explore_command(const CommonOptions& options) {
    int status = 0;
    const auto opened = open_or_complain(options, status);
    if (!opened) return status;
    const Loaded& loaded = opened->loaded;
    SimulationOptions simulation = simulation_options(options);
    if (!prepare_input(options, simulation)) return kExitUsage;
    if (!options.save.empty())  // before a search that may take hours
        if (const std::string problem = make_directory(options.save); !problem.empty()) {
            complain(problem);
            return kExitUsage;
        }
    if (options.against_real > 0)  // whose output goes through pipes
        simulation.boot.standard_streams = {kernel::StreamKind::file, kernel::StreamKind::pipe,
                                            kernel::StreamKind::pipe};
    simulation.refused = options.refused;
    const engine::Machine initial = machine_to_explore(loaded, simulation);

    const CatchInterrupt interrupt;
    ProgressLine line(options.most_seconds);
    explore::Options exploring;
    exploring.reduces = !options.no_reduction;
    exploring.exchanges_twins = !options.no_symmetry;
    exploring.most_preemptions = options.bound;
    exploring.sampling = sampling_of(options);
    exploring.most_states = options.most_states;
    exploring.most_bytes = options.most_megabytes << 20;
    exploring.most_full_states = options.most_full_states;
    exploring.jobs = options.jobs > 0 ? options.jobs : host::allowed_cpus().size();
    exploring.on_progress = [&](const explore::Progress& progress) { return line.show(progress); };
    const explore::Result result = explore::explore(initial, exploring);
    const double seconds = line.seconds();
    line.clear();

    if (result.is_exhaustive)
        fmt::print("All schedules: {}, {} ({:.3f} s)\n", counted(result.states, "state"),
                   counted(result.moves, "move"), seconds);
    else if (exploring.sampling)
        print_samples(*exploring.sampling, result, line.limit(result), seconds);
    else
        fmt::print(
            "Not exhaustive ({}): {}, deepest {} ({:.3f} s). What follows can happen; there may be more.\n",
            line.limit(result), counted(result.states, "state"), with_commas(result.deepest), seconds);

    if (!exploring.sampling && !result.is_exhaustive && line.is_too_much(result))
        fmt::print(
            "To come to an end: fewer threads, processes or rounds in the program; or a part of the "
            "schedules "
            "(--bound 2, --pct 10000); or higher limits (--states, --max-memory, --time).\n");
    if (result.twins > 0)
        fmt::print(
            "{} processes were born alike: which of them does what counts once (--no-symmetry: each by "
            "itself).\n",
            result.twins);

    Schedules schedules(options, simulation, result.buffered.get());
    bool is_written = true;
    std::size_t number = 0;
    for (const explore::FoundOutcome& each : result.outcomes) {
        fmt::print("\nOutcome {}: {}\n", ++number, engine::ending_text(each.outcome.wait_status));
        print_text("standard output", each.outcome.standard_output);
        print_text("standard error", each.outcome.standard_error);
        is_written &= schedules.print(fmt::format("outcome-{}", number), each.schedule);
    }
    if (result.outcomes.empty())
        fmt::print("\nNo schedule {}comes to an end.\n", result.is_exhaustive ? "" : "so far ");
    number = 0;
    for (const Finding& each : result.findings) {
        fmt::print("\nFinding {}: {}\n", ++number, explore::title(each.kind));
        for (const std::string& sentence : each.sentences) fmt::print("   {}\n", sentence);
        is_written &= schedules.print(fmt::format("finding-{}", number), each.schedule);
    }
    if (result.findings.empty() && result.is_exhaustive)
        fmt::print("\nNo deadlock, no data race, no crash{}: not under any schedule.\n",
                   result.not_for_ever.empty() ? ", no livelock, no starvation" : "");
    if (result.is_exhaustive && !result.not_for_ever.empty() && options.most_full_states > 0)
        fmt::print(
            "\nLivelock, starvation, partial deadlock and atomicity violations were not looked for: {} "
            "(--for-ever N).\n",
            result.not_for_ever);
    if (result.untold > 0)
        fmt::print("\n... and {} of kinds that were told often enough.\n", counted(result.untold, "finding"));
    if (!is_written) return kExitUsage;
    if (options.save.empty() && !(result.outcomes.empty() && result.findings.empty()))
        fmt::print("\nTo keep the schedules and replay them: ipclab explore {}--save DIR {}\n",
                   what_of(options), words_of(options));
    if (options.against_real > 0) {
        std::fflush(stdout);
        if (const int real =
                hold_against_real(options, opened->request, simulation, initial, result, schedules);
            real != 0)
            return real;
    }
    if (!result.findings.empty()) return kExitDifferent;
    return result.is_exhaustive ? 0 : kExitLimit;
}

}  // namespace ipclab::session
