// The tracer's loop: attaching, stops, tasks that come and go.
#include "sim/host/tracer.h"

#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "sim/host/process_tree.h"
#include "sim/host/tracer_state.h"

namespace ipclab::host {

using kernel::Event;
using kernel::EventKind;
using kernel::Pid;
using kernel::Tid;

namespace {

constexpr long kOptions = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                          PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACESECCOMP |
                          PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

/// The lines of /proc/PID/status that the tracer needs.
struct TaskIdentity {
    pid_t process = 0, parent = 0;
    std::int32_t inner = 0;  ///< the number in its own pid namespace
};
TaskIdentity identity_of(pid_t task) {
    TaskIdentity identity;
    char path[64], line[512];
    std::snprintf(path, sizeof path, "/proc/%d/status", task);
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path, "re"), std::fclose);
    identity.inner = task;
    while (file != nullptr && std::fgets(line, sizeof line, file.get()) != nullptr) {
        int skipped = 0;
        std::sscanf(line, "Tgid: %d", &identity.process);
        std::sscanf(line, "PPid: %d", &identity.parent);
        if (std::strncmp(line, "NSpid:", 6) != 0) continue;
        // One number for each namespace, the innermost last.
        for (char* at = line + 6; std::sscanf(at, " %d%n", &identity.inner, &skipped) == 1;) at += skipped;
        break;
    }
    return identity;
}

}  // namespace

Tracer::Tracer(TracerOptions options, std::function<void(Excess)> too_much)
    : options_(std::move(options)), too_much_(std::move(too_much)) {}

Tracer::~Tracer() = default;

bool Tracer::attach(pid_t task) {
    if (ptrace(PTRACE_SEIZE, task, nullptr, kOptions) != 0) return false;
    auto process = std::make_shared<Process>();
    process->host = task;
    process->pid = Pid{identity_of(task).inner};
    first_process_ = process->pid.value;
    Task& added = add_task(task, std::move(process));
    added.tid = Tid{first_process_};
    zero_ns_ = now_ns_ = main_ns_ = last_ns_ = monotonic_ns();
    return true;
}

Tracer::Task& Tracer::add_task(pid_t pid, std::shared_ptr<Process> process) {
    auto& task = tasks_[pid];
    task = std::make_unique<Task>(pid);
    task->process = std::move(process);
    if (static_cast<int>(tasks_.size()) > options_.max_tasks && !has_excess_) {
        has_excess_ = true;
        too_much_(Excess::tasks);
    }
    return *task;
}

void Tracer::run() {
    if (options_.conductor != nullptr) run_in_lock_step();
    for (;;) {
        int status = 0;
        // Only this thread's children and tracees: ipclab's other threads wait for theirs.
        const pid_t pid = waitpid(-1, &status, __WALL | __WNOTHREAD);
        if (pid < 0 && errno == EINTR) continue;
        if (pid < 0) break;
        now_ns_ = monotonic_ns();
        ++stops_;
        take_records();
        if (pid != options_.other_child) handle(pid, status);
    }
}

void Tracer::handle(pid_t pid, int status) {
    if (WIFEXITED(status) || WIFSIGNALED(status)) return remove_task(pid, status);
    if (!WIFSTOPPED(status)) return;
    if (status >> 16 == PTRACE_EVENT_EXEC) {
        // Of several threads the one that called execve lives on, under the number of the first (ptrace(2)).
        unsigned long former = 0;
        ptrace(PTRACE_GETEVENTMSG, pid, nullptr, &former);
        const auto from = static_cast<pid_t>(former);
        if (from != pid && tasks_.contains(from)) {
            if (const auto first = tasks_.find(pid);
                first != tasks_.end() && turn_task_ == first->second.get())
                turn_task_ = nullptr;
            tasks_[pid] = std::move(tasks_[from]);
            tasks_.erase(from);
            Task& task = *tasks_[pid];
            task.host = pid;
            task.memory = TaskMemory(pid);
            task.tid = Tid{task.process->pid.value};
            task.schedstat.reset();
            task.stat.reset();
        }
    }
    const auto known = tasks_.find(pid);
    if (known == tasks_.end()) {
        // A new task may report before its parent's event does: it waits.
        early_stops_[pid] = status;
        return;
    }
    handle_stop(*known->second, status);
}

