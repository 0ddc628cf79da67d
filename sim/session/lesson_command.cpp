// `ipclab lessons` and `ipclab lesson`: what there is to learn, and one lesson in the terminal.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "sim/cc/diagnostic.h"
#include "sim/lesson/check.h"
#include "sim/lesson/load.h"
#include "sim/lesson/terminal.h"
#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/puzzles.h"
#include "sim/session/real_run.h"
#include "sim/session/report.h"
#include "sim/session/request.h"

namespace ipclab::session {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kNarrowest = 40, kUsualWidth = 80, kWidest = 100;

/// What the lesson says about the ends of runs, held against real Linux. The number of failures; a status where
/// there was no run.
std::size_t check_on_real(const lesson::Lesson& lesson, int& status) {
    std::size_t failures = 0;
    fmt::print("On real Linux:\n");
    for (std::size_t setup = 0; setup < lesson.setups.size(); ++setup) {
        const lesson::Setup& machine = lesson.setups[setup];
        if (!machine.on_real) continue;
        host::RealRequest request = real_request(request_of(lesson, machine));
        request.stdio = stdio_of(machine.boot.standard_streams);
        request.stdio.input = machine.input;
        request.files = machine.boot.files;
        RealRun run = run_real(std::move(request), false);
        die_if_stopped(run);
        if (!run.result.ok()) {
            status = complain_of(run.result);
            return failures;
        }
        if (run.result.limit) complain(run.result.limit->text);
        for (const lesson::Checked& one : lesson::check_on_real(
                 lesson, setup, run.result.trace, {run.result.standard_output, run.result.standard_error})) {
            failures += !one.verdict.holds;
            fmt::print("  {} {}{}\n", one.verdict.holds ? "ok " : "NOT", one.expectation->condition.text,
                       one.verdict.holds ? "" : ": " + one.verdict.found);
        }
    }
    return failures;
}

}  // namespace

std::optional<fs::path> find_lesson_folder(const std::string& name, std::string& error) {
    std::error_code ignored;
    const fs::path path(name);
    if (name.empty()) {
        error = "which lesson? 'ipclab lessons' lists them";
        return std::nullopt;
    }
    if (path.filename() == "lesson.md" && fs::exists(path, ignored))
        return path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (fs::exists(path / "lesson.md", ignored)) return path;
    const fs::path lessons = lessons_directory();
    if (lessons.empty()) {
        error = "the folder lessons was not found; set IPCLAB_LESSONS to it";
        return std::nullopt;
    }
    if (path.extension() == ".c") {
        error = fmt::format("{}: this is a C file; run it with: ipclab run {}", name, name);
        return std::nullopt;
    }
    return lesson::find_lesson(lessons, name, error);
}

lesson::TimelineFactory timeline_factory(const lesson::Lesson& lesson) {
    return [&lesson](const lesson::Setup& setup) -> std::unique_ptr<engine::Timeline> {
        const Request request = request_of(lesson, setup);
        const Loaded programs = load(request);
        if (complain_of(programs, request) != 0) return nullptr;
        std::string misfit;
        auto made =
            lesson::make_timeline(setup, programs.programs, programs.first, programs.arguments, misfit);
        if (!made) complain(misfit);
        return made ? std::make_unique<engine::Timeline>(std::move(*made)) : nullptr;
    };
}

int lessons_command(const CommonOptions& options) {
    const auto folder = lessons_directory();
    if (folder.empty()) {
        complain("the folder lessons was not found; set IPCLAB_LESSONS to it");
        return kExitUsage;
    }
    int status = 0;
    const auto lessons = lesson::load_lessons(folder);
    std::size_t width = 0;
    for (const lesson::LoadResult& loaded : lessons)
        if (loaded.lesson) width = std::max(width, loaded.lesson->name.size());
    for (const lesson::LoadResult& loaded : lessons) {
        if (!loaded.lesson) {
            fmt::print(stderr, "{}", cc::format(loaded.diagnostics, wants_colour(2)));
            status = kExitDifferent;
            continue;
        }
        if (options.first) {
            fmt::print("{}\n", loaded.lesson->name);
            return 0;
        }
        fmt::print("{:<{}}  {}\n", loaded.lesson->name, width, loaded.lesson->title);
    }
    if (lessons.empty())
        complain(fmt::format("there are no lessons in {}", folder.string()));
    else if (status == 0 && isatty(1))
        fmt::print("\nPlay one with: ipclab lesson NAME, or in the window: ipclab view NAME\n");
    return status;
}

int lesson_command(const CommonOptions& options) {
    std::string error;
    const auto folder = find_lesson_folder(options.lesson, error);
    if (!folder) {
        complain(error);
        return kExitUsage;
    }
    const lesson::LoadResult loaded = lesson::load_lesson(*folder);
    fmt::print(stderr, "{}", cc::format(loaded.diagnostics, wants_colour(2)));
    if (!loaded.lesson) return kExitDifferent;

    const lesson::Lesson& lesson = *loaded.lesson;
    lesson::TerminalOptions terminal;
    terminal.ask = !options.yes && isatty(0) && isatty(1);
    terminal.colour = wants_colour(1);
    terminal.width = std::clamp(columns(1, kUsualWidth), kNarrowest, kWidest);
    terminal.solve = [&](const lesson::LessonStep& step, engine::Timeline& timeline) {
        play_in_prompt(lesson, step, timeline);
    };
    const lesson::TerminalResult played =
        lesson::play_in_terminal(lesson, timeline_factory(lesson), std::cin, std::cout, terminal);
    std::cout.flush();
    int status = played.failed > 0 ? kExitDifferent : 0;
    if (options.real && check_on_real(lesson, status) > 0) status = kExitDifferent;
    return status;
}

}  // namespace ipclab::session
