#include "kernel/poll.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kFifoMode = 0010600;

struct Fifos : Fixture {
    Tid self = first, other = fork(first), third = fork(first);
    std::int64_t made = call(first, Sys::mknod, path(first, "/tmp/fifo"), kFifoMode, 0);

    std::int64_t open_fifo(Tid task, std::uint32_t flags) { return open(task, "/tmp/fifo", flags); }
    std::uint32_t poll_events(Tid task, std::int64_t fd) const {
        return ready_events(kernel, kernel.files[*process(task).fds->get(static_cast<Fd>(fd))]);
    }
    /// Both ends, without waiting: first the reader.
    Fd reader(Tid task) { return static_cast<Fd>(open_fifo(task, kORdOnly | kONonBlock)); }
};

}  // namespace

TEST_CASE_FIXTURE(Fifos, "fifo(7): open for reading waits for a writer, and for writing for a reader") {
    REQUIRE(made == 0);
    CHECK(open_fifo(other, kORdOnly) == kSleeps);
    CHECK(describe_wait(kernel, other) ==
          "blocked in openat on pipe 1 (/tmp/fifo) (nobody has it open for writing)");
    CHECK(open_fifo(self, kOWrOnly) == 3);
    CHECK(resume(other) == 3);
    CHECK(write(self, 3, "hi") == 2);
    CHECK(read_text(other, 3, 10) == "hi");
    CHECK(close(other, 3) == 0);
    CHECK(close(self, 3) == 0);

    CHECK(open_fifo(other, kOWrOnly) == kSleeps);
    CHECK(open_fifo(self, kORdOnly) == 3);
    CHECK(resume(other) == 3);
}

TEST_CASE_FIXTURE(
    Fifos,
    "who waits for the other end keeps waiting when others close their files, also where there are sockets") {
    CHECK(call(self, Sys::socketpair, 1, 1, 0, kScratch) == 0);
    CHECK(open_fifo(other, kORdOnly) == kSleeps);
    CHECK(close(self, 4) == 0);
    CHECK(open_fifo(self, kOWrOnly) == 4);
    CHECK(resume(other) == 3);
}

TEST_CASE_FIXTURE(Fifos, "two readers wait, and one writer lets both in") {
    CHECK(open_fifo(other, kORdOnly) == kSleeps);
    CHECK(open_fifo(third, kORdOnly) == kSleeps);
    CHECK(state(other) == TaskState::blocked);
    CHECK(open_fifo(self, kOWrOnly) == 3);
    CHECK(resume(third) == 3);
    CHECK(resume(other) == 3);
}

TEST_CASE_FIXTURE(Fifos,
                  "a writer that is gone before the reader runs has let it in all the same: end of file") {
    CHECK(open_fifo(other, kORdOnly) == kSleeps);
    CHECK(open_fifo(self, kOWrOnly) == 3);
    CHECK(close(self, 3) == 0);
    CHECK(resume(other) == 3);
    CHECK(read(other, 3, 10) == 0);
}

