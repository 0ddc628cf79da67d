#include "sim/trace/compare.h"

#include <doctest/doctest.h>

#include "sim/trace/canonical.h"
#include "sim/trace/look_ups.h"
#include "tests/trace/builder.h"

using namespace ipclab::trace;
using namespace ipclab::trace::testing;

namespace {

constexpr std::uint64_t kMinus1 = ~0ull, kCwd = static_cast<std::uint64_t>(-100);

/// The verdicts of all rows, as marks.
std::string marks(const Comparison& comparison) {
    std::string text;
    for (const CompareRow& row : comparison.rows) text += " |<>~"[static_cast<int>(row.verdict)];
    return text;
}

Comparison compared(const Builder& left, const Builder& right, CompareMode mode = CompareMode::free_running) {
    CompareOptions options;
    options.mode = mode;
    return compare(left.trace, right.trace, options);
}

/// pipe, fork, the child writes, the parent reads and waits. With the given pids, and as each C library does
/// it.
Builder story(std::int32_t parent, std::int32_t child, bool is_real) {
    Builder b;
    if (is_real) {
        b.call(parent, Sys::execve, {0x10, 0x20, 0x30}, 0, {{0, "/tmp/a.out"}});
        b.call(parent, Sys::brk, {0}, 0x5000);
        b.call(parent, Sys::access, {0x10, 4}, -2, {{0, "/etc/ld.so.preload"}});
        b.call(parent, Sys::openat, {kCwd, 0x10, 02000000}, 3, {{1, "/lib/x86_64-linux-gnu/libc.so.6"}});
        b.call(parent, Sys::read, {3, 0x10, 832}, 832, {{1, std::string(832, 'E')}});
        b.call(parent, Sys::mmap, {0, 8192, 1, 2, 3, 0}, 0x7000);
        b.call(parent, Sys::close, {3}, 0);
    }
    b.call(parent, is_real ? Sys::pipe2 : Sys::pipe, {0x10, 0}, 0, {{0, ints({3, 4})}});
    b.event(EventKind::forked, parent, 0, child);
    b.call(parent, is_real ? Sys::clone : Sys::fork, {is_real ? 0x1200011ull : 0}, child);
    b.call(child, Sys::write, {4, 0x2000, 5}, 5, {{1, "hello"}});
    b.call(child, Sys::exit_group, {7}, 0);
    b.event(EventKind::exited, child, 0x700);
    b.call(parent, Sys::read, {3, is_real ? 0x7fff10u : 0x10u, 10}, 5, {{1, "hello"}});
    b.call(parent, Sys::wait4, {kMinus1, 0x10, 0, 0}, child, {{1, ints({0x700})}});
    b.event(EventKind::exited, parent, 0);
    return b;
}

}  // namespace

TEST_CASE("the same program on both systems compares equal, whatever pids, addresses and C library") {
    const Comparison same = compared(story(2, 3, false), story(4711, 4712, true));
    CHECK(same.is_same());
    CHECK(same.calls_compared == 6);
    CHECK(marks(same) == std::string(8, ' '));
    REQUIRE(same.tasks.size() == 2);
    CHECK(same.tasks[0].place == "the first process");
    CHECK(same.tasks[1].place == "child 1 of the first process");
    CHECK(same.tasks[1].right.value == 4712);
}

TEST_CASE("a difference is named with both lines of C") {
    Builder left, right;
    left.call(2, Sys::close, {3}, 0).source = {0, 2};
    right.call(9, Sys::close, {3}, -9).source = {0, 2};
    CompareOptions options;
    options.left_sources = options.right_sources = {{"prog.c", {"int main(void) {", "    close(3);", "}"}}};
    const Comparison comparison = compare(left.trace, right.trace, options);
    CHECK(comparison.differences == 1);
    CHECK(comparison.first_difference ==
          "the first process: results differ: 0 and -1 EBADF (Bad file descriptor)\n"
          "  simulated: close(3) = 0\n"
          "    at prog.c:2: close(3);\n"
          "  real: close(3) = -1 EBADF (Bad file descriptor)\n"
          "    at prog.c:2: close(3);\n");
    SideBySideOptions layout;
    layout.width = 63;
    CHECK(side_by_side(comparison, left.trace, right.trace, options, layout)
              .starts_with("simulated                        real\n"
                           "2 close(3) = 0                 | 9 close(3) = -1 EBADF (Bad ...\n"
                           "    ^ results differ: 0 and -1 EBADF (Bad file descriptor)\n"
                           "1 call compared, 1 difference; the first: the first process: "));
}

