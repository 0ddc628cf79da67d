// The commands of `ipclab`, one function each; they print, and return the exit status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipclab::session {

/// Exit statuses of our own; everything else is the toy program's.
inline constexpr int kExitDifferent = 1;  ///< compare, lesson: not as it should be; compile: errors
inline constexpr int kExitImpossible = 120, kExitCompile = 121, kExitStuck = 122, kExitLimit = 123,
                     kExitMistake = 124, kExitUsage = 125;

/// Everything that the command line can say; each command looks at its part.
struct CommonOptions {
    std::vector<std::string> files, arguments, programs, defines, include_directories;
    std::string shell_line;
    std::string warnings = "all";  ///< or "extra"
    bool no_warnings = false;

    // The simulated kernel
    std::optional<std::uint64_t> seed;  ///< random scheduling
    std::string policy = "round_robin";
    int cpus = 0;                     ///< 0: as the limits say
    int quantum_us = 0;               ///< 0: the policy's own
    std::vector<std::string> limits;  ///< "NAME=VALUE"
    std::vector<std::string> hosts;   ///< "NAME=ADDRESS"
    std::string costs;                ///< a file; empty: the usual ones
    std::uint64_t max_instructions = 5'000'000'000;
    bool strict = false;  ///< run: stop at the first mistake
    bool leaks = false;   ///< run: explain what a process has not freed or closed when it exits

    std::string input_file;     ///< explore, schedule: standard input
    std::string memory = "sc";  ///< explore, schedule: the memory model; or "tso"
    std::string replay;         ///< run: a schedule file

    // The explorer
    bool no_reduction = false, no_symmetry = false;
    std::uint64_t most_states = 50'000'000, most_megabytes = 2048;
    std::size_t jobs = 0;                      ///< threads that search; 0: one for each CPU
    std::uint64_t most_full_states = 100'000;  ///< for what goes on for ever; 0: that is not looked for
    std::vector<std::string> refused;          ///< "malloc", "fork": what can fail
    double most_seconds = 0;                   ///< 0: no limit
    std::optional<std::uint32_t> bound;        ///< preemptions
    std::uint64_t random_schedules = 0, pct_schedules = 0;  ///< drawn instead of a search
    std::uint32_t pct_depth = 3;
    std::string save;                ///< a directory for schedules
    std::uint64_t against_real = 0;  ///< so many real runs, to be held against what was explored

    std::size_t puzzle = 0;       ///< schedule: which of a lesson's puzzles, from 1; 0: the first
    std::string exercise;         ///< check: a file
    std::string format = "text";  ///< check: or "json", "junit"

    // The real one
    double deadline_s = 0;   ///< 0: ten seconds, an hour where a person types
    std::uint64_t runs = 0;  ///< real: so many untraced runs; 0: one, as a person sees it
    bool pin = false;        ///< real --runs: each run stays on one CPU
    int nice = 0;

    std::optional<std::string> trace;  ///< "text", "json", "perfetto"
    std::string trace_file;            ///< empty: standard error

    bool dump = false;               ///< compile
    bool only_differences = false;   ///< compare
    bool in_lock_step = false;       ///< compare
    bool over_time = false;          ///< compare
    std::uint64_t fuzz_count = 100;  ///< fuzz: programs
    std::uint64_t fuzz_calls = 0;    ///< fuzz: as many programs as make so many calls; 0: fuzz_count of them
    std::string mechanism, fuzz_directory;
    std::string lesson;
    bool yes = false, real = false;  ///< lesson
    bool first = false;              ///< lessons
};

int run_command(const CommonOptions& options);
int real_command(const CommonOptions& options);
int compare_command(const CommonOptions& options);
int explore_command(const CommonOptions& options);
int schedule_command(const CommonOptions& options);
int check_command(const CommonOptions& options);
int fuzz_command(const CommonOptions& options);
int compile_command(const CommonOptions& options);
int mechanisms_command(const CommonOptions& options);
int limits_command(const CommonOptions& options);
int costs_command(const CommonOptions& options);
int calibrate_command(const CommonOptions& options);
int supported_command(const CommonOptions& options);
/// What it prints: Markdown; docs/SUPPORTED.md.
std::string supported_page();
int lessons_command(const CommonOptions& options);
int lesson_command(const CommonOptions& options);
/// Becomes the window, with these words as its command line. Returns only where that fails.
int view_command(const std::vector<std::string>& words);

}  // namespace ipclab::session
