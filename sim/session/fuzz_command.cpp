// `ipclab fuzz`: random programs on both kernels in lock-step; what differs is made small and kept.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "kernel/random.h"
#include "sim/host/command.h"
#include "sim/session/commands.h"
#include "sim/session/compare_run.h"
#include "sim/session/fuzz_program.h"
#include "sim/session/report.h"

namespace ipclab::session {

namespace {

namespace fs = std::filesystem;

/// What came of one program.
struct Tried {
    std::string difference;  ///< empty: none
    bool has_run = true;     ///< false: it was refused
    std::size_t calls = 0;
    int stopped_by = 0;  ///< a signal to ipclab
};

Tried try_program(const FuzzProgram& program, std::uint64_t seed) {
    constexpr double kDeadline = 20;
    constexpr std::uint64_t kMostInstructions = 200'000'000;
    Tried tried;
    const host::TempDir directory("fuzz");
    const fs::path file = directory.path() / "prog.c";
    if (!host::write_file(file, program.text())) {
        tried.difference = "cannot write a temporary file\n";
        return tried;
    }
    Request request{{{"prog", {file}}}, {}, "", {}, {}};
    request.warnings = cc::WarningLevel::none;
    const Loaded loaded = load(request);
    if (!loaded.ok()) {
        tried.has_run = false;
        tried.difference = "does not compile: " + loaded.error + cc::format(loaded.diagnostics);
        return tried;
    }
    SimulationOptions simulation;
    simulation.boot.standard_streams.fill(kernel::StreamKind::pipe);
    simulation.max_instructions = kMostInstructions;
    const BothRuns both = run_in_lock_step(request, loaded, simulation, seed, kDeadline);
    tried.stopped_by = both.real.stopped_by;
    if (tried.stopped_by != 0) return tried;
    tried.calls = both.comparison.calls_compared;
    if (!both.real.result.ok())
        tried.difference = both.real.result.error + "\n";
    else if (!both.difference.empty())
        tried.difference = both.difference;
    else if (both.is_cut_short)
        tried.difference = "stopped: " + both.simulated_end + both.real_end + "\n";
    else if (!both.is_same)
        for (const std::string& remark : both.remarks) tried.difference += remark + "\n";
    return tried;
}

/// As long as something can be left out and there is still a difference; or for a minute, where each try takes its time.
FuzzProgram shrunk(FuzzProgram program, std::uint64_t seed, std::string& difference) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (bool is_smaller = true; is_smaller;) {
        is_smaller = false;
        for (std::size_t place = 0; place < program.size();) {
            if (std::chrono::steady_clock::now() > end) return program;
            const FuzzProgram smaller = without(program, place);
            const Tried tried = try_program(smaller, seed);
            if (tried.stopped_by != 0) return program;
            if (tried.difference.empty() || !tried.has_run) {
                ++place;
                continue;
            }
            program = smaller;
            difference = tried.difference;
            is_smaller = true;
        }
    }
    return program;
}

std::string as_comment(const std::string& text) {
    std::string out = "// ";
    for (char c : text.substr(0, text.find_last_not_of('\n') + 1)) {
        out += c;
        if (c == '\n') out += "// ";
    }
    return out + "\n";
}

std::uint64_t seed_of_the_day() {
    const std::time_t now = std::time(nullptr);
    std::tm day{};
    gmtime_r(&now, &day);
    return static_cast<std::uint64_t>((day.tm_year + 1900) * 10'000 + (day.tm_mon + 1) * 100 + day.tm_mday);
}

/// The campaign: which programs are done, what was found. Kept in a file, so that it can be gone on with.
class Campaign {
  public:
    Campaign(const CommonOptions& options)
        : seed_(options.seed.value_or(seed_of_the_day())),
          count_(options.fuzz_calls > 0 ? UINT64_MAX : options.fuzz_count),
          least_calls_(options.fuzz_calls > 0 ? options.fuzz_calls : UINT64_MAX),
          mechanism_(options.mechanism),
          directory_(options.fuzz_directory.empty() ? fmt::format("fuzz-{}", seed_)
                                                    : options.fuzz_directory) {}

    int run() {
        std::error_code failure;
        fs::create_directories(directory_, failure);
        if (failure) {
            complain(fmt::format("cannot make the directory {}: {}", directory_.string(), failure.message()));
            return kExitUsage;
        }
        read_progress();
        fmt::print("seed {}, programs of {} from {} on, in {}\n", seed_,
                   mechanism_.empty() ? "all mechanisms" : mechanism_, next_, directory_.string());
        std::fflush(stdout);
        const unsigned at_once = std::max(2u, std::thread::hardware_concurrency()) + 1;
        std::atomic<std::uint64_t> number = next_;
        {
            std::vector<std::jthread> workers;
            for (unsigned i = 0; i < at_once; ++i)
                workers.emplace_back([&] {
                    for (std::uint64_t n = number++; n < count_ && !is_enough_; n = number++) try_one(n);
                });
        }
        write_progress();
        if (isatty(2)) fmt::print(stderr, "\n");
        fmt::print("{} programs, {} system calls in lock-step, {} {}; seed {}\n", next_, calls_, differences_,
                   differences_ == 1 ? "difference" : "differences", seed_);
        if (once_ > 0)
            fmt::print("{} {} did not come again: saved in {}/*{}\n", once_,
                       once_ == 1 ? "difference" : "differences", directory_.string(), kOnceMark);
        if (stopped_by_ != 0) {
            fmt::print("stopped; the same command goes on from there\n");
            return 128 + stopped_by_;
        }
        return differences_ > 0 ? kExitDifferent : 0;
    }

  private:
    void try_one(std::uint64_t number) {
        std::uint64_t state = seed_ * 1'000'003 + number;
        const std::uint64_t seed = kernel::next_random(state);
        FuzzProgram program = random_program(seed, mechanism_);
        Tried tried = try_program(program, seed);
        // One that does not come again cannot be made small: it is kept as it is, and counted apart.
        bool comes_again = true;
        if (tried.stopped_by == 0 && !tried.difference.empty()) {
            const Tried again = try_program(program, seed);
            tried.stopped_by = again.stopped_by;
            comes_again = !again.difference.empty();
        }
        if (tried.stopped_by == 0 && !tried.difference.empty() && comes_again)
            program = shrunk(std::move(program), seed, tried.difference);
        const std::lock_guard lock(mutex_);
        if (tried.stopped_by != 0) {
            stopped_by_ = tried.stopped_by;
            is_enough_ = true;
            return;
        }
        const bool differs = !tried.difference.empty();
        if (differs) keep(number, seed, program, tried.difference, comes_again);
        done_[number] = {tried.calls, differs && comes_again, differs && !comes_again};
        note_progress();
    }

    void keep(std::uint64_t number, std::uint64_t seed, const FuzzProgram& program,
              const std::string& difference, bool comes_again) const {
        const fs::path file = directory_ /
                              fmt::format("{}-{}{}", seed_, number, comes_again ? "" : kOnceMark) /
                              "prog.c";  // it executes "prog"
        std::error_code ignored;
        fs::create_directories(file.parent_path(), ignored);
        host::write_file(file, as_comment(fmt::format("ipclab compare --lockstep --seed {} {}\n{}", seed,
                                                      file.string(), difference)) +
                                   program.text());
        fmt::print("{}: {}{}\n", file.string(), comes_again ? "" : "did not come again: ", difference);
        std::fflush(stdout);
    }

    /// One that takes long holds up no other: what is done beyond it waits in done_.
    void note_progress() {
        const std::uint64_t before = next_;
        for (auto first = done_.begin(); first != done_.end() && first->first == next_; ++next_) {
            calls_ += first->second.calls;
            differences_ += first->second.differs ? 1 : 0;
            once_ += first->second.differed_once ? 1 : 0;
            first = done_.erase(first);
        }
        if (calls_ >= least_calls_) is_enough_ = true;
        constexpr std::uint64_t kBetweenReports = 25;
        if (next_ / kBetweenReports == before / kBetweenReports && next_ != count_) return;
        write_progress();
        fmt::print(stderr, "{}{} programs, {} calls, {} differences{}", isatty(2) ? "\r" : "", next_, calls_,
                   differences_, isatty(2) ? "\033[K" : "\n");
    }

    fs::path progress_file() const { return directory_ / fmt::format("progress-{}{}", seed_, mechanism_); }
    void read_progress() {
        std::ifstream file(progress_file());
        std::uint64_t next = 0, calls = 0, differences = 0, once = 0;
        if (file >> next >> calls >> differences >> once) {
            next_ = next;
            calls_ = calls;
            differences_ = differences;
            once_ = once;
        }
    }
    void write_progress() const {
        host::write_file(progress_file(), fmt::format("{} {} {} {}\n", next_, calls_, differences_, once_));
    }

    struct Done {
        std::size_t calls = 0;
        bool differs = false, differed_once = false;
    };
    static constexpr std::string_view kOnceMark = "-once";

    std::uint64_t seed_ = 0, count_ = 0, least_calls_ = 0, next_ = 0, calls_ = 0, differences_ = 0, once_ = 0;
    std::string mechanism_;
    fs::path directory_;
    std::mutex mutex_;
    std::map<std::uint64_t, Done> done_;  ///< programs beyond next_
    std::atomic<int> stopped_by_ = 0;
    std::atomic<bool> is_enough_ = false;  ///< calls, or somebody has stopped it
};

}  // namespace

int fuzz_command(const CommonOptions& options) {
    const auto names = fuzz_mechanisms();
    if (!options.mechanism.empty() &&
        std::find(names.begin(), names.end(), options.mechanism) == names.end()) {
        std::string list;
        for (std::string_view name : names) list += fmt::format("\n  {}", name);
        complain(fmt::format("there is no mechanism '{}'; there are:{}", options.mechanism, list));
        return kExitUsage;
    }
    return Campaign(options).run();
}

}  // namespace ipclab::session
