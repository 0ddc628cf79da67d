#include "sim/trace/canonical.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iterator>
#include <utility>

#include "sim/trace/look_ups.h"

namespace ipclab::trace {

namespace {

using kernel::Event;
using kernel::Sys;

constexpr std::uint64_t kAtFdcwd = static_cast<std::uint64_t>(-100);
constexpr std::uint64_t kAtEmptyPath = 0x1000, kAtSymlinkNofollow = 0x100;
constexpr std::uint64_t kCloneThread = 0x10000;
constexpr std::uint16_t kVfork = 58, kTkill = 200, kTgkill = 234, kClone3 = 435;
constexpr std::uint64_t kOwnSignals = 3ull << 31;  // 32 and 33: the thread library's
constexpr auto kAllButOwn = std::bit_cast<std::array<std::uint8_t, 8>>(~kOwnSignals);
constexpr std::int8_t kFixed = CanonicalCall::kFixed;

constexpr HousekeepingRow kHousekeeping[] = {
    {10, "mprotect", "the loader protects its tables, the allocator grows arenas"},
    {11, "munmap", "the loader and the allocator give memory back"},
    {12, "brk", "the allocator moves the break as it likes"},
    {15, "rt_sigreturn", "the end of a handler is an event of its own"},
    {25, "mremap", "realloc() lets large blocks grow"},
    {28, "madvise", "the allocator and pthread stacks"},
    {96, "gettimeofday", "answered by the vDSO on Linux, without a call"},
    {158, "arch_prctl", "thread-local storage is set up"},
    {186, "gettid", "raise() asks for its own id"},
    {201, "time", "answered by the vDSO on Linux, without a call"},
    {202, "futex", "a lock sleeps only where timing makes threads meet at it"},
    {204, "sched_getaffinity", "the allocator counts CPUs"},
    {218, "set_tid_address", "thread start-up"},
    {219, "restart_syscall", "the kernel goes on with an interrupted call"},
    {228, "clock_gettime", "answered by the vDSO on Linux, without a call"},
    {229, "clock_getres", "answered by the vDSO on Linux, without a call"},
    {273, "set_robust_list", "thread start-up"},
    {302, "prlimit64", "the start-up asks for the stack limit"},
    {309, "getcpu", "answered by the vDSO on Linux, without a call"},
    {318, "getrandom", "the allocator seeds itself"},
    {334, "rseq", "thread start-up"},
};

CanonicalCall as(Sys number, std::array<std::int8_t, 6> from = {0, 1, 2, 3, 4, 5},
                 std::array<std::uint64_t, 6> fixed = {}) {
    const auto n = static_cast<std::uint16_t>(number);
    return {n, kernel::syscall_spec(std::uint64_t{n}), from, fixed};
}

/// Files that the loader and the C library open for themselves.
bool is_library_file(std::string_view path) {
    if (path.find(".so.") != std::string_view::npos || path.ends_with(".so")) return true;
    constexpr std::string_view kPrefixes[] = {"/etc/ld.so",         "/usr/lib/locale/",
                                              "/etc/localtime",     "/usr/share/zoneinfo/",
                                              "/usr/share/locale/", "/etc/nsswitch.conf"};
    // pthread_setname_np() of another thread.
    const bool is_thread_name = path.starts_with("/proc/self/task/") && path.ends_with("/comm");
    return is_thread_name ||
           std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                       [&](std::string_view prefix) { return path.starts_with(prefix); }) ||
           path.ends_with("/gconv-modules.cache");
}

}  // namespace

bool is_library_signal(std::uint64_t signal) {
    return signal == 32 || signal == 33;
}

