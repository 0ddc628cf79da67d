// The sources that the fuzzer found to reach different parts of the compiler (tests/cc/fuzz says how they are made):
// replayed without libFuzzer.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/cc/bounded_run.h"
#include "tests/support/simulated.h"

using namespace ipclab;
namespace fs = std::filesystem;

TEST_CASE(
    "whatever the fuzzer has found is compiled or refused, and what compiles runs, without a fault of ours") {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/tests/cc/fuzz/corpus"))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    REQUIRE(files.size() > 100);
    cc::Options options;
    options.warnings = cc::WarningLevel::extra;
    for (const fs::path& file : files) {
        CAPTURE(file.filename().string());
        testing::compile_and_run("fuzz.c", testing::read_text(file.string()), options);
    }
}
