#include "visualizer/model/player.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sim/cc/cc.h"
#include "sim/explore/explore.h"

using namespace ipclab;
using namespace ipclab::visualizer;

namespace {

/// A child says five words into a pipe, slowly; the parent reads them and ends with 7.
constexpr const char* kWords = R"(
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int ends[2];
    if (pipe(ends) < 0) return 1;
    if (fork() == 0) {
        for (int i = 0; i < 5; i++) {
            usleep(1000);
            if (write(ends[1], "word ", 5) != 5) exit(1);
        }
        exit(0);
    }
    close(ends[1]);
    char text[16];
    while (read(ends[0], text, sizeof text) > 0) continue;
    wait(NULL);
    return 7;
}
)";

Player open(const char* text, bool pauses_at_mistakes = false) {
    cc::Result result = cc::compile("program", {{"program.c", text}});
    REQUIRE(result.program);
    Compiled compiled;
    compiled.programs = {result.program};
    compiled.arguments = {"program"};
    Player player;
    player.pause_at_mistakes(pauses_at_mistakes);
    player.open(std::move(compiled), "program", {}, Player::Ahead::record);
    return player;
}

void send(Player& player, const Command& command) {
    player.apply(command);
    player.settle();
}

}  // namespace

TEST_CASE("a program stands at its start when it is opened, and all of its run can be scrubbed") {
    Player player = open(kWords);
    CHECK(player.timeline().at_start());
    CHECK(player.recorded() > 20);
    CHECK(player.stage().cards.size() == 1);
    CHECK(player.stage().cards[0].tasks[0].where == "before main()");
    send(player, command::SeekEnd{});
    CHECK(player.rest() == engine::Rest::finished);
    REQUIRE(player.ended().size() == 2);
    CHECK(player.ended()[0].end == "exited with status 7");
    CHECK(player.pipes().pipes()[0].written_bytes == 25);
}

TEST_CASE("wherever one comes from, an event shows the same stage") {
    Player player = open(kWords);
    std::vector<Stage> forward;
    std::vector<std::size_t> places;
    while (!player.at_end()) {
        send(player, command::Step{});
        places.push_back(player.position());
        forward.push_back(player.stage());
    }
    for (std::size_t i = places.size(); i-- > 0;) {
        send(player, command::SeekEvent{places[i] - 1});
        CHECK(player.stage() == forward[i]);
    }
}

TEST_CASE("until something blocks stops at the next call that sleeps") {
    Player player = open(kWords);
    send(player, command::RunUntilBlocked{});
    CHECK(player.trace().events[player.position() - 1].kind == kernel::EventKind::blocked);
}

TEST_CASE("running on from the end starts over") {
    Player player = open(kWords);
    send(player, command::SeekEnd{});
    const std::size_t end = player.position();
    player.apply(command::Run{});
    player.tick(0, 1);
    CHECK(player.is_running());
    CHECK(player.position() < end);
    player.settle();
    CHECK(player.position() == end);
    CHECK_FALSE(player.is_running());
}

TEST_CASE("a line and an instruction forward and back come to where they began") {
    Player player = open(kWords);
    send(player, command::RunUntilBlocked{});
    const engine::Position here = player.timeline().position();
    const std::size_t events = player.position();
    const Stage stage = player.stage();
    send(player, command::Step{command::Unit::instruction});
    CHECK(player.timeline().position() > here);
    send(player, command::StepBack{command::Unit::instruction});
    CHECK(player.timeline().position() == here);
    send(player, command::Step{command::Unit::line});
    send(player, command::StepBack{command::Unit::line});
    CHECK(player.timeline().position() <= here);
    send(player, command::SeekEvent{events - 1});
    CHECK(player.stage() == stage);
}

TEST_CASE("what is typed reaches the program; what was recorded after that is forgotten") {
    Player player = open(R"(
#include <unistd.h>
int main(void) { char c; while (read(0, &c, 1) == 1) write(1, &c, 1); return 0; }
)");
    send(player, command::SeekEnd{});
    CHECK(player.rest() == engine::Rest::wants_input);
    send(player, command::TypeInput{"ab\n"});
    send(player, command::SeekEnd{});
    CHECK(player.rest() == engine::Rest::wants_input);
    CHECK(engine::outcome(player.machine()).standard_output == "ab\n");
    send(player, command::TypeInput{});
    send(player, command::SeekEnd{});
    CHECK(player.rest() == engine::Rest::finished);
}

