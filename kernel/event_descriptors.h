// What is behind the descriptors that tell of events. The rules are in the mechanisms' own files: kernel/eventfd.cpp,
// timerfd.cpp, signalfd.cpp, epoll.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/cow.h"
#include "kernel/signal_state.h"
#include "kernel/task.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// eventfd(2)
struct EventCounter {
    std::uint64_t value = 0;    ///< up to 2^64 - 2
    bool is_semaphore = false;  ///< EFD_SEMAPHORE: a read takes 1, not everything
    bool operator==(const EventCounter&) const = default;
};

/// timerfd_create(2)
///
///                 settime             due                     read, gettime
///   (neither) ------------> is_armed -----> has_expired -------------------------> is_armed (periodic)
///                                           ticks = 1         counts the periods   (neither) (one-shot, once read)
struct DescriptorTimer {
    bool is_real_time = false;  ///< CLOCK_REALTIME: absolute times count from the epoch
    bool is_armed = false, has_expired = false;
    Time due_ns = 0;          ///< of the next expiration, or of the one that has_expired tells of
    Time interval_ns = 0;     ///< 0: one-shot
    std::uint64_t ticks = 0;  ///< expirations that nobody has read
    bool operator==(const DescriptorTimer&) const = default;
};

/// signalfd(2): the signals that a reader takes, of his own.
struct SignalSet {
    SignalMask mask = 0;
    bool operator==(const SignalSet&) const = default;
};

/// An entry of an epoll's interest list. The descriptor as it was given and the description behind it name it: the
/// descriptor may have been closed since.
struct InterestKey {
    FileId file{};
    Fd fd = 0;
    auto operator<=>(const InterestKey&) const = default;
};
struct Interest {
    InterestKey key{};
    std::uint32_t events = 0;  ///< PollEvent and EPOLLET ...; none but such flags: disarmed (EPOLLONESHOT)
    std::uint64_t data = 0;    ///< union epoll_data: the program's own
    std::uint64_t order = 0;   ///< rises with each addition, in one row with Task::wait_order
    /// The wake-ups that mark it as possibly ready: as it stood when it was added.
    std::vector<WaitPoint> points;
    bool operator==(const Interest&) const = default;
};

/// epoll(7)
struct Epoll {
    std::vector<Cow<Interest>> interests;  ///< by key
    /// Those on which something has happened since they were last found not ready, or reported where they are
    /// edge-triggered: the next epoll_wait() looks at them, the first one first.
    std::vector<InterestKey> ready;
    bool operator==(const Epoll&) const = default;
};

/// inotify(7)
struct InotifyWatch {
    std::int32_t number = 0;  ///< the watch descriptor
    InodeId inode{};
    std::uint32_t mask = 0;
    bool operator==(const InotifyWatch&) const = default;
};
struct InotifyNote {
    std::int32_t watch = 0;  ///< -1: IN_Q_OVERFLOW
    std::uint32_t event = 0, cookie = 0;
    std::string name{};  ///< in the watched directory; empty: the watched inode itself
    bool operator==(const InotifyNote&) const = default;
};
struct Inotify {
    std::vector<InotifyWatch> watches;  ///< by number
    std::int32_t last_watch = 0;
    std::vector<InotifyNote> queue;  ///< oldest first
    bool operator==(const Inotify&) const = default;
};

using EventfdId = Id<struct EventfdTag>;
using TimerfdId = Id<struct TimerfdTag>;
using SignalfdId = Id<struct SignalfdTag>;
using EpollId = Id<struct EpollTag>;
using InotifyId = Id<struct InotifyTag>;

constexpr ObjectRef ref(EventfdId id) {
    return {ObjectKind::eventfd, id.value};
}
constexpr ObjectRef ref(TimerfdId id) {
    return {ObjectKind::timerfd, id.value};
}
constexpr ObjectRef ref(SignalfdId id) {
    return {ObjectKind::signalfd, id.value};
}
constexpr ObjectRef ref(EpollId id) {
    return {ObjectKind::epoll, id.value};
}

constexpr ObjectRef ref(InotifyId id) {
    return {ObjectKind::inotify, id.value};
}

/// All of a kernel. Each kind is counted by itself, as people count them.
struct EventDescriptors {
    Table<EventfdId, EventCounter> counters;
    Table<TimerfdId, DescriptorTimer> timers;
    Table<SignalfdId, SignalSet> signal_sets;
    Table<EpollId, Epoll> epolls;
    Table<InotifyId, Inotify> inotifies;
    std::int32_t last_eventfd = 0, last_timerfd = 0, last_signalfd = 0, last_epoll = 0, last_inotify = 0;
    std::uint32_t last_cookie = 0;  ///< of inotify: connects the halves of a rename
    bool operator==(const EventDescriptors&) const = default;
};

}  // namespace ipclab::kernel
