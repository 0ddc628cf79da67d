// What a learner, a lecturer or an author got wrong: where, what, what to do. Used for C sources, lesson
// files and command lines alike.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ipclab::cc {

enum class Severity : std::uint8_t { note, warning, error };

struct Diagnostic {
    Severity severity = Severity::error;
    std::string file;
    std::uint32_t line = 0;        ///< from 1; 0: about the whole file
    std::uint32_t column = 0;      ///< from 1, in bytes
    std::uint32_t end_column = 0;  ///< one past the last
    std::string message;           ///< "use of undeclared identifier 'couter'; did you mean 'counter'?"
    std::string source_line;       ///< the line itself, for the caret
    std::string option;            ///< a warning's name as gcc has it, "-Wunused-result"; empty for errors
    bool operator==(const Diagnostic&) const = default;
};

/// As gcc and clang print: "file:line:column: error: message", the source line, a caret with tildes under the
/// span. `colour` adds ANSI colours.
std::string format(const Diagnostic& diagnostic, bool colour = false);
std::string format(const std::vector<Diagnostic>& diagnostics, bool colour = false);

bool has_errors(const std::vector<Diagnostic>& diagnostics);

}  // namespace ipclab::cc