TEST_CASE("arguments, data, errno, fds, statuses and pids are compared") {
    struct Row {
        const char* what;
        Sys number;
        std::array<std::uint64_t, 6> left, right;
        std::int64_t left_result, right_result;
        Items left_items, right_items;
        bool same;
    };
    const std::string handler_a = words({0x401000, 0x10000000, 0, 0}),
                      handler_b = words({0x555000, 0x14000000, 0x7f, 0});
    const Row rows[] = {
        {"data", Sys::write, {1, 16, 2}, {1, 32, 2}, 2, 2, {{1, "ab"}}, {{1, "ab"}}, true},
        {"data", Sys::write, {1, 16, 2}, {1, 32, 2}, 2, 2, {{1, "ab"}}, {{1, "ac"}}, false},
        {"fd", Sys::close, {3}, {4}, 0, 0, {}, {}, false},
        {"fd result", Sys::dup, {3}, {3}, 4, 5, {}, {}, false},
        {"errno", Sys::close, {3}, {3}, -9, -5, {}, {}, false},
        {"status", Sys::wait4, {kMinus1, 16}, {kMinus1, 32}, -10, -10, {}, {}, true},
        {"core flag",
         Sys::wait4,
         {kMinus1, 16},
         {kMinus1, 32},
         3,
         7,
         {{1, ints({0x8b})}},
         {{1, ints({0x0b})}},
         true},
        {"status",
         Sys::wait4,
         {kMinus1, 16},
         {kMinus1, 32},
         3,
         7,
         {{1, ints({0})}},
         {{1, ints({0x100})}},
         false},
        {"option", Sys::wait4, {kMinus1, 16, 1}, {kMinus1, 32, 0}, -10, -10, {}, {}, false},
        {"own pid", Sys::getpid, {}, {}, 2, 9, {}, {}, true},
        {"own pid", Sys::getpid, {}, {}, 2, 8, {}, {}, false},
        {"outer pid", Sys::getppid, {}, {}, 50, 60, {}, {}, true},
        {"kill self", Sys::kill, {2, 15}, {9, 15}, 0, 0, {}, {}, true},
        {"kill group",
         Sys::kill,
         {static_cast<std::uint64_t>(-2), 15},
         {static_cast<std::uint64_t>(-9), 15},
         0,
         0,
         {},
         {},
         true},
        {"kill other", Sys::kill, {2, 15}, {8, 15}, 0, 0, {}, {}, false},
        {"signal", Sys::kill, {2, 15}, {9, 9}, 0, 0, {}, {}, false},
        {"handler",
         Sys::rt_sigaction,
         {10, 16, 0, 8},
         {10, 32, 0, 8},
         0,
         0,
         {{1, handler_a}},
         {{1, handler_b}},
         true},
        {"handler",
         Sys::rt_sigaction,
         {10, 16, 0, 8},
         {10, 32, 0, 8},
         0,
         0,
         {{1, handler_a}},
         {{1, words({1, 0x10000000, 0, 0})}},
         false},
        {"address",
         Sys::nanosleep,
         {16, 32},
         {48, 64},
         0,
         0,
         {{0, words({1, 0})}},
         {{0, words({1, 0})}},
         true},
        {"time", Sys::nanosleep, {16, 0}, {48, 0}, 0, 0, {{0, words({1, 0})}}, {{0, words({2, 0})}}, false},
        {"path", Sys::unlink, {16}, {32}, 0, 0, {{0, "a"}}, {{0, "b"}}, false},
        {"large file", Sys::fcntl, {0, 3}, {0, 3}, 0, 0100000, {}, {}, true},
        {"flags", Sys::fcntl, {0, 3}, {0, 3}, 0, 04000, {}, {}, false},
        {"lock",
         Sys::fcntl,
         {3, 6, 1},
         {3, 6, 2},
         0,
         0,
         {{2, words({1, 0, 5, 7})}},
         {{2, words({1, 0, 5, 8})}},
         true},
        {"range",
         Sys::fcntl,
         {3, 6, 1},
         {3, 6, 1},
         0,
         0,
         {{2, words({1, 0, 5, 0})}},
         {{2, words({1, 1, 5, 0})}},
         false},
        {"owner",
         Sys::fcntl,
         {3, 5, 1},
         {3, 5, 1},
         0,
         0,
         {{2, words({1, 0, 5, 2})}},
         {{2, words({1, 0, 5, 2})}},
         false},
        {"no owner",
         Sys::fcntl,
         {3, 5, 1},
         {3, 5, 1},
         0,
         0,
         {{2, words({2, 0, 5, 2})}},
         {{2, words({2, 0, 5, 9})}},
         true},
        {"unused mode", Sys::openat, {kCwd, 16, 0, 99}, {kCwd, 32, 0, 0}, 3, 3, {{1, "a"}}, {{1, "a"}}, true},
        {"mode",
         Sys::openat,
         {kCwd, 16, 0101, 0644},
         {kCwd, 32, 0101, 0600},
         3,
         3,
         {{1, "a"}},
         {{1, "a"}},
         false},
    };
    for (const Row& row : rows) {
        Builder left, right;
        left.call(2, row.number, row.left, row.left_result, row.left_items);
        right.call(9, row.number, row.right, row.right_result, row.right_items);
        CHECK_MESSAGE(compared(left, right, CompareMode::lock_step).is_same() == row.same, row.what);
    }
}

