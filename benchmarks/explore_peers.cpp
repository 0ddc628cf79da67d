#include "benchmarks/explore_peers.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

extern char** environ;

namespace ipclab::bench {

namespace {

namespace fs = std::filesystem;

constexpr int kMostSeconds = 120;  // processor time of one command
constexpr int kMostGigabytes = 6;  // of its memory

struct Row {
    std::string name, program;
    std::vector<std::string> defines;
};

std::vector<Row> rows() {
    std::vector<Row> all;
    const auto add = [&](const std::string& name, const std::string& program,
                         std::vector<std::string> defines) {
        all.push_back({name, program, std::move(defines)});
    };
    for (int n = 1; n <= 10; ++n)
        add(fmt::format("lost update 2 x {}", n), "lost_update", {"-DP=2", fmt::format("-DN={}", n)});
    for (int n = 1; n <= 10; ++n)
        add(fmt::format("lost update 3 x {}", n), "lost_update", {"-DP=3", fmt::format("-DN={}", n)});
    for (int n = 1; n <= 7; ++n)
        add(fmt::format("lost update 4 x {}", n), "lost_update", {"-DP=4", fmt::format("-DN={}", n)});
    for (const int n : {3, 4, 5, 6, 7, 8})
        add(fmt::format("philosophers {}", n), "philosophers", {fmt::format("-DN={}", n)});
    for (const int n : {3, 4, 5, 6, 7, 8})
        add(fmt::format("philosophers {} right", n), "philosophers", {fmt::format("-DN={}", n), "-DRIGHT"});
    for (const int n : {1, 3}) add(fmt::format("Peterson {}", n), "peterson", {fmt::format("-DN={}", n)});
    for (const int n : {1, 2, 3, 4, 5})
        add(fmt::format("bounded buffer 2+2 x {}", n), "bounded_buffer", {fmt::format("-DN={}", n)});
    for (const int n : {2, 4, 6})
        add(fmt::format("pipe, two writers x {}", n), "pipe_writers", {fmt::format("-DN={}", n)});
    return all;
}

/// What a command has printed and used.
struct Ran {
    std::string output;
    double seconds = 0;    ///< processor time
    double megabytes = 0;  ///< largest resident size
    int status = 0;
};

Ran run(std::vector<std::string> words, const fs::path& directory) {
    Ran ran;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int ends[2];
    if (pipe(ends) != 0) return ran;
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        const rlimit seconds{kMostSeconds, kMostSeconds},
            bytes{rlim_t{kMostGigabytes} << 30, rlim_t{kMostGigabytes} << 30};
        setrlimit(RLIMIT_CPU, &seconds);
        setrlimit(RLIMIT_AS, &bytes);
        if (chdir(directory.c_str()) == 0) execvp(arguments[0], arguments.data());
        _exit(127);
    }
    close(ends[1]);
    char piece[65536];
    for (ssize_t got; (got = read(ends[0], piece, sizeof piece)) > 0;)
        ran.output.append(piece, static_cast<std::size_t>(got));
    close(ends[0]);
    rusage used{};
    wait4(child, &ran.status, 0, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    ran.seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
    ran.megabytes = static_cast<double>(used.ru_maxrss) / 1024;
    return ran;
}

/// What one tool says of a program.
struct Answer {
    bool is_complete = false, has_deadlock = false;
    double seconds = 0, megabytes = 0, states = 0, moves = 0;
    std::set<std::string> outcomes;
};

/// The number in front of `unit`, which may have commas.
double number_before(const std::string& text, const std::string& unit) {
    const std::size_t end = text.find(unit);
    if (end == std::string::npos) return 0;
    std::size_t begin = end;
    while (begin > 0 && (std::isdigit(static_cast<unsigned char>(text[begin - 1])) ||
                         std::string_view(",.e+").find(text[begin - 1]) != std::string_view::npos))
        --begin;
    std::string digits = text.substr(begin, end - begin);
    std::erase(digits, ',');
    return std::atof(digits.c_str());
}

Answer ours(const Row& row, const fs::path& folder, const fs::path& scratch) {
    const fs::path ipclab = fs::read_symlink("/proc/self/exe").parent_path() / "ipclab";
    std::vector<std::string> words{ipclab, "explore", "--max-memory",
                                   std::to_string(kMostGigabytes * 1024 - 512)};
    words.insert(words.end(), {"--for-ever", "0"});  // as SPIN does without -l
    words.insert(words.end(), {"--jobs", "1"});      // as SPIN has one, too
    for (const std::string& each : row.defines) words.insert(words.end(), {"-D", each.substr(2)});
    words.push_back(folder / (row.program + ".c"));
    const Ran ran = run(words, scratch);
    Answer answer;
    answer.is_complete = ran.output.starts_with("All schedules:");
    answer.seconds = ran.seconds;
    answer.megabytes = ran.megabytes;
    answer.states = number_before(ran.output, " state");
    answer.moves = number_before(ran.output, " move");
    answer.has_deadlock = ran.output.find(": deadlock\n") != std::string::npos;
    std::istringstream lines(ran.output);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("     | ")) answer.outcomes.insert(line.substr(7));
    return answer;
}

/// The pipe's model has what it read as one number in base 3.
std::string letters(long number) {
    std::string text;
    for (; number > 0; number /= 3) text += static_cast<char>('a' + number % 3 - 1);
    std::reverse(text.begin(), text.end());
    return text;
}

Answer spins(const Row& row, const fs::path& folder, const fs::path& scratch) {
    Answer answer;
    std::vector<std::string> generate{"spin", "-a"};
    generate.insert(generate.end(), row.defines.begin(), row.defines.end());
    generate.push_back(folder / (row.program + ".pml"));
    const Ran generated = run(generate, scratch);
    const Ran built = run(
        {"gcc", "-O2", "-DPRINTF", "-DMEMLIM=" + std::to_string(kMostGigabytes * 1000), "-o", "pan", "pan.c"},
        scratch);
    const Ran checked = run({"./pan", "-m1000000", "-c0"}, scratch);
    if (generated.status != 0 || built.status != 0) return answer;
    answer.is_complete = checked.output.find("transitions (= stored+matched)") != std::string::npos &&
                         checked.output.find("Warning: Search not completed") == std::string::npos;
    answer.seconds = generated.seconds + built.seconds + checked.seconds;
    answer.megabytes = checked.megabytes;
    answer.states = number_before(checked.output, " states, stored");
    answer.moves = number_before(checked.output, " transitions");
    answer.has_deadlock = checked.output.find("invalid end state") != std::string::npos &&
                          checked.output.find("errors: 0") == std::string::npos;
    std::istringstream lines(checked.output);
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find("OUTCOME "); at != std::string::npos) {
            const std::string text = line.substr(at + 8);
            answer.outcomes.insert(row.program == "pipe_writers" ? letters(std::atol(text.c_str())) : text);
        }
    return answer;
}

