// The kernel's vocabulary of small types: strong ids instead of pointers, simulated time, references to
// objects.
#pragma once

#include <compare>
#include <cstdint>

namespace ipclab::kernel {

/// An id that cannot be mixed up with another kind of id. 0 or negative values mean "none" where a type says
/// so.
template <class Tag>
struct Id {
    std::int32_t value = 0;

    constexpr Id() = default;
    constexpr explicit Id(std::int64_t v) : value(static_cast<std::int32_t>(v)) {}
    constexpr explicit operator bool() const { return value != 0; }
    constexpr auto operator<=>(const Id&) const = default;
};

using Tid = Id<struct TidTag>;  ///< a task (thread); 0: none. Threads and processes share one number space
using Pid = Id<struct PidTag>;  ///< a process = a thread group; equals the Tid of its first task
using FileId = Id<struct FileTag>;  ///< an open file description
using InodeId = Id<struct InodeTag>;
using PipeId = Id<struct PipeTag>;
using SocketId = Id<struct SocketTag>;
using SpaceId = Id<struct SpaceTag>;      ///< an address space
using MemoryId = Id<struct MemoryTag>;    ///< a memory object: the bytes of a file or of shared memory
using StreamId = Id<struct StreamTag>;    ///< the world outside: terminal, standard input and output
using ProgramId = Id<struct ProgramTag>;  ///< index + 1 into the machine's program set
using PosixQueueId = Id<struct PosixQueueTag>;
using TerminalId = Id<struct TerminalTag>;  ///< a terminal, on either of whose ends files may be open
using CpuId = Id<struct CpuTag>;            ///< from 0

using Fd = std::int32_t;

/// Simulated time in nanoseconds since the machine was switched on.
using Time = std::int64_t;
inline constexpr Time kNever = INT64_MAX;
inline constexpr Time kMicrosecond = 1'000;
inline constexpr Time kMillisecond = 1'000'000;
inline constexpr Time kSecond = 1'000'000'000;

/// The wall clock at switch-on: 2024-01-01 00:00:00 UTC, in seconds since the epoch. CLOCK_REALTIME adds Time
/// to it.
inline constexpr std::int64_t kBootEpochSeconds = 1'704'067'200;

inline constexpr std::uint64_t kPageSize = 4096;

/// Every kind of thing that a task can act on or wait for. A new mechanism adds its kind here.
enum class ObjectKind : std::uint8_t {
    none,
    task,
    process,
    file,
    inode,
    pipe,
    stream,
    memory,
    clock,
    space,
    message_queue,
    semaphore_set,
    segment,
    eventfd,
    timerfd,
    signalfd,
    epoll,
    inotify,
    socket,
    posix_queue,
    terminal,
    pty_master,
    link
};

/// Names one object of the kernel; `id` is the value of the id of that kind.
struct ObjectRef {
    ObjectKind kind = ObjectKind::none;
    std::int32_t id = 0;
    constexpr auto operator<=>(const ObjectRef&) const = default;
};

constexpr ObjectRef ref(Tid id) {
    return {ObjectKind::task, id.value};
}
constexpr ObjectRef ref(Pid id) {
    return {ObjectKind::process, id.value};
}
constexpr ObjectRef ref(FileId id) {
    return {ObjectKind::file, id.value};
}
constexpr ObjectRef ref(InodeId id) {
    return {ObjectKind::inode, id.value};
}
constexpr ObjectRef ref(PipeId id) {
    return {ObjectKind::pipe, id.value};
}
constexpr ObjectRef ref(SocketId id) {
    return {ObjectKind::socket, id.value};
}
constexpr ObjectRef ref(StreamId id) {
    return {ObjectKind::stream, id.value};
}
constexpr ObjectRef ref(TerminalId id) {
    return {ObjectKind::terminal, id.value};
}
constexpr ObjectRef ref(MemoryId id) {
    return {ObjectKind::memory, id.value};
}
/// Of the modelled network (kernel/network.h): there is one.
inline constexpr ObjectRef kLink{ObjectKind::link, 1};
constexpr ObjectRef ref(SpaceId id) {
    return {ObjectKind::space, id.value};
}

}  // namespace ipclab::kernel
