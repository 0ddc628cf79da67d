// The kernel's objects in words.
#include "kernel/capture.h"
#include "kernel/emit.h"
#include "kernel/filesystem_calls.h"
#include "kernel/signals.h"
#include "kernel/syscalls.h"

#include <array>
#include <cstdio>

namespace ipclab::kernel {

namespace {

std::string describe_stream(const Kernel& kernel, StreamId id) {
    const Stream* stream = kernel.streams.find(id);
    if (!stream) return "a closed stream";
    if (stream->kind == StreamKind::terminal) return "the terminal";
    constexpr std::array<std::string_view, 3> kNames{"standard input", "standard output", "standard error"};
    return std::string(kNames[static_cast<std::size_t>(id.value - 1) % kNames.size()]);
}

std::string describe_inode(const Kernel& kernel, InodeId id) {
    const Inode* inode = kernel.inodes.find(id);
    if (id == kAnonymousInode)
        return "the inode of all signalfd, eventfd, timerfd, epoll and inotify descriptors";
    if (!inode) return "a deleted file";
    if (inode->kind == InodeKind::directory) {
        const std::string path = path_of(kernel, id);
        return path.empty() ? "a removed directory" : path;
    }
    for (const auto& [directory, candidate] : kernel.inodes)
        for (const DirectoryEntry& entry : candidate->entries)
            if (entry.inode == id) {
                const std::string parent = path_of(kernel, directory);
                return (parent == "/" ? "" : parent) + "/" + entry.name;
            }
    for (const auto& [stream, candidate] : kernel.streams)
        if (candidate->file == id) return describe_stream(kernel, stream);
    return inode->is_memfd ? "memfd:" + inode->target : "a file without a name";
}

/// "pipe 1"; of a FIFO "pipe 1 (/tmp/fifo)".
std::string describe_pipe(const Kernel& kernel, PipeId id) {
    const std::string text = "pipe " + std::to_string(id.value);
    for (const auto& [inode, candidate] : kernel.inodes)
        if (candidate->pipe == id) return text + " (" + describe_inode(kernel, inode) + ")";
    return text;
}

std::string describe_posix_queue(const Kernel& kernel, PosixQueueId id) {
    const PosixQueue* queue = kernel.posix_queues.find(id);
    if (!queue) return "a removed message queue";
    return "message queue /" + queue->name + (queue->is_linked ? "" : " (unlinked)");
}

/// "terminal /dev/pts/0"
std::string describe_terminal(const Kernel& kernel, TerminalId id) {
    const Terminal* terminal = kernel.terminals.find(id);
    if (!terminal) return "a terminal that is gone";
    if (terminal->stream) return "the terminal";
    return "terminal /dev/pts/" + std::to_string(terminal->number) +
           (terminal->is_hung_up ? " (hung up)" : "");
}

std::string describe_process(const Kernel& kernel, Pid pid) {
    const Process* process = kernel.processes.find(pid);
    return process ? process->name + " (" + std::to_string(pid.value) + ")"
                   : "process " + std::to_string(pid.value);
}

/// Who holds what a lock has to wait for.
std::string blocker_of(const Kernel& kernel, const FileLock& wanted) {
    for (const FileLock& held : kernel.locks->held)
        if (conflict(held, wanted))
            return "; " + describe_process(kernel, held.process) + " has " + describe_lock(held);
    return "";
}

std::string state_of_input(const Kernel& kernel, TerminalId id) {
    const Terminal* terminal = kernel.terminals.find(id);
    if (!terminal || !terminal->is_canonical() || terminal->input.empty()) return " (nothing has been typed)";
    return " (a line has been begun, and not ended)";
}

/// Why nothing is there to be had yet.
std::string state_of_wait(const Kernel& kernel, Tid task, const WaitPoint& point) {
    if (point.object.kind == ObjectKind::pipe) {
        const Pipe* pipe = kernel.pipes.find(PipeId{point.object.id});
        if (!pipe) return "";
        if (point.what == WaitFor::peer && kernel.tasks[task].opening.file)
            return kernel.files[kernel.tasks[task].opening.file].writable()
                       ? " (nobody has it open for reading)"
                       : " (nobody has it open for writing)";
        if (point.what == WaitFor::readable && pipe->slots.empty()) return " (empty)";
        if (point.what == WaitFor::writable && pipe->is_full())
            return " (full: " + std::to_string(pipe->size_bytes()) + " bytes in " +
                   std::to_string(pipe->slots.size()) + " slots)";
    }
    if (point.object.kind == ObjectKind::message_queue)
        if (const MessageQueue* queue = kernel.sysv.queues.find(MessageQueueId{point.object.id}))
            return " (" + std::to_string(queue->messages.size()) +
                   (queue->messages.size() == 1 ? " message, " : " messages, ") +
                   std::to_string(queue->bytes()) + " of " + std::to_string(queue->capacity_bytes) +
                   " bytes)";
    if (point.object.kind == ObjectKind::posix_queue)
        if (const PosixQueue* queue = kernel.posix_queues.find(PosixQueueId{point.object.id}))
            return " (" + std::to_string(queue->messages.size()) + " of " +
                   std::to_string(queue->most_messages) + " messages)";
    if (point.object.kind == ObjectKind::semaphore_set)
        if (const SemaphoreSet* set = kernel.sysv.semaphores.find(SemaphoreSetId{point.object.id})) {
            std::string values;
            for (const Semaphore& each : set->semaphores)
                values += (values.empty() ? "" : ", ") + std::to_string(each.value);
            return (set->semaphores.size() == 1 ? " (value " : " (values ") + values + ")";
        }
    if (point.what == WaitFor::lock)
        for (const FileLockWish& wish : kernel.locks->wishes)
            if (wish.task == task)
                return " (" + describe_lock(wish.lock) + blocker_of(kernel, wish.lock) + ")";
    if (point.object.kind == ObjectKind::eventfd)
        if (const EventCounter* counter = kernel.event_fds->counters.find(EventfdId{point.object.id}))
            return " (counter " + std::to_string(counter->value) + ")";
    if (point.object.kind == ObjectKind::stream && point.what == WaitFor::readable) return " (no input yet)";
    if (point.object.kind == ObjectKind::terminal && point.what == WaitFor::readable)
        return state_of_input(kernel, TerminalId{point.object.id});
    if (point.what == WaitFor::lock) return " (another call, which sleeps, has its lock)";
    if (point.object.kind == ObjectKind::pty_master && point.what == WaitFor::readable)
        return " (nothing has been written)";
    return "";
}

std::string describe_point(const Kernel& kernel, Tid task, const WaitPoint& point) {
    switch (point.what) {
        case WaitFor::readable:
        case WaitFor::writable:
        case WaitFor::peer:
        case WaitFor::semaphore:
        case WaitFor::lock:
            return " on " + describe(kernel, point.object) + state_of_wait(kernel, task, point);
        case WaitFor::futex: {
            char word[24];
            std::snprintf(word, sizeof word, "0x%llx",
                          static_cast<unsigned long long>(point.key & ~std::uint64_t{3}));
            if (point.object.kind == ObjectKind::space) return std::string(" on the word at ") + word;
            return " on the word at " + std::string(word) + " of " + describe(kernel, point.object);
        }
        case WaitFor::child:
            return " for a child";
        case WaitFor::memory:
            return " until process " + std::to_string(point.object.id) + " executes or ends";
        case WaitFor::time:
            return " for time to pass";
        case WaitFor::signal:
            return " for a signal";
    }
    return "";
}

}  // namespace

std::string describe(const Kernel& kernel, ObjectRef object) {
    switch (object.kind) {
        case ObjectKind::none:
            return "nothing";
        case ObjectKind::task:
        case ObjectKind::process:
            return describe_process(kernel, Pid{object.id});
        case ObjectKind::file:
            return "open file " + std::to_string(object.id);
        case ObjectKind::inode:
            return describe_inode(kernel, InodeId{object.id});
        case ObjectKind::pipe:
            return describe_pipe(kernel, PipeId{object.id});
        case ObjectKind::socket:
            return "socket " + std::to_string(object.id);
        case ObjectKind::stream:
            return describe_stream(kernel, StreamId{object.id});
        case ObjectKind::memory:
            return "memory object " + std::to_string(object.id);
        case ObjectKind::space:
            return "address space " + std::to_string(object.id);
        case ObjectKind::clock:
            return "the clock";
        case ObjectKind::message_queue:
            return "message queue " + std::to_string(object.id);
        case ObjectKind::semaphore_set:
            return "semaphore set " + std::to_string(object.id);
        case ObjectKind::segment:
            return "shared memory segment " + std::to_string(object.id);
        case ObjectKind::eventfd:
            return "eventfd " + std::to_string(object.id);
        case ObjectKind::timerfd:
            return "timerfd " + std::to_string(object.id);
        case ObjectKind::signalfd:
            return "signalfd " + std::to_string(object.id);
        case ObjectKind::epoll:
            return "epoll " + std::to_string(object.id);
        case ObjectKind::inotify:
            return "inotify " + std::to_string(object.id);
        case ObjectKind::terminal:
            return describe_terminal(kernel, TerminalId{object.id});
        case ObjectKind::pty_master:
            return "the master of " + describe_terminal(kernel, TerminalId{object.id});
        case ObjectKind::link:
            return "the link";
        case ObjectKind::posix_queue:
            return describe_posix_queue(kernel, PosixQueueId{object.id});
    }
    return "?";
}

void add_object_name(const Kernel& kernel, ObjectRef object, Trace& trace) {
    switch (object.kind) {
        case ObjectKind::inode:
        case ObjectKind::stream:
        case ObjectKind::terminal:
        case ObjectKind::pty_master:
        case ObjectKind::posix_queue:
            return trace.add_payload(kObjectNameItem, describe(kernel, object));
        case ObjectKind::pipe:  // of a FIFO
            if (const std::string text = describe(kernel, object); text.ends_with(')'))
                trace.add_payload(kObjectNameItem, text);
            return;
        default:
            return;
    }
}

std::string describe_wait(const Kernel& kernel, Tid tid) {
    const Task* task = kernel.tasks.find(tid);
    if (!task) return "gone";
    switch (task->state) {
        case TaskState::ready:
            return "ready to run";
        case TaskState::running:
            return "running";
        case TaskState::stopped:
            return "stopped by " + std::string(signal_name(kernel.processes[task->process].stop_signal));
        case TaskState::zombie:
            if (!kernel.processes[task->process].is_zombie)
                return "a thread that has ended; others of its process go on";
            return "a zombie: it has ended, and its parent has not waited for it";
        case TaskState::blocked:
            break;
    }
    const SyscallSpec* spec = task->call ? syscall_spec(std::uint64_t{task->call->number}) : nullptr;
    std::string text = "blocked in " + std::string(spec ? spec->name : "a system call");
    for (std::size_t i = 0; i < task->waits.size() && i < 3; ++i)
        text += (i ? " or" : "") + describe_point(kernel, tid, task->waits[i]);
    if (task->waits.size() > 3) text += " or on others";
    return text;
}

std::string_view signal_name(int signal) {
    static constexpr std::array<std::string_view, 32> kNames{
        "0",         "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
        "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
        "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
        "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS"};
    // strace's names: SIGRTMIN and SIGRTMAX, between them SIGRT_n.
    static constexpr std::array<std::string_view, 33> kRealTime{
        "SIGRTMIN", "SIGRT_1",  "SIGRT_2",  "SIGRT_3",  "SIGRT_4",  "SIGRT_5",  "SIGRT_6",
        "SIGRT_7",  "SIGRT_8",  "SIGRT_9",  "SIGRT_10", "SIGRT_11", "SIGRT_12", "SIGRT_13",
        "SIGRT_14", "SIGRT_15", "SIGRT_16", "SIGRT_17", "SIGRT_18", "SIGRT_19", "SIGRT_20",
        "SIGRT_21", "SIGRT_22", "SIGRT_23", "SIGRT_24", "SIGRT_25", "SIGRT_26", "SIGRT_27",
        "SIGRT_28", "SIGRT_29", "SIGRT_30", "SIGRT_31", "SIGRT_32"};
    if (signal < 0 || signal > kSignals) return "SIG?";
    const auto index = static_cast<std::size_t>(signal);
    return index < kNames.size() ? kNames[index] : kRealTime[index - kNames.size()];
}

}  // namespace ipclab::kernel
