#include "sim/trace/format.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "kernel/signal_state.h"
#include "tests/trace/builder.h"

using namespace ipclab::trace;
using namespace ipclab::trace::testing;
using ipclab::kernel::kCaptureListBit;
using ipclab::kernel::kCaptureResultBit;

namespace {

constexpr std::uint64_t kMinus1 = ~0ull, kCwd = static_cast<std::uint64_t>(-100);

std::string line(Sys number, std::array<std::uint64_t, 6> args, std::int64_t result, Items items = {},
                 std::size_t limit = 32) {
    Builder b;
    b.call(2, number, args, result, items);
    return format_call(b.trace, b.trace.events[0], limit);
}

std::string lines(const Trace& trace) {
    FormatOptions options;
    options.result_column = 0;
    options.with_time = false;
    return format_trace(trace, options);
}

}  // namespace

TEST_CASE("data are quoted with C escapes, as strace writes them") {
    CHECK(line(Sys::write, {1, 0x1000, 6}, 6, {{1, "hello\n"}}) == R"(write(1, "hello\n", 6) = 6)");
    CHECK(line(Sys::write, {1, 0x1000, 16}, 16,
               {{1, std::string("a\"b\\c\t\r\n\v\f\x01\x7f\xff\0001\0", 16)}}) ==
          R"(write(1, "a\"b\\c\t\r\n\v\f\1\177\377\0001\0", 16) = 16)");
    CHECK(line(Sys::write, {1, 0x1000, 3}, 3,
               {{1, std::string("\0"
                                "8"
                                "\1",
                                3)}}) == R"(write(1, "\08\1", 3) = 3)");
    CHECK(line(Sys::write, {8, 0x1000, 0}, 0, {{1, ""}}) == R"(write(8, "", 0) = 0)");
}

TEST_CASE("data are cut at 32 bytes, or at another limit, with three dots behind") {
    const std::string forty = "0123456789012345678901234567890123456789";
    CHECK(line(Sys::write, {8, 0x1000, 40}, 40, {{1, forty}}) ==
          R"(write(8, "01234567890123456789012345678901"..., 40) = 40)");
    CHECK(line(Sys::write, {8, 0x1000, 32}, 32, {{1, forty.substr(0, 32)}}) ==
          R"(write(8, "01234567890123456789012345678901", 32) = 32)");
    CHECK(line(Sys::write, {8, 0x1000, 40}, 40, {{1, forty}}, 100) == "write(8, \"" + forty + "\", 40) = 40");
}

TEST_CASE("a failure shows the name and the text of its errno") {
    CHECK(line(Sys::read, {3, 0x1000, 4}, -11) ==
          "read(3, 0x1000, 4) = -1 EAGAIN (Resource temporarily unavailable)");
    CHECK(line(Sys::write, {1, 0, 5}, -14) == "write(1, NULL, 5) = -1 EFAULT (Bad address)");
    CHECK(line(Sys::pause, {}, -514) == "pause() = ? ERESTARTNOHAND (To be restarted if no handler)");
    CHECK(line(Sys::read, {0, 0x1000, 1}, -512) ==
          "read(0, 0x1000, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)");
}

TEST_CASE("open flags show the access mode, then the rest; the mode only where a file may be made") {
    CHECK(line(Sys::openat, {kCwd, 0x10, 01102, 0644}, 9, {{1, "/tmp/x"}}) ==
          R"(openat(AT_FDCWD, "/tmp/x", O_RDWR|O_CREAT|O_TRUNC, 0644) = 9)");
    CHECK(line(Sys::openat, {kCwd, 0x10, 0}, -2, {{1, "/none"}}) ==
          R"(openat(AT_FDCWD, "/none", O_RDONLY) = -1 ENOENT (No such file or directory))");
    CHECK(line(Sys::openat, {5, 0x10, 02002001}, 11, {{1, "null"}}) ==
          R"(openat(5, "null", O_WRONLY|O_APPEND|O_CLOEXEC) = 11)");
    CHECK(line(Sys::open, {0x10, 0204000}, -20, {{0, "/dev/null"}}) ==
          R"(open("/dev/null", O_RDONLY|O_NONBLOCK|O_DIRECTORY) = -1 ENOTDIR (Not a directory))");
    CHECK(line(Sys::open, {0x10, 0xffffffff, 0644}, -2, {{0, "x"}}) ==
          "open(\"x\", O_ACCMODE|O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK|O_SYNC|O_DIRECT|"
          "O_LARGEFILE|O_NOFOLLOW|O_NOATIME|O_CLOEXEC|O_PATH|O_TMPFILE|FASYNC|0xff80003c, 0644) = -1 ENOENT "
          "(No such file or directory)");
    CHECK(line(Sys::open, {0x10, 4}, -2, {{0, "x"}}) ==
          "open(\"x\", O_RDONLY|0x4) = -1 ENOENT (No such file or directory)");
}

