// `ipclab schedule`: a person decides who goes next, in a program or in a lesson's puzzle.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "sim/cc/diagnostic.h"
#include "sim/engine/schedule_file.h"
#include "sim/engine/timeline.h"
#include "sim/explore/picker.h"
#include "sim/lesson/goal.h"
#include "sim/lesson/load.h"
#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/puzzles.h"
#include "sim/session/report.h"
#include "sim/session/schedule_file.h"
#include "sim/session/schedule_prompt.h"
#include "sim/session/simulate.h"

namespace ipclab::session {

namespace fs = std::filesystem;

namespace {

int schedule_program(const CommonOptions& options) {
    int status = 0;
    const auto opened = open_or_complain(options, status);
    if (!opened) return status;
    const Loaded& loaded = opened->loaded;
    SimulationOptions simulation = simulation_options(options);
    if (!prepare_input(options, simulation)) return kExitUsage;
    // Whose own output is not what ipclab's is: that is a conversation.
    simulation.boot.standard_streams = {kernel::StreamKind::file, kernel::StreamKind::terminal,
                                        kernel::StreamKind::terminal};
    engine::Timeline timeline(explore::with_shared_places(machine_to_explore(loaded, simulation)),
                              engine::TimedPolicy{}, {});
    const auto save = [&](const std::string& file, const engine::Stretches& schedule) {
        return write_file(file,
                          schedule_file(options, simulation, timeline.start().buffered.get(), schedule));
    };
    SchedulePrompt(std::cin, std::cout, timeline, save, std::nullopt).run();
    return 0;
}

int schedule_puzzle(const CommonOptions& options, const fs::path& folder) {
    const lesson::LoadResult loaded = lesson::load_lesson(folder);
    fmt::print(stderr, "{}", cc::format(loaded.diagnostics, wants_colour(2)));
    if (!loaded.lesson) return kExitDifferent;
    const lesson::Lesson& lesson = *loaded.lesson;
    std::size_t puzzles = 0;
    lesson::Player player(lesson, timeline_factory(lesson));
    for (const lesson::LessonStep& step : lesson.steps) {
        if (!step.is_puzzle() || ++puzzles < options.puzzle) {
            player.play_next();
            continue;
        }
        std::cout << fmt::format("{}: bring it about that {}.\n", step.title, lesson::text_of(step.goal));
        bool is_solved = false;
        player.play_next([&](const lesson::LessonStep&, engine::Timeline& timeline) {
            is_solved = play_in_prompt(lesson, step, timeline);
        });
        return is_solved ? 0 : kExitDifferent;
    }
    complain(puzzles == 0 ? fmt::format("{}: there is no puzzle in this lesson", lesson.name)
                          : fmt::format("{}: it has {} puzzles", lesson.name, puzzles));
    return kExitUsage;
}

}  // namespace

bool play_in_prompt(const lesson::Lesson& lesson, const lesson::LessonStep& step,
                    engine::Timeline& timeline) {
    const lesson::Setup& setup = lesson.setups[step.setup];
    const auto save = [&](const std::string& file, const engine::Stretches& schedule) {
        kernel::BootOptions boot = setup.boot;
        boot.input = setup.input;
        return write_file(file,
                          engine::schedule_file_text(boot, {}, timeline.start().buffered.get(), schedule));
    };
    const PromptGoal goal{lesson::text_of(step.goal), [&](const engine::Machine& machine) {
                              return lesson::is_reached(setup, step.goal, machine);
                          }};
    return SchedulePrompt(std::cin, std::cout, timeline, save, goal).run();
}

int schedule_command(const CommonOptions& options) {
    const bool is_name = options.files.size() == 1 && options.programs.empty() &&
                         options.shell_line.empty() && fs::path(options.files[0]).extension() != ".c";
    if (!is_name && options.puzzle) {
        complain("--puzzle is for a lesson: ipclab schedule LESSON --puzzle N");
        return kExitUsage;
    }
    if (!is_name) return schedule_program(options);
    std::string error;
    const auto folder = find_lesson_folder(options.files[0], error);
    if (folder) return schedule_puzzle(options, *folder);
    complain(error);
    return kExitUsage;
}

}  // namespace ipclab::session
