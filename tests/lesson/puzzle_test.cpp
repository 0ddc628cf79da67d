// Puzzles: goals are told from a machine alone, solutions reach them, and the explorer says whether they still can be.
#include <doctest/doctest.h>

#include "sim/explore/picker.h"
#include "sim/lesson/goal.h"
#include "sim/lesson/load.h"
#include "sim/lesson/play.h"
#include "sim/session/load.h"

using namespace ipclab;
using namespace ipclab::lesson;

namespace {

LoadResult lesson_with(const std::string& step) {
    return parse_lesson(
        "lesson.md",
        "+++\ntitle = \"P\"\nsummary = \"A puzzle.\"\nprograms = { p = \"p.c\" }\n+++\n## Solve it\n\n"
        "```toml step\n" +
            step + "\n```\n",
        [](const std::string&) { return true; });
}

std::string complaint_about(const std::string& step) {
    const LoadResult result = lesson_with(step);
    return result.diagnostics.empty() ? "" : result.diagnostics[0].message;
}

}  // namespace

TEST_CASE("every puzzle is unsolved where it begins, can be solved from there, and its solution solves it") {
    std::size_t puzzles = 0;
    for (const LoadResult& loaded : load_lessons(IPCLAB_SOURCE_DIR "/lessons")) {
        REQUIRE(loaded.lesson);
        const Lesson& lesson = *loaded.lesson;
        Player player(lesson, [&](const Setup& setup) {
            const session::Loaded programs = session::load(session::request_of(lesson, setup));
            std::string misfit;
            auto made = make_timeline(setup, programs.programs, programs.first, programs.arguments, misfit);
            REQUIRE_MESSAGE(made, misfit);
            return std::make_unique<engine::Timeline>(std::move(*made));
        });
        for (const LessonStep& step : lesson.steps) {
            if (std::none_of(lesson.steps.begin(), lesson.steps.end(),
                             [](const auto& each) { return each.is_puzzle(); }))
                break;
            CAPTURE(lesson.name);
            CAPTURE(step.title);
            const Setup& setup = lesson.setups[step.setup];
            const StepResult result = player.play_next();
            CHECK(result.problem == "");
            CHECK(result.ok());
            if (!step.is_puzzle()) continue;
            ++puzzles;
            const engine::Machine& start = player.timeline()->start();
            CHECK_FALSE(is_reached(setup, step.goal, start));
            CHECK(is_reached(setup, step.goal, player.timeline()->machine()));
            const auto goal = [&](const engine::Machine& machine) {
                return is_reached(setup, step.goal, machine);
            };
            CHECK(explore::Picker(start).can_reach(start, goal, 50'000).answer == explore::Reach::yes);
        }
    }
    CHECK(puzzles >= 4);
}

TEST_CASE("six additions of one can make 2, but under no schedule 1") {
    const LoadResult loaded = load_lesson(IPCLAB_SOURCE_DIR "/lessons/29-six-make-two");
    REQUIRE(loaded.lesson);
    const Setup& setup = loaded.lesson->setups[0];
    const session::Loaded programs = session::load(session::request_of(*loaded.lesson, setup));
    std::string misfit;
    const auto timeline = make_timeline(setup, programs.programs, programs.first, programs.arguments, misfit);
    REQUIRE(timeline);
    explore::Picker picker(timeline->start());
    const auto prints = [](const char* text) {
        return [text](const engine::Machine& machine) {
            return engine::outcome(machine).standard_output == text;
        };
    };
    CHECK(picker.can_reach(timeline->start(), prints("2\n"), 50'000).answer == explore::Reach::yes);
    CHECK(picker.can_reach(timeline->start(), prints("6\n"), 50'000).answer == explore::Reach::yes);
    CHECK(picker.can_reach(timeline->start(), prints("1\n"), 50'000).answer == explore::Reach::no);
    CHECK(picker.can_reach(timeline->start(), prints("7\n"), 50'000).answer == explore::Reach::no);
}

TEST_CASE("a goal is about how things stand, and a puzzle has a solution") {
    CHECK(complaint_about("goal = \"everything is stuck\"\nsolution = \"s\"") == "");
    CHECK(complaint_about(
              "goal = [\"parent has exited with 1\", \"child is blocked in read\"]\nsolution = \"s\"") == "");
    CHECK(complaint_about("goal = \"everything is stuck\"").find("a goal and a solution") !=
          std::string::npos);
    CHECK(complaint_about("solution = \"s\"").find("a goal and a solution") != std::string::npos);
    CHECK(complaint_about("goal = \"child has exited with 1\"\nsolution = \"s\"")
              .find("how the parent ended") != std::string::npos);
    CHECK(complaint_about("goal = \"pipe 1 is empty\"\nsolution = \"s\"").find("cannot name an object") !=
          std::string::npos);
    CHECK(complaint_about("goal = \"child has called write twice\"\nsolution = \"s\"")
              .find("made on the way") != std::string::npos);
    CHECK(complaint_about("goal = \"everything is stuck\"\nsolution = \"s\"\nuntil = \"end\"")
              .find("excludes") != std::string::npos);
}
