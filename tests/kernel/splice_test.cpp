#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kDoNotBlock = 2;

struct Splices : Fixture {
    Tid self = first;
    PipeEnds from = pipe(first), to = pipe(first);
    Fd file = static_cast<Fd>(open(first, "/tmp/data", kORdWr | kOCreat));
    Tid other = fork(first);

    std::int64_t splice(Tid task, Fd in, Fd out, std::uint64_t bytes, std::uint32_t flags = 0) {
        return call(task, Sys::splice, in, 0, out, 0, bytes, flags);
    }
    std::int64_t tee(Tid task, Fd in, Fd out, std::uint64_t bytes, std::uint32_t flags = 0) {
        return call(task, Sys::tee, in, out, bytes, flags);
    }
    const Pipe& pipe_of(Fd fd) const {
        return kernel.pipes[kernel.files[*process(self).fds->get(fd)].pipe()];
    }
};

}  // namespace

TEST_CASE_FIXTURE(Splices, "splice(2) moves what is in one pipe into another, in whole pages where it can") {
    write(self, from.write, "first");
    write(self, from.write, std::string(4096, 'x'));
    CHECK(splice(self, from.read, to.write, 3) == 3);
    CHECK(splice(self, from.read, to.write, 100'000) == 4098);
    CHECK(pipe_of(from.read).slots.empty());
    CHECK(pipe_of(to.read).slots.size() == 3);
    CHECK(read_text(self, to.read, 6) == "firstx");
}

TEST_CASE_FIXTURE(Splices, "a write is not merged into a page that came from elsewhere") {
    write(self, from.write, "abcdef");
    CHECK(splice(self, from.read, to.write, 3) == 3);
    write(self, to.write, "xyz");
    CHECK(pipe_of(to.read).slots.size() == 2);
    CHECK(read_text(self, to.read, 10) == "abcxyz");
}

TEST_CASE_FIXTURE(
    Splices, "splice(2) from a file stops at its pages' boundaries and at its end, and moves the offset") {
    REQUIRE(write(self, file, std::string(5000, 'f')) == 5000);
    REQUIRE(call(self, Sys::lseek, file, 100, 0) == 100);
    CHECK(splice(self, file, to.write, 100'000) == 4900);
    CHECK(pipe_of(to.read).slots.size() == 2);
    CHECK(pipe_of(to.read).slots.front()->bytes.size() == 3996);
    CHECK(splice(self, file, to.write, 10) == 0);
    const std::uint64_t offset = store(self, std::uint64_t{4990}, kScratch + 64);
    CHECK(call(self, Sys::splice, file, offset, to.write, 0, 100, 0) == 10);
    CHECK(load<std::uint64_t>(self, offset) == 5000);
    CHECK(call(self, Sys::lseek, file, 0, 1) == 5000);
}

TEST_CASE_FIXTURE(Splices, "splice(2) into a file writes at its offset, or at the caller's") {
    write(self, from.write, "abcdefgh");
    CHECK(splice(self, from.read, file, 3) == 3);
    const std::uint64_t offset = store(self, std::uint64_t{10}, kScratch + 64);
    CHECK(call(self, Sys::splice, from.read, 0, file, offset, 100, 0) == 5);
    CHECK(load<std::uint64_t>(self, offset) == 15);
    CHECK(call(self, Sys::pread64, file, kBuffer, 100, 0) == 15);
    CHECK(get(self, 15) == std::string("abc\0\0\0\0\0\0\0defgh", 15));
}

TEST_CASE_FIXTURE(Splices, "splice(2) waits for data and for room, unless it is told not to") {
    CHECK(splice(self, from.read, to.write, 10, kDoNotBlock) == error(Errno::eagain));
    CHECK(splice(other, from.read, to.write, 10) == kSleeps);
    CHECK(write(self, from.write, "ready") == 5);
    CHECK(resume(other) == 5);
    for (int page = 1; page < 16; ++page) write(self, to.write, std::string(4096, 'x'));
    CHECK(write(self, from.write, "more") == 4);
    CHECK(splice(self, from.read, to.write, 10, kDoNotBlock) == error(Errno::eagain));
    CHECK(splice(other, from.read, to.write, 10) == kSleeps);
    CHECK(read(self, to.read, 5) == 5);
    CHECK(resume(other) == 4);
}

TEST_CASE_FIXTURE(Splices, "splice(2) that frees a slot of a full pipe wakes its writer") {
    for (int page = 0; page < 16; ++page) write(self, from.write, std::string(4096, 'x'));
    CHECK(write(other, from.write, "waits") == kSleeps);
    CHECK(splice(self, from.read, file, 4096) == 4096);
    CHECK(resume(other) == 5);
}

TEST_CASE_FIXTURE(Splices, "splice(2): end of file without writers, SIGPIPE without readers") {
    CHECK(close(self, from.write) == 0);
    CHECK(close(other, from.write) == 0);
    CHECK(splice(self, from.read, to.write, 10) == 0);
    CHECK(splice(self, from.read, file, 10) == 0);
    CHECK(close(self, to.read) == 0);
    CHECK(close(other, to.read) == 0);
    CHECK(set_handler(self, kSigPipe, 0x5000) == 0);
    REQUIRE(write(self, file, "x") == 1);
    const std::uint64_t offset = store(self, std::uint64_t{0}, kScratch + 64);
    CHECK(call(self, Sys::splice, file, offset, to.write, 0, 1, 0) == error(Errno::epipe));
}

TEST_CASE_FIXTURE(Splices, "what splice(2) refuses") {
    write(self, from.write, "x");
    const std::uint64_t offset = store(self, std::uint64_t{0}, kScratch + 64);
    CHECK(splice(self, from.read, from.write, 1) == error(Errno::einval));
    CHECK(splice(self, file, file, 1) == error(Errno::einval));
    CHECK(splice(self, from.read, 0, 1) == error(Errno::einval));
    CHECK(splice(self, from.read, to.write, 1, 16) == error(Errno::einval));
    CHECK(splice(self, from.read, 99, 1) == error(Errno::ebadf));
    CHECK(splice(self, from.write, to.write, 1) == error(Errno::ebadf));
    CHECK(splice(self, from.read, to.read, 1) == error(Errno::ebadf));
    CHECK(call(self, Sys::splice, from.read, offset, to.write, 0, 1, 0) == error(Errno::espipe));
    CHECK(call(self, Sys::splice, from.read, 0, to.write, offset, 1, 0) == error(Errno::espipe));
    CHECK(call(self, Sys::splice, from.read, 0, file, kBadAddress, 1, 0) == error(Errno::efault));
    const auto appending = static_cast<Fd>(open(self, "/tmp/data", kOWrOnly | kOAppend));
    CHECK(splice(self, from.read, appending, 1) == error(Errno::einval));
    CHECK(splice(self, 99, 99, 0) == 0);
}

TEST_CASE_FIXTURE(Splices, "tee(2) copies and takes nothing") {
    write(self, from.write, "both");
    CHECK(tee(self, from.read, to.write, 100) == 4);
    CHECK(read_text(self, from.read, 10) == "both");
    CHECK(read_text(self, to.read, 10) == "both");
    CHECK(tee(self, from.read, to.write, 1, kDoNotBlock) == error(Errno::eagain));
    CHECK(tee(self, from.read, from.write, 1) == error(Errno::einval));
    CHECK(tee(self, from.read, file, 1) == error(Errno::einval));
    CHECK(tee(other, from.read, to.write, 3) == kSleeps);
    write(self, from.write, "more");
    CHECK(resume(other) == 3);
    CHECK(read_text(self, to.read, 10) == "mor");
}

TEST_CASE_FIXTURE(Splices, "who waits in tee(2) is woken beside a reader, for whom all is left") {
    const Tid reader = fork(self);
    CHECK(tee(other, from.read, to.write, 10) == kSleeps);
    CHECK(call(reader, Sys::read, from.read, kBuffer, 10) == kSleeps);
    write(self, from.write, "both");
    CHECK(resume(other) == 4);
    CHECK(resume(reader) == 4);
}

TEST_CASE_FIXTURE(Splices,
                  "vmsplice(2) puts pieces of memory into a pipe, a page a piece, and copies out of one") {
    put(self, "one", kBuffer);
    put(self, "two", kBuffer + 0x1ffe);
    const std::array<std::uint64_t, 4> vectors{kBuffer, 3, kBuffer + 0x1ffe, 3};
    CHECK(call(self, Sys::vmsplice, from.write, store(self, vectors), 2, 0) == 6);
    CHECK(pipe_of(from.read).slots.size() == 3);
    CHECK(read_text(self, from.read, 10) == "onetwo");
    write(self, from.write, "back");
    CHECK(call(self, Sys::vmsplice, from.read, store(self, std::array<std::uint64_t, 2>{kBuffer + 8, 16}), 1,
               0) == 4);
    CHECK(get(self, 4, kBuffer + 8) == "back");
    CHECK(call(self, Sys::vmsplice, file, kScratch, 1, 0) == error(Errno::ebadf));
    CHECK(call(self, Sys::vmsplice, from.write, kScratch, 1, 16) == error(Errno::einval));
    CHECK(call(self, Sys::vmsplice, from.write, kBadAddress, 1, 0) == error(Errno::efault));
    CHECK(call(self, Sys::vmsplice, from.read, store(self, std::array<std::uint64_t, 2>{kBuffer, 1}), 1,
               kDoNotBlock) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Splices, "preadv(2), pwritev(2): several pieces at an offset, and the file's own stays") {
    put(self, "abcdef");
    const std::array<std::uint64_t, 4> vectors{kBuffer, 2, kBuffer + 4, 2};
    CHECK(call(self, Sys::pwritev, file, store(self, vectors), 2, 10) == 4);
    CHECK(call(self, Sys::lseek, file, 0, 1) == 0);
    CHECK(call(self, Sys::preadv, file, store(self, vectors), 2, 10) == 4);
    CHECK(get(self, 6) == "abcdef");
    CHECK(call(self, Sys::preadv, from.read, kScratch, 2, 0) == error(Errno::espipe));
    CHECK(call(self, Sys::preadv, file, kScratch, 2, -1) == error(Errno::einval));
    CHECK(call(self, Sys::preadv, 99, kScratch, 2, 0) == error(Errno::ebadf));
}

TEST_CASE_FIXTURE(
    Splices, "sendfile(2) hands pages of a file to a pipe: what fits, and it sleeps while nothing does") {
    put(self, std::string(8192, 'x'));
    CHECK(call(self, Sys::write, file, kBuffer, 8192) == 8192);
    const auto send = [&](Tid task, std::uint64_t bytes, std::uint64_t offset) {
        return call(task, Sys::sendfile, from.write, file, store(task, offset), bytes);
    };
    CHECK(send(self, 100, 4090) == 100);  // two pages of the file, two of the pipe
    CHECK(load<std::uint64_t>(self, kScratch) == 4190);
    CHECK(pipe_of(from.read).slots.size() == 2);
    for (int i = 0; i < 7; ++i) CHECK(send(self, 8192, 0) == 8192);
    CHECK(send(other, 1, 0) == kSleeps);
    CHECK(read_text(self, from.read, 6) == "xxxxxx");
    CHECK(resume(other) == 1);
    CHECK(call(self, Sys::lseek, file, 0, 1) == 8192);
}

TEST_CASE_FIXTURE(Splices, "sendfile(2) to a full socket sleeps, and goes on where it stood") {
    CHECK(call(self, Sys::socketpair, 1, 1, 0, kScratch) == 0);
    const auto ends = load<std::array<std::int32_t, 2>>(self, kScratch);
    kernel.limits.socket_buffer_bytes = 4608;
    const Tid sender = fork(self);
    CHECK(call(self, Sys::ftruncate, file, 1 << 20) == 0);
    CHECK(call(sender, Sys::sendfile, ends[0], file, store(sender, std::uint64_t{0}), 1 << 20) == kSleeps);
    std::int64_t got = 0, done = kSleeps;
    while (done == kSleeps && got < 1 << 20) {
        got += read(self, ends[1], 4096);
        if (state(sender) == TaskState::ready) done = resume(sender);
    }
    CHECK(done == 1 << 20);
    CHECK(load<std::uint64_t>(sender, kScratch) == 1 << 20);
}

TEST_CASE_FIXTURE(Splices, "splice(2) that has slept at the pipe looks at the socket for the first time") {
    CHECK(call(self, Sys::socketpair, 1, 1 | kONonBlock, 0, kScratch) == 0);
    const auto ends = load<std::array<std::int32_t, 2>>(self, kScratch);
    CHECK(set_handler(self, kSigPipe, 0x5000) == 0);
    const Tid sender = fork(self);
    CHECK(splice(sender, from.read, ends[0], 1) == kSleeps);
    SUBCASE("SIGPIPE comes where nobody may send any more") {
        CHECK(call(self, Sys::shutdown, ends[0], 1) == 0);
        write(self, from.write, "x");
        CHECK(resume(sender) == error(Errno::epipe));
        CHECK(signal(sender)->signal == kSigPipe);
    }
    SUBCASE("its O_NONBLOCK counts") {
        while (write(self, ends[0], std::string(4096, 'x')) > 0) {
        }
        write(self, from.write, "x");
        CHECK(resume(sender) == error(Errno::eagain));
    }
}

TEST_CASE_FIXTURE(Splices, "splice(2) that has slept at the socket goes on there") {
    CHECK(call(self, Sys::socketpair, 1, 1, 0, kScratch) == 0);
    const auto ends = load<std::array<std::int32_t, 2>>(self, kScratch);
    CHECK(set_handler(self, kSigPipe, 0x5000) == 0);
    const Tid sender = fork(self);
    while (call(self, Sys::sendto, ends[0], kBuffer, 4096, 0x40, 0, 0) > 0) {
    }
    write(self, from.write, "x");
    CHECK(splice(sender, from.read, ends[0], 1) == kSleeps);
    CHECK(call(self, Sys::shutdown, ends[0], 1) == 0);
    CHECK(resume(sender) == error(Errno::epipe));
    CHECK_FALSE(signal(sender).has_value());
}

TEST_CASE_FIXTURE(Splices,
                  "copy_file_range(2) copies between regular files of one file system, not over itself") {
    const Fd copy = static_cast<Fd>(open(self, "/tmp/copy", kORdWr | kOCreat));
    write(self, file, "0123456789");
    const auto range = [&](Fd in, std::uint64_t at, Fd out, std::uint64_t target, std::uint64_t bytes) {
        return call(self, Sys::copy_file_range, in, store(self, at), out, store(self, target, kScratch + 8),
                    bytes, 0);
    };
    CHECK(range(file, 2, copy, 1, 100) == 8);
    CHECK(load<std::uint64_t>(self, kScratch) == 10);
    CHECK(load<std::uint64_t>(self, kScratch + 8) == 9);
    CHECK(read_text(self, copy, 100) == std::string("\0", 1) + "23456789");
    CHECK(range(file, 0, file, 9, 10) == error(Errno::einval));
    CHECK(range(file, 0, file, 10, 10) == 10);
    CHECK(range(file, 0, copy, INT64_MAX, 5) == error(Errno::efbig));
    CHECK(range(file, -1, copy, 0, 5) == error(Errno::eoverflow));
    CHECK(range(file, 0, from.write, 0, 5) == error(Errno::einval));
}

}  // namespace ipclab::kernel