CanonicalCall canonical_call(const Event& event) {
    switch (event.number) {
        case static_cast<std::uint16_t>(Sys::open):
            return as(Sys::openat, {kFixed, 0, 1, 2, 4, 5}, {kAtFdcwd});
        case static_cast<std::uint16_t>(Sys::pipe):
            return as(Sys::pipe2, {0, kFixed, 2, 3, 4, 5});
        case static_cast<std::uint16_t>(Sys::eventfd):
            return as(Sys::eventfd2, {0, kFixed, 2, 3, 4, 5});
        case static_cast<std::uint16_t>(Sys::inotify_init):
            return as(Sys::inotify_init1, {kFixed, 1, 2, 3, 4, 5});
        case static_cast<std::uint16_t>(Sys::signalfd):
            return as(Sys::signalfd4, {0, 1, 2, kFixed, 4, 5});
        case static_cast<std::uint16_t>(Sys::stat):
            return as(Sys::newfstatat, {kFixed, 0, 1, kFixed, 4, 5}, {kAtFdcwd});
        case static_cast<std::uint16_t>(Sys::lstat):
            return as(Sys::newfstatat, {kFixed, 0, 1, kFixed, 4, 5}, {kAtFdcwd, 0, 0, kAtSymlinkNofollow});
        case static_cast<std::uint16_t>(Sys::newfstatat):
            if (event.args[3] & kAtEmptyPath) return as(Sys::fstat, {0, 2, 2, 3, 4, 5});
            break;
        case static_cast<std::uint16_t>(Sys::nanosleep):
            return as(Sys::clock_nanosleep, {kFixed, kFixed, 0, 1, 4, 5});
        case static_cast<std::uint16_t>(Sys::exit):
            return as(Sys::exit_group);
        case static_cast<std::uint16_t>(Sys::clone):
            if (event.args[0] & kCloneThread) break;
            return as(Sys::fork);
        case kVfork:
        case kClone3:
            return as(Sys::fork);
        case kTgkill:
            return as(Sys::kill, {1, 2, 2, 3, 4, 5});
        case kTkill:
            return as(Sys::kill);
        default:
            break;
    }
    return as(static_cast<Sys>(event.number));
}

std::span<const HousekeepingRow> housekeeping_table() {
    return kHousekeeping;
}

bool HousekeepingFilter::is_housekeeping(const CallView& call) {
    const Event& event = call.event();
    if (std::exchange(is_new_, false)) blocks_all_ = event.task.value != event.process.value;
    if (std::any_of(std::begin(kHousekeeping), std::end(kHousekeeping),
                    [&](const HousekeepingRow& row) { return row.number == event.number; }))
        return true;
    const CanonicalCall canonical = canonical_call(event);
    const auto canonical_number = static_cast<Sys>(canonical.number);
    const auto path = [&](std::size_t index) {
        const kernel::PayloadItem* item = call.item(static_cast<std::size_t>(canonical.from[index]));
        return item ? item->text() : std::string_view{};
    };
    const auto bit = [](std::uint64_t fd) { return fd < 64 ? std::uint64_t{1} << fd : 0; };
    switch (canonical_number) {
        case Sys::openat:
            if (!is_library_file(path(1))) {
                if (event.result >= 0) library_fds_ &= ~bit(static_cast<std::uint64_t>(event.result));
                return false;
            }
            if (event.result >= 0) library_fds_ |= bit(static_cast<std::uint64_t>(event.result));
            return true;
        case Sys::access:
        case Sys::newfstatat:
            return is_library_file(path(canonical_number == Sys::access ? 0 : 1));
        case Sys::mmap: {
            constexpr std::uint64_t kPrivateAnonymous = 0x22;
            return (event.args[3] & kPrivateAnonymous) == kPrivateAnonymous ||
                   (library_fds_ & bit(event.args[4])) != 0;
        }
        case Sys::rt_sigprocmask: {
            // posix_spawn(), abort(), pthread_create() and a thread's end: with the two signals that programs cannot
            // name, as sigfillset() leaves them out.
            constexpr std::uint64_t kBlock = 0, kSetMask = 2;
            const kernel::PayloadItem* item = call.item(1);
            std::uint64_t mask = 0;
            if (item && item->bytes.size() == sizeof mask)
                std::memcpy(&mask, item->bytes.data(), sizeof mask);
            const bool is_own = (mask & kOwnSignals) != 0;
            if (is_own && event.args[0] == kBlock) blocks_all_ = true;
            if (is_own) return true;
            return event.args[0] == kSetMask && std::exchange(blocks_all_, false);
        }
        case Sys::rt_sigaction:
            return is_library_signal(event.args[0]);
        case Sys::kill:
            return is_library_signal(canonical.arg(event, 1));
        case Sys::fstat:
            return event.args[0] <= 2 || (library_fds_ & bit(event.args[0])) != 0;
        case Sys::ioctl: {
            constexpr std::uint64_t kTcgets = 0x5401;
            return (event.args[1] & 0xffffffff) == kTcgets;
        }
        case Sys::read:
        case Sys::write:
        case Sys::pread64:
        case Sys::lseek:
            return (library_fds_ & bit(event.args[0])) != 0;
        case Sys::close: {
            const bool was_library = (library_fds_ & bit(event.args[0])) != 0;
            library_fds_ &= ~bit(event.args[0]);
            return was_library;
        }
        default:
            return false;
    }
}

