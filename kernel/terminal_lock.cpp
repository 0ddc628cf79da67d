#include "kernel/terminal_lock.h"

#include "kernel/files.h"
#include "kernel/line_discipline.h"
#include "kernel/pty.h"

namespace ipclab::kernel {

namespace {

constexpr std::size_t index_of(TerminalLock lock) {
    return static_cast<std::size_t>(lock);
}

ObjectRef end_of(const Kernel& kernel, TerminalId id, TerminalLock lock) {
    const bool of_master = lock == TerminalLock::master_read || lock == TerminalLock::master_write;
    return of_master ? master_of(id) : terminal_object(kernel, id);
}

}  // namespace

std::optional<Outcome> wait_for_lock(Call& call, const File& file, TerminalId id, TerminalLock lock) {
    const Tid holder = call.kernel.terminals[id].locks[index_of(lock)];
    if (!holder || holder == call.task) return {};
    if (file.flags & kONonBlock) return Outcome::fail(Errno::eagain);
    return call.block(end_of(call.kernel, id, lock), WaitFor::lock, index_of(lock));
}

bool is_locked(const Terminal& terminal, TerminalLock lock) {
    return static_cast<bool>(terminal.locks[index_of(lock)]);
}

bool has_lock(const Kernel& kernel, TerminalId id, TerminalLock lock, Tid task) {
    const Terminal& terminal = kernel.terminals[id];
    return terminal.locks[index_of(lock)] == task && !terminal.is_handed[index_of(lock)];
}

Outcome sleep_with_lock(Call& call, TerminalId id, TerminalLock lock, WaitFor what) {
    Terminal& terminal = call.kernel.terminals.write(id);
    terminal.locks[index_of(lock)] = call.task;
    terminal.is_handed[index_of(lock)] = false;
    return call.block(end_of(call.kernel, id, lock), what);
}

void unlock_terminals(Kernel& kernel, Tid task, Trace* trace) {
    std::vector<TerminalId> ids;
    for (const auto& [id, terminal] : kernel.terminals)
        if (std::ranges::find(terminal->locks, task) != terminal->locks.end()) ids.push_back(id);
    for (TerminalId id : ids)
        for (std::size_t i = 0; i < kernel.terminals[id].locks.size(); ++i) {
            if (kernel.terminals[id].locks[i] != task) continue;
            const ObjectRef end = end_of(kernel, id, static_cast<TerminalLock>(i));
            const std::vector<Tid> waiting = waiters(kernel, end, WaitFor::lock);
            const auto next = std::ranges::find_if(
                waiting, [&](Tid waiter) { return kernel.tasks[waiter].waits.front().key == i; });
            Terminal& terminal = kernel.terminals.write(id);
            terminal.is_handed[i] = next != waiting.end();
            terminal.locks[i] = terminal.is_handed[i] ? *next : Tid{};
            if (terminal.is_handed[i]) wake_task(kernel, *next, end, task, trace);
            // tty_write_unlock(): poll() looks whether somebody writes, too.
            const auto lock = static_cast<TerminalLock>(i);
            if (lock == TerminalLock::write || lock == TerminalLock::master_write)
                wake(kernel, end, WaitFor::writable, Wake::all, task, trace);
        }
}

}  // namespace ipclab::kernel
