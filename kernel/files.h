// Operations on open file descriptions that several mechanisms share. What differs by kind is in FileOperations
// (kernel/file_operations.h).
#pragma once

#include "kernel/kernel.h"
#include "kernel/transfer.h"

namespace ipclab::kernel {

/// The description behind a descriptor argument (its low 32 bits count, as in C's int); names the object for
/// the event. EBADF where it is not open.
Result<FileId> file_of(Call& call, std::uint64_t fd);

/// The same, of any descriptor: what the call has kept, if it was closed while the call slept.
Result<FileId> description_of(const Call& call, Fd fd);

/// A new description; ENFILE where the machine has too many. It must be installed in a table at once.
Result<FileId> new_file(Kernel& kernel, File file);
/// The lowest free descriptor from `from` on for a description; EMFILE.
Result<Fd> install(Kernel& kernel, Pid process, FileId file, bool close_on_exec, Fd from = 0);
/// A description that no path leads to - it names an object of its own, as eventfd(2) makes one - and its lowest
/// descriptor; of `flags` O_NONBLOCK and O_CLOEXEC count. ENFILE, EMFILE: then the object has gone, too.
Outcome open_anonymous(Call& call, File file, std::uint64_t flags);
/// RLIMIT_NOFILE, soft: one more than the highest descriptor that the process can get.
Fd open_files_limit(const Process& process);
/// The descriptor, from `from` on, that install() would give the caller next; EMFILE.
Result<Fd> free_descriptor(const Call& call, Fd from = 0);
/// open(2) behind its path: the lowest descriptor for what open_path() gives.
Outcome open_descriptor(Call& call, std::uint64_t directory_fd, std::string_view path, std::uint64_t flags,
                        std::uint64_t mode);
/// Closes an open descriptor; the description goes with its last descriptor.
void close_descriptor(Kernel& kernel, Pid process, Fd fd, Tid by, Trace* trace);
/// Closes several, given in rising order, at once. Locks of the process go with each, in that order; but a description goes
/// only when the task leaves the kernel, the one that was closed last first.
void close_descriptors(Kernel& kernel, Pid process, std::span<const Fd> fds, Tid by, Trace* trace);
/// The process behind a pidfd: EBADF for any other descriptor.
struct PidfdTarget {
    Pid pid{};
    bool is_nonblocking = false;
};
Result<PidfdTarget> pidfd_target(Call& call, std::uint64_t fd);
/// Whether the call waits for the process behind this pidfd: waitid(2), P_PIDFD.
bool waits_by_pidfd(const PendingCall& call, Fd fd);
/// Ends a description that no descriptor names any more: wakes the other side of a pipe, drops unlinked
/// files.
void release_file_if_unheld(Kernel& kernel, FileId file, Tid by, Trace* trace);
/// The same for one that is known to have no descriptor.
void end_file(Kernel& kernel, FileId file, Tid by, Trace* trace);
/// The task's call is over: what it has kept goes, unless somebody else holds it.
void release_kept_files(Kernel& kernel, Tid task, Trace* trace);
/// Whether a descriptor names it, a call keeps it, or it is in flight in a socket.
bool is_held(const Kernel& kernel, FileId file);

// ---- Pipes
/// A new pipe with its two descriptions, not yet in any table; ENFILE.
struct PipeFiles {
    FileId read, write;
};
Result<PipeFiles> new_pipe(Kernel& kernel, std::uint32_t flags);
/// A new pipe that nobody has open yet.
PipeId insert_pipe(Kernel& kernel);
bool has_end(const Kernel& kernel, PipeId pipe, FileKind end);
/// The kernel itself writes a packet; where there is no room, or nobody to read it, it is dropped.
void put_in_pipe(Kernel& kernel, PipeId pipe, std::string_view bytes, Tid by, Trace* trace);
/// The oldest page of a pipe that is not empty, or its first `most` bytes.
PipeSlot take_slot(Pipe& pipe, std::uint64_t most);
void put_slot(Pipe& pipe, PipeSlot slot);
/// The most that a slot holds: splice(2) may put a run of pages into one. Of pipes that are less than Linux's, a slot.
std::uint64_t most_in_slot(const Pipe& pipe);
/// fcntl(F_GETPIPE_SZ), fcntl(F_SETPIPE_SZ); EBADF: it is no pipe, nor a standard stream that is one.
Outcome size_of_pipe(const Kernel& kernel, const File& file);
Outcome resize_pipe(Call& call, const File& file, std::uint32_t bytes);

// ---- FIFOs
/// Makes `file`, opened on a FIFO, an end of its pipe; EINVAL, ENXIO, ENFILE.
Result<void> attach_fifo(Kernel& kernel, File& file);
/// The rest of open(2): waits for the other end, or gives the description its descriptor `fd`.
Outcome open_fifo(Call& call, FileId file, Fd fd, bool close_on_exec);
/// The same, where the task has been woken: Task::opening.
Outcome go_on_opening(Call& call);
/// The task no longer waits in open(2).
void give_up_opening(Kernel& kernel, Tid task, Trace* trace);

// ---- Streams
/// Output of the process, all of it.
void write_to_stream(Call& call, const File& file, std::string_view bytes);
/// The same, by `task` (none: the terminal itself).
void put_to_stream(Kernel& kernel, StreamId stream, std::string_view bytes, Tid task, Trace* trace);
/// Whether so much more is kept of what is put out: Limits::file_bytes.
bool stream_has_room(const Kernel& kernel, StreamId stream, std::uint64_t bytes);

// ---- Terminals
/// The terminal that a file is open on; none: it is no terminal.
TerminalId terminal_of(const Kernel& kernel, const File& file);
/// ioctl(2) on a terminal; ENOTTY for the other kinds of streams.
Outcome control_terminal(Call& call, const File& file);
/// Bytes [begin, end) of a regular file have been written: an output event where it is standard output or error.
void report_output(Call& call, InodeId file, std::uint64_t begin, std::uint64_t end);

// ---- Regular files
/// At an offset of its own (pread) or at the description's (and moves it).
Outcome read_regular(Call& call, FileId file, Transfer& to, std::optional<std::uint64_t> offset);
Outcome write_regular(Call& call, FileId file, Transfer& from, std::optional<std::uint64_t> offset);

}  // namespace ipclab::kernel
