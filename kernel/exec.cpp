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

/// What is to be run: the file, and what the process is called after it.
struct Executed {
    InodeId inode{};
    std::string path, name;
};

std::string last_name(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return path.substr(slash == path.npos ? 0 : slash + 1);
}

/// EACCES where it may not be executed or is not a regular file.
Result<Executed> executable(Call& call, Executed found) {
    const Inode& inode = call.kernel.inodes[found.inode];
    if (inode.kind != InodeKind::regular || !is_permitted(inode, 1)) return Errno::eacces;
    call.object = ref(found.inode);
    return found;
}

Result<Executed> find_executable(Call& call, InodeId start, std::string path, Links links) {
    auto end = look_up(call.kernel, start, path, links);
    if (!end) return end.error();
    if (!end->inode) return Errno::enoent;
    // fs/exec.c, do_open_execat(): a symbolic link that is not to be followed.
    if (call.kernel.inodes[end->inode].kind == InodeKind::symlink) return Errno::eloop;
    std::string name = last_name(path);
    return executable(call, {end->inode, std::move(path), std::move(name)});
}

/// execveat(2), AT_EMPTY_PATH: the file behind a descriptor, as fexecve(3) wants it.
Result<Executed> executable_of(Call& call, std::uint64_t fd) {
    auto id = file_of(call, fd);
    if (!id) return id.error();
    const File& file = call.kernel.files[*id];
    if (!file.inode) return Errno::eacces;
    return executable(call, {file.inode, "", file.name.name});
}

void close_marked_descriptors(Call& call) {
    const std::vector<FdEntry>& entries = call.process_read().fds->entries();
    std::vector<Fd> closing;
    for (std::size_t fd = 0; fd < entries.size(); ++fd)
        if (entries[fd].file && entries[fd].close_on_exec) closing.push_back(static_cast<Fd>(fd));
    close_descriptors(call.kernel, call.pid, closing, call.task, call.trace);
}

/// `argv`: the argument of the call that points to the new program's; the one after it to its environment.
Outcome execute(Call& call, Executed&& executed, int argv) {
    Kernel& kernel = call.kernel;
    std::uint64_t room = kernel.limits.argument_bytes;
    auto arguments = read_strings(call, call.arg(argv), room);
    if (!arguments) return Outcome::fail(arguments.error());
    auto environment = read_strings(call, call.arg(argv + 1), room);
    if (!environment) return Outcome::fail(environment.error());
    const ProgramId program = kernel.inodes[executed.inode].program;
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
    call.me->name.clear();
    call.me->alternate_stack = {};
    process.name = executed.name.substr(0, kNameMax);
    call.cost_ns += kernel.costs.exec_ns;
    if (call.trace) {
        call.trace->add(event_now(kernel, EventKind::executed, call.task));
        call.trace->add_payload(0, executed.path);
    }
    Outcome outcome = Outcome::of(Outcome::Kind::executed);
    outcome.execution.reset(new Execution{program, std::move(*arguments), std::move(*environment)});
    return outcome;
}

}  // namespace

Outcome sys_execve(Call& call) {
    auto path = read_path(call, call.arg(0));
    if (!path) return Outcome::fail(path.error());
    auto found =
        find_executable(call, call.process_read().working_directory, std::move(*path), Links::follow);
    if (!found) return Outcome::fail(found.error());
    return execute(call, std::move(*found), 1);
}

Outcome sys_execveat(Call& call) {
    constexpr std::uint64_t kEmptyPath = 0x1000, kNoFollow = 0x100;
    const std::uint64_t flags = static_cast<std::uint32_t>(call.arg(4));
    auto path = read_path(call, call.arg(1));
    const bool is_empty = !path && path.error() == Errno::enoent && (flags & kEmptyPath);
    if (!path && !is_empty) return Outcome::fail(path.error());
    if (flags & ~(kEmptyPath | kNoFollow)) return Outcome::fail(Errno::einval);
    if (is_empty) {
        auto found = executable_of(call, call.arg(0));
        return found ? execute(call, std::move(*found), 2) : Outcome::fail(found.error());
    }
    auto start = start_of(call, call.arg(0), *path);
    if (!start) return Outcome::fail(start.error());
    auto found =
        find_executable(call, *start, std::move(*path), flags & kNoFollow ? Links::keep_last : Links::follow);
    return found ? execute(call, std::move(*found), 2) : Outcome::fail(found.error());
}

}  // namespace ipclab::kernel