TEST_CASE("pipes show their two descriptors") {
    CHECK(line(Sys::pipe2, {0x10, 0}, 0, {{0, ints({3, 4})}}) == "pipe2([3, 4], 0) = 0");
    CHECK(line(Sys::pipe2, {0x10, 02004000}, 0, {{0, ints({5, 6})}}) ==
          "pipe2([5, 6], O_NONBLOCK|O_CLOEXEC) = 0");
    CHECK(line(Sys::pipe2, {0, 040000}, -14) == "pipe2(NULL, O_DIRECT) = -1 EFAULT (Bad address)");
}

TEST_CASE("the third argument and the result of fcntl depend on its command") {
    struct Row {
        std::uint64_t command, argument;
        std::int64_t result;
        const char* text;
    };
    const Row rows[] = {
        {2, 1, 0, "fcntl(3, F_SETFD, FD_CLOEXEC) = 0"},
        {2, 0, 0, "fcntl(3, F_SETFD, 0) = 0"},
        {1, 99, 1, "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)"},
        {1, 0, 0, "fcntl(3, F_GETFD) = 0"},
        {3, 0, 0, "fcntl(3, F_GETFL) = 0 (flags O_RDONLY)"},
        {3, 0, 0100000, "fcntl(3, F_GETFL) = 0x8000 (flags O_RDONLY|O_LARGEFILE)"},
        {4, 06000, 0, "fcntl(3, F_SETFL, O_RDONLY|O_APPEND|O_NONBLOCK) = 0"},
        {1031, 4096, 4096, "fcntl(3, F_SETPIPE_SZ, 4096) = 4096"},
        {1032, 0, 4096, "fcntl(3, F_GETPIPE_SZ) = 4096"},
        {0, 10, 13, "fcntl(3, F_DUPFD, 10) = 13"},
        {1030, 10, 14, "fcntl(3, F_DUPFD_CLOEXEC, 10) = 14"},
        {1234, 5, -22, "fcntl(3, 0x4d2 /* F_??? */, 0x5) = -1 EINVAL (Invalid argument)"},
        {6, 0, -9, "fcntl(3, F_SETLK, NULL) = -1 EBADF (Bad file descriptor)"},
    };
    for (const Row& row : rows)
        CHECK(line(Sys::fcntl, {3, row.command, row.argument}, row.result) == row.text);
}

TEST_CASE("record locks are shown as strace shows them, with the owner that F_GETLK tells") {
    // type and whence, start, length, owner
    const std::string lock = words({1, 10, 5, 77});
    CHECK(line(Sys::fcntl, {3, 6, 0x10}, 0, {{2, lock}}) ==
          "fcntl(3, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=10, l_len=5}) = 0");
    CHECK(line(Sys::fcntl, {3, 36, 0x10}, 0, {{2, lock}}) ==
          "fcntl(3, F_OFD_GETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=10, l_len=5, l_pid=77}) = 0");
    CHECK(line(Sys::flock, {3, 6}, -11) ==
          "flock(3, LOCK_EX|LOCK_NB) = -1 EAGAIN (Resource temporarily unavailable)");
}

