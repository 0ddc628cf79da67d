// execve(2): checks, arguments, and what a process keeps over it.
#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/processes.h"
#include "kernel/signals.h"
#include "kernel/timer_signals.h"

namespace ipclab::kernel {

namespace {

constexpr std::size_t kStringMax = 32 * kPageSize;  // execve(2): MAX_ARG_STRLEN, with the NUL

/// Reads a NULL-terminated array of texts; `room` is what is left of ARG_MAX and shrinks.
Result<std::vector<std::string>> read_strings(Call& call, std::uint64_t address, std::uint64_t& room) {
    std::vector<std::string> strings;
    if (address == 0) return strings;  // execve(2): on Linux NULL means an empty list
    for (;; address += sizeof(std::uint64_t)) {
        auto pointer = call.memory().read_object<std::uint64_t>(address);
        if (!pointer) return pointer.error();
        if (*pointer == 0) return strings;
        auto text = call.memory().read_string(*pointer, kStringMax - 1);
        if (!text && text.error() == Errno::enametoolong) return Errno::e2big;
        if (!text) return text.error();
        const std::uint64_t bytes = text->size() + 1 + sizeof(std::uint64_t);
        if (bytes > room) return Errno::e2big;
        room -= bytes;
        strings.push_back(std::move(*text));
    }
}

/// The file to run: EACCES where it may not be executed or is not a regular file.
Result<InodeId> find_executable(Call& call, std::string_view path) {
    auto end = look_up(call.kernel, call.process_read().working_directory, path, Links::follow);
    if (!end) return end.error();
    if (!end->inode) return Errno::enoent;
    const Inode& inode = call.kernel.inodes[end->inode];
    if (inode.kind != InodeKind::regular || !is_permitted(inode, 1)) return Errno::eacces;
    return end->inode;
}

void close_marked_descriptors(Call& call) {
    const Pid self = call.self().process;
    const Kernel& kernel = call.kernel;
    for (std::size_t fd = 0; fd < kernel.processes[self].fds->entries().size(); ++fd) {
        const FdEntry entry = kernel.processes[self].fds->entries()[fd];
        if (entry.file && entry.close_on_exec)
            close_descriptor(call.kernel, self, static_cast<Fd>(fd), call.task, call.trace);
    }
}

}  // namespace

Outcome sys_execve(Call& call) {
    Kernel& kernel = call.kernel;
    auto path = read_path(call, call.arg(0));
    if (!path) return Outcome::fail(path.error());
    auto inode = find_executable(call, *path);
    if (!inode) return Outcome::fail(inode.error());
    call.object = ref(*inode);
    std::uint64_t room = kernel.limits.argument_bytes;
    auto arguments = read_strings(call, call.arg(1), room);
    if (!arguments) return Outcome::fail(arguments.error());
    auto environment = read_strings(call, call.arg(2), room);
    if (!environment) return Outcome::fail(environment.error());
    const ProgramId program = kernel.inodes[*inode].program;
    if (!program) return Outcome::fail(Errno::enoexec);
    // execve(2): since Linux 5.18 an empty argv becomes one that holds an empty string.
    if (arguments->empty()) arguments->emplace_back();

    // execve(2): what is kept: pid, descriptors without close-on-exec, mask, pending signals, alarm,
    // directory.
    become_first_thread(call);
    close_marked_descriptors(call);
    Process& process = call.process();
    reset_handlers(process);
    delete_posix_timers(kernel, process.pid);
    replace_space(kernel, process, call.trace);
    process.program = program;
    process.has_executed = true;
    const std::size_t slash = path->rfind('/');
    call.me->name.clear();
    call.me->alternate_stack = {};
    process.name = path->substr(slash == path->npos ? 0 : slash + 1).substr(0, kNameMax);
    call.cost_ns += kernel.costs.exec_ns;
    if (call.trace) {
        call.trace->add(event_now(kernel, EventKind::executed, call.task));
        call.trace->add_payload(0, *path);
    }
    Outcome outcome = Outcome::of(Outcome::Kind::executed);
    outcome.execution.reset(new Execution{program, std::move(*arguments), std::move(*environment)});
    return outcome;
}

}  // namespace ipclab::kernel
