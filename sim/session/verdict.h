// What `ipclab check` says of a program, and how it is written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab::session {

enum class Verdict : std::uint8_t { pass, fail, undecided, no_program };
std::string_view name(Verdict verdict);

/// One thing that was asked.
struct CheckedPoint {
    std::string name;
    Verdict verdict = Verdict::pass;
    std::vector<std::string> sentences;  ///< what was found, or why it is not known
    std::string schedule;                ///< a schedule file's text; empty: none shows it
    std::string file, replay;            ///< where it was saved, and the command that replays it
};

struct CheckReport {
    Verdict verdict = Verdict::undecided;
    std::string title, program;
    std::string message;  ///< undecided: which limit; no_program: what the compiler says
    std::vector<CheckedPoint> points;
    std::uint64_t states = 0;
    double seconds = 0;
};

std::string to_text(const CheckReport& report);
/// One JSON object; report_from_json() reads it back.
std::string to_json(const CheckReport& report);
/// False where it is no such text.
bool report_from_json(std::string_view text, CheckReport& report);
/// A JUnit test suite (as Jenkins and GitLab read it): a point is a test case.
std::string to_junit(const CheckReport& report);

}  // namespace ipclab::session