TEST_CASE("wait statuses are shown with the macros that test them") {
    struct Row {
        std::int32_t status;
        std::uint64_t options;
        const char* text;
    };
    const Row rows[] = {
        {0x000, 0, "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 5"},
        {0x700, 1, "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 7}], WNOHANG, NULL) = 5"},
        {13, 0, "wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGPIPE}], 0, NULL) = 5"},
        {0x8b, 0, "wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}], 0, NULL) = 5"},
        {0x137f, 2, "wait4(-1, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}], WSTOPPED, NULL) = 5"},
        {0xffff, 8, "wait4(-1, [{WIFCONTINUED(s)}], WCONTINUED, NULL) = 5"},
    };
    for (const Row& row : rows)
        CHECK(line(Sys::wait4, {kMinus1, 0x10, row.options, 0}, 5, {{1, ints({row.status})}}) == row.text);
    CHECK(line(Sys::wait4, {kMinus1, 0x7ffc, 0, 0}, -10) ==
          "wait4(-1, 0x7ffc, 0, NULL) = -1 ECHILD (No child processes)");
    CHECK(line(Sys::wait4, {kMinus1, 0, 11, 0}, 0) ==
          "wait4(-1, NULL, WNOHANG|WSTOPPED|WCONTINUED, NULL) = 0");
    CHECK(line(Sys::wait4, {5, 0x10, 0, 0x20}, 5, {{1, ints({0x100})}, {3, words({0, 32, 1, 5})}}) ==
          "wait4(5, [{WIFEXITED(s) && WEXITSTATUS(s) == 1}], 0, {ru_utime={tv_sec=0, tv_usec=32}, "
          "ru_stime={tv_sec=1, tv_usec=5}, ...}) = 5");
}