TEST_CASE(
    "what waits found is compared, but not the program's own addresses and not what stands behind a set's "
    "end") {
    constexpr std::uint8_t kFound = ipclab::kernel::kCaptureResultBit;
    const auto run = [](Sys call, std::array<std::uint64_t, 6> args, std::int64_t result, Items items) {
        Builder b;
        b.call(2, call, args, result, items);
        return b;
    };
    const auto polled = [&](std::int32_t found) {
        return run(Sys::poll, {0x10, 1, 0}, 1, {{0, ints({3, 1})}, {0 | kFound, ints({3, 1 | found << 16})}});
    };
    CHECK(compared(polled(1), polled(1)).is_same());
    CHECK_FALSE(compared(polled(1), polled(0x11)).is_same());
    const auto selected = [&](std::uint64_t found) {
        return run(Sys::select, {4, 0x10, 0, 0, 0}, 1, {{1, words({0xc})}, {1 | kFound, words({found})}});
    };
    CHECK(compared(selected(4), selected(0xf4)).is_same());
    CHECK_FALSE(compared(selected(4), selected(8)).is_same());
}

TEST_CASE("calls that mean the same are matched") {
    struct Row {
        Sys left, right;
        std::array<std::uint64_t, 6> left_args, right_args;
        Items left_items, right_items;
    };
    const Row rows[] = {
        {Sys::open, Sys::openat, {16, 0, 0}, {kCwd, 16, 0, 0}, {{0, "f"}}, {{1, "f"}}},
        {Sys::pipe, Sys::pipe2, {16}, {16, 0}, {{0, ints({3, 4})}}, {{0, ints({3, 4})}}},
        {Sys::nanosleep,
         Sys::clock_nanosleep,
         {16, 0},
         {0, 0, 16, 0},
         {{0, words({1, 0})}},
         {{2, words({1, 0})}}},
        {Sys::exit, Sys::exit_group, {3}, {3}, {}, {}},
        {Sys::fork, Sys::clone, {}, {0x1200011}, {}, {}},
        {Sys::fork, static_cast<Sys>(58), {}, {}, {}, {}},
        {Sys::kill, static_cast<Sys>(234), {2, 10}, {2, 2, 10}, {}, {}},
        {Sys::stat, Sys::newfstatat, {16, 32}, {kCwd, 16, 32, 0}, {{0, "f"}}, {{1, "f"}}},
        {Sys::fstat, Sys::newfstatat, {5, 32}, {5, 16, 32, 0x1000}, {}, {{1, ""}}},
    };
    for (const Row& row : rows) {
        Builder left, right;
        left.call(2, row.left, row.left_args, 0, row.left_items);
        right.call(2, row.right, row.right_args, 0, row.right_items);
        const Comparison both = compared(left, right);
        CHECK(both.is_same());
        CHECK(both.calls_compared == 1);
    }
}

