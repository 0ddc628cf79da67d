// Lays two traces side by side - the simulated kernel's and real Linux's - and finds where they differ.
//
// Tasks are matched by their place in the fork tree (the nth child of matched parents), calls in the order of
// each task's program. Pids are translated; addresses and times are not compared. What the C libraries do for
// themselves is left out (canonical.h). In free-running mode, what depends on timing alone is told apart from
// differences: whether a call had to wait, in how many pieces a stream was read or written, in which order
// children were collected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/event.h"

namespace ipclab::trace {

enum class CompareMode : std::uint8_t {
    free_running,  ///< timing may differ
    lock_step,  ///< both made the same schedule: pieces have to be the same; who sleeps is compared turn by turn (sim/session)
};

/// The program's text, for naming lines in a difference. Indexed by SourceLine::file.
struct SourceText {
    std::string name;
    std::vector<std::string> lines;
};

struct CompareOptions {
    CompareMode mode = CompareMode::free_running;
    bool is_cut_short =
        false;  ///< both were stopped in the middle: what one task has done more is no difference
    std::string left_name = "simulated", right_name = "real";
    std::vector<SourceText> left_sources, right_sources;
};

enum class Verdict : std::uint8_t {
    same,
    different,
    only_left,
    only_right,
    timing,  ///< differs, or stands on one side only, as timing may have it
};

/// One line of the comparison: a call, a signal or an end of a task.
struct CompareRow {
    std::size_t task = 0;              ///< index into Comparison::tasks
    std::optional<std::size_t> left;   ///< index into the left trace's events
    std::optional<std::size_t> right;  ///< index into the right trace's events
    Verdict verdict = Verdict::same;
    std::string note;  ///< what differs, in words
};

struct TaskPair {
    kernel::Tid left{}, right{};  ///< 0: this task exists on the other side only
    std::string place;            ///< "the first process", "child 2 of the first process"
};

struct Comparison {
    std::vector<TaskPair> tasks;   ///< parents before their children
    std::vector<CompareRow> rows;  ///< in the left trace's order, what is only right after its predecessor
    std::size_t calls_compared = 0;
    std::size_t differences = 0;
    std::string first_difference;  ///< a few lines in words, with the lines of C; empty: no difference
    bool is_same() const { return differences == 0; }
};

Comparison compare(const kernel::Trace& left, const kernel::Trace& right, const CompareOptions& options = {});

struct SideBySideOptions {
    std::size_t width = 160;  ///< columns of the whole text, at least 40
    bool only_differences = false;
    bool tells_first = true;  ///< the first difference once more below, with its places in the sources
};
/// Two columns with a mark between them: `|` differs, `<` and `>` one side only, `~` timing. Ends with a
/// sentence that sums up.
std::string side_by_side(const Comparison& comparison, const kernel::Trace& left, const kernel::Trace& right,
                         const CompareOptions& options = {}, const SideBySideOptions& layout = {});

}  // namespace ipclab::trace
