// Pseudo-terminals: both ends as open files, after Linux's drivers/tty/pty.c and fs/devpts.
#include "kernel/pty.h"

#include <algorithm>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/job_control.h"
#include "kernel/line_discipline.h"
#include "kernel/poll.h"
#include "kernel/terminal_write.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kIn = kPollIn | kPollRdNorm, kOut = kPollOut | kPollWrNorm;
constexpr std::size_t kMasterReadMost = 4095;  // its own line discipline has a buffer of a page, too

TerminalId id_of(const File& file) {
    return file.terminal();
}

bool is_open(const Kernel& kernel, TerminalId id, FileKind end) {
    return std::any_of(kernel.files.begin(), kernel.files.end(), [&](const auto& entry) {
        return entry.second->kind == end && id_of(*entry.second) == id;
    });
}

InodeId devpts(const Kernel& kernel) {
    return find_entry(kernel, find_entry(kernel, kernel.root, "dev"), "pts");
}

/// A new pseudo-terminal with the lowest free number, still locked.
Result<TerminalId> new_terminal(Kernel& kernel) {
    std::vector<std::int32_t> taken;
    for (const auto& [id, terminal] : kernel.terminals)
        if (!terminal->is_hung_up) taken.push_back(terminal->number);
    std::int32_t number = 0;
    while (std::ranges::find(taken, number) != taken.end()) ++number;
    // /proc/sys/kernel/pty/max: ENOSPC beyond.
    if (number >= kernel.limits.pseudo_terminals) return Errno::enospc;
    const TerminalId id{++kernel.last_terminal};
    Inode inode;
    inode.kind = InodeKind::slave;
    inode.mode = 0620;
    inode.owner = kUser;
    inode.terminal = id;
    Terminal terminal;
    terminal.number = number;
    terminal.inode = new_inode(kernel, std::move(inode));
    add_entry(kernel, devpts(kernel), std::to_string(number), terminal.inode);
    kernel.terminals.insert(id, std::move(terminal));
    return id;
}

void wake_all(Kernel& kernel, ObjectRef end, Tid by, Trace* trace) {
    for (const WaitFor what : {WaitFor::readable, WaitFor::writable, WaitFor::peer})
        wake(kernel, end, what, Wake::all, by, trace);
}

// ---- The master

Outcome read_master(Call& call, FileId, const File& file, Transfer& to) {
    Kernel& kernel = call.kernel;
    const TerminalId id = id_of(file);
    if (auto waits = wait_for_lock(call, file, id, TerminalLock::master_read)) return std::move(*waits);
    const Terminal& before = kernel.terminals[id];
    if (to.total() == 0) return Outcome::done(0);
    if (before.output.empty()) {
        // pty(7) does not say it, drivers/tty/n_tty.c does: EIO once the last slave has been closed.
        if (before.is_slave_closed) return Outcome::fail(Errno::eio);
        if (file.flags & kONonBlock) return Outcome::fail(Errno::eagain);
        return sleep_with_lock(call, id, TerminalLock::master_read, WaitFor::readable);
    }
    Terminal& terminal = kernel.terminals.write(id);
    const std::size_t there = std::min(terminal.output.size(), kMasterReadMost);
    const std::size_t bytes = std::min<std::uint64_t>(to.left(), there);
    const std::uint64_t copied =
        to.copy_out({reinterpret_cast<const std::uint8_t*>(terminal.output.data()), bytes});
    terminal.output.erase(0, bytes);
    take_output(terminal);
    call.charge_copy(copied);
    // n_tty_check_unthrottle(): only a reader who leaves little wakes who writes at the other end.
    if (is_little(there - bytes)) output_moves(kernel, id, call.task, call.trace);
    if (copied < bytes && copied == 0) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(copied));
}

Outcome write_master(Call& call, FileId, const File& file, Transfer& from) {
    Kernel& kernel = call.kernel;
    const TerminalId id = id_of(file);
    if (auto waits = wait_for_lock(call, file, id, TerminalLock::master_write)) return std::move(*waits);
    from.skip(call.pending.progress);
    // drivers/tty/tty_io.c, tty_write_unlock(): see write_terminal().
    call.wake(master_of(id), WaitFor::writable, Wake::all);
    return write_in_pieces(call, file, id, TerminalLock::master_write, from,
                           [&](std::string_view bytes) -> Result<std::size_t> {
                               return type_in(kernel, id, bytes, call.task, call.trace);
                           });
}

std::uint32_t ready_master(const Kernel& kernel, const File& file) {
    const Terminal& terminal = kernel.terminals[id_of(file)];
    return (terminal.output.empty() ? 0 : kIn) | (is_master_writable(terminal) ? kOut : 0) |
           (terminal.is_slave_closed ? std::uint32_t{kPollHup} : 0);
}

std::uint64_t bytes_at_master(const Kernel& kernel, const File& file) {
    return std::min(kernel.terminals[id_of(file)].output.size(), kMasterReadMost);
}

