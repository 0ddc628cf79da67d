// Pseudo-terminals (pty(7)): /dev/ptmx, /dev/pts/N and /dev/tty.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// open(2) of a terminal by its path: makes a pseudo-terminal, or finds the one that the inode names. EIO where it is
/// locked, ENXIO where the caller has no controlling terminal, ENOSPC where there are too many.
Result<void> attach_terminal(Call& call, File& file);
/// TIOCGPTPEER: a descriptor for the slave of a master.
Outcome open_peer(Call& call, TerminalId terminal);
/// Whether somebody has the slave open, or the master.
bool has_slave(const Kernel& kernel, TerminalId terminal);
bool has_master(const Kernel& kernel, TerminalId terminal);

constexpr ObjectRef master_of(TerminalId id) {
    return {ObjectKind::pty_master, id.value};
}

}  // namespace ipclab::kernel
