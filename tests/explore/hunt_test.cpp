// Outcomes that are looked for, one at a time.
#include "sim/explore/hunt.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::Hunt;

namespace {

/// Five children write three letters each; a parent in between sleeps a second.
const std::string kMixedLetters = R"(
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    for (int i = 0; i < 5; i++) {
        if (fork() != 0) continue;
        char letter = 'a' + i;
        for (int times = 0; times < 3; times++) write(1, &letter, 1);
        _exit(0);
    }
    sleep(1);
    write(1, ".", 1);
    while (wait(NULL) > 0) {}
    return 3;
}
)";
constexpr int kThree = 3 << 8;  // its wait status

}  // namespace

TEST_CASE(
    "an outcome is found among more schedules than can be gone through, with a schedule that leads to it") {
    const engine::Machine machine = machine_to_explore(kMixedLetters);
    explore::Options few;
    few.most_states = 20'000;
    few.most_moves_to_shorten = 0;
    CHECK_FALSE(explore::explore(machine, few).is_exhaustive);
    const std::vector<engine::Outcome> wanted{
        {"abcdeabcdeabcde.", "", kThree}, {"aabb.ccddeeabcde", "", kThree}, {".eeedddcccbbbaaa", "", kThree}};
    const std::vector<Hunt> hunts = explore::hunt(machine, wanted, 200'000);
    REQUIRE(hunts.size() == 3);
    for (std::size_t i = 0; i < hunts.size(); ++i) {
        CAPTURE(wanted[i].standard_output);
        REQUIRE(hunts[i].found);
        CHECK(hunts[i].found->outcome == wanted[i]);
        CHECK(engine::outcome(replayed(machine, hunts[i].found->schedule)) == wanted[i]);
    }
}

TEST_CASE("what cannot happen is not found, however much of it can: after so many moves that is told") {
    const engine::Machine machine = machine_to_explore(kMixedLetters);
    constexpr std::uint64_t kMost = 50'000;
    const std::vector<Hunt> hunts = explore::hunt(
        machine,
        {{"aaabbbcccddde.", "", kThree}, {"aaabbbcccdddeee.", "", 0}, {"aaabbbcccdddeee.", "oh", kThree}},
        kMost);
    for (const Hunt& each : hunts) {
        CHECK_FALSE(each.found);
        CHECK(each.moves >= kMost);
        CHECK(each.schedules > 100);
    }
}

TEST_CASE("what is found out late about what tasks share leads to no wrong outcome, and to all right ones") {
    const engine::Machine machine = machine_to_explore(lost_update(3, 2));
    std::vector<engine::Outcome> wanted;
    for (int sum = 1; sum <= 7; ++sum) wanted.push_back({std::to_string(sum) + "\n", "", 0});
    const explore::Result all = explore::explore(machine, {});
    REQUIRE(all.is_exhaustive);
    const std::vector<Hunt> hunts = explore::hunt(machine, wanted, 100'000);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        CAPTURE(wanted[i].standard_output);
        const bool is_possible = std::ranges::any_of(
            all.outcomes, [&](const explore::FoundOutcome& each) { return each.outcome == wanted[i]; });
        CHECK(hunts[i].found.has_value() == is_possible);
    }
}

TEST_CASE("the same seed looks in the same places") {
    const engine::Machine machine = machine_to_explore(kMixedLetters);
    const std::vector<engine::Outcome> wanted{{"abcdeabcdeabcde.", "", kThree}};
    const Hunt one = explore::hunt(machine, wanted, 200'000, 7).front(),
               other = explore::hunt(machine, wanted, 200'000, 7).front();
    REQUIRE(one.found);
    CHECK(one.moves == other.moves);
    CHECK(one.found->schedule == other.found->schedule);
}
