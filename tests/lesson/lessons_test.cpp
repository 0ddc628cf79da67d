// The lessons that come with ipclab: each file is right, and its programs are C that the system's compiler
// takes as well.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/lesson/load.h"
#include "tests/support/native.h"

using namespace ipclab::lesson;
using namespace ipclab::testing;

TEST_CASE("every lesson is read without a complaint") {
    const auto lessons = load_lessons(IPCLAB_SOURCE_DIR "/lessons");
    CHECK(lessons.size() >= 3);
    for (const auto& result : lessons) {
        for (const auto& diagnostic : result.diagnostics) {
            const std::string text =
                diagnostic.file + ":" + std::to_string(diagnostic.line) + ": " + diagnostic.message;
            CHECK(text == "");
        }
        REQUIRE(result.lesson);
        CAPTURE(result.lesson->name);
        CHECK(result.lesson->title != "");
        std::size_t on_real = 0, predictions = 0;
        const auto is_puzzle = [](const LessonStep& step) { return step.is_puzzle(); };
        if (std::any_of(result.lesson->steps.begin(), result.lesson->steps.end(), is_puzzle)) continue;
        for (const auto& step : result.lesson->steps) {
            predictions += step.predict.has_value();
            for (const auto& expectation : step.expect) on_real += expectation.on_real;
        }
        CHECK(on_real >= 1);
        CHECK(predictions >= 3);
    }
}

TEST_CASE("the programs of every lesson compile without warnings") {
    for (const auto& result : load_lessons(IPCLAB_SOURCE_DIR "/lessons")) {
        REQUIRE(result.lesson);
        for (const auto& program : result.lesson->setups[0].programs) {
            TemporaryDirectory directory;
            std::vector<std::string> command = {"/usr/bin/cc", "-std=gnu11", "-Wall",  "-Wextra",
                                                "-Werror",     "-o",         "program"};
            for (const auto& file : program.files) command.push_back((result.lesson->folder / file).string());
            const auto compiled = run_native(command, directory.path(), "/usr/bin:/bin", "", 60);
            CHECK(compiled.err == "");
            CHECK(compiled.status == 0);
        }
    }
}

TEST_CASE("a lesson is found by its name, with or without its number, and a misspelt one is suggested") {
    const std::filesystem::path lessons = IPCLAB_SOURCE_DIR "/lessons";
    std::string error;
    CHECK(find_lesson(lessons, "full-pipe", error) == lessons / "02-full-pipe");
    CHECK(find_lesson(lessons, "02-full-pipe", error) == lessons / "02-full-pipe");
    CHECK(find_lesson(lessons, "2", error) == lessons / "02-full-pipe");
    CHECK_FALSE(find_lesson(lessons, "ful-pipe", error));
    CHECK(error.find("did you mean 'full-pipe'?") != std::string::npos);
    CHECK_FALSE(find_lesson(lessons, "", error));
}
