// Open file descriptions: what open(2), pipe(2) and their like make and what descriptors share after dup and
// fork. Each kind of object that a descriptor can name is one member of FileKind; what it can do is a row of
// FileOperations (kernel/file_operations.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "kernel/types.h"

namespace ipclab::kernel {

enum class FileKind : std::uint8_t {
    regular,
    directory,
    null_device,
    zero_device,
    full_device,
    pipe_read,
    pipe_write,
    pipe_both,  ///< a FIFO that was opened with O_RDWR
    stream,
    eventfd,
    timerfd,
    signalfd,
    pidfd,
    epoll,
    inotify,
    socket,
    posix_queue,
    master,  ///< of a pseudo-terminal
    slave
};
inline constexpr std::size_t kFileKinds = static_cast<std::size_t>(FileKind::slave) + 1;

/// fcntl(2), open(2): Linux's values on x86-64.
inline constexpr std::uint32_t kOAccMode = 3, kORdOnly = 0, kOWrOnly = 1, kORdWr = 2, kOCreat = 0100,
                               kOExcl = 0200, kONoCtty = 0400, kOTrunc = 01000, kOAppend = 02000,
                               kONonBlock = 04000, kODirect = 040000, kODirectory = 0200000,
                               kONoFollow = 0400000, kOCloExec = 02000000;

/// Where a path led: the directory and the name in it.
struct FileName {
    InodeId directory{};  ///< none: no name
    std::string name{};
    bool operator==(const FileName&) const = default;
};

struct File {
    FileKind kind = FileKind::regular;
    std::uint32_t flags = 0;  ///< access mode and status flags (O_APPEND, O_NONBLOCK)
    std::uint64_t offset =
        0;            ///< regular files, directories; of FIFOs see ready_to_read() in kernel/pipe.cpp
    InodeId inode{};  ///< where it was opened by a path
    FileName name{};  ///< of the inode, as it was opened; follows renames, and stays where it is unlinked
    std::int32_t number = 0;  ///< id in the table of the kernel that its kind names: pipes, streams ...

    bool is_pipe() const {
        return kind == FileKind::pipe_read || kind == FileKind::pipe_write || kind == FileKind::pipe_both;
    }
    PipeId pipe() const { return PipeId{number}; }               ///< is_pipe()
    PosixQueueId queue() const { return PosixQueueId{number}; }  ///< posix_queue
    StreamId stream() const { return StreamId{number}; }         ///< stream
    TerminalId terminal() const { return TerminalId{number}; }   ///< master, slave
    SocketId socket() const { return SocketId{number}; }         ///< socket
    bool readable() const { return ((flags + 1) & 1) != 0; }     // access mode 3 is neither (open(2), NOTES)
    bool writable() const { return ((flags + 1) & 2) != 0; }
    bool operator==(const File&) const = default;
};

}  // namespace ipclab::kernel