TEST_CASE_FIXTURE(Fifos, "O_NONBLOCK: a reader opens at once, a writer without a reader gets ENXIO") {
    CHECK(open_fifo(self, kOWrOnly | kONonBlock) == error(Errno::enxio));
    CHECK(kernel.pipes.empty());
    CHECK(reader(self) == 3);
    CHECK(read(self, 3, 1) == 0);
    CHECK(open_fifo(other, kOWrOnly | kONonBlock) == 3);
    CHECK(read(self, 3, 1) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Fifos, "O_RDWR waits for nobody and is both ends; access mode 3 is EINVAL") {
    CHECK(open_fifo(self, kORdWr) == 3);
    CHECK(write(self, 3, "to myself") == 9);
    CHECK(read_text(self, 3, 20) == "to myself");
    CHECK(open_fifo(other, kORdOnly) == 3);
    CHECK(open_fifo(other, kOWrOnly) == 4);
    CHECK(poll_events(self, 3) == (kPollOut | kPollWrNorm));
    CHECK(call(self, Sys::fcntl, 3, 1032) == 65'536);
    CHECK(call(self, Sys::lseek, 3, 0, 0) == error(Errno::espipe));
    CHECK(open_fifo(self, 3) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Fifos, "what is in a FIFO goes with its last descriptor; the next open begins anew") {
    CHECK(open_fifo(self, kORdWr) == 3);
    CHECK(write(self, 3, "lost") == 4);
    CHECK(close(self, 3) == 0);
    CHECK(kernel.pipes.empty());
    CHECK(reader(self) == 3);
    CHECK(read(self, 3, 10) == 0);
}

TEST_CASE_FIXTURE(Fifos, "an unlinked FIFO lives on for those who have it open; a new one is another") {
    CHECK(open_fifo(self, kORdWr) == 3);
    CHECK(call(self, Sys::unlink, path(self, "/tmp/fifo")) == 0);
    CHECK(write(self, 3, "x") == 1);
    CHECK(open_fifo(self, kORdWr) == error(Errno::enoent));
    CHECK(call(self, Sys::mknod, path(self, "/tmp/fifo"), kFifoMode, 0) == 0);
    CHECK(open_fifo(self, kORdWr | kONonBlock) == 4);
    CHECK(read(self, 4, 10) == error(Errno::eagain));
    CHECK(read_text(self, 3, 10) == "x");
}

TEST_CASE_FIXTURE(Fifos, "poll: no hang-up before the first writer, hang-up after the last") {
    const Fd fd = reader(self);
    CHECK(poll_events(self, fd) == 0);
    CHECK(open_fifo(other, kOWrOnly) == 3);
    CHECK(poll_events(self, fd) == 0);
    CHECK(write(other, 3, "x") == 1);
    CHECK(close(other, 3) == 0);
    CHECK(poll_events(self, fd) == (kPollIn | kPollRdNorm | kPollHup));
    CHECK(read_text(self, fd, 1) == "x");
    CHECK(poll_events(self, fd) == kPollHup);
    // Whoever opens it after that has not seen a writer yet.
    CHECK(reader(third) == 3);
    CHECK(poll_events(third, 3) == 0);
}

TEST_CASE_FIXTURE(Fifos, "a signal handler ends the wait with EINTR, and no end stays behind") {
    CHECK(set_handler(other, kSigUsr1, 0x5000) == 0);
    CHECK(open_fifo(other, kORdOnly) == kSleeps);
    CHECK(call(self, Sys::kill, other.value, kSigUsr1) == 0);
    CHECK(resume(other) == error(Errno::eintr));
    CHECK(kernel.pipes.empty());
    CHECK(open_fifo(self, kOWrOnly | kONonBlock) == error(Errno::enxio));
}

TEST_CASE_FIXTURE(Fifos, "signal(7): with SA_RESTART the open is made again") {
    CHECK(set_handler(other, kSigUsr1, 0x5000, kSaRestart) == 0);
    CHECK(open_fifo(other, kORdOnly) == kSleeps);
    CHECK(call(self, Sys::kill, other.value, kSigUsr1) == 0);
    CHECK(resume(other) == kAgain);
    CHECK(kernel.pipes.empty());
}

TEST_CASE_FIXTURE(Fifos, "a process that is killed in open() leaves nothing") {
    CHECK(open_fifo(other, kOWrOnly) == kSleeps);
    CHECK(call(self, Sys::kill, other.value, kSigKill) == 0);
    CHECK_FALSE(signal(other).has_value());
    CHECK(kernel.pipes.empty());
}

TEST_CASE_FIXTURE(Fifos, "while open() waits, its descriptor is taken: another thread gets the next one") {
    const Tid reader = thread(self);
    CHECK(open_fifo(reader, kORdOnly) == kSleeps);
    CHECK(call(self, Sys::dup, 0) == 4);
    CHECK(close(self, 3) == error(Errno::ebadf));
    CHECK(call(self, Sys::dup2, 0, 3) == error(Errno::ebusy));
    const Tid child = fork(self);
    CHECK(call(child, Sys::dup, 0) == 3);
    CHECK(open_fifo(self, kOWrOnly) == 5);
    CHECK(resume(reader) == 3);
}

TEST_CASE_FIXTURE(Fifos, "open(2): a number that a thread waits with is given to no socket either") {
    CHECK(open_fifo(thread(self), kORdOnly) == kSleeps);  // with 3
    CHECK(call(self, Sys::socketpair, 1, 1, 0, kBuffer) == 0);
    CHECK(load<std::array<std::int32_t, 2>>(self, kBuffer) == std::array<std::int32_t, 2>{4, 5});
    CHECK(call(self, Sys::socket, 1, 1, 0) == 6);
    limit_open_files(self, 7);
    CHECK(call(self, Sys::socket, 1, 1, 0) == error(Errno::emfile));
    CHECK(call(self, Sys::socketpair, 1, 1, 0, kBuffer) == error(Errno::emfile));
}

TEST_CASE_FIXTURE(Fifos, "writing without readers is SIGPIPE, as in any pipe") {
    const Fd fd = reader(self);
    CHECK(open_fifo(other, kOWrOnly) == 3);
    CHECK(close(self, fd) == 0);
    CHECK(set_handler(other, kSigPipe, 0x5000) == 0);
    CHECK(write(other, 3, "x") == error(Errno::epipe));
    CHECK(poll_events(other, 3) == (kPollOut | kPollWrNorm | kPollErr));
}

TEST_CASE_FIXTURE(Fifos, "the permissions of a FIFO are asked at open()") {
    CHECK(call(self, Sys::mknod, path(self, "/tmp/mine"), 0010400, 0) == 0);
    CHECK(open(self, "/tmp/mine", kOWrOnly | kONonBlock) == error(Errno::eacces));
    CHECK(open(self, "/tmp/mine", kORdOnly | kONonBlock) == 3);
}

TEST_CASE_FIXTURE(Fifos, "mknod(2): names, types and privileges") {
    struct {
        std::string_view name;
        std::uint32_t mode;
        std::int64_t result;
    } const rows[] = {
        {"/tmp/fifo", kFifoMode, error(Errno::eexist)},
        {"/tmp/none/fifo", kFifoMode, error(Errno::enoent)},
        {"/tmp/new/", kFifoMode, error(Errno::enoent)},
        {"/bin/fifo", kFifoMode, error(Errno::eacces)},
        {"/tmp/device", 0020600, error(Errno::eperm)},
        {"/tmp/device", 0060600, error(Errno::eperm)},
        {"/tmp/directory", 0040700, error(Errno::eperm)},
        {"/tmp/what", 0050600, error(Errno::einval)},
        {"/tmp/plain", 0600, 0},
        {"/tmp/regular", 0100600, 0},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK(call(self, Sys::mknodat, -100, path(self, row.name), row.mode, 0) == row.result);
    }
    CHECK(open(self, "/tmp/regular", kORdWr) == 3);
}

}  // namespace ipclab::kernel
