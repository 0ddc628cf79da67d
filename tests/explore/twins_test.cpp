// Processes that run the same code can be exchanged: fewer states, and the same outcomes and findings.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "tests/explore/random_programs.h"
#include "tests/explore/support.h"
#include "tests/support/simulated.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;

namespace {

explore::Result explore_twins(const std::string& text, bool exchanges_twins) {
    explore::Options options;
    options.exchanges_twins = exchanges_twins;
    options.most_full_states = 2'000;
    return explore::explore(machine_to_explore(text), options);
}

/// What is found of a kind, whichever process it is: no numbers, and one for all that then say the same.
std::set<std::string> nameless(const explore::Result& result, FindingKind kind) {
    static const std::regex kIds(R"((\()\d+\)|(process|thread) \d+)");
    std::set<std::string> all;
    for (const explore::Finding& finding : result.findings) {
        if (finding.kind != kind) continue;
        // Words by themselves: names of processes are told in the order of their ids.
        std::multiset<std::string> words;
        for (const std::string& each : finding.sentences) {
            std::istringstream text(std::regex_replace(each, kIds, "$1$2"));
            for (std::string word; text >> word;)
                words.insert(word.substr(0, word.find_last_not_of(",;") + 1));
        }
        std::string text;
        for (const std::string& each : words) text += each + ' ';
        all.insert(text);
    }
    return all;
}

/// True where twins were found.
bool compare(const std::string& text) {
    CAPTURE(text);
    const explore::Result with = explore_twins(text, true), without = explore_twins(text, false);
    CHECK(with.is_exhaustive);
    CHECK(printed(with) == printed(without));
    CHECK(without.twins == 0);
    for (int kind = 0; kind < explore::kFindingKinds; ++kind) {
        const auto each = static_cast<FindingKind>(kind);
        CAPTURE(kind);
        if (each == FindingKind::deadlock || each == FindingKind::crash)
            CHECK(nameless(with, each) == nameless(without, each));
        else
            CHECK((count(with, each) > 0) == (count(without, each) > 0));
    }
    for (const explore::FoundOutcome& each : with.outcomes)
        CHECK(engine::outcome(replayed(machine_to_explore(text), each.schedule)) == each.outcome);
    return with.twins > 0;
}

/// A program of benchmarks/explore.
std::string benchmark(const std::string& name, const std::string& definitions) {
    std::ifstream file(IPCLAB_SOURCE_DIR "/benchmarks/explore/" + name + ".c");
    REQUIRE(file);
    return definitions + std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

TEST_CASE("twins that lose updates have about a sixth of the states where they are three") {
    struct Row {
        int processes, times;
        std::uint64_t with, without;
    };
    for (const Row& row : {Row{2, 1, 8, 10}, Row{2, 3, 106, 183}, Row{3, 1, 20, 56}, Row{3, 2, 211, 892}}) {
        CAPTURE(row.processes);
        CAPTURE(row.times);
        const std::string text = lost_update(row.processes, row.times);
        const explore::Result with = explore_twins(text, true);
        CHECK(with.states == row.with);
        CHECK(with.twins == static_cast<std::size_t>(row.processes));
        CHECK(explore_twins(text, false).states == row.without);
        CHECK(compare(text));
    }
}

TEST_CASE("a file as standard output is no clock: twins are exchanged where it is one, too") {
    const cc::Result compiled =
        cc::compile("program", {{"program.c", lost_update(3, 1)}}, options_for_tests());
    REQUIRE(compiled.program);
    engine::MachineOptions options;
    options.boot.costs = kernel::Costs::none();
    options.boot.standard_streams.fill(kernel::StreamKind::file);
    const explore::Result result =
        explore::explore(engine::make_machine({compiled.program}, 0, options, nullptr), {});
    CHECK(result.twins == 3);
    CHECK(result.states == explore_twins(lost_update(3, 1), true).states);
    CHECK(printed(result) == std::set<std::string>{"1", "2", "3"});
}

TEST_CASE("the benchmarks' programs have the same outcomes and findings with and without exchanging twins") {
    CHECK(compare(benchmark("lost_update", "#define P 4\n#define N 1\n")));
    CHECK(compare(benchmark("lost_update", "#define P 3\n#define N 3\n")));
    CHECK_FALSE(compare(benchmark("philosophers", "#define N 3\n")));
    CHECK_FALSE(compare(benchmark("philosophers", "#define N 4\n#define RIGHT\n")));
    CHECK_FALSE(compare(benchmark("peterson", "#define N 1\n")));
    CHECK_FALSE(compare(benchmark("pipe_writers", "#define N 2\n")));
    CHECK_FALSE(compare(benchmark("bounded_buffer", "#define N 1\n")));
}

TEST_CASE("random programs of twins have the same outcomes and findings with and without exchanging them") {
    int twins = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        twins += compare(RandomProgram(seed).twins(seed % 3 == 0 ? 3 : 2)) ? 1 : 0;
    }
    CHECK(twins > 100);
}

TEST_CASE("random programs of twins have the same outcomes with all reductions and without any") {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        const std::string text = RandomProgram(seed).twins(2);
        CAPTURE(text);
        CHECK(printed(explore_text(text, true)) == printed(explore_text(text, false)));
    }
}