TEST_CASE("a call that one side lacks does not put the others out of step") {
    Builder left, right;
    for (std::uint64_t fd = 3; fd < 9; ++fd) {
        left.call(2, Sys::close, {fd}, 0);
        if (fd != 5) right.call(2, Sys::close, {fd}, 0);
    }
    right.call(2, Sys::unlink, {16}, 0, {{0, "f"}});
    const Comparison comparison = compared(left, right);
    CHECK(comparison.calls_compared == 5);
    CHECK(comparison.differences == 2);
    CHECK(marks(comparison) == "  <   >");
    CHECK(comparison.first_difference.find("close(5)") != std::string::npos);
}

TEST_CASE("the pieces in which a stream is read do not matter, its bytes do") {
    auto reader = [](std::initializer_list<const char*> pieces) {
        Builder b;
        for (const char* piece : pieces)
            b.call(2, Sys::read, {3, 16, 100}, static_cast<std::int64_t>(std::strlen(piece)), {{1, piece}});
        b.call(2, Sys::close, {3}, 0);
        return b;
    };
    const Comparison pieces = compared(reader({"hello ", "world", ""}), reader({"hello world", ""}));
    CHECK(pieces.is_same());
    CHECK(marks(pieces) == "~~~ ");
    CHECK_FALSE(compared(reader({"hello ", "world", ""}), reader({"hello World", ""})).is_same());
    CHECK_FALSE(compared(reader({"hello ", "world", ""}), reader({"hello", ""})).is_same());
    CHECK_FALSE(compared(reader({"hello ", "world", ""}), reader({"hello world", ""}), CompareMode::lock_step)
                    .is_same());
}

TEST_CASE(
    "in lock-step it is compared who woke a call that slept, but where time may have, or a signal has") {
    const auto reader = [](std::int32_t waker, std::int64_t result) {
        Builder b;
        b.event(EventKind::forked, 2, 0, 3);
        b.event(EventKind::forked, 2, 0, 4);
        b.event(EventKind::blocked, 2).number = 0;
        b.event(EventKind::woken, 2, 0, waker);
        b.call(2, Sys::read, {3, 16, 1}, result, {});
        b.call(3, Sys::close, {5}, 0);
        b.call(4, Sys::close, {5}, 0);
        return b;
    };
    const auto is_same = [&](std::int32_t left, std::int32_t right, std::int64_t result = 0,
                             CompareMode mode = CompareMode::lock_step) {
        return compared(reader(left, result), reader(right, result), mode).is_same();
    };
    CHECK(is_same(3, 3));
    CHECK_FALSE(is_same(3, 4));
    CHECK_FALSE(is_same(3, 0));
    CHECK(is_same(0, 3));
    CHECK(is_same(3, 0, -4));
    CHECK(is_same(3, 4, 0, CompareMode::free_running));
}

TEST_CASE("what several writers put into one pipe may come out in another order") {
    auto reader = [](const char* first, const char* second) {
        Builder b;
        b.call(2, Sys::read, {3, 16, 4}, 4, {{1, first}});
        b.call(2, Sys::read, {3, 16, 4}, 4, {{1, second}});
        return b;
    };
    CHECK(marks(compared(reader("aaaa", "bbbb"), reader("bbbb", "aaaa"))) == "~~");
    CHECK_FALSE(compared(reader("aaaa", "bbbb"), reader("bbbb", "aaab")).is_same());
    CHECK_FALSE(compared(reader("aaaa", "bbbb"), reader("bbbb", "aaaa"), CompareMode::lock_step).is_same());
    auto writer = [](const char* first, const char* second) {
        Builder b;
        b.call(2, Sys::write, {3, 16, 4}, 4, {{1, first}});
        b.call(2, Sys::write, {3, 16, 4}, 4, {{1, second}});
        return b;
    };
    CHECK_FALSE(compared(writer("aaaa", "bbbb"), writer("bbbb", "aaaa")).is_same());
}