void Tracer::handle_stop(Task& task, int status, Stop stop) {
    const int signal = WSTOPSIG(status);
    task.is_asleep = task.is_listening = false;
    if (in_lock_step_ && stop == Stop::fresh && keep_stop(task, status)) return;
    take_call_over(task);
    switch (status >> 16) {
        case PTRACE_EVENT_SECCOMP:
            return on_entry(task);
        case PTRACE_EVENT_FORK:
        case PTRACE_EVENT_VFORK:
        case PTRACE_EVENT_CLONE:
            return on_fork(task, status >> 16);
        case PTRACE_EVENT_EXEC:
            return on_exec(task);
        case PTRACE_EVENT_EXIT:
            return on_exiting(task);
        case PTRACE_EVENT_STOP:
            // A group-stop keeps the task stopped until SIGCONT; any other is the first stop of a new task.
            task.is_listening =
                signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
            if (task.is_listening)
                ptrace(PTRACE_LISTEN, task.host, nullptr, nullptr);
            else
                resume(task);
            return;
        default:
            break;
    }
    if (signal == kSyscallStop) return on_return(task);
    if (signal == SIGTRAP && on_breakpoint(task)) return;
    on_signal(task, signal);
}

void Tracer::resume(Task& task, int signal) {
    const bool wants_return = task.call.is_open && !task.call.is_interrupted;
    ptrace(wants_return ? PTRACE_SYSCALL : PTRACE_CONT, task.host, nullptr, static_cast<long>(signal));
}

void Tracer::on_fork(Task& task, int event) {
    unsigned long message = 0;
    if (ptrace(PTRACE_GETEVENTMSG, task.host, nullptr, &message) != 0) return;
    const auto child = static_cast<pid_t>(message);
    const TaskIdentity identity = identity_of(child);
    const bool is_thread = event == PTRACE_EVENT_CLONE && identity.process == task.process->host;
    std::shared_ptr<Process> process = task.process;
    if (!is_thread) {
        process = std::make_shared<Process>(*task.process);
        process->host = child;
        process->pid = Pid{identity.inner};
        process->ends_threads = process->death_told = false;
        process->is_spawning =
            task.call.is_open && task.call.number == SYS_clone && event == PTRACE_EVENT_VFORK;
    }
    changes_.created.emplace_back(task.tid, Tid{identity.inner});
    if (task.process->records) {
        Event forked = event_of(task, EventKind::forked);
        forked.source = task.call.site.source;
        forked.other = identity.inner;
        forked.result = is_thread ? 1 : 0;
        add(forked);
    }
    Task& added = add_task(child, std::move(process));
    added.tid = Tid{identity.inner};
    if (!is_thread) added.handlers = task.handlers;  // fork() in a handler: both return from it
    resume(task);
    if (const auto early = early_stops_.find(child); early != early_stops_.end()) {
        const int status = early->second;
        early_stops_.erase(early);
        handle(child, status);
    }
}

/// A parent that is killed between its fork and the event of it leaves children that nobody announced.
void Tracer::adopt_orphans(const std::shared_ptr<Process>& parent) {
    std::vector<std::pair<pid_t, int>> adopted;
    for (const auto& [pid, status] : early_stops_)
        if (!tasks_.contains(identity_of(pid).parent)) adopted.emplace_back(pid, status);
    for (const auto& [pid, status] : adopted) {
        early_stops_.erase(pid);
        auto process = std::make_shared<Process>(*parent);
        process->host = pid;
        process->pid = Pid{identity_of(pid).inner};
        add_task(pid, process).tid = Tid{process->pid.value};
        handle(pid, status);
    }
}

void Tracer::on_exec(Task& task) {
    Process& process = *task.process;
    std::string path = process.executed_path;
    if (!task.call.is_open) {
        path = options_.first_path;
        zero_ns_ = now_ns_;
    }
    process.executed_path = path;
    process.records = process.is_spawning = process.ends_threads = false;
    process.descriptors.clear();
    process.records_of_calls.reset();
    task.handlers.clear();
    // execve(2): handlers are gone, what is ignored stays ignored.
    for (kernel::SignalActionEntry& entry : process.actions)
        if (entry.handler != kernel::kSigIgn) entry = {};
    Event executed = event_of(task, EventKind::executed);
    executed.source = task.call.site.source;
    add(executed);
    trace_.add_payload(0, path);
    load_program(task);
    if (in_lock_step_ && !task.call.is_open) return hold(task);  // the start of the run
    resume(task);
}

