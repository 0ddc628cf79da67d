#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

struct Pipes : Fixture {
    static constexpr std::size_t kCapacity = 65'536;
    Tid self = first;
    PipeEnds ends;
    PipeId id;

    explicit Pipes(std::uint32_t flags = 0) {
        ends = pipe(self, flags);
        id = kernel.pipes.begin()->first;
    }
    const Pipe& state_of_pipe() const { return kernel.pipes[id]; }
    /// A child that only reads, or only writes, so that ends close for good.
    Tid child_with(Fd kept) {
        const Tid child = fork(self);
        REQUIRE(close(child, kept == ends.read ? ends.write : ends.read) == 0);
        return child;
    }
};

struct NonBlocking : Pipes {
    NonBlocking() : Pipes(kONonBlock) {}
};

}  // namespace

TEST_CASE_FIXTURE(Pipes, "what is written into a pipe is read from it, in order") {
    CHECK(ends.read == 3);
    CHECK(ends.write == 4);
    CHECK(write(self, ends.write, "hello ") == 6);
    CHECK(write(self, ends.write, "world") == 5);
    CHECK(read_text(self, ends.read, 3) == "hel");
    CHECK(read_text(self, ends.read, 100) == "lo world");
}

TEST_CASE_FIXTURE(Pipes, "a read from an empty pipe blocks while a writer remains") {
    const Tid child = fork(self);
    CHECK(read(child, ends.read, 10) == kSleeps);
    CHECK(state(child) == TaskState::blocked);
    CHECK(describe_wait(kernel, child) == "blocked in read on pipe " + std::to_string(id.value) + " (empty)");
    CHECK(write(self, ends.write, "x") == 1);
    CHECK(state(child) == TaskState::ready);
    CHECK(resume(child) == 1);
    CHECK(get(child, 1) == "x");
}

TEST_CASE_FIXTURE(Pipes, "a read gives end of file only when the last write end is closed") {
    const Tid child = fork(self);
    CHECK(close(self, ends.write) == 0);
    const int copy = static_cast<int>(call(child, Sys::dup, ends.write));
    CHECK(read(self, ends.read, 10) == kSleeps);
    CHECK(close(child, ends.write) == 0);
    CHECK(state(self) == TaskState::blocked);
    CHECK(close(child, copy) == 0);
    CHECK(state(self) == TaskState::ready);
    CHECK(resume(self) == 0);
    CHECK(read(self, ends.read, 10) == 0);
}

TEST_CASE_FIXTURE(Pipes, "the exit of the last writer gives end of file") {
    const Tid child = fork(self);
    close(self, ends.write);
    CHECK(read(self, ends.read, 10) == kSleeps);
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(resume(self) == 0);
}

TEST_CASE_FIXTURE(Pipes, "what was written before the last write end closed is still read") {
    write(self, ends.write, "rest");
    close(self, ends.write);
    CHECK(read_text(self, ends.read, 10) == "rest");
    CHECK(read(self, ends.read, 10) == 0);
}

TEST_CASE_FIXTURE(Pipes, "writing with no reader raises SIGPIPE, and gives EPIPE where that is ignored") {
    close(self, ends.read);
    SUBCASE("default: the signal ends the process") {
        CHECK(write(self, ends.write, "x") == error(Errno::epipe));
        CHECK(!signal(self));
        CHECK(!exists(self));
        CHECK(kernel.first_wait_status == kSigPipe);
    }
    SUBCASE("ignored") {
        set_handler(self, kSigPipe, kSigIgn);
        CHECK(write(self, ends.write, "x") == error(Errno::epipe));
        CHECK(!signal(self));
        CHECK(exists(self));
    }
    SUBCASE("a write of no bytes notices nothing") {
        CHECK(write(self, ends.write, "") == 0);
    }
}

