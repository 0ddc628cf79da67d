#include "kernel/poll.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kByPidfd = 3, kExited = 4, kNoHang = 1;

struct Pidfd : Fixture {
    Fd pidfd(Tid target, std::uint32_t flags = 0) {
        return static_cast<Fd>(call(first, Sys::pidfd_open, target.value, flags));
    }
    std::uint32_t ready(Fd fd) { return ready_events(kernel, kernel.files[*process(first).fds->get(fd)]); }
    std::int64_t wait(Fd fd, int options = kExited) {
        return call(first, Sys::waitid, kByPidfd, fd, kScratch, options, 0);
    }
};

}  // namespace

TEST_CASE_FIXTURE(
    Pidfd, "a pidfd can be read once the process has ended, and hangs up once it has been waited for") {
    const Tid child = fork(first);
    const Fd fd = pidfd(child);
    CHECK(ready(fd) == 0);
    call(child, Sys::exit_group, 3);
    CHECK(ready(fd) == (kPollIn | kPollRdNorm));
    CHECK(wait(fd) == 0);
    CHECK(load<std::int32_t>(first, kScratch + 24) == 3);  // si_status
    CHECK(ready(fd) == (kPollIn | kPollRdNorm | kPollHup));
    CHECK(wait(fd) == error(Errno::echild));
}

TEST_CASE_FIXTURE(Pidfd, "a pidfd cannot be cut: EOPNOTSUPP, as since Linux 6.9") {
    CHECK(call(first, Sys::ftruncate, pidfd(first), 5000) == error(Errno::eopnotsupp));
}

TEST_CASE_FIXTURE(Pidfd, "the end of the process wakes who polls its pidfd") {
    const Tid child = fork(first);
    const Fd fd = pidfd(child);
    store(first, std::array<std::uint32_t, 2>{static_cast<std::uint32_t>(fd), kPollIn}, kBuffer);
    CHECK(call(first, Sys::poll, kBuffer, 1, -1) == kSleeps);
    call(child, Sys::exit_group, 0);
    CHECK(resume(first) == 1);
}

TEST_CASE_FIXTURE(Pidfd, "a signal by pidfd reaches that process or nobody") {
    const Tid child = fork(first);
    const Fd fd = pidfd(child);
    CHECK(call(first, Sys::pidfd_send_signal, fd, 0, 0, 0) == 0);
    CHECK(call(first, Sys::pidfd_send_signal, fd, 65, 0, 0) == error(Errno::einval));
    CHECK(call(first, Sys::pidfd_send_signal, fd, kSigKill, 0, 0) == 0);
    CHECK(kernel.processes[pid(child)].death_cause == kSigKill);
    signal(child);
    CHECK(wait(fd) == 0);
    CHECK(call(first, Sys::pidfd_send_signal, fd, 0, 0, 0) == error(Errno::esrch));
}

TEST_CASE_FIXTURE(Pidfd,
                  "while somebody has a pidfd of it, the number of a process is not given to another one") {
    const Tid child = fork(first);
    const Fd fd = pidfd(child);
    call(child, Sys::exit_group, 0);
    CHECK(wait(fd) == 0);
    kernel.last_pid = child.value - 1;
    const Tid other = fork(first);
    CHECK(other != child);
    close(other, fd);
    close(first, fd);
    kernel.last_pid = child.value - 1;
    CHECK(fork(first) == child);
}

TEST_CASE_FIXTURE(Pidfd, "waitid by a pidfd that is not to block") {
    const Tid child = fork(first);
    CHECK(wait(pidfd(child, kONonBlock)) == error(Errno::eagain));
    CHECK(wait(pidfd(child), kExited | kNoHang) == 0);
    CHECK(wait(pidfd(child)) == kSleeps);
}

TEST_CASE_FIXTURE(Pidfd, "what pidfds refuse") {
    const Fd fd = pidfd(first);
    CHECK(kernel.processes[pid(first)].fds->find(fd)->close_on_exec);
    CHECK(call(first, Sys::pidfd_open, 0, 0) == error(Errno::einval));
    CHECK(call(first, Sys::pidfd_open, 9999, 0) == error(Errno::esrch));
    CHECK(call(first, Sys::pidfd_open, first.value, 1) == error(Errno::einval));
    CHECK(wait(fd) == error(Errno::echild));
    CHECK(wait(1) == error(Errno::ebadf));
    CHECK(wait(-1) == error(Errno::einval));
    CHECK(call(first, Sys::pidfd_send_signal, 1, 0, 0, 0) == error(Errno::ebadf));
    CHECK(call(first, Sys::pidfd_send_signal, fd, 0, 0, 8) == error(Errno::einval));
    CHECK(call(first, Sys::pidfd_send_signal, fd, 0, kBadAddress, 0) == error(Errno::efault));
    CHECK(read(first, fd, 8) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Pidfd,
                  "pidfd_getfd(2) gives a descriptor of another process's description, close-on-exec") {
    const Tid child = fork(first);
    const Fd theirs = static_cast<Fd>(open(child, "/tmp/theirs", kORdWr | kOCreat));
    const Fd fd = pidfd(child);
    const auto take = [&](Fd from, Fd target, std::uint64_t flags = 0) {
        return call(first, Sys::pidfd_getfd, from, target, flags);
    };
    const auto mine = static_cast<Fd>(take(fd, theirs));
    REQUIRE(mine > 0);
    CHECK(*process(first).fds->get(mine) == *process(child).fds->get(theirs));
    CHECK(process(first).fds->find(mine)->close_on_exec);
    CHECK(take(fd, 77) == error(Errno::ebadf));
    CHECK(take(mine, theirs) == error(Errno::ebadf));
    CHECK(take(fd, theirs, 1) == error(Errno::einval));
    CHECK(call(child, Sys::prctl, 4, 0, 0, 0, 0) == 0);  // PR_SET_DUMPABLE
    CHECK(take(fd, theirs) == error(Errno::eperm));
    call(child, Sys::exit_group, 0);
    CHECK(take(fd, theirs) == error(Errno::esrch));
}

}  // namespace ipclab::kernel
