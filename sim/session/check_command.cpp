// `ipclab check`: a program against an exercise, over all schedules.
//
// The program is hostile: everything that is done with it is done in a child process with limits of memory and time, which
// sends its report back through a pipe. Whatever happens there is a verdict here.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <new>
#include <optional>

#include "kernel/event.h"
#include "sim/cc/diagnostic.h"
#include "sim/engine/schedule_file.h"
#include "sim/explore/explore.h"
#include "sim/explore/findings.h"
#include "sim/host/free_runs.h"
#include "sim/lesson/exercise.h"
#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/report.h"
#include "sim/session/schedule_file.h"
#include "sim/session/simulate.h"
#include "sim/session/verdict.h"

namespace ipclab::session {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using lesson::Exercise;
using lesson::OutcomePattern;

constexpr int kChildHasNoMemory = 77;
constexpr std::size_t kMostGraphStates = 500'000;  // some 100 MB
constexpr std::uint64_t kOwnMegabytes = 768;       // besides the exercise's: ipclab, the compiler, shortening
constexpr std::uint64_t kMegabytesOfThread = 136;  // a stack, and what malloc() sets aside
constexpr std::size_t kMostReport = 16 << 20;
constexpr std::size_t kMostOutput = 200;  // bytes of an output in a sentence

std::vector<std::string> finding_kinds() {
    std::vector<std::string> kinds;
    for (int kind = 0; kind < explore::kFindingKinds; ++kind)
        kinds.emplace_back(explore::title(static_cast<explore::FindingKind>(kind)));
    return kinds;
}

/// Whether it is among what is looked for in a graph of all states.
bool goes_on_for_ever(std::string_view kind) {
    for (const auto each : explore::kInFullGraph)
        if (explore::title(each) == kind) return true;
    return false;
}

bool fits(const OutcomePattern& pattern, const engine::Outcome& outcome) {
    const auto has = [](const std::string& text, const std::optional<std::string>& part) {
        return !part || text.find(*part) != std::string::npos;
    };
    const int signal = outcome.wait_status & 0x7f;
    return (!pattern.stdout_is || *pattern.stdout_is == outcome.standard_output) &&
           (!pattern.stderr_is || *pattern.stderr_is == outcome.standard_error) &&
           has(outcome.standard_output, pattern.stdout_contains) &&
           has(outcome.standard_error, pattern.stderr_contains) &&
           (!pattern.status || (signal == 0 && *pattern.status == (outcome.wait_status >> 8 & 0xff))) &&
           (pattern.killed_by.empty() || (signal != 0 && kernel::signal_name(signal) == pattern.killed_by));
}

std::string text_of(const engine::Outcome& outcome) {
    std::string text = engine::ending_text(outcome.wait_status);
    const auto add = [&](std::string_view what, const std::string& bytes) {
        if (bytes.empty()) return;
        text += fmt::format(", {} \"", what);
        for (const char c : bytes.substr(0, kMostOutput))
            text += c == '\n'                              ? std::string("\\n")
                    : static_cast<unsigned char>(c) < 0x20 ? fmt::format("\\x{:02x}", static_cast<int>(c))
                                                           : std::string(1, c);
        text += bytes.size() > kMostOutput ? "...\"" : "\"";
    };
    add("stdout", outcome.standard_output);
    add("stderr", outcome.standard_error);
    return text;
}

/// Goes through what the exercise asks, one point after the other.
class Checker {
  public:
    Checker(const Exercise& exercise, const explore::Result& result) : exercise_(exercise), result_(result) {}

    std::vector<CheckedPoint> run() {
        for (const std::string& kind : exercise_.forbid) check_kind(kind);
        if (exercise_.ends) check_ends();
        if (!exercise_.allowed.empty()) check_allowed();
        for (const OutcomePattern& each : exercise_.forbidden) check_forbidden(each);
        for (const OutcomePattern& each : exercise_.required) check_required(each);
        return std::move(points_);
    }

  private:
    /// Holds so far: for all schedules only where all were explored.
    CheckedPoint& add(std::string name) {
        CheckedPoint& point = points_.emplace_back();
        point.name = std::move(name);
        if (result_.is_exhaustive) return point;
        point.verdict = Verdict::undecided;
        point.sentences = {"not found, but not all schedules were explored"};
        return point;
    }
    void fail(CheckedPoint& point, std::vector<std::string> sentences, const engine::Stretches* schedule) {
        point.verdict = Verdict::fail;
        point.sentences = std::move(sentences);
        if (schedule)
            point.schedule =
                engine::schedule_file_text(boot(), exercise_.limits, result_.buffered.get(), *schedule);
    }
    kernel::BootOptions boot() const {
        kernel::BootOptions boot = exercise_.boot;
        boot.input = exercise_.input;
        return boot;
    }

