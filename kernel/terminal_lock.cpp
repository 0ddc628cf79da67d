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

bool has_lock(const Kernel& kernel, TerminalId id, TerminalLock lock, Tid task) {
    return kernel.terminals[id].locks[index_of(lock)] == task;
}

Outcome sleep_with_lock(Call& call, TerminalId id, TerminalLock lock, WaitFor what) {
    call.kernel.terminals.write(id).locks[index_of(lock)] = call.task;
    return call.block(end_of(call.kernel, id, lock), what);
}

void unlock_terminals(Kernel& kernel, Tid task, Trace* trace) {
    std::vector<std::pair<ObjectRef, std::size_t>> left;
    std::vector<TerminalId> ids;
    for (const auto& [id, terminal] : kernel.terminals)
        if (std::ranges::find(terminal->locks, task) != terminal->locks.end()) ids.push_back(id);
    for (TerminalId id : ids)
        for (std::size_t i = 0; i < kernel.terminals[id].locks.size(); ++i) {
            if (kernel.terminals[id].locks[i] != task) continue;
            kernel.terminals.write(id).locks[i] = {};
            left.emplace_back(end_of(kernel, id, static_cast<TerminalLock>(i)), i);
        }
    for (const auto& [end, lock] : left)
        for (Tid waiter : waiters(kernel, end, WaitFor::lock))
            if (kernel.tasks[waiter].waits.front().key == lock) {
                wake_task(kernel, waiter, end, task, trace);
                break;
            }
}

}  // namespace ipclab::kernel
