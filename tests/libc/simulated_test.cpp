// The C library where it is meant to run: every program under programs/, compiled by our compiler and run on the
// simulated kernel, prints and ends as with the system's cc, glibc and Linux.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/native.h"
#include "tests/support/simulated.h"

using namespace ipclab::testing;

namespace {

namespace fs = std::filesystem;

/// Programs that need a mechanism which the simulated kernel does not have yet.
const std::map<std::string, std::string> kNotYet = {
    {"ipc.c", "System V and POSIX message queues, semaphores and shared memory"},
    {"locks_and_fifos.c", "FIFOs and file locks"},
    {"printf_wide.c", "wide string literals, which the compiler refuses by name"},
};

std::vector<fs::path> programs() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/tests/libc/programs"))
        if (entry.path().extension() == ".c") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

TEST_CASE("programs behave with our compiler, library and kernel as they do with cc, glibc and Linux") {
    for (const fs::path& program : programs()) {
        if (kNotYet.contains(program.filename().string())) continue;
        CAPTURE(program.filename().string());
        SimulatedSetting setting;
        setting.arguments = {"one", "two"};
        setting.bin = Bin::toy_programs;
        setting.environment = {"PATH=/bin", "HOME=/", "LC_ALL=C"};
        fs::path input = program;
        input.replace_extension(".in");
        if (fs::exists(input)) setting.input = read_text(input.string());
        const TemporaryDirectory directory;
        const NativeResult built = run_native(
            {"/usr/bin/cc", "-w", "-std=gnu11", "-fno-builtin", "-o", "program", program.string(), "-lm"},
            directory.path(), "/usr/bin:/bin");
        REQUIRE(built.err == "");
        const NativeResult native =
            run_native({"program", "one", "two"}, directory.path(), "/usr/bin:/bin", setting.input);
        const SimulatedResult ours =
            run_simulated({{program.string(), read_text(program.string())}}, setting);
        REQUIRE_MESSAGE(ours.diagnostics.find("error:") == std::string::npos, ours.diagnostics);
        CHECK(ours.out == native.out);
        CHECK(ours.err == native.err);
        CHECK(ours.status == native.status);
    }
}