    void check_kind(const std::string& kind) {
        CheckedPoint& point = add("no " + kind);
        for (const explore::Finding& each : result_.findings)
            if (explore::title(each.kind) == kind) return fail(point, each.sentences, &each.schedule);
        if (!goes_on_for_ever(kind) || result_.not_for_ever.empty() || !result_.is_exhaustive) return;
        point.verdict = Verdict::undecided;
        point.sentences = {"not looked into: " + result_.not_for_ever};
    }
    void check_ends() {
        CheckedPoint& point = add("it always comes to an end");
        if (result_.to_endless)
            return fail(
                point,
                {"after this schedule something always goes on and nothing ever ends, whoever goes next"},
                &*result_.to_endless);
        if (result_.outcomes.empty() && result_.is_exhaustive)
            return fail(point, {"no schedule comes to an end"}, nullptr);
        if (!result_.graph.states.empty() || !result_.is_exhaustive) return;
        point.verdict = Verdict::undecided;
        point.sentences = {fmt::format("not looked into: there are more than {} states", kMostGraphStates)};
    }
    void check_allowed() {
        CheckedPoint& point = add("every outcome is allowed");
        for (const explore::FoundOutcome& each : result_.outcomes) {
            const auto is_it = [&](const OutcomePattern& pattern) { return fits(pattern, each.outcome); };
            if (std::ranges::none_of(exercise_.allowed, is_it))
                return fail(point, {"not allowed: " + text_of(each.outcome)}, &each.schedule);
        }
    }
    void check_forbidden(const OutcomePattern& pattern) {
        CheckedPoint& point = add("never: " + pattern.text);
        for (const explore::FoundOutcome& each : result_.outcomes)
            if (fits(pattern, each.outcome)) return fail(point, {text_of(each.outcome)}, &each.schedule);
    }
    void check_required(const OutcomePattern& pattern) {
        CheckedPoint& point = add("possible: " + pattern.text);
        for (const explore::FoundOutcome& each : result_.outcomes) {
            if (!fits(pattern, each.outcome)) continue;
            point.verdict = Verdict::pass;
            point.sentences.clear();
            return;
        }
        if (!result_.is_exhaustive) return;
        std::vector<std::string> sentences{"under no schedule; the outcomes are:"};
        constexpr std::size_t kMost = 5;
        for (std::size_t i = 0; i < std::min(kMost, result_.outcomes.size()); ++i)
            sentences.push_back("  " + text_of(result_.outcomes[i].outcome));
        if (result_.outcomes.size() > kMost) sentences.push_back("  ...");
        fail(point, std::move(sentences), nullptr);
    }

