#include "visualizer/model/stage.h"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/kernel/fixture.h"

using namespace ipclab;
using namespace ipclab::visualizer;
using kernel::Fixture;
using kernel::kSleeps;
using kernel::Pid;
using kernel::Sys;
using kernel::Tid;

namespace {

/// The picture of the kernel as it is; nobody runs a program, so cards have no variables.
Stage stage_of(const Fixture& f) {
    engine::Machine machine;
    machine.kernel = f.kernel;
    return build_stage(machine);
}

const Card& card_of(const Stage& stage, Tid tid) {
    for (const Card& card : stage.cards)
        if (card.pid == Pid{tid.value}) return card;
    FAIL("no card");
    return stage.cards.front();
}

}  // namespace

TEST_CASE("a process has a card; init, which runs nothing, has none") {
    Fixture f;
    const Stage stage = stage_of(f);
    REQUIRE(stage.cards.size() == 1);
    CHECK(stage.cards[0].name == "test");
    CHECK(stage.cards[0].tasks[0].state_text == "ready");
    CHECK(stage.pipes.empty());
    CHECK(stage.links.empty());
}

TEST_CASE("neighbouring descriptors of one object share a row") {
    Fixture f;
    const Stage stage = stage_of(f);
    REQUIRE(stage.cards[0].fds.size() == 1);
    CHECK(stage.cards[0].fds[0].numbers == "0-2");
}

TEST_CASE("each end of a pipe has a row of its own, and a line to the pipe") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    const Stage stage = stage_of(f);
    REQUIRE(stage.cards[0].fds.size() == 3);
    CHECK(stage.cards[0].fds[1].first == ends.read);
    CHECK(stage.cards[0].fds[1].end == PipeEnd::read);
    CHECK(stage.cards[0].fds[1].direction == Direction::in);
    CHECK(stage.cards[0].fds[2].end == PipeEnd::write);
    CHECK(stage.cards[0].fds[2].direction == Direction::out);
    REQUIRE(stage.pipes.size() == 1);
    CHECK(stage.pipes[0].is_empty);
    REQUIRE(stage.links.size() == 2);
    CHECK(stage.links[0] == Link{0, 1, 0, PipeEnd::read, false});
    CHECK(stage.links[1] == Link{0, 2, 0, PipeEnd::write, false});
}

TEST_CASE("after a fork both processes hold both ends") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    const Tid child = f.fork(f.first);
    const Stage stage = stage_of(f);
    REQUIRE(stage.pipes.size() == 1);
    const std::vector<EndHolder> readers{{Fixture::pid(f.first), ends.read, false},
                                         {Fixture::pid(child), ends.read, false}};
    CHECK(stage.pipes[0].readers == readers);
    CHECK(stage.pipes[0].writers.size() == 2);
    CHECK(stage.links.size() == 4);
    CHECK(card_of(stage, child).parent == Fixture::pid(f.first));
}

TEST_CASE("the bytes in a pipe are shown in the order in which they will be read, each with its writer") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    const Tid child = f.fork(f.first);
    f.write(f.first, ends.write, "hello ");
    f.write(child, ends.write, "world");
    const PipePicture pipe = stage_of(f).pipes[0];
    CHECK(pipe.front == "hello world");
    const std::vector<ByteRun> runs{{6, Fixture::pid(f.first)}, {5, Fixture::pid(child)}};
    CHECK(pipe.front_runs == runs);
    CHECK(pipe.size_bytes == 11);
    CHECK(pipe.write_position == 11);
    REQUIRE(pipe.slots.size() == 1);  // merged into one page
    CHECK(pipe.slots[0].consumed == 0);
}

TEST_CASE("what has been read is gone from the front, and its place in the page is used up") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    f.write(f.first, ends.write, "hello world");
    f.read(f.first, ends.read, 6);
    const PipePicture pipe = stage_of(f).pipes[0];
    CHECK(pipe.front == "world");
    CHECK(pipe.read_position == 6);
    CHECK(pipe.slots[0].consumed == 6);
}

