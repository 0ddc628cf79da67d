#include "tests/kernel/fixture.h"

#include "kernel/poll.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kSemaphore = 1;
constexpr std::uint64_t kMost = UINT64_MAX - 1;

struct Eventfd : Fixture {
    Fd eventfd(std::uint64_t value, std::uint32_t flags = 0) {
        return static_cast<Fd>(call(first, Sys::eventfd2, value, flags));
    }
    std::int64_t add(Tid task, Fd fd, std::uint64_t value) {
        return call(task, Sys::write, fd, store(task, value, kBuffer), 8);
    }
    std::int64_t take(Tid task, Fd fd) { return call(task, Sys::read, fd, kBuffer, 8); }
    std::uint64_t taken(Tid task) { return load<std::uint64_t>(task, kBuffer); }
    std::uint32_t ready(Fd fd) { return ready_events(kernel, kernel.files[*process(first).fds->get(fd)]); }
};

}  // namespace

TEST_CASE_FIXTURE(Eventfd, "a read gives the sum of what was written and leaves 0") {
    const Fd fd = eventfd(5);
    CHECK(add(first, fd, 3) == 8);
    CHECK(add(first, fd, 0) == 8);
    CHECK(take(first, fd) == 8);
    CHECK(taken(first) == 8);
    CHECK(take(first, fd) == kSleeps);
}

TEST_CASE_FIXTURE(Eventfd, "a read of a semaphore gives 1 and takes 1") {
    const Fd fd = eventfd(2, kSemaphore | kONonBlock);
    for (int i = 0; i < 2; ++i) {
        CHECK(take(first, fd) == 8);
        CHECK(taken(first) == 1);
    }
    CHECK(take(first, fd) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Eventfd, "a write wakes every reader, and one of them finds the counter at 0 again") {
    const Fd fd = eventfd(0);
    const Tid one = fork(first), two = fork(first);
    CHECK(take(one, fd) == kSleeps);
    CHECK(describe_wait(kernel, one) == "blocked in read on eventfd 1 (counter 0)");
    CHECK(take(two, fd) == kSleeps);
    CHECK(add(first, fd, 4) == 8);
    CHECK(state(one) == TaskState::ready);
    CHECK(state(two) == TaskState::ready);
    CHECK(resume(two) == 8);
    CHECK(taken(two) == 4);
    CHECK(resume(one) == kSleeps);
}

TEST_CASE_FIXTURE(Eventfd, "a write that would overflow waits for a read") {
    const Fd fd = eventfd(0);
    const Tid writer = fork(first);
    CHECK(add(first, fd, kMost) == 8);
    CHECK(ready(fd) == kPollIn);
    CHECK(add(writer, fd, 1) == kSleeps);
    CHECK(take(first, fd) == 8);
    CHECK(taken(first) == kMost);
    CHECK(ready(fd) == kPollOut);
    CHECK(resume(writer) == 8);
    CHECK(take(first, fd) == 8);
    CHECK(taken(first) == 1);
}

TEST_CASE_FIXTURE(Eventfd, "readiness: to be read above 0, to be written below the limit") {
    const Fd fd = eventfd(0);
    CHECK(ready(fd) == kPollOut);
    add(first, fd, 1);
    CHECK(ready(fd) == (kPollIn | kPollOut));
    add(first, fd, kMost - 1);
    CHECK(ready(fd) == kPollIn);
}

TEST_CASE_FIXTURE(Eventfd, "what eventfd refuses") {
    const Fd fd = eventfd(1, kONonBlock);
    CHECK(call(first, Sys::eventfd2, 0, 8) == error(Errno::einval));
    CHECK(call(first, Sys::read, fd, kBuffer, 7) == error(Errno::einval));
    CHECK(call(first, Sys::write, fd, kBuffer, 7) == error(Errno::einval));
    CHECK(call(first, Sys::write, fd, kBuffer, 9) == error(Errno::einval));
    CHECK(add(first, fd, UINT64_MAX) == error(Errno::einval));
    CHECK(add(first, fd, kMost) == error(Errno::eagain));
    CHECK(call(first, Sys::write, fd, kBadAddress, 8) == error(Errno::efault));
    CHECK(call(first, Sys::pread64, fd, kBuffer, 8, 0) == error(Errno::espipe));
    CHECK(call(first, Sys::lseek, fd, 5, 0) == 0);
    // What could not be given is lost.
    CHECK(call(first, Sys::read, fd, kBadAddress, 8) == error(Errno::efault));
    CHECK(take(first, fd) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Eventfd, "the counter goes with its last descriptor, and with a table that is full") {
    const Fd fd = eventfd(1);
    const Tid child = fork(first);
    close(first, fd);
    CHECK(kernel.event_fds->counters.size() == 1);
    CHECK(take(child, fd) == 8);
    close(child, fd);
    CHECK(kernel.event_fds->counters.empty());
    limit_open_files(first, 3);
    CHECK(call(first, Sys::eventfd2, 0, 0) == error(Errno::emfile));
    kernel.limits.all_open_files = kernel.files.size();
    CHECK(call(first, Sys::eventfd2, 0, 0) == error(Errno::enfile));
    CHECK(kernel.event_fds->counters.empty());
}

}  // namespace ipclab::kernel