TEST_CASE("signal actions and sets are shown by name") {
    CHECK(line(Sys::rt_sigaction, {17, 0x10, 0, 8}, 0, {{1, words({0x401230, 0x10000000, 0, 0})}}) ==
          "rt_sigaction(SIGCHLD, {sa_handler=0x401230, sa_mask=[], sa_flags=SA_RESTART}, NULL, 8) = 0");
    CHECK(line(Sys::rt_sigaction, {10, 0x10, 0x10, 8}, 0,
               {{1, words({1, 0xc4000005, 0x7f00, 0x202})}, {2, words({0, 0, 0, 0})}}) ==
          "rt_sigaction(SIGUSR1, {sa_handler=SIG_IGN, sa_mask=[INT USR1], "
          "sa_flags=SA_RESTORER|SA_NODEFER|SA_RESETHAND|SA_SIGINFO|SA_NOCLDSTOP, sa_restorer=0x7f00}, "
          "{sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0");
    CHECK(line(Sys::rt_sigprocmask, {0, 0x10, 0x20, 8}, 0, {{1, words({2 | 1ull << 36})}, {2, words({0})}}) ==
          "rt_sigprocmask(SIG_BLOCK, [INT RT_5], [], 8) = 0");
    CHECK(line(Sys::rt_sigprocmask, {0, 0x10, 0, 8}, 0, {{1, words({~(3ull << 31)})}}) ==
          "rt_sigprocmask(SIG_BLOCK, ~[RTMIN RT_1], NULL, 8) = 0");
    CHECK(line(Sys::rt_sigprocmask, {0, 0x10, 0, 8}, 0, {{1, words({~0ull})}}) ==
          "rt_sigprocmask(SIG_BLOCK, ~[], NULL, 8) = 0");
    CHECK(line(Sys::rt_sigprocmask, {0x4d, 0, 0, 8}, -22) ==
          "rt_sigprocmask(0x4d /* SIG_??? */, NULL, NULL, 8) = -1 EINVAL (Invalid argument)");
    CHECK(line(Sys::kill, {5, 15}, 0) == "kill(5, SIGTERM) = 0");
    CHECK(line(Sys::kill, {5, 34}, 0) == "kill(5, SIGRT_2) = 0");
    CHECK(line(Sys::kill, {static_cast<std::uint64_t>(-7), static_cast<std::uint64_t>(-3)}, -22) ==
          "kill(-7, -3) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("options of sockets are named by their level") {
    const auto option = [](std::uint64_t level, std::uint64_t number) {
        return line(Sys::setsockopt, {3, level, number, 0x10, 4}, 0, {{3, ints({1})}});
    };
    CHECK(option(1, 1) == "setsockopt(3, SOL_SOCKET, SO_DEBUG, [1], 4) = 0");
    CHECK(option(6, 1) == "setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0");
    CHECK(option(0, 32) == "setsockopt(3, SOL_IP, IP_MULTICAST_IF, [1], 4) = 0");
    CHECK(option(0, 35) == "setsockopt(3, SOL_IP, IP_ADD_MEMBERSHIP, [1], 4) = 0");
    CHECK(option(41, 26) == "setsockopt(3, SOL_IPV6, IPV6_V6ONLY, [1], 4) = 0");
    CHECK(option(6, 99) == "setsockopt(3, SOL_TCP, 0x63 /* TCP_??? */, [1], 4) = 0");
}

TEST_CASE("times, memory calls and the rest") {
    struct Row {
        std::string text;
        const char* expected;
    };
    const Row rows[] = {
        {line(Sys::nanosleep, {0x10, 0x20}, 0, {{0, words({1, 5000000})}}),
         "nanosleep({tv_sec=1, tv_nsec=5000000}, 0x20) = 0"},
        {line(Sys::nanosleep, {0x10, 0x20}, -4, {{0, words({5, 0})}, {1, words({4, 7})}}),
         "nanosleep({tv_sec=5, tv_nsec=0}, {tv_sec=4, tv_nsec=7}) = -1 EINTR (Interrupted system call)"},
        {line(Sys::clock_nanosleep, {0, 1, 0x10, 0}, 0, {{2, words({0, 1000})}}),
         "clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, {tv_sec=0, tv_nsec=1000}, NULL) = 0"},
        {line(Sys::clock_gettime, {99, 0x10}, -22),
         "clock_gettime(0x63 /* CLOCK_??? */, 0x10) = -1 EINVAL (Invalid argument)"},
        {line(Sys::time, {0}, 1795479961), "time(NULL) = 1795479961 (2026-11-24T00:26:01+0000)"},
        {line(Sys::mmap, {0, 4096, 3, 0x22, kMinus1, 0}, 0x7f1c9fe0f000),
         "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f1c9fe0f000"},
        {line(Sys::mmap, {0, 8192, 1, 1, 5, 0x1000}, -19),
         "mmap(NULL, 8192, PROT_READ, MAP_SHARED, 5, 0x1000) = -1 ENODEV (No such device)"},
        {line(Sys::mmap, {0, 0, 0, 0x10, kMinus1, 0}, -9),
         "mmap(NULL, 0, PROT_NONE, MAP_FILE|MAP_FIXED, -1, 0) = -1 EBADF (Bad file descriptor)"},
        {line(Sys::mprotect, {0x1001, 4096, 0x46}, -22),
         "mprotect(0x1001, 4096, PROT_WRITE|PROT_EXEC|0x40) = -1 EINVAL (Invalid argument)"},
        {line(Sys::brk, {0}, 0x56080e10e000), "brk(NULL) = 0x56080e10e000"},
        {line(Sys::lseek, {5, static_cast<std::uint64_t>(-3), 2}, -29),
         "lseek(5, -3, SEEK_END) = -1 ESPIPE (Illegal seek)"},
        {line(Sys::pwrite64, {5, 0x10, 1, 100}, 1, {{1, "z"}}), "pwrite64(5, \"z\", 1, 100) = 1"},
        {line(Sys::access, {0x10, 6}, 0, {{0, "/tmp"}}), "access(\"/tmp\", R_OK|W_OK) = 0"},
        {line(Sys::access, {0x10, 0}, 0, {{0, "/tmp"}}), "access(\"/tmp\", F_OK) = 0"},
        {line(Sys::umask, {022}, 0), "umask(022) = 000"},
        {line(Sys::mkdir, {0x10, 0755}, 0, {{0, "dd"}}), "mkdir(\"dd\", 0755) = 0"},
        {line(Sys::getcwd, {0x10, 200}, 8, {{0, std::string("/tmp/st", 8)}}), "getcwd(\"/tmp/st\", 200) = 8"},
        {line(Sys::setpriority, {0, 0, 5}, 0), "setpriority(PRIO_PROCESS, 0, 5) = 0"},
        {line(Sys::dup3, {1, 10, 02000000}, 10), "dup3(1, 10, O_CLOEXEC) = 10"},
        {line(Sys::ioctl, {1, 0x5401, 0x10}, -25),
         "ioctl(1, TCGETS, 0x10) = -1 ENOTTY (Inappropriate ioctl for device)"},
        {line(Sys::ioctl, {1, 0x5402, 0x10}, 0,
              {{2, std::string("\0\5\0\0\5\0\0\0\xbf\0\0\0\x3b\x8a\0\0", 16) + std::string(20, '\0')}}),
         "ioctl(1, TCSETS, {c_iflag=ICRNL|IXON, c_oflag=OPOST|ONLCR, c_cflag=B38400|CS8|CREAD, "
         "c_lflag=ISIG|ICANON|ECHO|ECHOE|ECHOK|ECHOCTL|ECHOKE|IEXTEN, ...}) = 0"},
        {line(Sys::ioctl, {1, 0x540f, 0x10}, 0, {{2, ints({7})}}), "ioctl(1, TIOCGPGRP, [7]) = 0"},
        {line(Sys::ioctl, {1, 0x540b, 2}, 0), "ioctl(1, TCFLSH, TCIOFLUSH) = 0"},
        {line(Sys::ioctl, {3, 0x5441, 0402}, 4), "ioctl(3, TIOCGPTPEER, O_RDWR|O_NOCTTY) = 4"},
        {line(Sys::ioctl, {0, 0x1234, 5}, -25),
         "ioctl(0, _IOC(_IOC_NONE, 0x12, 0x34, 0), 0x5) = -1 ENOTTY (Inappropriate ioctl for device)"},
        {line(Sys::exit_group, {static_cast<std::uint64_t>(-2)}, 0), "exit_group(-2) = ?"},
        {line(Sys::fork, {}, 5), "fork() = 5"},
        {line(Sys::clone, {0x1200011, 0, 0, 0x7f10, 0}, 5),
         "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
         "child_tidptr=0x7f10) = 5"},
        {line(Sys::writev, {1, 0x10, 2}, 5, {{1, "abcde"}, {1 | kCaptureListBit, words({2, 3})}}),
         R"(writev(1, [{iov_base="ab", iov_len=2}, {iov_base="cde", iov_len=3}], 2) = 5)"},
        {line(Sys::readv, {1, 0x10, 2}, 3, {{1, "abc"}, {1 | kCaptureListBit, words({2, 3})}}),
         R"(readv(1, [{iov_base="ab", iov_len=2}, {iov_base="c", iov_len=3}], 2) = 3)"},
        {line(Sys::execve, {0x10, 0x20, 0x30}, 0,
              {{0, "/bin/ls"},
               {1, std::string("ls\0-l\0", 6)},
               {1 | kCaptureListBit, words({2})},
               {2, std::string("A=1\0", 4)},
               {2 | kCaptureListBit, words({1})}}),
         R"(execve("/bin/ls", ["ls", "-l"], 0x30 /* 1 var */) = 0)"},
    };
    for (const Row& row : rows) CHECK(row.text == row.expected);
}

TEST_CASE("calls that wait for descriptors show what they were asked and what they found") {
    // struct pollfd: fd, events, revents
    const auto pollfds = [](std::uint16_t found) {
        std::string bytes = ints({3, 1, 5, 4});
        bytes[6] = static_cast<char>(found);
        return bytes;
    };
    struct Row {
        std::string text, expected;
    };
    const Row rows[] = {
        {line(Sys::poll, {0x10, 2, kMinus1}, 1, {{0, pollfds(0)}, {0 | kCaptureResultBit, pollfds(0x11)}}),
         "poll([{fd=3, events=POLLIN}, {fd=5, events=POLLOUT}], 2, -1) = 1 ([{fd=3, "
         "revents=POLLIN|POLLHUP}])"},
        {line(Sys::poll, {0x10, 2, 0}, 0, {{0, pollfds(0)}, {0 | kCaptureResultBit, pollfds(0)}}),
         "poll([{fd=3, events=POLLIN}, {fd=5, events=POLLOUT}], 2, 0) = 0 (Timeout)"},
        {line(Sys::pselect6, {9, 0x10, 0x20, 0, 0, 0}, 2,
              {{1, words({0x28})},
               {2, words({0x108})},
               {1 | kCaptureResultBit, words({8})},
               {2 | kCaptureResultBit, words({0x100})}}),
         "pselect6(9, [3 5], [3 8], NULL, NULL, NULL) = 2 (in [3], out [8])"},
        {line(Sys::select, {4, 0x10, 0, 0, 0x20}, 0, {{1, words({0xf8})}, {4, words({1, 500})}}),
         "select(4, [3], NULL, NULL, {tv_sec=1, tv_usec=500}) = 0 (Timeout)"},
        {line(Sys::eventfd2, {0, 02000001}, 3), "eventfd2(0, EFD_SEMAPHORE|EFD_CLOEXEC) = 3"},
    };
    for (const Row& row : rows) CHECK(row.text == row.expected);
}

TEST_CASE("an argument list of more than 32 texts ends in three dots") {
    std::string texts, expected = "execve(\"/x\", [";
    for (int i = 0; i < 40; ++i) texts += std::string("a\0", 2);
    for (int i = 0; i < 32; ++i) expected += "\"a\", ";
    CHECK(
        line(Sys::execve, {0x10, 0x20, 0}, -2, {{0, "/x"}, {1, texts}, {1 | kCaptureListBit, words({40})}}) ==
        expected + "...], NULL) = -1 ENOENT (No such file or directory)");
}

TEST_CASE("files are shown by kind, permissions and size") {
    std::string stat(144, '\0');
    auto put = [&](std::size_t at, std::uint64_t value, std::size_t bytes) {
        std::memcpy(&stat[at], &value, bytes);
    };
    put(24, 0100644, 4);
    put(48, 1221, 8);
    CHECK(line(Sys::stat, {0x10, 0x20}, 0, {{0, "/etc/passwd"}, {1, stat}}) ==
          R"(stat("/etc/passwd", {st_mode=S_IFREG|0644, st_size=1221, ...}) = 0)");
    put(24, 0020666, 4);
    put(40, 0x103, 8);
    CHECK(
        line(Sys::newfstatat, {kCwd, 0x10, 0x20, 0x1000}, 0, {{1, ""}, {2, stat}}) ==
        R"(newfstatat(AT_FDCWD, "", {st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...}, AT_EMPTY_PATH) = 0)");
    put(24, 0041777, 4);
    put(48, 4096, 8);
    CHECK(line(Sys::fstat, {3, 0x20}, 0, {{1, stat}}) ==
          "fstat(3, {st_mode=S_IFDIR|S_ISVTX|0777, st_size=4096, ...}) = 0");
}

TEST_CASE("a call that the simulated kernel does not have is still shown by its name") {
    Builder b;
    b.call(2, Sys::read, {}, 0).number = 334;
    b.trace.events[0].args = {0x7f10, 24};
    CHECK(format_call(b.trace, b.trace.events[0]) == "rseq(0x7f10, 0x18) = 0");
    b.trace.events[0].number = 9999;
    CHECK(format_call(b.trace, b.trace.events[0]) == "syscall_9999(0x7f10, 0x18) = 0");
}

TEST_CASE("a blocked read is unfinished until another task wakes it") {
    Builder b;
    b.blocked(3, Sys::read, {3, 0x1000, 10}, {ipclab::kernel::ObjectKind::pipe, 7});
    Event& woken = b.event(EventKind::woken, 3, 0, 2);
    woken.object = {ipclab::kernel::ObjectKind::pipe, 7};
    b.call(2, Sys::write, {4, 0x2000, 1}, 1, {{1, "x"}});
    b.call(3, Sys::read, {3, 0x1000, 10}, 1, {{1, "x"}});
    CHECK(lines(b.trace) ==
          "3     read(3,  <unfinished ...>  # blocked: pipe 7 is empty\n"
          "2     write(4, \"x\", 1) = 1  # wakes 3\n"
          "3     <... read resumed>\"x\", 10) = 1  # woken by 2\n");
}

TEST_CASE("a task that is woken in vain says that it waits again") {
    Builder b;
    const ObjectRef pipe{ipclab::kernel::ObjectKind::pipe, 7};
    b.blocked(3, Sys::write, {4, 0x1000, 5}, pipe, {{1, "hello"}});
    b.event(EventKind::woken, 3, 0, 2);
    b.blocked(3, Sys::write, {4, 0x1000, 5}, pipe, {{1, "hello"}}).result = 2;
    b.event(EventKind::woken, 3, 0, 0);
    b.call(3, Sys::write, {4, 0x1000, 5}, 5, {{1, "hello"}});
    CHECK(lines(b.trace) ==
          "3     write(4, \"hello\", 5 <unfinished ...>  # blocked: pipe 7 is full\n"
          "3     # woken by 2, write waits again: pipe 7 is full, 2 bytes are written\n"
          "3     <... write resumed>) = 5  # woken\n");
}

TEST_CASE("exits and signals stand on lines of their own") {
    Builder b;
    b.event(EventKind::exited, 5, 0x700);
    b.signal(EventKind::signal_sent, 2, 17, 0, 5);
    b.signal(EventKind::signal_delivered, 2, 17, 1);
    b.signal(EventKind::signal_sent, 2, 15, 0, 9);
    b.signal(EventKind::signal_delivered, 2, 15, 2);
    b.event(EventKind::exited, 2, 15);
    b.event(EventKind::exited, 4, 0x8b);
    CHECK(
        lines(b.trace) ==
        "5     +++ exited with 7 +++\n"
        "2     --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=5, si_status=7} ---  # goes to its "
        "handler\n"
        "2     --- SIGTERM {si_signo=SIGTERM, si_pid=9} ---  # ends the process\n"
        "2     +++ killed by SIGTERM +++\n"
        "4     +++ killed by SIGSEGV (core dumped) +++\n");
}

TEST_CASE("a signal whose siginfo was captured is shown with all its fields") {
    auto shown = [](std::string siginfo, int signal) {
        siginfo.resize(128);
        Builder b;
        b.signal(EventKind::signal_delivered, 2, signal, 1);
        b.trace.add_payload(0, siginfo);
        return format_event(b.trace, b.trace.events[0]);
    };
    CHECK(
        shown(ints({17, 0, 1, 0, 13237, 0, 7}), 17) ==
        "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=13237, si_uid=0, si_status=7, si_utime=0, "
        "si_stime=0} ---");
    CHECK(shown(ints({17, 0, 2, 0, 13238, 0, 13}), 17) ==
          "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=13238, si_uid=0, si_status=SIGPIPE, "
          "si_utime=0, si_stime=0} ---");
    CHECK(shown(ints({13, 0, -6, 0, 8, 0}), 13) ==
          "--- SIGPIPE {si_signo=SIGPIPE, si_code=SI_TKILL, si_pid=8, si_uid=0} ---");
    CHECK(shown(ints({14, 0, 128}), 14) == "--- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---");
    CHECK(shown(ints({11, 0, 1}), 11) ==
          "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---");
    CHECK(shown(ints({34, 0, -1, 0, 8, 0, 7}), 34) ==
          "--- SIGRT_2 {si_signo=SIGRT_2, si_code=SI_QUEUE, si_pid=8, si_uid=0, si_int=7, si_ptr=0x7} ---");
}

TEST_CASE("what strace cannot see is a remark") {
    Builder b;
    b.event(EventKind::forked, 2, 0, 5);
    b.event(EventKind::switched, 2, 1, 3);
    b.text(EventKind::executed, 5, "/bin/ls");
    b.text(EventKind::explained, 5, "first line\nsecond line");
    b.text(EventKind::output, 5, "hi\n", 1);
    b.event(EventKind::reaped, 1, 0x100, 5).process = ipclab::kernel::Pid{1};
    FormatOptions options;
    options.with_time = false;
    CHECK(format_trace(b.trace, options) ==
          "2     # new process 5\n"
          "5     # runs \"/bin/ls\"\n"
          "5     # first line\n"
          "5     # second line\n"
          "1     # process 5 is reaped: exited with 1 by init\n");
    options.with_switches = options.with_world = true;
    options.with_pid = false;
    const std::string all = format_trace(b.trace, options);
    CHECK(all.find("# cpu 0: 2 -> 3 (preempted)\n") != std::string::npos);
    CHECK(all.find("# stdout: \"hi\\n\"\n") != std::string::npos);
    options = {};
    options.with_remarks = false;
    CHECK(format_trace(b.trace, options).empty());
}

TEST_CASE(
    "a line has pid, seconds with nanoseconds, and its result in a column; duration and source on demand") {
    Builder b;
    Event& e = b.call(2, Sys::close, {3}, 0);
    e.time_ns = 12'000'001'234;
    e.start_ns = 12'000'000'234;
    e.source = {0, 17};
    FormatOptions options;
    CHECK(format_trace(b.trace, options) ==
          "2      12.000000234 close(3)                                 = 0\n");
    options.with_duration = true;
    options.source_files = {"prog.c"};
    options.result_column = 10;
    CHECK(format_trace(b.trace, options) ==
          "2      12.000000234 close(3)   = 0 <0.000001000>  # prog.c:17\n");
}

TEST_CASE("events of any kind with any numbers in them can be printed") {
    const Trace trace = garbage(20'000);
    FormatOptions options;
    options.with_switches = options.with_world = options.with_duration = true;
    CHECK(format_trace(trace, options).size() > 100'000);
    for (const Event& e : trace.events) {
        const std::string text = format_event(trace, e);
        CHECK(std::none_of(text.begin(), text.end(),
                           [](char c) { return static_cast<unsigned char>(c) < ' '; }));
    }
}
