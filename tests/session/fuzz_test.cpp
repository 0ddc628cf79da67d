// Random programs: that they are what they should be, and that both kernels run them alike.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "sim/cc/cc.h"
#include "sim/session/fuzz_program.h"
#include "sim/session/load.h"
#include "tests/support/native.h"

using namespace ipclab;
using namespace ipclab::session;
using ipclab::testing::TemporaryDirectory;

TEST_CASE("a random program is the same for the same seed, and another for another") {
    std::set<std::string> texts;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CHECK(random_program(seed, "").text() == random_program(seed, "").text());
        texts.insert(random_program(seed, "").text());
    }
    CHECK(texts.size() == 20);
}

TEST_CASE("random programs of every mechanism compile on both sides, whatever alternatives are chosen") {
    TemporaryDirectory directory;
    for (std::string_view mechanism : fuzz_mechanisms()) {
        CAPTURE(std::string(mechanism));
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            directory.write("prog.c", random_program(seed, mechanism).text());
            Request request{{{"prog", {directory.path() + "/prog.c"}}}, {}, "", {}, {}};
            request.warnings = cc::WarningLevel::none;
            const Loaded loaded = load(request);
            CHECK(loaded.error == "");
            CHECK(cc::format(loaded.diagnostics) == "");
        }
        const auto compiled =
            testing::run_native({"/usr/bin/cc", "-std=gnu17", "-w", "-fsyntax-only", "prog.c"},
                                directory.path(), "/usr/bin:/bin", "", 60);
        CHECK(compiled.err == "");
        CHECK(compiled.status == 0);
    }
}

TEST_CASE("a smaller program lacks one statement, or one child with all that it does") {
    const FuzzProgram program = random_program(7, "pipes");
    REQUIRE(program.size() > 3);
    for (std::size_t place = 0; place < program.size(); ++place) {
        const FuzzProgram smaller = without(program, place);
        CHECK(smaller.size() < program.size());
        CHECK(smaller.text() != program.text());
    }
}