TEST_CASE("a full pipe says so, and shows who waits to write") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    const std::string page(4096, 'x');
    for (int i = 0; i < 16; ++i) REQUIRE(f.write(f.first, ends.write, page) == 4096);
    CHECK(f.write(f.first, ends.write, "y") == kSleeps);
    const Stage stage = stage_of(f);
    const PipePicture& pipe = stage.pipes[0];
    CHECK(pipe.is_full);
    CHECK(pipe.size_bytes == pipe.capacity_bytes);
    CHECK(pipe.slots.size() == 16);
    CHECK(pipe.front.size() == kFrontBytes);
    REQUIRE(pipe.writers.size() == 1);
    CHECK(pipe.writers[0].is_waiting);
    CHECK_FALSE(pipe.readers[0].is_waiting);
    CHECK(stage.cards[0].tasks[0].state_text == "blocked");
    CHECK_FALSE(stage.cards[0].tasks[0].why.empty());
    CHECK(stage.cards[0].fds[2].is_waited_on);
    CHECK(stage.links[1].is_waiting);
}

TEST_CASE("a reader of an empty pipe is shown waiting at the read end") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    const Tid child = f.fork(f.first);
    CHECK(f.read(child, ends.read, 10) == kSleeps);
    const Stage stage = stage_of(f);
    CHECK_FALSE(stage.pipes[0].readers[0].is_waiting);
    CHECK(stage.pipes[0].readers[1].is_waiting);
}

TEST_CASE("a pipe whose last writer is gone has no one at its write end") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    f.close(f.first, ends.write);
    const Stage stage = stage_of(f);
    CHECK(stage.pipes[0].writers.empty());
    CHECK(stage.pipes[0].readers.size() == 1);
    CHECK(stage.links.size() == 1);
}

TEST_CASE("a zombie keeps its card, without descriptors, and says how it ended") {
    Fixture f;
    const Tid child = f.fork(f.first);
    f.call(child, Sys::exit_group, 3);
    const Card card = card_of(stage_of(f), child);
    CHECK(card.is_zombie);
    CHECK(card.fds.empty());
    CHECK(card.tasks[0].state_text == "zombie");
    CHECK(card.tasks[0].why.starts_with("exited with status 3"));
}

TEST_CASE("the end of a process is told from its wait status") {
    CHECK(end_text(0) == "exited with status 0");
    CHECK(end_text(7 << 8) == "exited with status 7");
    CHECK(end_text(kernel::kSigPipe) == "killed by SIGPIPE");
    CHECK(end_text(kernel::kSigSegv | 0x80) == "killed by SIGSEGV (core dumped)");
}

TEST_CASE("the runs of all pages add up to what the pipe holds") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    const Tid child = f.fork(f.first);
    for (int i = 0; i < 20; ++i) f.write(i % 3 ? child : f.first, ends.write, std::string(700, 'a'));
    f.read(f.first, ends.read, 1000);
    const PipePicture pipe = stage_of(f).pipes[0];
    std::uint64_t bytes = 0;
    for (const SlotPicture& slot : pipe.slots)
        for (const ByteRun& run : slot.runs) bytes += run.bytes;
    CHECK(bytes == pipe.size_bytes);
    CHECK(bytes == 13'000);
}

TEST_CASE("pipes are called as a person counts them, in titles, descriptors and reasons") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    CHECK(f.read(f.first, ends.read, 1) == kSleeps);
    engine::Machine machine;
    machine.kernel = f.kernel;
    const Stage plain = build_stage(machine);
    kernel::Trace trace;
    kernel::Event& made = trace.append();
    made.kind = kernel::EventKind::syscall;
    made.number = static_cast<std::uint16_t>(Sys::pipe2);
    made.object = ref(plain.pipes[0].id);
    PipeIndex pipes;
    pipes.update(trace);
    const Stage stage = build_stage(machine, &pipes);
    CHECK(stage.pipes[0].title == "pipe 1");
    CHECK(stage.cards[0].fds[1].object == "pipe 1");
    CHECK(stage.cards[0].tasks[0].why.find("pipe 1 ") != std::string::npos);
}

TEST_CASE("a page of a pipe shows the first of its bytes that are left") {
    Fixture f;
    const auto ends = f.pipe(f.first);
    f.write(f.first, ends.write, "hello world");
    f.read(f.first, ends.read, 6);
    CHECK(stage_of(f).pipes[0].slots[0].front == "world");
}
