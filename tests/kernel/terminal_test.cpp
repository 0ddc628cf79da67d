#include "kernel/terminal_requests.h"
#include "tests/kernel/fixture.h"

#include "kernel/poll.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kIn = kPollIn | kPollRdNorm, kOut = kPollOut | kPollWrNorm;

/// One pseudo-terminal in the first process, both ends open; it controls nobody.
struct Terminals : Fixture {
    Fd master, slave;

    Terminals() {
        master = open_master();
        slave = static_cast<Fd>(open(first, name_of(first, master), kORdWr | kONoCtty));
        REQUIRE(slave >= 0);
    }

    Fd open_master(std::uint32_t flags = kORdWr | kONoCtty) {
        const auto fd = static_cast<Fd>(open(first, "/dev/ptmx", flags));
        REQUIRE(fd >= 0);
        REQUIRE(call(first, Sys::ioctl, fd, kTiocSptlck, store(first, std::int32_t{0})) == 0);
        return fd;
    }
    std::string name_of(Tid task, Fd fd) {
        REQUIRE(call(task, Sys::ioctl, fd, kTiocGptn, kScratch) == 0);
        return "/dev/pts/" + std::to_string(load<std::int32_t>(task, kScratch));
    }
    Termios settings() {
        REQUIRE(call(first, Sys::ioctl, slave, kTcGets, kScratch) == 0);
        return load<Termios>(first, kScratch);
    }
    std::int64_t set(Tid task, const Termios& wanted, std::uint32_t how = kTcSets) {
        return call(task, Sys::ioctl, slave, how, store(task, wanted));
    }
    /// Not canonical, no echo, no signals; MIN and TIME.
    void make_raw(std::uint8_t least, std::uint8_t tenths) {
        Termios wanted = settings();
        wanted.local = wanted.input = wanted.output = 0;
        wanted.characters[kVMin] = least;
        wanted.characters[kVTime] = tenths;
        REQUIRE(set(first, wanted) == 0);
    }
    void change_local(std::uint32_t on, std::uint32_t off) {
        Termios wanted = settings();
        wanted.local = (wanted.local | on) & ~off;
        REQUIRE(set(first, wanted) == 0);
    }
    void type(std::string_view keys) {
        REQUIRE(write(first, master, keys) == static_cast<std::int64_t>(keys.size()));
    }
    /// What the terminal has shown since it was last asked.
    std::string screen() {
        if (ready(master) & kPollIn) return read_text(first, master, 4000);
        return "";
    }
    std::uint32_t ready(Fd fd) { return ready_events(kernel, kernel.files[*process(first).fds->get(fd)]); }
    std::int64_t number(Tid task, Fd fd, std::uint32_t request) {
        const std::int64_t result = call(task, Sys::ioctl, fd, request, kScratch);
        return result < 0 ? result : load<std::int32_t>(task, kScratch);
    }
    std::int64_t set_group(Tid task, Tid group) {
        return call(task, Sys::ioctl, slave, kTiocSetGroup, store(task, group.value));
    }
    /// A child that leads a session of its own, whose terminal this is.
    Tid session() {
        const Tid leader = fork(first);
        REQUIRE(call(leader, Sys::setsid) == leader.value);
        REQUIRE(call(leader, Sys::ioctl, slave, kTiocSetControlling, 0) == 0);
        return leader;
    }
    /// A child of the leader in a group of its own.
    Tid job(Tid leader) {
        const Tid child = fork(leader);
        REQUIRE(call(child, Sys::setpgid, 0, 0) == 0);
        return child;
    }
    bool has_pending(Tid task, int signal) {
        return (process(task).pending.set & signal_bit(signal)) != 0 || process(task).death_cause == signal;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Terminals, "canonical mode: nothing can be read before the line has ended") {
    type("hel");
    CHECK((ready(slave) & kPollIn) == 0);
    CHECK(read(fork(first), slave, 10) == kSleeps);
    const Tid reader{kernel.last_pid};
    CHECK(describe_wait(kernel, reader) ==
          "blocked in read on terminal /dev/pts/0 (a line has been begun, and not ended)");
    type("lo\n");
    CHECK(state(reader) == TaskState::ready);
    CHECK(resume(reader) == 6);
    CHECK(get(reader, 6) == "hello\n");
}

TEST_CASE_FIXTURE(Terminals, "a read gives one line at most, and what it leaves of it stays a line") {
    type("one\ntwo\n");
    CHECK(number(first, slave, kBytesToRead) == 8);
    CHECK(read_text(first, slave, 2) == "on");
    CHECK(read_text(first, slave, 100) == "e\n");
    CHECK(read_text(first, slave, 100) == "two\n");
}

TEST_CASE_FIXTURE(Terminals, "ERASE, WERASE and KILL edit the line before anybody reads it") {
    type("ab\177c two words\27\27x\n");
    CHECK(read_text(first, slave, 100) == "ac x\n");
    type("gone\25kept\n");
    CHECK(read_text(first, slave, 100) == "kept\n");
    type("\177\177\25\27ok\n");
    CHECK(read_text(first, slave, 100) == "ok\n");
    type("\26\177\n");  // LNEXT: the key is a character
    CHECK(read_text(first, slave, 100) == "\177\n");
}

TEST_CASE_FIXTURE(Terminals, "what is typed is shown, and what is erased is overwritten") {
    struct Row {
        std::string_view keys, shown;
    };
    for (const Row& row : std::initializer_list<Row>{{"ab\n", "ab\r\n"},
                                                     {"a\177\n", "a\b \b\r\n"},
                                                     {"\1\n", "^A\r\n"},
                                                     {"\1\177\n", "^A\b \b\b \b\r\n"},
                                                     {"abc\25\n", "abc\b \b\b \b\b \b\r\n"},
                                                     {"x\tY\177\177\n", "x\tY\b \b\b\b\b\b\b\b\b\r\n"},
                                                     {"a\4", "a"}}) {
        CAPTURE(row.keys);
        type(row.keys);
        CHECK(screen() == row.shown);
        read(first, slave, 100);
    }
    change_local(0, local_flag::kEchoe | local_flag::kEchoke);
    type("ab\177\25\n");
    CHECK(screen() == "ab^?^U\r\n\r\n");
    read(first, slave, 100);
    change_local(0, local_flag::kEcho);
    type("secret\n");
    CHECK(screen().empty());
    change_local(local_flag::kEchonl, 0);
    type("secret\n");
    CHECK(screen() == "\r\n");
}

TEST_CASE_FIXTURE(Terminals, "VEOF ends a read without being part of it; alone it is the end of the file") {
    type("text\4");
    CHECK(read_text(first, slave, 100) == "text");
    type("\4more\n");
    CHECK(read(first, slave, 100) == 0);
    CHECK(read_text(first, slave, 100) == "more\n");
    type("exact\4");
    CHECK(read_text(first, slave, 5) == "exact");
    CHECK((ready(slave) & kPollIn) == 0);  // a read that just ends there takes it along
    CHECK(number(first, slave, kBytesToRead) == 0);
}

TEST_CASE_FIXTURE(Terminals,
                  "a line has 4,096 bytes at most: what is typed behind them is lost, but its end is not") {
    change_local(0, local_flag::kEcho);
    type(std::string(5'000, 'x'));
    CHECK((ready(slave) & kPollIn) == 0);
    type("y\n");
    CHECK(read(first, slave, 10'000) == 4'096);
    CHECK(get(first, 4'096) == std::string(4'095, 'x') + "\n");
}

TEST_CASE_FIXTURE(Terminals,
                  "whole lines that nobody reads make the other end wait, until hardly any are left") {
    change_local(0, local_flag::kEcho);
    const std::string line = std::string(1'023, 'x') + "\n";
    for (int i = 0; i < 20; ++i) type(line);
    const Tid typist = fork(first);
    CHECK(write(typist, master, line) == kSleeps);
    CHECK((ready(master) & kPollOut) == 0);
    CHECK(call(first, Sys::fcntl, master, 4, kONonBlock | kORdWr) == 0);
    CHECK(write(first, master, "z") == error(Errno::eagain));
    for (int i = 0; i < 20; ++i) {
        CHECK(state(typist) == TaskState::blocked);
        CHECK(read(first, slave, 2'000) == 1'024);
    }
    CHECK(state(typist) == TaskState::ready);
    CHECK(resume(typist) == 1'024);
}

TEST_CASE_FIXTURE(Terminals, "input that is translated: ICRNL, INLCR, IGNCR") {
    Termios wanted = settings();
    for (const auto& [flags, read] : {std::pair{input_flag::kIcrnl, "a\n"},
                                      {input_flag::kIgncr, "ab\n"},
                                      {input_flag::kIcrnl | input_flag::kInlcr, "a\n"}}) {
        wanted.input = flags;
        REQUIRE(set(first, wanted) == 0);
        type("a\rb\n\r");
        CHECK(read_text(first, slave, 100) == read);
        REQUIRE(call(first, Sys::ioctl, slave, kTcFlush, 0) == 0);
    }
}

TEST_CASE_FIXTURE(Terminals, "output that is translated: ONLCR, tabs; or not, without OPOST") {
    CHECK(write(first, slave, "a\nb") == 3);
    CHECK(screen() == "a\r\nb");
    Termios wanted = settings();
    wanted.output |= output_flag::kTabs;
    REQUIRE(set(first, wanted) == 0);
    CHECK(write(first, slave, "\rx\ty") == 4);
    CHECK(screen() == "\rx       y");
    wanted.output = 0;
    REQUIRE(set(first, wanted) == 0);
    CHECK(write(first, slave, "a\n\t") == 3);
    CHECK(screen() == "a\n\t");
}

TEST_CASE_FIXTURE(Terminals,
                  "MIN > 0, TIME = 0: a read waits for MIN bytes, and keeps what it has meanwhile") {
    make_raw(3, 0);
    const Tid reader = fork(first);
    type("a");
    CHECK((ready(slave) & kPollIn) == 0);
    CHECK(read(reader, slave, 10) == kSleeps);
    type("b");
    CHECK(resume(reader) == kSleeps);
    type("cd");
    CHECK(resume(reader) == 4);
    CHECK(get(reader, 4) == "abcd");
    CHECK(read(reader, slave, 2) == kSleeps);  // a smaller buffer is enough, too
    type("xyz");
    CHECK(resume(reader) == 2);
}

TEST_CASE_FIXTURE(Terminals, "MIN > 0, TIME > 0: TIME counts from each byte on, and never before the first") {
    make_raw(3, 2);
    const Tid reader = fork(first);
    CHECK(read(reader, slave, 10) == kSleeps);
    pass_time(10 * kSecond);
    CHECK(state(reader) == TaskState::blocked);
    type("a");
    CHECK(resume(reader) == kSleeps);
    pass_time(100 * kMillisecond);
    type("b");
    CHECK(resume(reader) == kSleeps);
    pass_time(150 * kMillisecond);
    CHECK(state(reader) == TaskState::blocked);
    pass_time(50 * kMillisecond);
    CHECK(resume(reader) == 2);
}

TEST_CASE_FIXTURE(Terminals, "MIN = 0: a read waits for TIME at most, and not at all where that is 0") {
    make_raw(0, 0);
    CHECK(read(first, slave, 10) == 0);
    CHECK(call(first, Sys::fcntl, slave, 4, kONonBlock | kORdWr) == 0);
    CHECK(read(first, slave, 10) == 0);
    make_raw(1, 0);
    CHECK(read(first, slave, 10) == error(Errno::eagain));
    CHECK(call(first, Sys::fcntl, slave, 4, kORdWr) == 0);
    make_raw(0, 5);
    const Tid reader = fork(first);
    CHECK(read(reader, slave, 10) == kSleeps);
    pass_time(500 * kMillisecond);
    CHECK(resume(reader) == 0);
    CHECK(read(reader, slave, 10) == kSleeps);
    type("k");
    CHECK(resume(reader) == 1);
}

TEST_CASE_FIXTURE(Terminals, "a signal ends a raw read that has something with what it has") {
    make_raw(3, 0);
    const Tid reader = fork(first);
    CHECK(set_handler(reader, kSigUsr1, 0x1000) == 0);
    type("a");
    CHECK(read(reader, slave, 10) == kSleeps);
    CHECK(call(first, Sys::kill, reader.value, kSigUsr1) == 0);
    CHECK(resume(reader) == 1);
}

TEST_CASE_FIXTURE(Terminals,
                  "leaving canonical mode makes what is there bytes; coming back makes it a line") {
    type("half");
    CHECK((ready(slave) & kPollIn) == 0);
    change_local(0, local_flag::kIcanon);
    CHECK((ready(slave) & kPollIn) != 0);
    change_local(local_flag::kIcanon, 0);
    CHECK(read_text(first, slave, 100) == "half");
}

TEST_CASE_FIXTURE(Terminals, "TCSAFLUSH and TCIFLUSH drop what was typed and not read") {
    type("old\n");
    CHECK(set(first, settings(), kTcSetsFlush) == 0);
    CHECK((ready(slave) & kPollIn) == 0);
    type("old again\n");
    CHECK(call(first, Sys::ioctl, slave, kTcFlush, 0) == 0);
    CHECK((ready(slave) & kPollIn) == 0);
    CHECK(call(first, Sys::ioctl, slave, kTcFlush, 3) == error(Errno::einval));
    screen();
    CHECK(write(first, slave, "unseen") == 6);
    CHECK(call(first, Sys::ioctl, master, kTcFlush, 0) == 0);
    CHECK(screen().empty());
}

TEST_CASE_FIXTURE(Terminals, "^S stops output, ^Q starts it; tcflow stops it, and then ^Q does not") {
    const Tid writer = fork(first);
    type("\23");
    CHECK(write(writer, slave, "held") == kSleeps);
    type("x");  // the echo waits, too
    CHECK(screen().empty());
    type("\21");
    CHECK(state(writer) == TaskState::ready);
    CHECK(resume(writer) == 4);
    CHECK(screen() == "xheld");
    CHECK(call(first, Sys::ioctl, slave, kTcFlow, 0) == 0);
    type("\21");
    CHECK(write(writer, slave, "again") == kSleeps);
    CHECK(call(first, Sys::ioctl, slave, kTcFlow, 1) == 0);
    CHECK(resume(writer) == 5);
}

TEST_CASE("how many bytes a terminal takes while nobody reads depends on how they were written") {
    // As measured on Linux 6.18, with time for its worker thread after each write.
    struct Row {
        std::size_t at_once;
        std::int64_t most, most_processed;  // with OPOST
        std::int64_t pollout_ends;
    };
    for (const Row& row : std::initializer_list<Row>{{1, 20'480, 19'457, 19'457},
                                                     {10, 20'912, 19'900, 19'900},
                                                     {100, 20'512, 19'600, 19'600},
                                                     {256, 20'480, 19'712, 19'712},
                                                     {257, 17'215, 15'677, 15'677},
                                                     {1'000, 22'048, 19'000, 19'000},
                                                     {2'000, 15'584, 14'000, 14'000},
                                                     {4'000, 15'584, 14'048, 15'584}}) {
        CAPTURE(row.at_once);
        const auto check = [&](bool at_master, bool is_processed) {
            Terminals f;
            f.make_raw(1, 0);
            Termios wanted = f.settings();
            if (is_processed) wanted.output = output_flag::kOpost | output_flag::kOnlcr;
            CHECK(f.set(f.first, wanted) == 0);
            const Fd fd = at_master ? f.master : f.slave;
            CHECK(f.call(f.first, Sys::fcntl, fd, 4, kONonBlock | kORdWr) == 0);
            std::int64_t total = 0, pollout_ends = -1, last = 0;
            do {
                last = f.write(f.first, fd, std::string(row.at_once, 'x'));
                total += std::max<std::int64_t>(last, 0);
                if (pollout_ends < 0 && !(f.ready(fd) & kPollOut)) pollout_ends = total;
            } while (last == static_cast<std::int64_t>(row.at_once));
            CHECK(total == (is_processed ? row.most_processed : row.most));
            CHECK(pollout_ends == (is_processed ? row.most_processed : row.pollout_ends));
            CHECK(f.write(f.first, fd, "x") == error(Errno::eagain));
        };
        check(true, false);
        check(false, false);
        check(false, true);
    }
}

TEST_CASE_FIXTURE(Terminals,
                  "a terminal that has been read takes as much again, though its buffers have been used") {
    make_raw(1, 0);
    for (const Fd fd : {slave, master}) {
        CHECK(call(first, Sys::fcntl, fd, 4, kONonBlock | kORdWr) == 0);
        const Fd other = fd == slave ? master : slave;
        for (int round = 0; round < 2; ++round) {
            std::int64_t total = 0;
            for (std::int64_t written = 0; written >= 0; total += std::max<std::int64_t>(written, 0))
                written = write(first, fd, std::string(1'000, 'x'));
            CHECK(total == 22'048);
            for (std::int64_t left = total; left > 0; left -= 4'095)
                CHECK(read(first, other, 4'095) == std::min<std::int64_t>(left, 4'095));
        }
    }
}

TEST_CASE_FIXTURE(Terminals, "while a write sleeps, poll() says nothing of the room that there is") {
    make_raw(1, 0);
    for (const Fd fd : {slave, master}) {
        const Tid writer = fork(first), poller = fork(first);
        CHECK(write(writer, fd, std::string(20'000, 'x')) == kSleeps);
        CHECK(read(first, fd == slave ? master : slave, 2'000) == 2'000);
        CHECK((ready(fd) & kPollOut) == 0);
        const std::uint64_t asked = store(poller, std::array<std::int32_t, 2>{fd, kPollOut});
        CHECK(call(poller, Sys::poll, asked, 1, -1) == kSleeps);
        CHECK(call(first, Sys::kill, writer.value, kSigKill) == 0);
        CHECK_FALSE(signal(writer).has_value());
        CHECK(resume(poller) == 1);
    }
}

TEST_CASE_FIXTURE(Terminals,
                  "a signal ends a write that sleeps before it uses the room that there is by then") {
    make_raw(1, 0);
    for (const Fd fd : {slave, master}) {
        const Tid writer = fork(first);
        CHECK(set_handler(writer, kSigUsr1, 0x1000) == 0);
        CHECK(write(writer, fd, std::string(20'000, 'x')) == kSleeps);
        CHECK(read(first, fd == slave ? master : slave, 2'000) == 2'000);
        CHECK(call(first, Sys::kill, writer.value, kSigUsr1) == 0);
        CHECK(resume(writer) == 13'824);
    }
}

TEST_CASE_FIXTURE(Terminals, "of memory that ends a terminal takes whole pieces of 2,048 bytes") {
    make_raw(1, 0);
    for (const Fd fd : {slave, master}) {
        CHECK(call(first, Sys::write, fd, kBuffer + kBufferBytes - 96, 200) == error(Errno::efault));
        CHECK(call(first, Sys::write, fd, kBuffer + kBufferBytes - 3'000, 4'000) == 2'048);
    }
}

TEST_CASE_FIXTURE(Terminals,
                  "a terminal takes 13,824 bytes of a long write before its writer waits for the master") {
    make_raw(1, 0);
    CHECK(write(first, slave, std::string(13'824, 'x')) == 13'824);
    CHECK((ready(slave) & kPollOut) == 0);
    const Tid writer = fork(first);
    CHECK(write(writer, slave, "y") == kSleeps);
    CHECK(read(first, master, 100'000) == 4'095);
    CHECK(resume(writer) == 1);
}

TEST_CASE_FIXTURE(Terminals, "settings that are not simulated are refused by name") {
    Termios wanted = settings();
    wanted.input |= input_flag::kParmrk;
    CHECK(set(first, wanted) == error(Errno::einval));
    const auto explained = events(EventKind::explained);
    REQUIRE_FALSE(explained.empty());
    CHECK(trace.item(explained.back(), 0).text() == "ioctl: PARMRK is not simulated: EINVAL");
    CHECK(call(first, Sys::ioctl, slave, kTcSets, kBadAddress) == error(Errno::efault));
}

TEST_CASE_FIXTURE(Terminals, "a slave gets no second name: its file system is its own") {
    const std::uint64_t name = path(first, name_of(first, master), kScratch + 4200);
    CHECK(call(first, Sys::link, name, path(first, "/tmp/x")) == error(Errno::exdev));
}

TEST_CASE_FIXTURE(Terminals, "a slave is locked until unlockpt; numbers are the lowest that are free") {
    const auto second = static_cast<Fd>(open(first, "/dev/ptmx", kORdWr));
    CHECK(name_of(first, second) == "/dev/pts/1");
    CHECK(number(first, second, kTiocGptlck) == 1);
    CHECK(open(first, "/dev/pts/1", kORdWr) == error(Errno::eio));
    CHECK(call(first, Sys::ioctl, second, kTiocGptpeer, kORdWr) == error(Errno::eio));
    CHECK(call(first, Sys::ioctl, second, kTiocSptlck, store(first, std::int32_t{0})) == 0);
    CHECK(call(first, Sys::ioctl, second, kTiocGptpeer, kORdWr) >= 0);
    CHECK(close(first, master) == 0);
    CHECK(name_of(first, open_master()) == "/dev/pts/0");
}

TEST_CASE("there are as many pseudo-terminals as pty_max says: ENOSPC") {
    BootOptions options = Fixture::default_options();
    options.limits.pseudo_terminals = 1;
    Fixture f(options);
    CHECK(f.open(f.first, "/dev/ptmx", kORdWr) == 3);
    CHECK(f.open(f.first, "/dev/ptmx", kORdWr) == error(Errno::enospc));
    CHECK(f.close(f.first, 3) == 0);
    CHECK(f.open(f.first, "/dev/ptmx", kORdWr) == 3);
}

TEST_CASE_FIXTURE(
    Terminals, "the last slave closed: the master reads what is left, then EIO, until one is opened again") {
    const std::string name = name_of(first, master);
    const Tid reader = fork(first);
    CHECK(close(reader, slave) == 0);
    CHECK(read(reader, master, 10) == kSleeps);
    CHECK(write(first, slave, "bye") == 3);
    CHECK(resume(reader) == 3);
    CHECK(read(reader, master, 10) == kSleeps);
    CHECK(close(first, slave) == 0);
    CHECK(resume(reader) == error(Errno::eio));
    CHECK(ready(master) == (kOut | kPollHup));
    CHECK(write(first, master, "kept\n") == 5);
    slave = static_cast<Fd>(open(first, name, kORdWr | kONoCtty));
    CHECK(read_text(first, slave, 10) == "kept\n");
    CHECK((ready(master) & kPollHup) == 0);
}

TEST_CASE_FIXTURE(Terminals,
                  "the master closed: new reads of the slave are at their end, all else fails with EIO") {
    const std::string name = name_of(first, master);
    const Tid reader = fork(first), writer = fork(first);
    for (Tid task : {reader, writer}) CHECK(close(task, master) == 0);
    CHECK(read(reader, slave, 10) == kSleeps);
    make_raw(1, 0);
    resume(reader);
    CHECK(write(first, slave, std::string(13'824, 'x')) == 13'824);
    CHECK(write(writer, slave, "y") == kSleeps);
    CHECK(close(first, master) == 0);
    CHECK(resume(reader) == error(Errno::eio));
    CHECK(read(reader, slave, 10) == 0);
    CHECK(resume(writer) == error(Errno::eio));
    CHECK(ready(slave) == (kIn | kOut | kPollErr | kPollHup));
    CHECK(number(first, slave, kTcGets) == error(Errno::eio));
    CHECK(set_group(first, first) == error(Errno::enotty));
    CHECK(open(first, name, kORdWr) == error(Errno::enoent));
    CHECK(describe(kernel, ref(TerminalId{2})) == "terminal /dev/pts/0 (hung up)");
}

TEST_CASE_FIXTURE(Terminals, "a new window size is told to the foreground group") {
    const Tid leader = session();
    CHECK(set_handler(leader, kSigWinch, 0x1000) == 0);
    const WindowSize size{.rows = 30, .columns = 100};
    CHECK(call(first, Sys::ioctl, master, kTiocSetSize, store(first, size)) == 0);
    CHECK(has_pending(leader, kSigWinch));
    CHECK(signal(leader));
    CHECK(call(first, Sys::ioctl, master, kTiocSetSize, store(first, size)) == 0);
    CHECK_FALSE(has_pending(leader, kSigWinch));  // the same size is no news
    CHECK(call(leader, Sys::ioctl, slave, kTiocGetSize, kScratch) == 0);
    CHECK(load<WindowSize>(leader, kScratch) == size);
}

// ---- Sessions

TEST_CASE_FIXTURE(
    Terminals,
    "a session leader without a terminal gets one by opening it; others do not, nor with O_NOCTTY") {
    const std::string name = name_of(first, master);
    const Tid leader = fork(first);
    CHECK(open(leader, name, kORdWr) >= 0);
    CHECK(process(leader).terminal == TerminalId{1});  // it leads nothing, and has the standard one
    CHECK(call(leader, Sys::setsid) == leader.value);
    CHECK_FALSE(process(leader).terminal);
    CHECK(open(leader, "/dev/tty", kORdWr) == error(Errno::enxio));
    CHECK(open(leader, name, kORdWr | kONoCtty) >= 0);
    CHECK(open(leader, name, kOWrOnly) >= 0);
    CHECK_FALSE(process(leader).terminal);
    CHECK(open(leader, name, kORdWr) >= 0);
    CHECK(process(leader).terminal == TerminalId{2});
    CHECK(number(leader, slave, kTiocGetSession) == leader.value);
    CHECK(number(leader, slave, kTiocGetGroup) == leader.value);
    CHECK(open(leader, "/dev/tty", kORdWr) >= 0);
    const Tid child = fork(leader);
    CHECK(process(child).terminal == TerminalId{2});
}

TEST_CASE_FIXTURE(Terminals,
                  "TIOCSCTTY: EPERM for who leads no session, has a terminal, or wants another session's") {
    CHECK(call(first, Sys::ioctl, slave, kTiocSetControlling, 0) == error(Errno::eperm));
    const Tid leader = session();
    CHECK(call(leader, Sys::ioctl, slave, kTiocSetControlling, 0) == 0);
    const Tid other = fork(first);
    CHECK(call(other, Sys::setsid) == other.value);
    CHECK(call(other, Sys::ioctl, slave, kTiocSetControlling, 0) == error(Errno::eperm));
    CHECK(number(other, slave, kTiocGetGroup) == error(Errno::enotty));
    CHECK(number(first, master, kTiocGetGroup) == leader.value);  // the master may ask
}

TEST_CASE_FIXTURE(
    Terminals,
    "TIOCNOTTY: the leader gives the terminal up for all, and those in front get SIGHUP and SIGCONT") {
    const Tid leader = session(), child = fork(leader);
    CHECK(set_handler(child, kSigHup, 0x1000) == 0);
    CHECK(set_handler(child, kSigCont, 0x1000) == 0);
    CHECK(set_handler(leader, kSigHup, 0x1000) == 0);
    CHECK(call(leader, Sys::ioctl, slave, kTiocNoTerminal) == 0);
    for (int signal : {kSigHup, kSigCont}) CHECK(has_pending(child, signal));
    CHECK_FALSE(process(child).terminal);
    CHECK(call(first, Sys::ioctl, slave, kTiocNoTerminal) == error(Errno::enotty));
}

TEST_CASE_FIXTURE(Terminals, "^C goes to every process of the foreground group, and to nobody else") {
    const Tid leader = session(), one = job(leader), two = fork(one);
    CHECK(set_group(leader, one) == 0);
    CHECK(call(two, Sys::pause) == kSleeps);
    type("half a line");
    type("\3");
    CHECK(has_pending(one, kSigInt));
    CHECK(has_pending(two, kSigInt));
    CHECK_FALSE(has_pending(leader, kSigInt));
    CHECK(screen() == "half a line^C");
    type("\n");  // and what was typed before it is gone
    CHECK(read_text(first, slave, 10) == "\n");
    // What is typed at once with it is not even shown.
    type("unseen\3");
    CHECK(screen() == "\r\n^C");
    // No process has sent it.
    CHECK(events(EventKind::signal_sent).back().other == 0);
}

TEST_CASE_FIXTURE(Terminals, "NOFLSH keeps what was typed before ^C; without ISIG it is a character") {
    const Tid leader = session();
    CHECK(set_handler(leader, kSigInt, 0x1000) == 0);
    CHECK(set_handler(first, kSigTtou, kSigIgn) == 0);
    change_local(local_flag::kNoflsh, 0);
    type("a\3b\n");
    CHECK(read_text(first, slave, 10) == "ab\n");
    CHECK(has_pending(leader, kSigInt));
    change_local(0, local_flag::kIsig);
    type("\3\n");
    CHECK(read_text(first, slave, 10) == "\3\n");
}

TEST_CASE_FIXTURE(
    Terminals, "who reads from the background is stopped by SIGTTIN, and reads when it comes to the front") {
    const Tid leader = session(), reader = job(leader);
    type("line\n");
    CHECK(read(reader, slave, 10) == kSleeps);
    CHECK(state(reader) == TaskState::stopped);
    CHECK(process(reader).stop_signal == kSigTtin);
    CHECK(call(leader, Sys::kill, reader.value, kSigCont) == 0);
    CHECK(resume(reader) == kSleeps);  // made anew, and stopped anew
    CHECK(state(reader) == TaskState::stopped);
    CHECK(set_group(leader, reader) == 0);
    CHECK(call(leader, Sys::kill, reader.value, kSigCont) == 0);
    CHECK(resume(reader) == 5);
}

TEST_CASE_FIXTURE(
    Terminals,
    "a read from the background fails with EIO where SIGTTIN is ignored, blocked, or its group orphaned") {
    const Tid leader = session();
    const Tid ignores = job(leader), blocks = job(leader);
    CHECK(set_handler(ignores, kSigTtin, kSigIgn) == 0);
    CHECK(read(ignores, slave, 10) == error(Errno::eio));
    CHECK(block_signals(blocks, signal_bit(kSigTtin)) == 0);
    CHECK(read(blocks, slave, 10) == error(Errno::eio));
    const Tid orphan = job(leader);
    CHECK(set_handler(orphan, kSigHup, kSigIgn) == 0);
    CHECK(set_handler(ignores, kSigHup, kSigIgn) == 0);
    const Tid other = job(leader);
    CHECK(set_group(leader, other) == 0);
    CHECK(call(leader, Sys::exit_group, 0) == kEnds);
    CHECK_FALSE(process(orphan).terminal);  // the session has lost it with its leader
}

TEST_CASE_FIXTURE(Terminals, "a handler for SIGTTIN runs, and the read fails with EINTR or is made again") {
    const Tid leader = session(), reader = job(leader);
    CHECK(set_handler(reader, kSigTtin, 0x1000) == 0);
    CHECK(read(reader, slave, 10) == error(Errno::eintr));
    CHECK(signal(reader));
}

TEST_CASE_FIXTURE(Terminals,
                  "who sleeps in a read when its group goes to the background still gets the line") {
    const Tid leader = session(), reader = job(leader);
    CHECK(set_group(leader, reader) == 0);
    CHECK(read(reader, slave, 10) == kSleeps);
    CHECK(set_handler(leader, kSigTtou, kSigIgn) == 0);
    CHECK(set_group(leader, leader) == 0);
    type("line\n");
    CHECK(resume(reader) == 5);
}

TEST_CASE_FIXTURE(Terminals,
                  "a write from the background is stopped only with TOSTOP; SIGTTOU ignored, it is written") {
    const Tid leader = session(), writer = job(leader);
    CHECK(write(writer, slave, "x") == 1);
    Termios wanted = settings();
    wanted.local |= local_flag::kTostop;
    CHECK(set(leader, wanted) == 0);
    CHECK(write(writer, slave, "x") == kSleeps);
    CHECK(state(writer) == TaskState::stopped);
    CHECK(process(writer).stop_signal == kSigTtou);
    const Tid ignores = job(leader);
    CHECK(set_handler(ignores, kSigTtou, kSigIgn) == 0);
    CHECK(write(ignores, slave, "x") == 1);
}

TEST_CASE_FIXTURE(Terminals,
                  "tcsetattr, tcsetpgrp, tcflush from the background: SIGTTOU for the whole group") {
    const Tid leader = session(), one = job(leader), two = fork(one);
    CHECK(set(one, Termios{}) == kSleeps);
    CHECK(state(one) == TaskState::stopped);
    CHECK(has_pending(two, kSigTtou));
    const Tid other = job(leader);
    CHECK(set_group(other, other) == kSleeps);
    CHECK(call(job(leader), Sys::ioctl, slave, kTcFlush, 0) == kSleeps);
    CHECK(call(job(leader), Sys::ioctl, slave, kTcGets, kScratch) == 0);  // to look is allowed
}

TEST_CASE_FIXTURE(Terminals, "tcsetpgrp: ENOTTY, EINVAL, ESRCH, EPERM") {
    const Tid leader = session(), child = job(leader);
    CHECK(set_group(first, first) == error(Errno::enotty));
    CHECK(set_group(leader, Tid{-1}) == error(Errno::einval));
    CHECK(set_group(leader, Tid{12'345}) == error(Errno::esrch));
    CHECK(set_group(leader, first) == error(Errno::eperm));
    CHECK(set_group(leader, child) == 0);
}

TEST_CASE_FIXTURE(Terminals,
                  "the leader's end: SIGHUP for the foreground group, and nobody has the terminal any more") {
    const Tid leader = session(), front = job(leader), back = job(leader);
    for (Tid task : {front, back}) CHECK(set_handler(task, kSigHup, 0x1000) == 0);
    CHECK(set_group(leader, front) == 0);
    CHECK(call(leader, Sys::exit_group, 0) == kEnds);
    CHECK(has_pending(front, kSigHup));
    CHECK_FALSE(has_pending(back, kSigHup));
    CHECK_FALSE(process(front).terminal);
    CHECK(number(first, master, kTiocGetGroup) == 0);
}

TEST_CASE_FIXTURE(Terminals,
                  "the leader's end: a stopped background group is orphaned, and gets SIGHUP and SIGCONT") {
    const Tid leader = session(), stopped = job(leader);
    CHECK(set_handler(stopped, kSigHup, 0x1000) == 0);
    CHECK(read(stopped, slave, 10) == kSleeps);
    CHECK(state(stopped) == TaskState::stopped);
    CHECK(call(leader, Sys::exit_group, 0) == kEnds);
    CHECK(state(stopped) == TaskState::ready);
    CHECK(has_pending(stopped, kSigHup));
}

TEST_CASE_FIXTURE(
    Terminals,
    "the master closed: the leader gets SIGHUP and SIGCONT; those in front hear of it when the leader ends") {
    const Tid leader = session(), front = job(leader);
    for (Tid task : {leader, front}) CHECK(close(task, master) == 0);
    for (Tid task : {leader, front}) CHECK(set_handler(task, kSigHup, 0x1000) == 0);
    CHECK(set_group(leader, front) == 0);
    CHECK(close(first, master) == 0);
    CHECK(has_pending(leader, kSigHup));
    CHECK_FALSE(has_pending(front, kSigHup));
    CHECK(open(leader, "/dev/tty", kORdWr) == error(Errno::enxio));
    CHECK(call(leader, Sys::exit_group, 0) == kEnds);
    CHECK(has_pending(front, kSigHup));
}

// ---- The standard terminal

TEST_CASE("the standard terminal starts without echo and signals, and obeys tcsetattr") {
    Fixture f;
    REQUIRE(f.call(f.first, Sys::ioctl, 0, kTcGets, Fixture::kScratch) == 0);
    Termios settings = f.load<Termios>(f.first, Fixture::kScratch);
    CHECK(settings.local == local_flag::kIcanon);
    settings.local |= local_flag::kEcho;
    settings.output = output_flag::kOpost | output_flag::kOnlcr;
    CHECK(f.call(f.first, Sys::ioctl, 0, kTcSets, f.store(f.first, settings)) == 0);
    feed_input(f.kernel, standard_stream(0), "seen\n", &f.trace);
    CHECK(f.kernel.memory[f.kernel.streams[standard_stream(1)].output].text() == "seen\r\n");
    CHECK(f.read_text(f.first, 0, 100) == "seen\n");
    settings.local = 0;
    settings.characters[kVMin] = 1;
    CHECK(f.call(f.first, Sys::ioctl, 0, kTcSets, f.store(f.first, settings)) == 0);
    feed_input(f.kernel, standard_stream(0), "k", &f.trace);
    CHECK(f.read_text(f.first, 0, 100) == "k");
    CHECK(f.open(f.first, "/dev/tty", kORdWr) == 3);
    CHECK(f.write(f.first, 3, "x") == 1);
    CHECK(f.kernel.memory[f.kernel.streams[standard_stream(1)].output].text() == "seen\r\nx");
}

TEST_CASE("a job of the standard terminal's session that is not in front is stopped when it reads") {
    Fixture f;
    const Tid child = f.fork(f.first);
    CHECK(f.call(child, Sys::setpgid, 0, 0) == 0);
    CHECK(f.read(child, 0, 10) == kSleeps);
    CHECK(f.state(child) == TaskState::stopped);
}

}  // namespace ipclab::kernel
