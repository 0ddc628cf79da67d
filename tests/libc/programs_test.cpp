// The programs of tests/programs, in the manner of the textbooks: each compiles without warnings, ends by
// itself and prints the same every time on Linux; and the same again from our compiler on the simulated kernel.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/native.h"
#include "tests/support/simulated.h"

using namespace ipclab::testing;

namespace {

namespace fs = std::filesystem;

/// Every program: a .c file, or a folder of them that are linked together.
std::vector<fs::path> programs() {
    std::vector<fs::path> result;
    for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/tests/programs")) {
        // It prints the machine's own users and services; in the sandbox, lock-step compares it.
        if (entry.path().filename() == "names_looked_up.c") continue;
        if (entry.is_directory() || entry.path().extension() == ".c") result.push_back(entry.path());
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::vector<std::string> sources_of(const fs::path& program) {
    if (!fs::is_directory(program)) return {program.string()};
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(program)) {
        if (entry.path().extension() == ".c") result.push_back(entry.path().string());
    }
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace

TEST_CASE("every textbook program prints the same whenever it runs, on Linux and on the simulated kernel") {
    CHECK(programs().size() >= 100);
    for (const auto& program : programs()) {
        CAPTURE(program.filename().string());
        TemporaryDirectory directory;
        std::vector<std::string> command = {"/usr/bin/cc", "-std=gnu11", "-Wall",  "-Wextra",
                                            "-Werror",     "-o",         "program"};
        std::vector<ipclab::cc::Source> sources;
        for (const auto& source : sources_of(program)) {
            command.push_back(source);
            sources.push_back({source, read_text(source)});
        }
        command.push_back("-lm");
        const auto compiled = run_native(command, directory.path(), "/usr/bin:/bin", "", 60);
        CHECK(compiled.err == "");
        REQUIRE(compiled.status == 0);
        const auto first = run_native({"./program"}, directory.path(), "/usr/bin:/bin");
        const auto second = run_native({"./program"}, directory.path(), "/usr/bin:/bin");
        CHECK(first.status == 0);
        CHECK(first.err == "");
        CHECK(first.out != "");
        CHECK(second.out == first.out);
        CHECK(second.status == first.status);

        SimulatedSetting setting;
        setting.name = "/bin/program";  // for the one that executes itself
        setting.bin = Bin::toy_programs;
        setting.environment = {"PATH=/bin", "HOME=/", "LC_ALL=C"};
        const SimulatedResult ours = run_simulated(sources, setting);
        CHECK(ours.diagnostics == "");
        CHECK(ours.out == first.out);
        CHECK(ours.err == "");
        CHECK(ours.status == 0);
    }
}
