// Exercises: what a lecturer asks of a student's program, as a TOML file (docs/CHECK.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/kernel.h"
#include "sim/cc/diagnostic.h"

namespace ipclab::lesson {

/// What a run may leave behind; what is not said may be anything.
struct OutcomePattern {
    std::optional<std::string> stdout_is, stdout_contains, stderr_is, stderr_contains;
    std::optional<std::int32_t> status;  ///< the first process exited with it
    std::string killed_by;               ///< or was killed by this signal: "SIGABRT"; empty: not said
    std::string text;                    ///< all of it, for a person
};

struct Exercise {
    std::string title;
    std::vector<std::string> arguments;
    std::string input;                    ///< standard input
    kernel::BootOptions boot;             ///< standard streams and limits
    std::vector<std::string> limits;      ///< the same limits as "NAME=VALUE"
    std::vector<OutcomePattern> allowed;  ///< empty: any; else each outcome is one of these
    std::vector<OutcomePattern> forbidden, required;
    std::vector<std::string> forbid;  ///< kinds of findings
    std::vector<std::string> refused;  ///< "malloc", "fork": what can fail wherever the program asks for it
    bool has_store_buffers = false;   ///< memory = "tso"
    bool ends = true;                 ///< liveness: from wherever a run has come to, it can still end
    std::uint64_t most_states = 2'000'000, most_megabytes = 1024;
    double most_seconds = 30;
};

struct ExerciseResult {
    std::optional<Exercise> exercise;  ///< nothing where there were errors
    std::vector<cc::Diagnostic> diagnostics;
};

/// `kinds`: what `forbid` may name.
ExerciseResult parse_exercise(const std::string& file, std::string_view text,
                              const std::vector<std::string>& kinds);

}  // namespace ipclab::lesson
