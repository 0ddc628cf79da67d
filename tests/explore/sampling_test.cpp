// Parts of all schedules: those with few preemptions, and some that are drawn at random.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/explore/random_programs.h"
#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using explore::Sampling;
using Strings = std::set<std::string>;

namespace {

explore::Result bounded(const std::string& text, std::uint32_t most_preemptions, bool reduces = true) {
    explore::Options options;
    options.reduces = reduces;
    options.most_preemptions = most_preemptions;
    return explore::explore(machine_to_explore(text), options);
}

explore::Result drawn(const std::string& text, const Sampling& sampling) {
    explore::Options options;
    options.sampling = sampling;
    return explore::explore(machine_to_explore(text), options);
}

bool is_within(const Strings& some, const Strings& all) {
    return std::ranges::includes(all, some);
}

/// An update is lost, and the counter ends at 1 rather than 2, where one preemption comes between a read and its write.
const std::string kLostOnce = lost_update(2, 1);

}  // namespace

TEST_CASE("without a preemption no update is lost, with one a whole run of them is, with four all but two") {
    CHECK(printed(bounded(kLostOnce, 0)) == Strings{"2"});
    CHECK(printed(bounded(kLostOnce, 1)) == Strings{"1", "2"});
    const std::string three = lost_update(2, 3);
    CHECK(printed(bounded(three, 0)) == Strings{"6"});
    CHECK(printed(bounded(three, 1)) == Strings{"3", "6"});
    CHECK(printed(bounded(three, 2)) == Strings{"3", "4", "5", "6"});
    CHECK(printed(bounded(three, 3)) == Strings{"3", "4", "5", "6"});
    CHECK(printed(bounded(three, 4)) == Strings{"2", "3", "4", "5", "6"});
}

TEST_CASE("a bound that left something out is said, one that did not is no limit") {
    const explore::Result left = bounded(kLostOnce, 0);
    CHECK_FALSE(left.is_exhaustive);
    CHECK(left.limit == "schedules with more than 0 preemptions are left out");
    const explore::Result all = bounded(kLostOnce, 10);
    CHECK(all.is_exhaustive);
    CHECK(all.limit.empty());
    CHECK(printed(all) == Strings{"1", "2"});
}

TEST_CASE("a deadlock of crossed locks needs one preemption") {
    CHECK(count(bounded(kCrossedLocks, 0), FindingKind::deadlock) == 0);
    CHECK(count(bounded(kCrossedLocks, 1), FindingKind::deadlock) == 1);
}

TEST_CASE("a wait is no preemption: whoever is woken may go on") {
    const explore::Result result = bounded(R"(
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int there[2], back[2];
    char c = 'a';
    pipe(there);
    pipe(back);
    if (fork() == 0) {
        for (int i = 0; i < 3; i++) {
            read(there[0], &c, 1);
            c++;
            write(back[1], &c, 1);
        }
        _exit(0);
    }
    for (int i = 0; i < 3; i++) {
        write(there[1], &c, 1);
        read(back[0], &c, 1);
    }
    wait(NULL);
    putchar(c);
    return 0;
}
)",
                                           0);
    CHECK(printed(result) == Strings{"d"});
}

TEST_CASE(
    "random programs: more preemptions have more outcomes, all of them in the end, and reduction loses "
    "none") {
    const auto compare = [](const std::string& text) {
        CAPTURE(text);
        const Strings all = printed(explore_text(text));
        Strings fewer;
        for (const std::uint32_t bound : {0u, 1u, 2u}) {
            CAPTURE(bound);
            const Strings reduced = printed(bounded(text, bound));
            CHECK(is_within(fewer, reduced));
            CHECK(is_within(reduced, all));
            CHECK(is_within(printed(bounded(text, bound, false)), reduced));
            fewer = reduced;
        }
        const explore::Result unbounded = bounded(text, 1'000);
        CHECK(unbounded.is_exhaustive);
        CHECK(printed(unbounded) == all);
    };
    for (std::uint64_t seed = 101; seed <= 108; ++seed) {
        CAPTURE(seed);
        compare(RandomProgram(seed).processes());
        compare(RandomProgram(seed).semaphores());
        compare(RandomProgram(seed).pipes());
        if (seed % 4 == 0) compare(RandomProgram(seed).mutexes());
    }
}

TEST_CASE("schedules that are drawn have outcomes that there are, and never count as all") {
    for (const Sampling::How how : {Sampling::How::uniform, Sampling::How::priorities}) {
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            CAPTURE(seed);
            const std::string text = RandomProgram(seed).semaphores();
            const explore::Result all = explore_text(text),
                                  some = drawn(text, {.how = how, .schedules = 30, .seed = seed});
            CHECK_FALSE(some.is_exhaustive);
            CHECK(some.schedules == 30);
            CHECK(is_within(printed(some), printed(all)));
        }
        const explore::Result many = drawn(kLostOnce, {.how = how, .schedules = 200, .depth = 2});
        CHECK(printed(many) == Strings{"1", "2"});
        CHECK_FALSE(many.is_exhaustive);
    }
}

TEST_CASE("the same seed draws the same schedules, and each that is kept leads to its outcome") {
    const std::string text = lost_update(3, 4);
    const engine::Machine initial = machine_to_explore(text);
    for (const Sampling::How how : {Sampling::How::uniform, Sampling::How::priorities}) {
        const Sampling sampling{.how = how, .schedules = 20, .seed = 7};
        const explore::Result one = drawn(text, sampling), again = drawn(text, sampling),
                              other = drawn(text, {.how = how, .schedules = 20, .seed = 8});
        CHECK(one.states == again.states);
        CHECK(one.moves == again.moves);
        CHECK(printed(one) == printed(again));
        CHECK(one.states != other.states);
        for (const explore::FoundOutcome& each : one.outcomes)
            CHECK(engine::outcome(replayed(initial, each.schedule)) == each.outcome);
    }
}

TEST_CASE("priorities with one change find a deadlock of two orderings, and spinning for a lower one ends") {
    CHECK(count(drawn(kCrossedLocks, {.how = Sampling::How::priorities, .schedules = 100, .depth = 2}),
                FindingKind::deadlock) == 1);
    const explore::Result spins =
        drawn(kSpinning, {.how = Sampling::How::priorities, .schedules = 20, .depth = 1});
    CHECK(printed(spins) == Strings{"done\n"});
    CHECK(spins.cut_off == 0);
}

TEST_CASE("a schedule that does not end is cut off, and that is said") {
    const explore::Result result = drawn(R"(
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
    atomic_int *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fork();
    for (;;) atomic_fetch_add(count, 1);
}
)",
                                         {.schedules = 2});
    CHECK(result.cut_off == 2);
    CHECK(result.deepest == explore::kMostMovesOfSample);
    CHECK(result.outcomes.empty());
}