std::string described(const Answer& answer) {
    if (!answer.is_complete)
        return fmt::format("{:>9} {:>12} {:>12} {:>7} {:>6} {:>8.0f}", "no end", "", "", "", "",
                           answer.megabytes);
    return fmt::format("{:>8.2f}s {:>12.0f} {:>12.0f} {:>6.2f}M {:>6.0f} {:>8.0f}", answer.seconds,
                       answer.states, answer.moves, answer.states / answer.seconds / 1e6,
                       answer.megabytes * 1048576 / std::max(answer.states, 1.0), answer.megabytes);
}

}  // namespace

int explore_beside_spin(const std::string& filter) {
    const fs::path folder = IPCLAB_SOURCE_DIR "/benchmarks/explore";
    std::string place = (fs::temp_directory_path() / "ipclab-bench-XXXXXX").string();
    if (!mkdtemp(place.data())) {
        std::perror(place.c_str());
        return 1;
    }
    bool is_fine = true;
    fmt::print("{:<26} {:^61} {:^61}\n{:<26}", "", "ipclab explore", "spin -a, gcc -O2, ./pan", "");
    for (int i = 0; i < 2; ++i)
        fmt::print(" {:>9} {:>12} {:>12} {:>7} {:>6} {:>8}", "time", "states", "transitions", "st./s",
                   "B/st.", "peak MB");
    fmt::print(" {:>8}  same outcomes\n", "SPIN/we");
    for (const Row& row : rows()) {
        if (row.name.find(filter) == std::string::npos) continue;
        const Answer own = ours(row, folder, place), spin = spins(row, folder, place);
        const bool both = own.is_complete && spin.is_complete;
        const bool same = own.outcomes == spin.outcomes && own.has_deadlock == spin.has_deadlock;
        is_fine = is_fine && own.is_complete && (!both || same);
        fmt::print(
            "{:<26} {} {} {:>8}  {}\n", row.name, described(own), described(spin),
            both ? fmt::format("{:.1f}x", spin.seconds / own.seconds) : "",
            !both  ? "-"
            : same ? fmt::format("yes: {}{}", own.outcomes.size(), own.has_deadlock ? " and deadlock" : "")
                   : fmt::format("NO: {} and {}", own.outcomes.size(), spin.outcomes.size()));
        std::fflush(stdout);
    }
    fmt::print(
        "Processor time from source to answer, compiling included; st./s: states by that time, in millions; "
        "B/st.: peak memory by states; no end: not "
        "within {} s "
        "of processor time and {} GB for each command.\n",
        kMostSeconds, kMostGigabytes);
    fs::remove_all(place);
    return is_fine ? 0 : 1;
}

}  // namespace ipclab::bench