TEST_CASE("a writer that SIGPIPE kills may get further on one side") {
    auto yes = [](int writes) {
        Builder b;
        for (int i = 0; i < writes; ++i) b.call(2, Sys::write, {1, 16, 4}, 4, {{1, "yes\n"}});
        b.call(2, Sys::write, {1, 16, 4}, -32, {{1, "yes\n"}});
        b.signal(EventKind::signal_delivered, 2, 13, 2);
        b.event(EventKind::exited, 2, 13);
        return b;
    };
    CHECK(compared(yes(3), yes(200)).is_same());
    CHECK(compared(yes(200), yes(3)).is_same());
    CHECK_FALSE(compared(yes(3), yes(200), CompareMode::lock_step).is_same());
}

TEST_CASE("a process that somebody kills may get further on one side, one that runs into a fault may not") {
    auto run = [](int calls, int signal) {
        Builder b;
        for (int i = 0; i < calls; ++i) b.call(2, Sys::close, {static_cast<std::uint64_t>(i)}, 0);
        b.signal(EventKind::signal_delivered, 2, signal, 2);
        b.event(EventKind::exited, 2, signal);
        return b;
    };
    CHECK(compared(run(0, 15), run(4, 15)).is_same());
    CHECK(compared(run(4, 15), run(2, 15)).is_same());
    CHECK_FALSE(compared(run(4, 15), run(2, 9)).is_same());
    CHECK_FALSE(compared(run(4, 11), run(2, 11)).is_same());
    CHECK_FALSE(compared(run(4, 15), run(2, 15), CompareMode::lock_step).is_same());
}

TEST_CASE("children may be collected in another order, with the statuses that belong to them") {
    auto parent = [](std::int32_t first, std::int32_t first_status, std::int32_t second,
                     std::int32_t second_status) {
        Builder b;
        for (std::int32_t child : {3, 4}) {
            b.event(EventKind::forked, 2, 0, child);
            b.call(2, Sys::fork, {}, child);
        }
        b.call(2, Sys::wait4, {kMinus1, 16, 0, 0}, first, {{1, ints({first_status})}});
        b.call(2, Sys::wait4, {kMinus1, 16, 0, 0}, second, {{1, ints({second_status})}});
        return b;
    };
    CHECK(marks(compared(parent(3, 0x100, 4, 0x200), parent(4, 0x200, 3, 0x100))) == "  ~~");
    CHECK_FALSE(compared(parent(3, 0x100, 4, 0x200), parent(4, 0x100, 3, 0x200)).is_same());
    Builder one_lost = parent(3, 0x100, 4, 0x200);
    one_lost.trace.events.back().result = -10;
    CHECK_FALSE(compared(parent(3, 0x100, 4, 0x200), one_lost).is_same());
}

TEST_CASE(
    "whether a call waits is timing in free runs; in lock-step who sleeps is compared turn by turn, not "
    "here") {
    Builder left, right;
    left.blocked(2, Sys::read, {3, 16, 1}, {});
    left.call(2, Sys::read, {3, 16, 1}, 0, {{1, ""}});
    right.call(2, Sys::read, {3, 16, 1}, 0, {{1, ""}});
    CHECK(marks(compared(left, right)) == "~");
    CHECK(compared(left, right).rows[0].note == "only the simulated call had to wait");
    CHECK(marks(compared(left, right, CompareMode::lock_step)) == " ");
}

TEST_CASE("a polling loop may turn more often on one side") {
    auto polls = [](int turns) {
        Builder b;
        for (int i = 0; i < turns; ++i) b.call(2, Sys::wait4, {3, 16, 1, 0}, 0);
        b.call(2, Sys::close, {3}, 0);
        return b;
    };
    CHECK(compared(polls(1), polls(40)).is_same());
    CHECK_FALSE(compared(polls(1), polls(40), CompareMode::lock_step).is_same());
}

