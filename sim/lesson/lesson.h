// A lesson as data: narration, programs, and steps that say how far to run, what to look at, what to predict
// and what must then be true. Written by an author who compiles nothing (load.h reads the files), played by
// play.h on the simulated kernel and checked on the real one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kernel/kernel.h"
#include "sim/engine/schedule_file.h"
#include "sim/lesson/condition.h"
#include "sim/lesson/markdown.h"

namespace ipclab::lesson {

/// One executable and the C files that are linked into it; the files lie in the lesson's folder.
struct LessonProgram {
    std::string name;
    std::vector<std::string> files;
};

/// One machine that the lesson runs: the lesson's own, or a variant of it ("what if ...?").
struct Setup {
    std::string variant;  ///< empty: the lesson's own
    std::vector<LessonProgram> programs;
    std::vector<std::string> tools;  ///< toy programs of lessons/bin that it needs besides: "ls"
    std::vector<std::string> run;  ///< a program's name and its arguments; empty where there is a shell line
    std::string shell_line;        ///< what the toy shell runs
    std::string input;             ///< arrives on standard input when somebody waits for it; then that ends
    kernel::BootOptions boot;  ///< standard streams, scheduling, limits, files; `executables` is left empty
    std::int64_t quantum_us = 0;        ///< 0: the policy's own
    std::optional<std::uint64_t> seed;  ///< random scheduling with this seed instead of the timed one
    std::string schedule_file;  ///< in the lesson's folder: its schedule is replayed, then the policy goes on
    std::optional<engine::ScheduleFile> schedule;
    bool on_real =
        true;  ///< outcomes hold on the real kernel too: nothing here is set that it cannot be given
};

/// Asked before the step runs.
struct Prediction {
    std::string question;
    std::vector<std::string> choices;
    std::size_t answer = 0;  ///< index into choices
    std::string why;         ///< shown with the answer; empty: nothing more to say
};

struct Expectation {
    Condition condition;
    std::uint32_t line = 0;  ///< in lesson.md
    bool on_real = false;    ///< an outcome, at the end of a run that the real kernel can do
};

struct LessonStep {
    std::string title;
    Document before;        ///< narration that leads up to the run
    Document after;         ///< what to say about it
    std::size_t setup = 0;  ///< index into Lesson::setups; another one than before starts that machine anew
    std::optional<Condition> until;  ///< run until this happens or is true
    std::int64_t calls = 0;          ///< or: run this many system calls
    /// Or, a puzzle: whoever decides who goes next is to bring this about (goal.h).
    std::vector<Condition> goal;
    std::string solution_file;  ///< in the lesson's folder
    engine::Stretches solution;
    std::vector<Condition> look;
    std::optional<Prediction> predict;
    std::vector<Expectation> expect;
    std::uint32_t line = 0;  ///< of its heading in lesson.md
    bool is_puzzle() const { return !goal.empty(); }
    bool runs() const { return until.has_value() || calls > 0 || is_puzzle(); }
};

struct Lesson {
    std::string name;  ///< its folder's, without the number: "full-pipe"
    std::filesystem::path folder;
    std::string title, summary;
    std::int64_t order = 0;    ///< place in the list
    std::int64_t minutes = 0;  ///< that it takes a class; 0: not said
    Document introduction;
    std::vector<Setup> setups;  ///< at least one
    std::vector<LessonStep> steps;
    Names names;
};

}  // namespace ipclab::lesson
