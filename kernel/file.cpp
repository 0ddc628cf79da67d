// Open file descriptions: reading, writing, closing, and telling the kinds apart.
#include "kernel/file.h"

#include <algorithm>

#include "kernel/emit.h"
#include "kernel/epoll.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/inotify.h"
#include "kernel/memfd.h"
#include "kernel/poll.h"
#include "kernel/posix_queue.h"
#include "kernel/sockets.h"
#include "kernel/splice.h"
#include "kernel/syscalls.h"

namespace ipclab::kernel {

// ---- What all kinds share

ObjectRef object_of(const File& file) {
    return operations(file).object(file);
}

Result<FileId> description_of(const Call& call, Fd fd) {
    for (const KeptFile& kept : call.me->kept_files)
        if (kept.fd == fd) return kept.file;
    return call.process_read().fds->get(fd);
}

Result<FileId> file_of(Call& call, std::uint64_t fd) {
    auto file = description_of(call, static_cast<Fd>(fd));
    if (file) call.object = object_of(call.kernel.files[*file]);
    return file;
}

Result<FileId> new_file(Kernel& kernel, File file) {
    if (kernel.files.size() >= kernel.limits.all_open_files) return Errno::enfile;
    const FileId id{++kernel.last_id};
    kernel.files.insert(id, file);
    return id;
}

Result<Fd> install(Kernel& kernel, Pid process, FileId file, bool close_on_exec, Fd from) {
    return kernel.processes.write(process).fds.write().allocate(
        file, close_on_exec, from, open_files_limit(kernel.processes[process]), kernel.here);
}

Fd open_files_limit(const Process& process) {
    constexpr std::uint64_t kMost = 1 << 20;  // /proc/sys/fs/nr_open
    return static_cast<Fd>(std::min(process.resource_limits->soft(Resource::open_files), kMost));
}

Outcome open_anonymous(Call& call, File file, std::uint64_t flags) {
    file.flags |= static_cast<std::uint32_t>(flags) & kONonBlock;
    auto id = new_file(call.kernel, file);
    if (!id) {
        if (const auto closed = operations(file).closed) closed(call.kernel, file, call.task, call.trace);
        return Outcome::fail(id.error());
    }
    auto fd = install(call.kernel, call.pid, *id, (flags & kOCloExec) != 0);
    if (fd)
        call.object = object_of(file);
    else
        release_file_if_unheld(call.kernel, *id, call.task, call.trace);
    return Outcome::from(fd);
}

AbiStat anonymous_status(const Kernel&, const File&) {
    constexpr std::uint64_t kAnonymousDevice = 0x10;
    return nameless_status(kAnonymousDevice, 1, 0600);
}

namespace {

bool has_descriptor(const Kernel& kernel, FileId file) {
    for (const auto& [pid, process] : kernel.processes)
        for (const FdEntry& entry : process->fds->entries())
            if (entry.file == file) return true;
    const auto is_it = [&](const KeptFile& kept) { return kept.file == file; };
    for (const auto& [tid, task] : kernel.tasks)
        if (task->opening.file == file || std::ranges::any_of(task->kept_files, is_it)) return true;
    return false;
}

}  // namespace

Result<Fd> free_descriptor(const Call& call, Fd from) {
    const Process& process = call.process_read();
    const Fd free = process.fds->lowest_free(from);
    if (free >= open_files_limit(process)) return Errno::emfile;
    return free;
}

bool is_held(const Kernel& kernel, FileId file) {
    return has_descriptor(kernel, file) || is_in_flight(kernel, file);
}

std::vector<Holder> holders(const Kernel& kernel, FileId file) {
    std::vector<Holder> found;
    for (const auto& [pid, process] : kernel.processes) {
        const auto& entries = process->fds->entries();
        for (std::size_t fd = 0; fd < entries.size(); ++fd)
            if (entries[fd].file == file) found.push_back({pid, static_cast<Fd>(fd)});
    }
    for (const auto& [tid, task] : kernel.tasks)
        for (const KeptFile& kept : task->kept_files)
            if (kept.file == file && kept.fd >= 0) found.push_back({task->process, kept.fd});
    return found;
}

void release_file_if_unheld(Kernel& kernel, FileId id, Tid by, Trace* trace) {
    if (has_descriptor(kernel, id)) return;
    // What a socket has in its queue may go with it.
    if (!kernel.sockets.empty()) return end_unreachable_files(kernel, by, trace);
    end_file(kernel, id, by, trace);
}

void end_file(Kernel& kernel, FileId id, Tid by, Trace* trace) {
    const File file = kernel.files[id];
    drop_description_locks(kernel, id, by, trace);
    kernel.files.erase(id);
    if (!kernel.event_fds->epolls.empty()) forget_description(kernel, id);
    if (const auto closed = operations(file).closed) closed(kernel, file, by, trace);
    // inotify(7): a close is the end of the description, not of one of its descriptors.
    note_file(kernel, file, file.writable() ? kInCloseWrite : kInCloseNoWrite, {by, trace});
    if (!file.inode) return;
    forget_name(kernel, file.inode, file.name, by, trace);
    drop_inode_if_unused(kernel, file.inode, by, trace);
}

namespace {

/// Whether the task sleeps in a call that looks at the open file behind this descriptor.
bool sleeps_on(const Kernel& kernel, const Task& task, Fd fd) {
    // What a signal without a handler has ended is made anew, and looks the descriptor up anew.
    if (!task.call || !task.call->has_slept || task.call->interruption != PendingCall::Interruption::none)
        return false;
    if (waits_in_poll(kernel, task, fd) || waits_by_pidfd(*task.call, fd)) return true;
    const SyscallSpec& spec = *syscall_spec(std::uint64_t{task.call->number});
    for (std::size_t i = 0; i < spec.argument_count; ++i)
        if (spec.args[i].kind == ArgKind::fd && static_cast<Fd>(task.call->args[i]) == fd) return true;
    return false;
}

/// The descriptor goes: see KeptFile.
void keep_for_sleepers(Kernel& kernel, Pid process, Fd fd, FileId file) {
    for (const auto& [tid, task] : kernel.tasks) {
        if (task->process != process || !sleeps_on(kernel, *task, fd)) continue;
        const auto is_same = [&](const KeptFile& kept) { return kept.fd == fd; };
        // Of a number that was used again it keeps what the first one named.
        if (std::ranges::none_of(task->kept_files, is_same))
            kernel.tasks.write(tid).kept_files.push_back({fd, file});
    }
}

/// fs/open.c, filp_flush(): what any close() of a description does, though others may have it.
void flush_file(Kernel& kernel, Pid process, FileId id, Tid by, Trace* trace) {
    const File& file = kernel.files[id];
    drop_process_locks(kernel, file, process, by, trace);
    if (const auto flushed = operations(file).flushed) flushed(kernel, file, process);
}

}  // namespace

void release_kept_files(Kernel& kernel, Tid task, Trace* trace) {
    if (kernel.tasks[task].kept_files.empty()) return;
    for (const KeptFile& kept : std::exchange(kernel.tasks.write(task).kept_files, {}))
        if (kernel.files.contains(kept.file)) release_file_if_unheld(kernel, kept.file, task, trace);
}

void close_descriptor(Kernel& kernel, Pid process, Fd fd, Tid by, Trace* trace) {
    FdTable& table = kernel.processes.write(process).fds.write();
    const FileId file = *table.get(fd);
    keep_for_sleepers(kernel, process, fd, file);
    table.clear(fd, kernel.here);
    flush_file(kernel, process, file, by, trace);
    release_file_if_unheld(kernel, file, by, trace);
}

void close_descriptors(Kernel& kernel, Pid process, std::span<const Fd> fds, Tid by, Trace* trace) {
    std::vector<std::pair<Fd, FileId>> closed;
    for (const Fd fd : fds) closed.emplace_back(fd, *kernel.processes[process].fds->get(fd));
    for (const auto& [fd, file] : closed) {
        keep_for_sleepers(kernel, process, fd, file);
        flush_file(kernel, process, file, by, trace);
    }
    // fs/file_table.c, fput(): what nobody holds any more is put on a list of things to be done, as its first
    // (task_work_add()); kernel/task_work.c goes through it from there.
    while (!closed.empty()) {
        const FileId last = closed.back().second;
        std::erase_if(closed, [&](const auto& each) {
            if (each.second != last) return false;
            kernel.processes.write(process).fds.write().clear(each.first, kernel.here);
            return true;
        });
        release_file_if_unheld(kernel, last, by, trace);
    }
}

// ---- Reading and writing

namespace {

enum class Direction : std::uint8_t { read, write };

bool is_open_for(const File& file, Direction direction) {
    return direction == Direction::read ? file.readable() : file.writable();
}

/// inotify(7): what has been read is IN_ACCESS, what has been written IN_MODIFY.
void note_transfer(Call& call, const File& file, Direction direction, const Outcome& outcome) {
    if (file.inode && outcome.kind == Outcome::Kind::done && outcome.value > 0)
        note_file(call.kernel, file, direction == Direction::read ? kInAccess : kInModify, Cause(call));
}

Outcome transfer_file(Call& call, FileId id, const File& file, Direction direction, Transfer& data) {
    const FileOperations& can = operations(file);
    const auto act = direction == Direction::read ? can.read : can.write;
    if (!act) return Outcome::fail(Errno::einval);
    Outcome outcome = act(call, id, file, data);
    note_transfer(call, file, direction, outcome);
    return outcome;
}

enum class Layout : std::uint8_t { buffer, vectors };

/// fs/read_write.c, vfs_readv(): vectors without a byte are no reading or writing at all, whatever the file is.
bool is_idle(const File& file, Direction direction, Layout layout, const Transfer& data) {
    const FileOperations& can = operations(file);
    return layout == Layout::vectors && data.total() == 0 &&
           (direction == Direction::read ? can.read : can.write) != nullptr;
}

Outcome transfer(Call& call, Direction direction, Layout layout) {
    const Result<FileId> found = file_of(call, call.arg(0));
    if (!found) return Outcome::fail(found.error());
    const FileId id = *found;
    const File& file = call.kernel.files[id];
    if (!is_open_for(file, direction)) return Outcome::fail(Errno::ebadf);
    Transfer data({call.kernel.spaces.write(call.process_read().space), call.kernel.memory});
    const Result<void> set = layout == Layout::buffer
                                 ? data.set_buffer(call.arg(1), call.arg(2))
                                 : data.set_vectors(call.arg(1), static_cast<std::uint32_t>(call.arg(2)));
    if (!set) return Outcome::fail(set.error());
    if (is_idle(file, direction, layout, data)) return Outcome::done(0);
    return transfer_file(call, id, file, direction, data);
}

/// pread(2), pwrite(2), preadv(2), pwritev(2): the offset first, then the descriptor, then whether it can seek.
Outcome transfer_at(Call& call, Direction direction, Layout layout) {
    const std::uint64_t offset = call.arg(3);
    if (static_cast<std::int64_t>(offset) < 0) return Outcome::fail(Errno::einval);
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const File& file = call.kernel.files[*id];
    const Seek seek = operations(file).seek;
    if (file.kind == FileKind::pidfd)
        return Outcome::fail(Errno::einval);  // Linux: it has no bytes, but positions
    if (seek == Seek::none || seek == Seek::idle) return Outcome::fail(Errno::espipe);
    if (!is_open_for(file, direction)) return Outcome::fail(Errno::ebadf);
    Transfer data(call.memory());
    const Result<void> set = layout == Layout::buffer
                                 ? data.set_buffer(call.arg(1), call.arg(2))
                                 : data.set_vectors(call.arg(1), static_cast<std::uint32_t>(call.arg(2)));
    if (!set) return Outcome::fail(set.error());
    if (is_idle(file, direction, layout, data)) return Outcome::done(0);
    if (file.kind != FileKind::regular) return transfer_file(call, *id, file, direction, data);
    Outcome outcome = direction == Direction::read ? read_regular(call, *id, data, offset)
                                                   : write_regular(call, *id, data, offset);
    note_transfer(call, file, direction, outcome);
    return outcome;
}

}  // namespace

Outcome sys_read(Call& call) {
    return transfer(call, Direction::read, Layout::buffer);
}

Outcome sys_write(Call& call) {
    return transfer(call, Direction::write, Layout::buffer);
}

Outcome sys_readv(Call& call) {
    return transfer(call, Direction::read, Layout::vectors);
}

Outcome sys_writev(Call& call) {
    return transfer(call, Direction::write, Layout::vectors);
}

Outcome sys_pread64(Call& call) {
    return transfer_at(call, Direction::read, Layout::buffer);
}

Outcome sys_pwrite64(Call& call) {
    return transfer_at(call, Direction::write, Layout::buffer);
}

Outcome sys_preadv(Call& call) {
    return transfer_at(call, Direction::read, Layout::vectors);
}

Outcome sys_pwritev(Call& call) {
    return transfer_at(call, Direction::write, Layout::vectors);
}

namespace {

/// lseek(2), SEEK_DATA and SEEK_HOLE: the first byte from `at` on that lies in a hole, or that does not. As in Linux's
/// tmpfs a hole is a page that nobody has written; at the end of the file there is another one.
std::uint64_t next_of(const MemoryObject& memory, std::uint64_t at, bool wants_hole) {
    MemoryObject unwritten;  // all pages that were never written are one and the same
    unwritten.resize(1);
    while (at < memory.size() &&
           (memory.page_for_read(at / kPageSize) == unwritten.page_for_read(0)) != wants_hole)
        at = (at / kPageSize + 1) * kPageSize;
    return at;
}

}  // namespace

Outcome sys_lseek(Call& call) {
    constexpr std::uint32_t kSet = 0, kCurrent = 1, kEnd = 2, kData = 3, kHole = 4;
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const auto whence = static_cast<std::uint32_t>(call.arg(2));
    if (whence > kHole) return Outcome::fail(Errno::einval);
    const File& file = call.kernel.files[*id];
    const auto offset = static_cast<std::int64_t>(call.arg(1));
    switch (operations(file).seek) {
        case Seek::none:
            return Outcome::fail(Errno::espipe);
        case Seek::zero:
        case Seek::idle:
            return Outcome::done(0);
        case Seek::offset:
            break;
    }
    const bool is_regular = file.kind == FileKind::regular;
    // fs/libfs.c, offset_dir_llseek(): a directory has no end to count from.
    if (file.kind == FileKind::directory && whence >= kEnd) return Outcome::fail(Errno::einval);
    // Else it is a message queue, with its state as text: mq_overview(7).
    const std::uint64_t size =
        is_regular ? call.kernel.memory[call.kernel.inodes[file.inode].memory].size() : kQueueStateBytes;
    std::int64_t base = 0;
    if (whence == kCurrent) base = static_cast<std::int64_t>(file.offset);
    if (whence == kEnd) base = static_cast<std::int64_t>(size);
    if (whence == kData || whence == kHole) {
        // mm/shmem.c, shmem_file_llseek(); of a queue fs/read_write.c, default_llseek(), which takes -1 for a place.
        if ((offset < 0 && is_regular) || offset >= static_cast<std::int64_t>(size))
            return Outcome::fail(Errno::enxio);
        std::uint64_t at = static_cast<std::uint64_t>(offset);
        if (is_regular)
            at = next_of(call.kernel.memory[call.kernel.inodes[file.inode].memory], at, whence == kHole);
        else if (whence == kHole)
            at = size;
        if (is_regular && at >= size && whence == kData) return Outcome::fail(Errno::enxio);
        base = static_cast<std::int64_t>(is_regular ? std::min(at, size) : at) - offset;
    }
    static_assert(kSet == 0);
    std::int64_t place = 0;
    if (__builtin_add_overflow(base, offset, &place) || place < 0) return Outcome::fail(Errno::einval);
    call.kernel.files.write(*id).offset = static_cast<std::uint64_t>(place);
    return Outcome::done(place);
}

// ---- Descriptors

Outcome sys_open(Call& call) {
    if (call.me->opening.file) return go_on_opening(call);
    constexpr std::uint64_t kAtFdCwd = static_cast<std::uint64_t>(-100);
    auto path = read_path(call, call.arg(0));
    if (!path) return Outcome::fail(path.error());
    return open_descriptor(call, kAtFdCwd, *path, call.arg(1), call.arg(2));
}

Outcome sys_openat(Call& call) {
    if (call.me->opening.file) return go_on_opening(call);
    auto path = read_path(call, call.arg(1));
    if (!path) return Outcome::fail(path.error());
    return open_descriptor(call, call.arg(0), *path, call.arg(2), call.arg(3));
}

Outcome sys_close(Call& call) {
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    close_descriptor(call.kernel, call.self().process, static_cast<Fd>(call.arg(0)), call.task, call.trace);
    return Outcome::done(0);
}

namespace {

/// dup2(2), dup3(2): what was open there is closed as part of the call.
Outcome put_at(Call& call, FileId file, Fd to, bool close_on_exec) {
    FdTable& table = call.process().fds.write();
    // dup2(2): an open(2) of another thread has it already.
    if (table.is_reserved(to)) return Outcome::fail(Errno::ebusy);
    const FdEntry* before = table.find(to);
    const FileId closed = before ? before->file : FileId{};
    if (closed) keep_for_sleepers(call.kernel, call.pid, to, closed);
    table.set(to, {file, close_on_exec, call.kernel.here});
    if (closed) {
        flush_file(call.kernel, call.pid, closed, call.task, call.trace);
        release_file_if_unheld(call.kernel, closed, call.task, call.trace);
    }
    return Outcome::done(to);
}

bool is_out_of_table(const Call& call, Fd fd) {
    return fd < 0 || fd >= open_files_limit(call.process_read());
}

}  // namespace

Outcome sys_dup(Call& call) {
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    return Outcome::from(install(call.kernel, call.self().process, *file, false));
}

Outcome sys_dup2(Call& call) {
    const auto from = static_cast<Fd>(call.arg(0)), to = static_cast<Fd>(call.arg(1));
    if (from == to) {
        // dup2(2): with equal and valid descriptors it does nothing.
        auto same = file_of(call, call.arg(0));
        return same ? Outcome::done(to) : Outcome::fail(same.error());
    }
    if (is_out_of_table(call, to)) return Outcome::fail(Errno::ebadf);
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    return put_at(call, *file, to, false);
}

Outcome sys_dup3(Call& call) {
    const auto from = static_cast<Fd>(call.arg(0)), to = static_cast<Fd>(call.arg(1));
    const auto flags = static_cast<std::uint32_t>(call.arg(2));
    // dup3(2): unlike dup2(), equal descriptors are an error.
    if ((flags & ~kOCloExec) != 0 || from == to) return Outcome::fail(Errno::einval);
    if (is_out_of_table(call, to)) return Outcome::fail(Errno::ebadf);
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    return put_at(call, *file, to, (flags & kOCloExec) != 0);
}

Outcome sys_close_range(Call& call) {
    constexpr std::uint32_t kUnshare = 2, kCloseOnExec = 4;
    const auto first = static_cast<std::uint32_t>(call.arg(0)),
               last = static_cast<std::uint32_t>(call.arg(1));
    const auto flags = static_cast<std::uint32_t>(call.arg(2));
    if ((flags & ~(kUnshare | kCloseOnExec)) != 0 || first > last) return Outcome::fail(Errno::einval);
    std::vector<Fd> closing;
    for (std::uint64_t fd = first; fd <= last && fd < call.process_read().fds->entries().size(); ++fd) {
        FdEntry entry = call.process_read().fds->entries()[fd];
        if (!entry.file) continue;
        entry.close_on_exec = true;
        if (flags & kCloseOnExec)
            call.process().fds.write().set(static_cast<Fd>(fd), entry);
        else
            closing.push_back(static_cast<Fd>(fd));
    }
    close_descriptors(call.kernel, call.pid, closing, call.task, call.trace);
    return Outcome::done(0);
}

namespace {

constexpr std::uint32_t kFDupFd = 0, kFGetFd = 1, kFSetFd = 2, kFGetFl = 3, kFSetFl = 4,
                        kFDupFdCloExec = 1030, kFSetPipeSize = 1031, kFGetPipeSize = 1032, kFAddSeals = 1033,
                        kFGetSeals = 1034;

Outcome set_status_flags(Call& call, FileId id, std::uint32_t wanted) {
    // fcntl(2): only these can be changed; access mode and creation flags are ignored.
    constexpr std::uint32_t kNoAtime = 01000000, kAsync = 020000;
    constexpr std::uint32_t kCanSet = kOAppend | kONonBlock | kODirect | kNoAtime | kAsync;
    const File& file = call.kernel.files[id];
    if ((wanted & kODirect) && !is_pipe(call.kernel, file) && file.kind != FileKind::regular)
        return Outcome::fail(Errno::einval);
    if (wanted & kAsync) {
        explain(call.kernel, call.task, "fcntl: O_ASYNC is not simulated: EINVAL", call.trace);
        return Outcome::fail(Errno::einval);
    }
    File& changed = call.kernel.files.write(id);
    changed.flags = (changed.flags & ~kCanSet) | (wanted & kCanSet);
    return Outcome::done(0);
}

Outcome duplicate_from(Call& call, FileId file, std::uint64_t argument, bool close_on_exec) {
    // fcntl(2): EINVAL where the argument is negative or not below RLIMIT_NOFILE.
    if (argument >= static_cast<std::uint64_t>(open_files_limit(call.process_read())))
        return Outcome::fail(Errno::einval);
    return Outcome::from(
        install(call.kernel, call.self().process, file, close_on_exec, static_cast<Fd>(argument)));
}

}  // namespace

Outcome sys_fcntl(Call& call) {
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const File& file = call.kernel.files[*id];
    const auto fd = static_cast<Fd>(call.arg(0));
    const std::uint64_t argument = call.arg(2);
    const auto command = static_cast<std::uint32_t>(call.arg(1));
    if (is_lock_command(command)) return lock_records(call, *id, command);
    switch (command) {
        case kFDupFd:
            return duplicate_from(call, *id, argument & UINT32_MAX, false);
        case kFDupFdCloExec:
            return duplicate_from(call, *id, argument & UINT32_MAX, true);
        case kFGetFd:
            return Outcome::done(call.process_read().fds->find(fd)->close_on_exec ? 1 : 0);
        case kFSetFd: {
            FdTable& table = call.process().fds.write();
            table.set(fd, {*id, (argument & 1) != 0, table.find(fd)->made});
            return Outcome::done(0);
        }
        case kFGetFl: {
            constexpr std::uint32_t kLargeFile = 0100000;  // opened by path: open(2) on 64-bit Linux adds it
            return Outcome::done(file.flags | (file.inode ? kLargeFile : 0));
        }
        case kFSetFl:
            return set_status_flags(call, *id, static_cast<std::uint32_t>(argument));
        case kFSetPipeSize:
            return resize_pipe(call, file, static_cast<std::uint32_t>(argument));
        case kFGetPipeSize:
            return size_of_pipe(call.kernel, file);
        case kFAddSeals:
            return add_seals(call, file, static_cast<std::uint32_t>(argument));
        case kFGetSeals:
            return get_seals(call.kernel, file);
        default:
            explain(call.kernel, call.task,
                    "fcntl: command " + std::to_string(call.arg(1)) + " is not simulated: EINVAL",
                    call.trace);
            return Outcome::fail(Errno::einval);
    }
}

}  // namespace ipclab::kernel