TEST_CASE_FIXTURE(
    Pipes, "a writer that sleeps on a full pipe gets SIGPIPE and its partial count when the reader goes") {
    const Tid reader = child_with(ends.read);
    close(self, ends.read);
    set_handler(self, kSigPipe, kSigIgn);
    CHECK(write(self, ends.write, std::string(70'000, 'a')) == kSleeps);
    CHECK(task(self).call->progress == 65'536);
    CHECK(call(reader, Sys::exit_group, 0) == kEnds);
    CHECK(resume(self) == 65'536);
    CHECK(write(self, ends.write, "x") == error(Errno::epipe));
}

TEST_CASE_FIXTURE(NonBlocking, "a pipe holds 16 pages of 4096 bytes") {
    CHECK(call(self, Sys::fcntl, ends.read, 1032, 0) == 65'536);
    CHECK(write(self, ends.write, std::string(100'000, 'a')) == 65'536);
    CHECK(write(self, ends.write, "x") == error(Errno::eagain));
    CHECK(state_of_pipe().slots.size() == 16);
}

TEST_CASE_FIXTURE(NonBlocking, "small writes are merged into the last page, as long as all of one fits") {
    // The same sequence on Linux gives the same results.
    CHECK(write(self, ends.write, std::string(4000, 'a')) == 4000);
    CHECK(read(self, ends.read, 100) == 100);
    CHECK(write(self, ends.write, std::string(97, 'b')) ==
          97);  // 4000 + 97 is over the page: a slot of its own
    CHECK(state_of_pipe().slots.size() == 2);
    CHECK(write(self, ends.write, std::string(96, 'c')) == 96);  // merged into the second
    CHECK(state_of_pipe().slots.size() == 2);
    CHECK(write(self, ends.write, std::string(70'000, 'd')) == 57'712);  // 368 merged, then 14 pages
    CHECK(write(self, ends.write, std::string(4096, 'e')) == error(Errno::eagain));
    CHECK(write(self, ends.write, "f") == error(Errno::eagain));
}

TEST_CASE_FIXTURE(NonBlocking,
                  "bytes that were read still use up their page: a page of one-byte writes is 4096 of them") {
    for (int i = 0; i < 4096; ++i) REQUIRE(write(self, ends.write, "x") == 1);
    CHECK(state_of_pipe().slots.size() == 1);
    CHECK(read(self, ends.read, 4095) == 4095);
    CHECK(write(self, ends.write, "y") == 1);
    CHECK(state_of_pipe().slots.size() == 2);
}

TEST_CASE_FIXTURE(NonBlocking,
                  "a write of up to PIPE_BUF bytes is all or nothing, a longer one may be partial") {
    CHECK(write(self, ends.write, std::string(15 * 4096 + 1, 'a')) == 15 * 4096 + 1);
    CHECK(write(self, ends.write, std::string(4096, 'b')) == error(Errno::eagain));
    CHECK(write(self, ends.write, std::string(4095, 'b')) == 4095);
    CHECK(read(self, ends.read, 4096) == 4096);
    CHECK(write(self, ends.write, std::string(4097, 'c')) == 4096);
}

TEST_CASE_FIXTURE(NonBlocking,
                  "an empty pipe with O_NONBLOCK gives EAGAIN, and end of file once nobody writes") {
    CHECK(read(self, ends.read, 1) == error(Errno::eagain));
    close(self, ends.write);
    CHECK(read(self, ends.read, 1) == 0);
}

TEST_CASE_FIXTURE(Pipes, "a blocking write fills the pipe piece by piece as the reader makes room") {
    const Tid reader = fork(self);
    CHECK(write(self, ends.write, std::string(80'000, 'a')) == kSleeps);
    CHECK(task(self).call->progress == 65'536);
    CHECK(read(reader, ends.read, 1000) == 1000);
    CHECK(state(self) == TaskState::blocked);  // no page was freed
    CHECK(read(reader, ends.read, 3096) == 3096);
    CHECK(state(self) == TaskState::ready);
    CHECK(resume(self) == kSleeps);
    CHECK(task(self).call->progress == 65'536 + 4096);
    CHECK(read(reader, ends.read, 65'536) == 65'536);
    CHECK(resume(self) == 80'000);
    CHECK(state_of_pipe().size_bytes() == 80'000 - 65'536 - 4096);
}

TEST_CASE_FIXTURE(Pipes, "a blocked write of at most PIPE_BUF bytes is not torn apart") {
    const Tid reader = fork(self);
    const Tid other = fork(self);
    CHECK(write(self, ends.write, std::string(65'536, 'a')) == 65'536);
    CHECK(write(self, ends.write, std::string(4096, 'b')) == kSleeps);
    CHECK(write(other, ends.write, std::string(4096, 'c')) == kSleeps);
    CHECK(read(reader, ends.read, 8192) == 8192);
    CHECK(resume(self) == 4096);
    CHECK(resume(other) == 4096);  // passed on by the first writer
    CHECK(read(reader, ends.read, 14 * 4096) == 14 * 4096);
    CHECK(read_text(reader, ends.read, 8192) == std::string(4096, 'b') + std::string(4096, 'c'));
}

TEST_CASE_FIXTURE(Pipes, "one write wakes one reader, the one that has waited longest") {
    const Tid a = fork(self), b = fork(self);
    CHECK(read(b, ends.read, 1) == kSleeps);
    CHECK(read(a, ends.read, 1) == kSleeps);
    CHECK(waiters(kernel, ref(id), WaitFor::readable) == std::vector{b, a});
    CHECK(write(self, ends.write, "xy") == 2);
    CHECK(state(b) == TaskState::ready);
    CHECK(state(a) == TaskState::blocked);
    CHECK(resume(b) == 1);
    CHECK(state(a) == TaskState::ready);  // something is left: the wake-up is passed on
    CHECK(resume(a) == 1);
}

TEST_CASE_FIXTURE(Pipes, "a reader whose bytes were taken by a faster one sleeps again, behind the others") {
    const Tid a = fork(self);
    CHECK(read(a, ends.read, 1) == kSleeps);
    CHECK(write(self, ends.write, "x") == 1);
    CHECK(read(self, ends.read, 1) == 1);
    CHECK(resume(a) == kSleeps);
}

TEST_CASE_FIXTURE(Pipes, "a write that a signal interrupts after some bytes returns their number") {
    set_handler(self, kSigUsr1, 0x401000, kSaRestart);
    const Tid other = fork(self);
    CHECK(write(self, ends.write, std::string(70'000, 'a')) == kSleeps);
    CHECK(call(other, Sys::kill, self.value, kSigUsr1) == 0);
    CHECK(resume(self) == 65'536);
    CHECK(signal(self)->signal == kSigUsr1);
}

TEST_CASE_FIXTURE(Pipes, "a read that a signal interrupts gives EINTR, or is made again with SA_RESTART") {
    bool restarts = false;
    SUBCASE("without") {}
    SUBCASE("with SA_RESTART") {
        restarts = true;
    }
    set_handler(self, kSigUsr1, 0x401000, restarts ? kSaRestart : 0);
    const Tid other = fork(self);
    CHECK(read(self, ends.read, 1) == kSleeps);
    CHECK(call(other, Sys::kill, self.value, kSigUsr1) == 0);
    CHECK(resume(self) == (restarts ? kAgain : error(Errno::eintr)));
    CHECK(signal(self)->signal == kSigUsr1);
}

TEST_CASE_FIXTURE(Pipes, "bytes that were ready win over a signal that came at the same time") {
    set_handler(self, kSigUsr1, 0x401000);
    const Tid other = fork(self);
    CHECK(read(self, ends.read, 1) == kSleeps);
    CHECK(write(other, ends.write, "x") == 1);
    CHECK(call(other, Sys::kill, self.value, kSigUsr1) == 0);
    CHECK(resume(self) == 1);
}

TEST_CASE_FIXTURE(Pipes, "bad addresses give EFAULT and move nothing") {
    CHECK(call(self, Sys::write, ends.write, kBadAddress, 5) == error(Errno::efault));
    CHECK(state_of_pipe().size_bytes() == 0);
    write(self, ends.write, "abc");
    CHECK(call(self, Sys::read, ends.read, kBadAddress, 5) == error(Errno::efault));
    CHECK(read_text(self, ends.read, 9) == "abc");
    CHECK(call(self, Sys::read, ends.read, kBuffer, -1) == error(Errno::efault));
    CHECK(call(self, Sys::read, ends.read, kBadAddress, 0) == 0);
    CHECK(call(self, Sys::read, ends.write, kBuffer, 1) == error(Errno::ebadf));
    CHECK(call(self, Sys::write, ends.read, kBuffer, 1) == error(Errno::ebadf));
    CHECK(call(self, Sys::pipe, kBadAddress) == error(Errno::efault));
    CHECK(call(self, Sys::pipe2, kBuffer, 0x1234567) == error(Errno::einval));
    CHECK(kernel.pipes.size() == 1);
}

TEST_CASE_FIXTURE(Pipes, "F_SETPIPE_SZ rounds up to a power of two pages and refuses what does not fit") {
    constexpr int kSet = 1031;
    CHECK(call(self, Sys::fcntl, ends.read, kSet, 70'000) == 131'072);
    CHECK(call(self, Sys::fcntl, ends.read, kSet, 0) == 4096);
    CHECK(call(self, Sys::fcntl, ends.read, kSet, 5000) == 8192);
    CHECK(call(self, Sys::fcntl, ends.read, kSet, 2'000'000) == error(Errno::eperm));
    CHECK(call(self, Sys::fcntl, ends.read, kSet, -1) == error(Errno::einval));
    write(self, ends.write, std::string(4097, 'a'));
    CHECK(call(self, Sys::fcntl, ends.read, kSet, 4096) == error(Errno::ebusy));
    CHECK(call(self, Sys::fcntl, 0, kSet, 4096) == error(Errno::ebadf));
}

TEST_CASE_FIXTURE(Pipes, "growing a full pipe wakes a writer") {
    const Tid other = fork(self);
    write(self, ends.write, std::string(65'536, 'a'));
    CHECK(write(self, ends.write, "x") == kSleeps);
    CHECK(call(other, Sys::fcntl, ends.read, 1031, 131'072) == 131'072);
    CHECK(resume(self) == 1);
}

TEST_CASE("a pipe with O_DIRECT keeps packets apart and drops what a short read leaves of one") {
    Pipes p(kODirect);
    CHECK(p.write(p.self, p.ends.write, "one") == 3);
    CHECK(p.write(p.self, p.ends.write, "second") == 6);
    CHECK(p.write(p.self, p.ends.write, std::string(5000, 'p')) == 5000);
    CHECK(p.read_text(p.self, p.ends.read, 100) == "one");
    CHECK(p.read_text(p.self, p.ends.read, 3) == "sec");
    CHECK(p.read(p.self, p.ends.read, 10'000) == 4096);
    CHECK(p.read(p.self, p.ends.read, 10'000) == 904);
}

TEST_CASE_FIXTURE(Pipes, "FIONREAD tells how many bytes wait in a pipe") {
    write(self, ends.write, "12345");
    CHECK(call(self, Sys::ioctl, ends.read, 0x541b, kScratch) == 0);
    CHECK(load<std::int32_t>(self, kScratch) == 5);
}

TEST_CASE_FIXTURE(Pipes, "the bytes in a pipe know who wrote them") {
    const Tid child = fork(self);
    write(self, ends.write, "aaa");
    write(child, ends.write, "bb");
    const PipeSlot& slot = *state_of_pipe().slots.front();
    CHECK(slot.runs == std::vector<PipeRun>{{3, pid(self)}, {2, pid(child)}});
    read(self, ends.read, 4);
    CHECK(state_of_pipe().slots.front()->runs == std::vector<PipeRun>{{1, pid(child)}});
}

TEST_CASE_FIXTURE(Pipes, "pipes with the same history are equal, whatever was recycled on the way") {
    Kernel before = kernel;
    write(self, ends.write, "abc");
    read(self, ends.read, 3);
    CHECK(before != kernel);  // positions in the stream have moved
    Kernel copy = kernel;
    copy.pipes.write(id).spare.slot.clear();
    CHECK(copy == kernel);
    write(self, ends.write, "def");
    CHECK(copy.pipes[id].slots.empty());
}

TEST_CASE_FIXTURE(
    Pipes, "a read that sleeps keeps its open file: another thread's close() is seen when it returns") {
    const Tid reader = thread(self);
    CHECK(read(reader, ends.read, 3) == kSleeps);
    CHECK(close(self, ends.read) == 0);
    CHECK(state(reader) == TaskState::blocked);
    CHECK(call(self, Sys::dup2, 0, ends.read) == ends.read);  // the number means something else now
    CHECK(write(self, ends.write, "abcd") == 4);
    CHECK(resume(reader) == 3);
    CHECK(set_handler(self, kSigPipe, kSigIgn) == 0);
    CHECK(write(self, ends.write, "x") == error(Errno::epipe));
}

TEST_CASE_FIXTURE(Pipes,
                  "a write that sleeps keeps the pipe from its end of file, until a signal ends the call") {
    const Tid writer = thread(self), reader = fork(self);
    CHECK(close(reader, ends.write) == 0);
    CHECK(write(self, ends.write, std::string(kCapacity, 'x')) == static_cast<int>(kCapacity));
    CHECK(call(writer, Sys::write, ends.write, kBuffer, 1) == kSleeps);
    CHECK(close(self, ends.write) == 0);
    CHECK(set_handler(self, kSigUsr1, 0x5000) == 0);
    CHECK(read(reader, ends.read, kCapacity) == static_cast<int>(kCapacity));
    CHECK(call(self, Sys::tgkill, self.value, writer.value, kSigUsr1) == 0);
    CHECK(read(reader, ends.read, 1) == kSleeps);
    CHECK(resume(writer) == 1);
    CHECK(resume(reader) == 1);
    CHECK(read(reader, ends.read, 1) == 0);
}

TEST_CASE_FIXTURE(Pipes, "a thread that is killed in a call lets go of what only that call still had open") {
    const Tid reader = thread(self), child = fork(self);
    CHECK(close(child, ends.read) == 0);
    CHECK(read(reader, ends.read, 3) == kSleeps);
    CHECK(close(self, ends.read) == 0);
    CHECK(write(child, ends.write, "x") == 1);
    CHECK(call(child, Sys::kill, self.value, kSigKill) == 0);
    CHECK_FALSE(signal(self).has_value());
    CHECK(set_handler(child, kSigPipe, kSigIgn) == 0);
    CHECK(write(child, ends.write, "x") == error(Errno::epipe));
}

TEST_CASE_FIXTURE(
    Pipes, "a signal makes who sleeps in write() look at O_NONBLOCK, which may have been set meanwhile") {
    const Tid child = fork(self);
    CHECK(write(self, ends.write, std::string(kCapacity, 'x')) == static_cast<int>(kCapacity));
    CHECK(set_handler(child, kSigUsr1, 0x5000, kSaRestart) == 0);
    CHECK(call(child, Sys::write, ends.write, kBuffer, 1) == kSleeps);
    CHECK(call(self, Sys::fcntl, ends.write, 4, kONonBlock) == 0);
    CHECK(state(child) == TaskState::blocked);
    CHECK(call(self, Sys::kill, child.value, kSigUsr1) == 0);
    CHECK(resume(child) == error(Errno::eagain));
}

TEST_CASE(
    "a standard stream that is a pipe has a size, which can be changed; a terminal or a file has none") {
    constexpr int kSet = 1031, kGet = 1032;
    BootOptions options = Fixture::default_options();
    options.standard_streams = {StreamKind::pipe, StreamKind::terminal, StreamKind::file};
    Fixture fixture(options);
    const auto control = [&](Fd fd, int command, std::int64_t bytes) {
        return fixture.call(fixture.first, Sys::fcntl, fd, command, bytes);
    };
    CHECK(control(0, kGet, 0) == 65'536);
    CHECK(control(0, kSet, 4097) == 8'192);
    CHECK(control(0, kGet, 0) == 8'192);
    CHECK(control(0, kSet, 1 << 21) == error(Errno::eperm));
    CHECK(control(0, kSet, -1) == error(Errno::einval));
    feed_input(fixture.kernel, standard_stream(0), std::string(5000, 'x'), nullptr);
    CHECK(control(0, kSet, 4096) == error(Errno::ebusy));
    for (const Fd fd : {1, 2}) {
        CHECK(control(fd, kGet, 0) == error(Errno::ebadf));
        CHECK(control(fd, kSet, 4096) == error(Errno::ebadf));
    }
}

}  // namespace ipclab::kernel