/// Finds the program's code, and stops the task where it reaches main(), or where the loader hands over to a
/// program that has no symbol main.
void Tracer::load_program(Task& task) {
    Process& process = *task.process;
    const std::string directory = "/proc/" + std::to_string(task.host);
    std::shared_ptr<Module> module = modules_.get(directory + "/exe");
    std::uint64_t bias = 0;
    if (module != nullptr && module->is_position_independent)
        if (const std::uint64_t entry = auxiliary_value(task.host, AT_ENTRY); entry != 0)
            bias = entry - module->entry;
    process.code = std::make_shared<AddressMap>(modules_, module, bias);
    process.breakpoint = 0;
    if (module == nullptr) {
        process.records = true;
        return;
    }
    const std::uint64_t start = (module->main != 0 ? module->main : module->entry) + bias;
    errno = 0;
    const long word = ptrace(PTRACE_PEEKTEXT, task.host, start, nullptr);
    const long trapped = (word & ~0xffl) | 0xcc;  // int3
    if (errno != 0 || ptrace(PTRACE_POKETEXT, task.host, start, trapped) != 0) {
        process.records = true;
        return;
    }
    process.breakpoint = start;
    process.replaced_byte = static_cast<std::uint8_t>(word);

    auto& numbers = file_numbers_[module.get()];
    if (!numbers.empty() || module->files.empty()) return;
    const std::string name = process.executed_path.substr(process.executed_path.rfind('/') + 1);
    auto program = std::find_if(options_.programs.begin(), options_.programs.end(),
                                [&](const BuiltProgram& built) { return built.name == name; });
    if (program == options_.programs.end())
        program = options_.programs.insert(program, BuiltProgram{name, {}});
    for (const std::string& file : module->files) {
        auto at = std::find_if(program->files.begin(), program->files.end(),
                               [&](const BuiltFile& built) { return built.path == file; });
        if (at == program->files.end()) at = program->files.insert(at, BuiltFile{file, file});
        numbers.push_back(static_cast<std::uint32_t>(at - program->files.begin()));
    }
}

bool Tracer::on_breakpoint(Task& task) {
    Process& process = *task.process;
    user_regs_struct registers;
    if (process.breakpoint == 0 || process.records ||
        ptrace(PTRACE_GETREGS, task.host, nullptr, &registers) != 0 ||
        registers.rip - 1 != process.breakpoint)
        return false;
    errno = 0;
    const long word = ptrace(PTRACE_PEEKTEXT, task.host, process.breakpoint, nullptr);
    ptrace(PTRACE_POKETEXT, task.host, process.breakpoint, (word & ~0xffl) | process.replaced_byte);
    registers.rip = process.breakpoint;
    ptrace(PTRACE_SETREGS, task.host, nullptr, &registers);
    process.records = true;
    process.breakpoint = 0;
    if (process.pid.value == first_process_ && main_ns_ <= zero_ns_) main_ns_ = now_ns_;
    resume(task);
    return true;
}

/// Whether another thread of the process is about to end in the call that killed it: then the signal is that one's, in
/// whatever order they end.
bool Tracer::another_thread_kills(const Task& task) const {
    return std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& entry) {
        const Task& other = *entry.second;
        const Call& call = other.call;
        if (&other == &task || other.process != task.process || other.has_exited || !call.is_open)
            return false;
        return ((call.number == SYS_kill || call.number == SYS_tkill ||
                 call.number == SYS_pidfd_send_signal) &&
                call.args[1] == SIGKILL) ||
               (call.number == SYS_tgkill && call.args[2] == SIGKILL);
    });
}

