// Programs that use the language widely print the same from our compiler as from the system's.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/native.h"
#include "tests/support/simulated.h"

using namespace ipclab::testing;

namespace {

std::vector<std::filesystem::path> programs_in(const std::string& folder) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(IPCLAB_SOURCE_DIR) + "/tests/" + folder))
        if (entry.path().extension() == ".c") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

TEST_CASE("each program prints the same and ends the same as when the system's cc compiled it") {
    for (const auto& file : programs_in("cc/programs")) {
        CAPTURE(file.filename().string());
        const TemporaryDirectory directory;
        const NativeResult built = run_native({"/usr/bin/cc", "-w", "-o", "program", file.string(), "-lm"},
                                              directory.path(), "/usr/bin:/bin");
        REQUIRE(built.err == "");
        const NativeResult native = run_native({"./program"}, directory.path(), "/usr/bin:/bin");
        const SimulatedResult ours = run_simulated({{file.string(), read_text(file.string())}});
        CHECK(ours.diagnostics.find("error:") == std::string::npos);
        CHECK(ours.out == native.out);
        CHECK(ours.status == native.status);
    }
}
