#include "benchmarks/vm_peers.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/programs.h"
#include "sim/engine/policy.h"

extern char** environ;

namespace ipclab::bench {

namespace {

constexpr int kRuns = 7;  // odd: the median is one of them

struct Job {
    const char *name, *program;
};
constexpr std::array<Job, 4> kJobs{{{"arithmetic", "loop"},
                                    {"array sum", "sum"},
                                    {"function calls", "calls"},
                                    {"string building", "strings"}}};

/// Processor time of a command, in seconds, its start included (about 1 ms for Lua, 10 ms for Python); nothing where
/// it cannot be started or fails.
std::optional<double> time_of(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return {};
    int status = 0;
    rusage used{};
    if (wait4(child, &status, 0, &used) != child || status != 0) return {};
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Processor time of a run on our machine, in seconds, without compiling.
std::optional<double> time_on_our_vm(const engine::Machine& start) {
    const std::clock_t begin = std::clock();
    engine::Machine machine = start;
    engine::Policy policy = engine::TimedPolicy{};
    while (auto choice = engine::next_choice(machine, policy)) engine::step(machine, *choice, nullptr);
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

class Samples {
  public:
    void add(std::optional<double> seconds) {
        if (seconds) seconds_.push_back(*seconds);
    }
    bool complete() const { return seconds_.size() == kRuns; }
    double median() {
        std::sort(seconds_.begin(), seconds_.end());
        return seconds_[seconds_.size() / 2];
    }

  private:
    std::vector<double> seconds_;
};

}  // namespace

int compare_with_peers() {
    const std::string folder = IPCLAB_SOURCE_DIR "/benchmarks/programs/";
    std::string place = (std::filesystem::temp_directory_path() / "ipclab-bench-XXXXXX").string();
    if (!mkdtemp(place.data())) {
        std::perror(place.c_str());
        return 1;
    }
    bool all_ran = true;
    fmt::print("{:<17}{:>10}{:>19}{:>19}{:>19}\n", "", "ipclab", "lua5.4", "python3", "gcc -O0");
    for (const Job& job : kJobs) {
        const std::string source = folder + job.program, native = place + "/" + job.program;
        const engine::Machine machine = machine_of(job.program);
        const bool is_built = time_of({"gcc", "-O0", "-o", native, source + ".c"}).has_value();
        Samples ours;
        std::array<Samples, 3> peers;
        for (int run = 0; run < kRuns; ++run) {  // in turn: noise meets all alike
            ours.add(time_on_our_vm(machine));
            peers[0].add(time_of({"lua5.4", source + ".lua"}));
            peers[1].add(time_of({"/usr/bin/python3", source + ".py"}));
            if (is_built) peers[2].add(time_of({native}));
        }
        const double own = ours.median();
        fmt::print("{:<17}{:>7.0f} ms", job.name, 1000 * own);
        for (Samples& peer : peers) {
            all_ran = all_ran && peer.complete();
            if (peer.complete())
                fmt::print("{:>8.0f} ms {:>6.2f}x", 1000 * peer.median(), peer.median() / own);
            else
                fmt::print("{:>19}", "did not run");
        }
        fmt::print("\n");
        std::fflush(stdout);
    }
    fmt::print("Medians of {} runs in turn; 2x: takes twice our time.\n", kRuns);
    std::filesystem::remove_all(place);
    return all_ran ? 0 : 1;
}

}  // namespace ipclab::bench
