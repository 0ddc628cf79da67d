// Who reads from an end of a terminal keeps other readers of that end out until the call returns, however long it sleeps,
// and so does who writes: drivers/tty/n_tty.c, atomic_read_lock; tty_io.c, tty_write_lock().
#pragma once

#include <optional>

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// Indices of Terminal::locks.
enum class TerminalLock : std::uint8_t { read, write, master_read, master_write };

/// Nothing where the call may go on; else it sleeps until the one that has the lock leaves its call, or fails with EAGAIN
/// where the description has O_NONBLOCK.
std::optional<Outcome> wait_for_lock(Call& call, const File& file, TerminalId terminal, TerminalLock lock);
/// Whether a task has slept with the lock, or has been handed it.
bool is_locked(const Terminal& terminal, TerminalLock lock);
/// Whether this task has slept with the lock.
bool has_lock(const Kernel& kernel, TerminalId terminal, TerminalLock lock, Tid task);
/// Sleeps at the terminal's end, and keeps the lock meanwhile.
Outcome sleep_with_lock(Call& call, TerminalId terminal, TerminalLock lock, WaitFor what);
/// The task leaves its call: whoever waits longest for a lock that it had gets it, and looks again.
void unlock_terminals(Kernel& kernel, Tid task, Trace* trace);

}  // namespace ipclab::kernel