TEST_CASE("a handler may find its children in fewer or more turns, and then wait() has its own counterpart") {
    auto reaper = [](int turns) {
        Builder b;
        for (int i = 0; i < turns; ++i) {
            b.call(2, Sys::wait4, {kMinus1, 0, 1, 0}, i + 1 < turns ? 0 : -10);
            b.call(2, Sys::rt_sigsuspend, {16, 8}, -4);
        }
        b.call(2, Sys::wait4, {kMinus1, 0, 0, 0}, -10);
        return b;
    };
    CHECK(compared(reaper(1), reaper(4)).is_same());
    CHECK(compared(reaper(4), reaper(1)).is_same());
    CHECK_FALSE(compared(reaper(1), reaper(4), CompareMode::lock_step).is_same());
}

TEST_CASE("another turn of a loop that sleeps, and whether a parent has ended already, are timing") {
    auto child = [](int turns) {
        Builder b;
        for (int i = 0; i < turns; ++i) {
            b.call(2, Sys::getppid, {}, i + 1 < turns ? 3 : 1);
            b.call(2, Sys::clock_nanosleep, {0, 0, 16, 0}, 0, {{2, words({0, 1000})}});
        }
        b.call(2, Sys::close, {3}, 0);
        return b;
    };
    CHECK(compared(child(1), child(5)).is_same());
    CHECK(compared(child(5), child(2)).is_same());
    CHECK_FALSE(compared(child(1), child(5), CompareMode::lock_step).is_same());
}

TEST_CASE(
    "what posix_spawn() does to signals around its clone() and in its child is not the program's doing") {
    const std::string all(8, '\xff'), none(8, '\0');
    Builder plain, spawning;
    plain.call(2, Sys::clone, {17}, 3);
    plain.call(3, Sys::execve, {16, 16, 16}, 0, {{0, "/bin/true"}});
    spawning.call(2, Sys::rt_sigprocmask, {0, 16, 16, 8}, 0, {{1, all}});
    spawning.call(2, Sys::clone, {0x4111, 64}, 3);
    spawning.call(3, Sys::rt_sigaction, {2, 16, 0, 8}, 0);
    spawning.call(3, Sys::rt_sigprocmask, {2, 16, 0, 8}, 0, {{1, none}});
    spawning.call(3, Sys::execve, {16, 16, 16}, 0, {{0, "/bin/true"}});
    spawning.call(2, Sys::rt_sigprocmask, {2, 16, 0, 8}, 0, {{1, none}});
    CHECK(compared(plain, spawning).is_same());
    spawning.call(3, Sys::rt_sigaction, {2, 16, 0, 8}, 0);  // the program that it runs
    CHECK_FALSE(compared(plain, spawning).is_same());
    Builder blocks;
    blocks.call(2, Sys::rt_sigprocmask, {0, 16, 16, 8}, 0,
                {{1, std::string("\xff\xff\xff\x7f\xfe\xff\xff\xff", 8)}});
    CHECK_FALSE(compared(Builder(), blocks).is_same());  // sigfillset() is the program's own
}

TEST_CASE("a SIGCONT that continues nobody is not compared: only ptrace sees it") {
    Builder left, right;
    right.signal(EventKind::signal_delivered, 2, 18,
                 static_cast<std::int64_t>(ipclab::kernel::SignalAction::continued));
    CHECK(compared(left, right).is_same());
    right.signal(EventKind::signal_delivered, 2, 18,
                 static_cast<std::int64_t>(ipclab::kernel::SignalAction::handled));
    CHECK_FALSE(compared(left, right).is_same());
}

TEST_CASE("signals and ends of tasks are compared") {
    auto run = [](int signal, std::int32_t status) {
        Builder b;
        b.signal(EventKind::signal_delivered, 2, 17, 0);  // ignored: not compared
        b.signal(EventKind::signal_delivered, 2, signal, 1);
        b.event(EventKind::exited, 2, status);
        return b;
    };
    CHECK(compared(run(10, 0x100), run(10, 0x100)).is_same());
    CHECK(compared(run(10, 0x100), run(12, 0x100)).differences == 1);
    CHECK(compared(run(10, 0x100), run(10, 0x200)).first_difference ==
          "the first process: the tasks end differently\n  simulated: +++ exited with 1 +++\n  real: +++ "
          "exited with 2 +++\n");
    CHECK(compared(run(10, 0x8b), run(10, 0x0b)).is_same());
    Builder nothing;
    CHECK(compared(run(10, 0), nothing).differences == 2);
    CHECK(compared(nothing, nothing).is_same());
}