/// pty_close(): the slave is hung up, and its name is gone.
void master_closed(Kernel& kernel, const File& file, Tid by, Trace* trace) {
    const TerminalId id = id_of(file);
    Terminal& terminal = kernel.terminals.write(id);
    terminal.is_hung_up = true;
    terminal.is_stopped = terminal.is_suspended = false;
    for (std::string* bytes : {&terminal.arriving, &terminal.output, &terminal.echo}) bytes->clear();
    terminal.arriving_buffers = terminal.output_buffers = {};
    const InodeId inode = std::exchange(terminal.inode, InodeId{});
    remove_entry(kernel, devpts(kernel), std::to_string(terminal.number));
    hang_up_session(kernel, id, trace);
    wake_all(kernel, ref(id), by, trace);
    if (!has_slave(kernel, id)) kernel.terminals.erase(id);
    drop_inode_if_unused(kernel, inode, by, trace);
}

// ---- The slave

std::uint32_t ready_slave(const Kernel& kernel, const File& file) {
    const Terminal& terminal = kernel.terminals[id_of(file)];
    // drivers/tty/tty_io.c, hung_up_tty_poll()
    if (terminal.is_hung_up) return kIn | kOut | kPollErr | kPollHup;
    return (has_input(terminal, Asks::poll) ? kIn : 0) | (is_writable(terminal) ? kOut : 0);
}

void slave_closed(Kernel& kernel, const File& file, Tid by, Trace* trace) {
    const TerminalId id = id_of(file);
    if (is_open(kernel, id, FileKind::slave)) return;
    if (kernel.terminals[id].is_hung_up) {
        kernel.terminals.erase(id);
        return;
    }
    kernel.terminals.write(id).is_slave_closed = true;
    wake_all(kernel, master_of(id), by, trace);
}

}  // namespace

const FileOperations kMasterOperations{.object = [](const File& file) { return master_of(id_of(file)); },
                                       .read = read_master,
                                       .write = write_master,
                                       .ready = ready_master,
                                       .bytes_to_read = bytes_at_master,
                                       .control = control_terminal,
                                       .closed = master_closed};

const FileOperations kSlaveOperations{
    .object = [](const File& file) { return ref(id_of(file)); },
    .read = [](Call& call, FileId, const File& file,
               Transfer& to) { return read_terminal(call, file, id_of(file), to); },
    .write = [](Call& call, FileId, const File& file,
                Transfer& from) { return write_terminal(call, file, id_of(file), {}, from); },
    .ready = ready_slave,
    .bytes_to_read = [](const Kernel& kernel,
                        const File& file) { return input_bytes(kernel.terminals[id_of(file)]); },
    .control = control_terminal,
    .closed = slave_closed};

bool has_slave(const Kernel& kernel, TerminalId id) {
    return is_open(kernel, id, FileKind::slave);
}

bool has_master(const Kernel& kernel, TerminalId id) {
    return is_open(kernel, id, FileKind::master);
}

Result<void> attach_terminal(Call& call, File& file) {
    Kernel& kernel = call.kernel;
    if (kernel.files.size() >= kernel.limits.all_open_files) return Errno::enfile;
    const Inode& inode = kernel.inodes[file.inode];
    if (inode.kind == InodeKind::multiplexer) {
        const auto made = new_terminal(kernel);
        if (!made) return made.error();
        file.number = made->value;
        return {};
    }
    const bool is_own = inode.kind == InodeKind::terminal;
    const TerminalId id = is_own ? call.process_read().terminal : inode.terminal;
    // tty(4): /dev/tty is the controlling terminal; ENXIO where there is none.
    if (!id) return Errno::enxio;
    Terminal& terminal = kernel.terminals.write(id);
    if (terminal.stream) {
        file.kind = FileKind::stream;
        file.number = terminal.stream.value;
        return {};
    }
    // pts(4): not before unlockpt(3).
    if (terminal.is_locked || terminal.is_hung_up) return Errno::eio;
    file.kind = FileKind::slave;
    file.number = id.value;
    terminal.is_slave_closed = false;
    return {};
}

Outcome open_peer(Call& call, TerminalId id) {
    // ioctl_tty(2), TIOCGPTPEER: as open(2) of its name would, whatever the mount; the flags are open's.
    Kernel& kernel = call.kernel;
    const auto flags = static_cast<std::uint32_t>(call.arg(2));
    const auto free = free_descriptor(call);
    if (!free) return Outcome::fail(free.error());
    File file{.kind = FileKind::slave,
              .flags = flags & (kOAccMode | kONonBlock | kOAppend),
              .inode = kernel.terminals[id].inode};
    file.name = {devpts(kernel), std::to_string(kernel.terminals[id].number)};
    if (auto attached = attach_terminal(call, file); !attached) return Outcome::fail(attached.error());
    const auto made = new_file(kernel, file);
    if (!made) return Outcome::fail(made.error());
    if (!(flags & kONoCtty)) take_terminal(call, id, file);
    return Outcome::from(install(kernel, call.pid, *made, (flags & kOCloExec) != 0));
}

}  // namespace ipclab::kernel