TEST_CASE("a player that pauses at mistakes stands behind the first one, and goes on to the next") {
    Player player =
        open("int main(void) { int x = 2147483647, a[2]; x++; a[x < 0 ? 2 : 0] = 1; return 7; }", true);
    const auto explained = [&] {
        const auto& events = player.trace().events;
        const auto end = events.begin() + static_cast<std::ptrdiff_t>(player.position());
        return std::count_if(events.begin(), end,
                             [](const auto& event) { return event.kind == kernel::EventKind::explained; });
    };
    for (int mistakes = 1; mistakes <= 2; ++mistakes) {
        send(player, command::SeekEnd{});
        CHECK(explained() == mistakes);
        CHECK(player.rest() != engine::Rest::finished);
    }
    const engine::Machine there = player.machine();
    send(player, command::SeekEnd{});
    CHECK(player.rest() == engine::Rest::finished);
    send(player, command::SeekStart{});
    send(player, command::SeekEnd{});
    send(player, command::SeekEnd{});
    CHECK(player.machine() == there);
}

namespace {

/// Two processes add one to a number without a lock; the parent returns it.
constexpr const char* kAdd = R"(
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int *number = mmap(0, 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        ++*number;
        _exit(0);
    }
    ++*number;
    wait(0);
    return *number;
}
)";

/// Index of the candidate that is this task; SIZE_MAX where it cannot go next.
std::size_t candidate(const Player& player, int task) {
    const auto& all = player.candidates();
    const auto at = std::ranges::find(all, kernel::Tid{task}, &explore::Candidate::actor);
    return at == all.end() ? SIZE_MAX : static_cast<std::size_t>(at - all.begin());
}

void pick(Player& player, int task) {
    const std::size_t index = candidate(player, task);
    REQUIRE(index != SIZE_MAX);
    send(player, command::Pick{index});
}

int exit_status(const Player& player) {
    return engine::outcome(player.machine()).wait_status >> 8 & 0xff;
}

}  // namespace

TEST_CASE("a person picks who goes next: whether an update is lost is theirs to decide") {
    // Parent 2 and child 3 stand before their reads first, then before their writes.
    const auto play = [](std::initializer_list<int> tasks) {
        Player player = open(kAdd);
        send(player, command::BeScheduler{true});
        REQUIRE(player.is_scheduler());
        REQUIRE(candidate(player, 2) != SIZE_MAX);
        CHECK(player.candidates()[candidate(player, 2)].what.starts_with("reads "));
        for (const int task : tasks) pick(player, task);
        send(player, command::BeScheduler{false});
        send(player, command::SeekEnd{});
        CHECK(player.rest() == engine::Rest::finished);
        return exit_status(player);
    };
    CHECK(play({2, 3, 2, 3}) == 1);
    CHECK(play({2, 3, 3}) == 1);  // when the child has ended, nobody else is left to look at the number
    CHECK(play({2, 2}) == 2);
}

TEST_CASE("a pick can be taken back, also after stepping by hand, and another one made") {
    Player player = open(kAdd);
    send(player, command::BeScheduler{true});
    const engine::Machine before = player.machine();
    CHECK_FALSE(player.can_undo_pick());
    pick(player, 2);
    pick(player, 3);
    send(player, command::UndoPick{});
    send(player, command::UndoPick{});
    CHECK(player.machine() == before);
    CHECK_FALSE(player.can_undo_pick());
    pick(player, 3);
    send(player, command::Step{command::Unit::instruction});
    pick(player, 2);
    send(player, command::SeekStart{});
    // What was picked later is gone with the future that is cut off here.
    send(player, command::Pick{0});
    send(player, command::UndoPick{});
    send(player, command::UndoPick{});
    send(player, command::UndoPick{});
    CHECK(player.timeline().at_start());
}

TEST_CASE("a schedule that was found elsewhere is loaded and stands at its first step") {
    Player player = open(kAdd);
    const explore::Result result = explore::explore(player.machine_to_explore(nullptr), {});
    REQUIRE(result.outcomes.size() == 2);
    for (const explore::FoundOutcome& each : result.outcomes) {
        player.replay(each.schedule, result.buffered);
        CHECK(player.timeline().at_start());
        CHECK(player.recorded() > 10);
        send(player, command::SeekEnd{});
        CHECK(engine::outcome(player.machine()) == each.outcome);
    }
}

TEST_CASE("what goes round for ever is loaded at once, too, and can be gone on with from where it happens") {
    Player player = open(R"(
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
    atomic_int *flag = mmap(NULL, sizeof *flag, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fork();
    while (*flag == 0) {}
    return 0;
}
)");
    const explore::Result result = explore::explore(player.machine_to_explore(nullptr), {});
    REQUIRE(result.findings.size() == 1);
    REQUIRE(result.findings[0].kind == explore::FindingKind::livelock);
    player.replay(result.findings[0].schedule, result.buffered);
    CHECK(player.timeline().at_start());
    CHECK(player.timeline().recorded_steps() < 1'000);
    player.apply(command::SeekFound{});
    const engine::Position there = player.timeline().position();
    CHECK(there > engine::Position{});
    CHECK_FALSE(player.at_end());
    player.apply(command::Step{command::Unit::instruction});
    CHECK(player.timeline().position() > there);
}
