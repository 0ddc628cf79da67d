// What a search finds doesn't depend on how many threads search, nor on which of them is faster.
#include <doctest/doctest.h>

#include <string>

#include "tests/explore/random_programs.h"
#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;

namespace {

explore::Result explore_with(const engine::Machine& initial, std::size_t jobs) {
    explore::Options options;
    options.jobs = jobs;
    options.most_moves_alone = 16;
    options.most_full_states = 2'000;
    return explore::explore(initial, options);
}

void check_same(const explore::Result& one, const explore::Result& other) {
    CHECK(one.is_exhaustive == other.is_exhaustive);
    CHECK(one.limit == other.limit);
    CHECK(one.states == other.states);
    CHECK(one.moves == other.moves);
    CHECK(one.untold == other.untold);
    CHECK(one.not_for_ever == other.not_for_ever);
    CHECK(one.full_states == other.full_states);
    REQUIRE(one.outcomes.size() == other.outcomes.size());
    for (std::size_t i = 0; i < one.outcomes.size(); ++i) {
        CHECK(one.outcomes[i].outcome == other.outcomes[i].outcome);
        CHECK(one.outcomes[i].schedule == other.outcomes[i].schedule);
    }
    REQUIRE(one.findings.size() == other.findings.size());
    for (std::size_t i = 0; i < one.findings.size(); ++i) {
        CHECK(one.findings[i].kind == other.findings[i].kind);
        CHECK(one.findings[i].sentences == other.findings[i].sentences);
        CHECK(one.findings[i].schedule == other.findings[i].schedule);
    }
}

void compare_jobs(const std::string& text, MemoryModel model = MemoryModel::sc) {
    CAPTURE(text);
    engine::Machine machine = machine_to_explore(text);
    if (model == MemoryModel::tso) machine.buffered = std::make_shared<const vm::SharedPlaces>();
    const explore::Result alone = explore_with(machine, 1);
    check_same(alone, explore_with(machine, 2));
    check_same(alone, explore_with(machine, 4));
}

}  // namespace

TEST_CASE("one, two and four threads find the same in random programs") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        compare_jobs(RandomProgram(seed).processes());
        compare_jobs(RandomProgram(seed).semaphores());
        compare_jobs(RandomProgram(seed).pipes());
        if (seed % 2 == 0) compare_jobs(RandomProgram(seed).mutexes());
        if (seed % 4 == 0) compare_jobs(RandomProgram(seed).threads());
    }
}

TEST_CASE("one, two and four threads find the same where stores wait in buffers") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        compare_jobs(RandomProgram(seed).processes(), MemoryModel::tso);
        compare_jobs(RandomProgram(seed).pipes(), MemoryModel::tso);
    }
}

TEST_CASE("one, two and four threads count the same states of a large search") {
    compare_jobs(lost_update(3, 3));
}

TEST_CASE(
    "where shortening ends early the schedules of several threads lead to the same outcomes and findings") {
    const engine::Machine machine = machine_to_explore(lost_update(2, 6));
    const auto explored = [&](std::size_t jobs) {
        explore::Options options;
        options.jobs = jobs;
        options.most_moves_alone = 16;
        options.most_moves_to_shorten = 1;
        return explore::explore(machine, options);
    };
    const explore::Result alone = explored(1);
    for (const std::size_t jobs : {2, 4}) {
        explore::Result several = explored(jobs);
        REQUIRE(several.outcomes.size() == alone.outcomes.size());
        for (std::size_t i = 0; i < several.outcomes.size(); ++i) {
            CHECK(engine::outcome(replayed(machine, several.outcomes[i].schedule)) ==
                  alone.outcomes[i].outcome);
            several.outcomes[i].schedule = alone.outcomes[i].schedule;
        }
        check_same(alone, several);
    }
}

TEST_CASE("crossed locks deadlock with any number of threads that search") {
    compare_jobs(kCrossedLocks);
}

TEST_CASE("limits count what all threads have seen") {
    explore::Options options;
    options.jobs = 2;
    options.most_moves_alone = 16;
    options.most_states = 5'000;
    const explore::Result result = explore::explore(machine_to_explore(lost_update(3, 5)), options);
    CHECK_FALSE(result.is_exhaustive);
    CHECK(result.limit == "the number of states");
    CHECK(result.states < 100'000);
}
