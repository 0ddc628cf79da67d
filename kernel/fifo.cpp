// FIFOs (fifo(7)): pipes with a name. What goes through them is kernel/pipe.cpp's; here is how they come into being and
// are opened, as Linux's fs/pipe.c, fifo_open() has it.
//
// The pipe of a FIFO exists while somebody has it open. open(2) for one end waits until the other has been opened; while
// it waits, it already counts as an end (so a reader and a writer that both wait would find each other), but no
// descriptor names it yet: Task::opening.
#include <algorithm>
#include <iterator>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/inotify.h"

namespace ipclab::kernel {

namespace {

std::uint32_t opens_of_peer(const Kernel& kernel, const File& file) {
    const Pipe& pipe = kernel.pipes[file.pipe()];
    return file.kind == FileKind::pipe_read ? pipe.writer_opens : pipe.reader_opens;
}

FileKind peer_of(const File& file) {
    return file.kind == FileKind::pipe_read ? FileKind::pipe_write : FileKind::pipe_read;
}

Outcome finish_opening(Call& call, Opening opening) {
    call.me->opening = {};
    call.process().fds.write().set(opening.fd, {opening.file, opening.close_on_exec, call.kernel.here});
    note_file(call.kernel, call.kernel.files[opening.file], kInOpen, Cause(call));
    return Outcome::done(opening.fd);
}

}  // namespace

Result<void> attach_fifo(Kernel& kernel, File& file) {
    // open(2): access mode 3 is for ioctl on devices; a FIFO takes data only one way or both.
    if (!file.readable() && !file.writable()) return Errno::einval;
    file.kind = !file.writable()   ? FileKind::pipe_read
                : !file.readable() ? FileKind::pipe_write
                                   : FileKind::pipe_both;
    PipeId pipe = kernel.inodes[file.inode].pipe;
    // fifo(7): a writer that does not wait gets ENXIO where nobody has the FIFO open for reading.
    const bool is_lonely_writer = file.kind == FileKind::pipe_write && (file.flags & kONonBlock) &&
                                  (!pipe || !has_end(kernel, pipe, FileKind::pipe_read));
    if (is_lonely_writer) return Errno::enxio;
    if (kernel.files.size() >= kernel.limits.all_open_files) return Errno::enfile;
    if (!pipe) pipe = kernel.inodes.write(file.inode).pipe = insert_pipe(kernel);
    file.number = pipe.value;
    Pipe& opened = kernel.pipes.write(pipe);
    // Only counts where nobody has it open for writing: see ready_to_read().
    file.offset = opened.writer_opens;
    if (file.kind != FileKind::pipe_write) ++opened.reader_opens;
    if (file.kind != FileKind::pipe_read) ++opened.writer_opens;
    return {};
}

Outcome open_fifo(Call& call, FileId id, Fd fd, bool close_on_exec) {
    Kernel& kernel = call.kernel;
    const File& file = kernel.files[id];
    call.object = ref(file.pipe());
    if (file.kind == FileKind::pipe_both || pipe_ends(kernel, file.pipe(), file.kind).size() == 1)
        call.wake(ref(file.pipe()), WaitFor::peer, Wake::all);
    const Opening opening{id, fd, close_on_exec};
    const bool has_company = file.kind == FileKind::pipe_both || has_end(kernel, file.pipe(), peer_of(file));
    if (!has_company && !(file.flags & kONonBlock)) {
        call.pending.progress = opens_of_peer(kernel, file);
        call.me->opening = opening;
        call.process().fds.write().set(fd, {.is_reserved = true});
        return call.block(ref(file.pipe()), WaitFor::peer);
    }
    // With a writer there, or after waiting for one, its going is a hang-up.
    if (has_company) kernel.files.write(id).offset = 0;
    return finish_opening(call, opening);
}

Outcome go_on_opening(Call& call) {
    const Opening opening = call.me->opening;
    const File& file = call.kernel.files[opening.file];
    call.object = ref(file.pipe());
    // fs/pipe.c, wait_for_partner(): that somebody came is enough; he may be gone by now.
    if (opens_of_peer(call.kernel, file) == call.pending.progress)
        return call.block(ref(file.pipe()), WaitFor::peer);
    call.kernel.files.write(opening.file).offset = 0;
    return finish_opening(call, opening);
}

void give_up_opening(Kernel& kernel, Tid task, Trace* trace) {
    const Opening opening = kernel.tasks[task].opening;
    if (!opening.file) return;
    kernel.tasks.write(task).opening = {};
    kernel.processes.write(kernel.tasks[task].process).fds.write().clear(opening.fd);
    release_file_if_unheld(kernel, opening.file, task, trace);
}

namespace {

Outcome make_node(Call& call, std::uint64_t directory_fd, std::uint64_t path, std::uint64_t mode_argument) {
    constexpr std::uint32_t kType = 0170000, kFifo = 0010000, kCharacter = 0020000, kDirectory = 0040000,
                            kBlock = 0060000, kRegular = 0100000, kSocket = 0140000;
    const auto mode = static_cast<std::uint32_t>(mode_argument);
    const std::uint32_t type = mode & kType;
    // mknod(2), fs/namei.c may_mknod(): EPERM for a directory, EINVAL for what is no type.
    constexpr std::uint32_t kTypes[] = {0, kFifo, kCharacter, kBlock, kRegular, kSocket, kDirectory};
    if (std::ranges::find(kTypes, type) == std::end(kTypes)) return Outcome::fail(Errno::einval);
    if (type == kDirectory) return Outcome::fail(Errno::eperm);
    auto end = name_at(call, directory_fd, path);
    if (!end) return Outcome::fail(end.error());
    if (end->has_trailing_slash && !end->inode) return Outcome::fail(Errno::enoent);
    if (auto may = may_create(call.kernel, *end); !may) return Outcome::fail(may.error());
    if (type == kSocket)
        explain(call.kernel, call.task, "mknod: a socket's name is made by bind(): EPERM", call.trace);
    // mknod(2): devices take privileges.
    if (type != 0 && type != kRegular && type != kFifo) return Outcome::fail(Errno::eperm);
    if (type != kFifo) {
        auto file = create_file(call, *end, mode);
        if (!file) return Outcome::fail(file.error());
        note_entry(call.kernel, {end->directory, end->name}, *file, kInCreate, Cause(call));
        return Outcome::done(0);
    }
    Inode inode;
    inode.kind = InodeKind::fifo;
    inode.mode = mode & 07777 & ~call.process_read().umask;
    call.object = ref(new_named_inode(call, *end, std::move(inode)));
    return Outcome::done(0);
}

}  // namespace

Outcome sys_mknod(Call& call) {
    return make_node(call, static_cast<std::uint64_t>(-100), call.arg(0), call.arg(1));
}

Outcome sys_mknodat(Call& call) {
    return make_node(call, call.arg(0), call.arg(1), call.arg(2));
}

}  // namespace ipclab::kernel
