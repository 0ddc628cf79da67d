// Every lesson on the real kernel: what it says about the end of a run holds there too.
#include <doctest/doctest.h>

#include <string>

#include "sim/host/real.h"
#include "sim/lesson/check.h"
#include "sim/lesson/load.h"
#include "sim/session/real_run.h"

using namespace ipclab;
using namespace ipclab::lesson;

namespace {

const std::string kLessons = IPCLAB_SOURCE_DIR "/lessons";

host::RealRequest request_for(const Lesson& lesson, const Setup& setup) {
    host::RealRequest request;
    const auto add = [&](const std::string& name, const std::vector<std::string>& files) {
        host::ProgramSource source{name, {}, {}};
        for (const auto& file : files) source.files.push_back({file, {}});
        request.build.programs.push_back(std::move(source));
    };
    for (const LessonProgram& program : setup.programs) {
        std::vector<std::string> files;
        for (const auto& file : program.files) files.push_back((lesson.folder / file).string());
        add(program.name, files);
    }
    for (const std::string& tool : setup.tools) add(tool, {kLessons + "/bin/" + tool + ".c"});
    if (!setup.shell_line.empty()) add("sh", {kLessons + "/bin/sh.c"});
    request.program = first_program(setup);
    if (setup.run.size() > 1) request.arguments.assign(setup.run.begin() + 1, setup.run.end());
    request.shell_line = setup.shell_line;
    request.files = setup.boot.files;
    request.hosts = setup.boot.hosts;
    request.stdio = session::stdio_of(setup.boot.standard_streams);
    request.stdio.input = setup.input;
    return request;
}

}  // namespace

TEST_CASE("what a lesson expects at the end is so on the real kernel") {
    const auto available = host::check_availability();
    if (!available.can_build() || !available.can_isolate() || !available.can_trace()) {
        MESSAGE("not checked on the real kernel: ", available.summary());
        return;
    }
    for (const auto& loaded : load_lessons(kLessons)) {
        REQUIRE(loaded.lesson);
        const Lesson& lesson = *loaded.lesson;
        for (std::size_t setup = 0; setup < lesson.setups.size(); setup++) {
            if (!lesson.setups[setup].on_real) continue;
            CAPTURE(lesson.name);
            const auto result = host::run_real(request_for(lesson, lesson.setups[setup]));
            CHECK(result.error == "");
            REQUIRE(result.ok());
            CHECK_FALSE(result.limit);
            const auto checked =
                check_on_real(lesson, setup, result.trace, {result.standard_output, result.standard_error});
            CHECK(!checked.empty());
            for (const Checked& one : checked) {
                CAPTURE(one.expectation->condition.text);
                CAPTURE(one.verdict.found);
                CHECK(one.verdict.holds);
            }
        }
    }
}
