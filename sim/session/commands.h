// The commands of `ipclab`, one function each; they print, and return the exit status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipclab::session {

/// Exit statuses of our own; everything else is the toy program's.
inline constexpr int kExitCompile = 121, kExitStuck = 122, kExitLimit = 123, kExitUsage = 125;

/// Everything that the command line can say; each command looks at its part.
struct CommonOptions {
    std::vector<std::string> files, arguments, programs, defines;
    std::string shell_line;
    std::optional<std::uint64_t> seed;
    std::string policy = "round_robin";
    int cpus = 1;
    int quantum_us = 0;                ///< 0: the policy's own
    std::optional<std::string> trace;  ///< "" or "text", "json", "perfetto"
    std::string trace_file;
    bool dump = false;
    std::string lesson;
    bool yes = false, first = false, real = false;
};

int run_command(const CommonOptions& options);
int real_command(const CommonOptions& options);
int compile_command(const CommonOptions& options);
int lessons_command(const CommonOptions& options);

}  // namespace ipclab::session
