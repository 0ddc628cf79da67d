// Why a call failed with EBADF: which descriptor, and what became of it.
#include "kernel/kernel.h"
#include "kernel/syscalls.h"

namespace ipclab::kernel {

namespace {

/// Programs ask for the flags of what may not be open, to find out.
bool is_question(std::uint64_t number, const std::array<std::uint64_t, 6>& args) {
    constexpr std::uint64_t kFGetFd = 1, kFGetFl = 3;
    return number == static_cast<std::uint64_t>(Sys::fcntl) && (args[1] == kFGetFd || args[1] == kFGetFl);
}

}  // namespace

std::optional<BadDescriptor> bad_descriptor(const Kernel& kernel, Pid pid, std::uint64_t number,
                                            const std::array<std::uint64_t, 6>& args) {
    using Why = BadDescriptor::Why;
    constexpr Fd kAtFdCwd = -100;
    const SyscallSpec* spec = syscall_spec(number);
    const Process* process = kernel.processes.find(pid);
    if (!spec || !process || is_question(number, args)) return std::nullopt;
    const FdTable& table = *process->fds;
    std::optional<BadDescriptor> found;
    for (std::size_t i = 0; i < spec->argument_count; ++i) {
        const ArgKind kind = spec->args[i].kind;
        const auto fd = static_cast<Fd>(args[i]);
        if (kind != ArgKind::fd && !(kind == ArgKind::at_fd && fd != kAtFdCwd)) continue;
        const FdEntry* entry = table.find(fd);
        if (entry) {
            if (!found) found = {Why::not_readable, fd, entry->made, {}, entry->file};
        } else if (const FdTable::Past* past = table.past(fd)) {
            return BadDescriptor{Why::closed, fd, past->made, past->closed, {}};
        } else if (number == static_cast<std::uint64_t>(Sys::close)) {
            return std::nullopt;  // to be sure that nothing is open
        } else {
            return BadDescriptor{Why::never_opened, fd, {}, {}, {}};
        }
        // dup2(2): the second one need not be open.
        if (number == static_cast<std::uint64_t>(Sys::dup2) ||
            number == static_cast<std::uint64_t>(Sys::dup3))
            return std::nullopt;
    }
    if (!found) return found;
    const File& file = kernel.files[found->file];
    bool reads = false, writes = false;
    for (const ArgSpec& argument : spec->args) {
        reads |= argument.kind == ArgKind::bytes_out || argument.kind == ArgKind::iovec_out;
        writes |= argument.kind == ArgKind::bytes_in || argument.kind == ArgKind::iovec_in;
    }
    if (reads && !file.readable()) return found;
    found->why = Why::not_writable;
    return writes && !file.writable() ? found : std::nullopt;
}

}  // namespace ipclab::kernel
