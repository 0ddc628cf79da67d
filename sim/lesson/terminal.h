// A lesson in the terminal: narration wrapped to its width, questions, the calls of each step, what to look
// at, and whether what the lesson expects is so.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "sim/lesson/lesson.h"
#include "sim/lesson/play.h"

namespace ipclab::lesson {

struct TerminalOptions {
    bool ask = true;  ///< asks predictions and waits for Enter; otherwise plays through
    bool colour = false;
    std::size_t width = 80;        ///< columns
    Solve solve;                   ///< puzzles, where it asks
    std::size_t calls_shown = 12;  ///< of each step at most; the rest is counted
};

struct TerminalResult {
    bool completed = false;  ///< all steps were played (the reader did not quit)
    std::size_t failed = 0;  ///< steps that were not reached, and expectations that do not hold
    std::size_t asked = 0, right = 0;
};

/// Plays the lesson. Ends early where the input ends or the reader types q.
TerminalResult play_in_terminal(const Lesson& lesson, const TimelineFactory& make, std::istream& in,
                                std::ostream& out, const TerminalOptions& options);

/// Narration as text of at most `width` columns.
std::string render(const Document& document, std::size_t width, bool colour);

}  // namespace ipclab::lesson