    const Exercise& exercise_;
    const explore::Result& result_;
    std::vector<CheckedPoint> points_;
};

/// In the child: compiles and explores.
CheckReport check(const Exercise& exercise, const Request& request) {
    const Clock::time_point begin = Clock::now();
    CheckReport report;
    const Loaded loaded = load(request);
    if (!loaded.ok()) {
        report.verdict = Verdict::no_program;
        report.message = loaded.error.empty() ? cc::format(loaded.diagnostics, false) : loaded.error;
        return report;
    }
    SimulationOptions simulation;
    simulation.boot = exercise.boot;
    simulation.input = exercise.input;
    simulation.refused = exercise.refused;
    if (exercise.has_store_buffers) simulation.buffered = std::make_shared<const vm::SharedPlaces>();
    explore::Options options;
    options.most_states = exercise.most_states;
    options.most_bytes = exercise.most_megabytes << 20;
    options.jobs = host::allowed_cpus().size();
    options.most_graph_states = exercise.ends ? kMostGraphStates : 0;
    options.most_full_states =
        std::ranges::any_of(exercise.forbid, goes_on_for_ever) ? exercise.most_states : 0;
    bool is_late = false;
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    options.on_progress = [&](const explore::Progress&) {
        return !(is_late = seconds() > exercise.most_seconds);
    };
    const explore::Result result = explore::explore(machine_to_explore(loaded, simulation), options);
    report.points = Checker(exercise, result).run();
    report.states = result.states;
    report.seconds = seconds();
    const auto any = [&](Verdict verdict) {
        return std::ranges::find(report.points, verdict, &CheckedPoint::verdict) != report.points.end();
    };
    report.verdict = any(Verdict::fail)        ? Verdict::fail
                     : any(Verdict::undecided) ? Verdict::undecided
                                               : Verdict::pass;
    if (!result.is_exhaustive)
        report.message =
            fmt::format("not all schedules were explored ({})", is_late ? "the time is up" : result.limit);
    return report;
}

void limit_child(const Exercise& exercise) {
    std::set_new_handler([] { _exit(kChildHasNoMemory); });
    const auto limit = [](auto what, std::uint64_t most) {
        const rlimit value{most, most};
        setrlimit(what, &value);
    };
    limit(RLIMIT_CORE, 0);
#if !defined(__SANITIZE_ADDRESS__)  // which reserves terabytes
    limit(RLIMIT_AS,
          (exercise.most_megabytes + kOwnMegabytes + kMegabytesOfThread * host::allowed_cpus().size()) << 20);
#endif
}

/// What the child says, or what became of it.
CheckReport check_in_child(const Exercise& exercise, const Request& request) {
    CheckReport report;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        report.message = "there is no pipe for the report";
        return report;
    }
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        limit_child(exercise);
        const std::string text = to_json(check(exercise, request));
        _exit(write_out(ends[1], text) ? 0 : 1);
    }
    close(ends[1]);
    std::string text;
    // The child keeps the time itself, between two moves; this is for what does not come to that.
    const auto until = Clock::now() + std::chrono::duration<double>(exercise.most_seconds * 1.5 + 5);
    bool is_late = child < 0;
    while (!is_late && text.size() < kMostReport) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd ready{ends[0], POLLIN, 0};
        is_late = left <= 0 || poll(&ready, 1, static_cast<int>(std::min<long>(left, 1'000'000))) == 0;
        if (is_late) break;
        char bytes[65'536];
        const ssize_t count = read(ends[0], bytes, sizeof bytes);
        if (count <= 0) break;
        text.append(bytes, static_cast<std::size_t>(count));
    }
    close(ends[0]);
    if (child < 0) {
        report.message = "no process could be started for it";
        return report;
    }
    if (is_late) kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (is_late)
        report.message = "the time is up";
    else if (WIFEXITED(status) && WEXITSTATUS(status) == kChildHasNoMemory)
        report.message = "more memory was needed than the exercise allows";
    else if (!report_from_json(text, report))
        report.message =
            fmt::format("ipclab itself failed ({}); this is a fault of ipclab", engine::ending_text(status));
    return report;
}

/// The verdict stands where a file cannot be written: that is said, and there is no schedule to replay.
void save_schedules(const CommonOptions& options, CheckReport& report) {
    const fs::path directory = options.save.empty() ? "ipclab-check" : options.save;
    std::size_t number = 0;
    for (CheckedPoint& point : report.points) {
        if (point.schedule.empty()) continue;
        if (const std::string problem = make_directory(directory); !problem.empty()) return complain(problem);
        const std::string stem = fs::path(options.files.front()).stem().string();
        const std::string file = (directory / fmt::format("{}-{}.schedule", stem, ++number)).string();
        const std::string replay = fmt::format("ipclab run --replay {} {}", file, words_of(options));
        const std::string problem =
            write_file(file, fmt::format("# {}\n# {}\n{}", point.name, replay, point.schedule));
        if (!problem.empty()) return complain(problem);
        point.file = file;
        point.replay = replay;
    }
}

}  // namespace

int check_command(const CommonOptions& given) {
    std::string error;
    const auto text = read_file(given.exercise, error, Content::text);
    if (!text) {
        complain(error);
        return kExitUsage;
    }
    const lesson::ExerciseResult loaded = lesson::parse_exercise(given.exercise, *text, finding_kinds());
    if (!loaded.exercise) {
        fmt::print(stderr, "{}", cc::format(loaded.diagnostics, wants_colour(2)));
        return kExitUsage;
    }
    const Exercise& exercise = *loaded.exercise;
    CommonOptions options = given;
    if (options.arguments.empty()) options.arguments = exercise.arguments;
    int status = 0;
    const auto request = request_or_complain(options, status);
    if (!request) return status;
    CheckReport report = check_in_child(exercise, *request);
    report.title = exercise.title;
    report.program = words_of(given);
    save_schedules(options, report);
    fmt::print("{}", options.format == "json"    ? to_json(report)
                     : options.format == "junit" ? to_junit(report)
                                                 : to_text(report));
    switch (report.verdict) {
        case Verdict::pass:
            return 0;
        case Verdict::fail:
            return kExitDifferent;
        case Verdict::undecided:
            return kExitLimit;
        case Verdict::no_program:
            return kExitCompile;
    }
    return 0;
}

}  // namespace ipclab::session