TEST_CASE("a process that one side lacks is a difference") {
    Builder left = story(2, 3, false), right;
    right.call(2, Sys::pipe2, {16, 0}, 0, {{0, ints({3, 4})}});
    right.event(EventKind::exited, 2, 0);
    const Comparison comparison = compared(left, right);
    CHECK_FALSE(comparison.is_same());
    REQUIRE(comparison.tasks.size() == 2);
    CHECK(comparison.tasks[1].right.value == 0);
}

TEST_CASE("what the C library does to look up a name is not compared, the same calls of the program are") {
    const auto run = [](bool looks_up) {
        Builder b;
        for (const bool is_library : {true, false}) {
            if (is_library && !looks_up) continue;
            b.call(2, Sys::openat, {kCwd, 0x10, 0}, 3, {{1, "/etc/passwd"}}).other =
                is_library ? kInLookUp : 0;
            b.call(2, Sys::read, {3, 0x10, 9}, 9, {{1, "root:x:0:"}}).other = is_library ? kInLookUp : 0;
            b.call(2, Sys::close, {3}, 0).other = is_library ? kInLookUp : 0;
        }
        b.event(EventKind::exited, 2, 0);
        return b;
    };
    const Comparison comparison = compared(run(false), run(true));
    CHECK(comparison.is_same());
    CHECK(comparison.calls_compared == 3);
    for (const char* name : {"getaddrinfo", "gethostbyname_r", "getpwuid", "getgrent", "getservbyname"})
        CHECK(library_mark(name) == kInLookUp);
    for (const char* name : {"", "_r", "getpid", "fopen", "get", "getpw"}) CHECK(library_mark(name) == 0);
}

TEST_CASE("the file by which one thread names another is the C library's, what is written elsewhere is compared") {
    const auto run = [](bool names) {
        Builder b;
        if (names) {
            b.call(2, Sys::openat, {kCwd, 0x10, 2}, 3, {{1, "/proc/self/task/3/comm"}});
            b.call(2, Sys::write, {3, 0x10, 6}, 6, {{1, "worker"}});
            b.call(2, Sys::close, {3}, 0);
        }
        b.call(2, Sys::write, {3, 0x10, 6}, -9, {{1, "worker"}});
        b.event(EventKind::exited, 2, 0);
        return b;
    };
    const Comparison comparison = compared(run(false), run(true));
    CHECK(comparison.is_same());
    CHECK(comparison.calls_compared == 1);
}

TEST_CASE("the table of housekeeping names its calls as Linux does, with reasons") {
    for (const HousekeepingRow& row : housekeeping_table()) {
        CHECK(ipclab::kernel::linux_syscall_name(row.number) == row.name);
        CHECK_FALSE(row.reason.empty());
    }
}

TEST_CASE("a chain of a thousand forks and a loop of ten thousand calls are compared in time") {
    Builder b;
    for (std::int32_t task = 1; task < 1000; ++task) b.event(EventKind::forked, task, 0, task + 1);
    for (int i = 0; i < 10'000; ++i) b.call(1000, Sys::write, {1, 16, 1}, 1, {{1, "x"}});
    Builder other = b;
    for (Event& event : other.trace.events)
        if (event.number == 1) event.args[0] = 2;
    CHECK(compared(b, b).is_same());
    CHECK(compared(b, other).differences == 10'000);
}

TEST_CASE("damaged traces can be compared") {
    const Trace trace = garbage(5'000);
    const Comparison comparison = compare(trace, trace);
    CHECK_FALSE(side_by_side(comparison, trace, trace).empty());
    CHECK_FALSE(side_by_side(compare(trace, {}), trace, {}).empty());
}