/// system(), popen() and posix_spawn() make their child by a clone() that does not store the child's id.
void CallSelector::note(const Event& event) {
    constexpr std::uint64_t kChildSetTid = 0x1000000;
    if (event.kind == kernel::EventKind::forked) {
        tasks_[event.task.value].last_child = event.other;
        tasks_[event.other].has_parent = true;
        tasks_[event.other].parent = event.task.value;
        return;
    }
    const bool is_clone = event.number == static_cast<std::uint16_t>(Sys::clone) || event.number == kClone3;
    if (event.kind == kernel::EventKind::syscall && is_clone && event.other == kInHelperStart &&
        event.result > 0)
        tasks_[static_cast<std::int32_t>(event.result)].is_helper = true;
    // A clone() that waits for its child (vfork) is known by its sleep.
    const bool is_call = event.kind == kernel::EventKind::syscall || event.kind == kernel::EventKind::blocked;
    if (!is_call || event.number != static_cast<std::uint16_t>(Sys::clone) ||
        (event.args[0] & (kChildSetTid | kCloneThread)) != 0)
        return;
    const std::int32_t child = event.kind == kernel::EventKind::blocked
                                   ? tasks_[event.task.value].last_child
                                   : static_cast<std::int32_t>(event.result);
    if (child > 0) tasks_[child].is_spawned = !tasks_[child].has_called;
}

/// The spawned child puts the signals back before it executes: none of the program's calls.
bool CallSelector::is_preparation(const Event& event) {
    TaskNotes& notes = tasks_[event.task.value];
    const auto number = static_cast<Sys>(event.number);
    if (number == Sys::execve && event.result >= 0) notes.is_spawned = false;
    return notes.is_spawned && (number == Sys::rt_sigaction || number == Sys::rt_sigprocmask);
}

/// mq_notify(3) of glibc lets all signals come to the thread in which it has the program's function called.
bool CallSelector::is_begin_of_notice(const kernel::Trace& trace, const Event& event) {
    constexpr std::uint64_t kUnblock = 1;
    const TaskNotes& notes = tasks_[event.task.value];
    if (!tasks_[notes.parent].is_helper || notes.has_called ||
        event.number != static_cast<std::uint16_t>(Sys::rt_sigprocmask) || event.args[0] != kUnblock)
        return false;
    const kernel::PayloadItem* item = CallView(trace, event).item(1);
    return item && std::ranges::equal(item->bytes, kAllButOwn);
}

bool CallSelector::selects(const kernel::Trace& trace, const Event& event) {
    if (event.kind != kernel::EventKind::syscall || !event.task || is_inside_of_library(event)) return false;
    TaskNotes& notes = tasks_[event.task.value];
    const bool is_first_exec =
        static_cast<Sys>(event.number) == Sys::execve && !notes.has_parent && !notes.has_called;
    if (notes.is_helper || is_preparation(event) || is_begin_of_notice(trace, event) ||
        notes.filter.is_housekeeping(CallView(trace, event)) || is_first_exec || is_restart(event.result))
        return false;
    notes.has_called = true;
    return true;
}

bool is_quiet(const CanonicalCall& call) {
    constexpr Sys kQuiet[] = {Sys::getpid,  Sys::getppid, Sys::getuid, Sys::getgid,
                              Sys::geteuid, Sys::getegid, Sys::fstat};
    return std::any_of(std::begin(kQuiet), std::end(kQuiet),
                       [&](Sys number) { return call.number == static_cast<std::uint16_t>(number); });
}

}  // namespace ipclab::trace