void Tracer::on_exiting(Task& task) {
    unsigned long message = 0;
    ptrace(PTRACE_GETEVENTMSG, task.host, nullptr, &message);
    const int status = static_cast<int>(message);
    Process& process = *task.process;
    const std::uint64_t number = task.call.number;
    if (task.call.is_open && (number == SYS_kill || number == SYS_tgkill || number == SYS_tkill ||
                              number == SYS_pidfd_send_signal)) {
        // It killed itself: nobody saw the call return, but what it did was done.
        finish_call(task, 0);
    } else if (task.call.is_open) {
        // Killed in the middle of a call: it never returned.
        emit_signals_of_kill(task, 0);  // perhaps the signal that it dies of
        task.call.has_slept = task.call.has_slept || was_asleep(task);
        if (task.call.has_slept) emit_blocked(task);
        task.call.is_open = false;
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !process.ends_threads && !process.death_told &&
        !another_thread_kills(task) && !options_.is_stopped()) {
        // The one signal that is delivered without a stop.
        process.death_told = true;
        announce_kill(task);
        Event delivered = event_of(task, EventKind::signal_delivered);
        delivered.number = SIGKILL;
        delivered.result = static_cast<std::int64_t>(kernel::SignalAction::terminated);
        add(delivered);
    }
    Event exited = event_of(task, EventKind::exited);
    exited.result = status;
    add(exited);
    task.has_exited = true;
    ended_[process.pid.value] = last_end_ = {task.tid.value, now_ns_};
    end_status_[process.pid.value] = status;
    if (!has_tasks(process))
        for (const pid_t child : children_of(process.host))
            process.children.emplace_back(child, Pid{identity_of(child).inner});
    resume(task);
}

bool Tracer::has_tasks(const Process& process) const {
    return std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& entry) {
        return entry.second->process.get() == &process && !entry.second->has_exited;
    });
}

/// Of the children of a process that is gone, also those that had ended without being waited for.
void Tracer::emit_reparented(const Process& process) {
    constexpr std::int32_t kInit = 1;
    for (const auto& [child, inner] : process.children) {
        Event event;
        event.time_ns = now_ns_;
        event.kind = EventKind::reparented;
        event.task = Tid{inner.value};
        event.process = inner;
        // Init waits at once for one that has ended, so that it is gone.
        const pid_t parent = identity_of(child).parent;
        event.other = parent != 0 ? identity_of(parent).inner : kInit;
        add(event);
    }
}

void Tracer::remove_task(pid_t pid, int status) {
    early_stops_.erase(pid);
    const auto known = tasks_.find(pid);
    if (known == tasks_.end()) return;
    Task& task = *known->second;
    if (!task.has_exited) {
        Event exited = event_of(task, EventKind::exited);
        exited.result = status;
        add(exited);
        ended_[task.process->pid.value] = last_end_ = {task.tid.value, now_ns_};
        end_status_[task.process->pid.value] = status;
    }
    if (task.tid.value == first_process_) {
        exit_status_ = status;
        last_ns_ = now_ns_;
    }
    const std::shared_ptr<Process> process = task.process;
    if (process->records_of_calls != nullptr) process->records_of_calls->free_all_of(task.tid.value);
    if (in_lock_step_) changes_.tasks.push_back({task.tid, process->pid, Stand::ended});
    if (turn_task_ == &task) turn_task_ = nullptr;
    tasks_.erase(known);
    if (!has_tasks(*process)) {
        emit_reparented(*process);
        process->children.clear();
    }
    if (!early_stops_.empty()) adopt_orphans(process);
}

kernel::Trace Tracer::take_trace() {
    for (Event& event : trace_.events) {
        event.time_ns -= zero_ns_;
        if (event.start_ns != 0) event.start_ns -= zero_ns_;
    }
    std::stable_sort(trace_.events.begin(), trace_.events.end(),
                     [](const Event& a, const Event& b) { return a.time_ns < b.time_ns; });
    return std::move(trace_);
}

Event Tracer::event_of(const Task& task, EventKind kind) const {
    Event event;
    event.time_ns = now_ns_;
    event.kind = kind;
    event.task = task.tid;
    event.process = task.process->pid;
    return event;
}

void Tracer::add(const Event& event) {
    constexpr std::size_t kMostPayloadBytes = std::size_t{1} << 30;
    trace_.add(event);
    if ((trace_.events.size() > options_.max_events || trace_.payload.size() > kMostPayloadBytes) &&
        !has_excess_) {
        has_excess_ = true;
        too_much_(Excess::events);
    }
}

}  // namespace ipclab::host
