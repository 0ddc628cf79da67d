#include <algorithm>
#include <charconv>

#include "kernel/kernel.h"
#include "kernel/line_discipline.h"
#include "sim/engine/machine.h"
#include "sim/lesson/check.h"

namespace ipclab::lesson {
namespace {

using kernel::TaskState;

std::string_view state_name(TaskState state) {
    switch (state) {
        case TaskState::ready:
            return "ready";
        case TaskState::running:
            return "running";
        case TaskState::blocked:
            return "blocked";
        case TaskState::stopped:
            return "stopped";
        case TaskState::zombie:
            return "a zombie";
    }
    return {};
}

/// The tasks of a process; its threads too.
std::vector<const kernel::Task*> tasks_of(const kernel::Kernel& kernel, kernel::Pid pid) {
    std::vector<const kernel::Task*> result;
    for (const auto& [tid, task] : kernel.tasks) {
        if (task->process == pid) result.push_back(&*task);
    }
    return result;
}

std::string describe_process(const kernel::Kernel& kernel, const std::string& name, kernel::Pid pid) {
    const kernel::Process* process = kernel.processes.find(pid);
    if (process == nullptr) return name + " is gone";
    if (process->is_zombie) return name + " is a zombie";
    std::string text = name + " is ";
    for (const kernel::Task* task : tasks_of(kernel, pid)) {
        return text + (task->state == TaskState::blocked ? kernel::describe_wait(kernel, task->tid)
                                                         : std::string(state_name(task->state)));
    }
    return text + "gone";
}

bool is_blocked(const Condition& condition, const Cast& cast, const kernel::Kernel& kernel, kernel::Pid pid) {
    for (const kernel::Task* task : tasks_of(kernel, pid)) {
        if (task->state != TaskState::blocked || !task->call) continue;
        const auto& calls = condition.calls;
        if (!calls.empty() && std::find(calls.begin(), calls.end(), task->call->number) == calls.end())
            continue;
        if (!condition.object) return true;
        const kernel::ObjectRef object = cast.find(*condition.object);
        for (const kernel::WaitPoint& point : task->waits) {
            if (point.object == object) return true;
        }
    }
    return false;
}

bool has_state(kernel::Pid pid, const kernel::Kernel& kernel, TaskState state) {
    const auto tasks = tasks_of(kernel, pid);
    return std::any_of(tasks.begin(), tasks.end(),
                       [&](const kernel::Task* task) { return task->state == state; });
}

Verdict check_line(const Condition& condition, const engine::Machine& machine, kernel::Pid pid) {
    Verdict verdict{false, condition.process.text + " is gone"};
    for (const kernel::Task* task : tasks_of(machine.kernel, pid)) {
        if (task->state == TaskState::zombie || !machine.contexts.contains(task->tid)) continue;
        const kernel::SourceLine at = engine::source_line(machine, task->tid);
        const auto& files = machine.program_of(task->tid).files;
        const std::string file = at.file < files.size() ? files[at.file].name : "";
        const std::string_view wanted =
            condition.file ? std::string_view(*condition.file) : std::string_view();
        const bool same_file =
            wanted.empty() || (file.size() >= wanted.size() &&
                               file.compare(file.size() - wanted.size(), wanted.size(), wanted) == 0);
        verdict.holds = verdict.holds || (at.line == condition.number && same_file);
        verdict.found = condition.process.text + " is at line " + std::to_string(at.line) + " of " + file;
    }
    return verdict;
}

/// "42" from "42" and from "120 'x'".
std::optional<std::int64_t> as_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || (end != text.data() + text.size() && *end != ' ')) return std::nullopt;
    return value;
}

template <class T>
bool compare(Comparison comparison, const T& a, const T& b) {
    switch (comparison) {
        case Comparison::equal:
            return a == b;
        case Comparison::unequal:
            return a != b;
        case Comparison::less:
            return a < b;
        case Comparison::less_equal:
            return a <= b;
        case Comparison::greater:
            return a > b;
        case Comparison::greater_equal:
            return a >= b;
    }
    return false;
}

Verdict check_variable(const Condition& condition, const engine::Machine& machine, kernel::Pid pid) {
    const std::string &name = condition.name, &wanted = condition.string;
    for (const kernel::Task* task : tasks_of(machine.kernel, pid)) {
        const vm::Context* context = machine.contexts.find(task->tid);
        if (context == nullptr) continue;
        const vm::Program& program = machine.program_of(task->tid);
        const int depth = vm::user_frame(program, *context);
        const kernel::Process& process = machine.kernel.processes[pid];
        const auto found =
            vm::variable(program, *context, machine.kernel.spaces[process.space], machine.kernel.memory,
                         static_cast<std::size_t>(std::max(depth, 0)), name);
        if (!found)
            return {false, "there is no variable '" + name + "' where " + condition.process.text + " is"};
        const auto a = as_number(found->value), b = as_number(wanted);
        const bool quoted_part =
            wanted.size() > 1 && wanted[0] == '"' && found->value.find(wanted) != std::string::npos;
        const bool holds = a && b        ? compare(condition.comparison, *a, *b)
                           : quoted_part ? condition.comparison == Comparison::equal
                                         : compare(condition.comparison, found->value, wanted);
        return {holds, condition.process.text + "." + name + " is " + found->value};
    }
    return {false, condition.process.text + " is gone"};
}

std::size_t count_descriptors(const kernel::Kernel& kernel, kernel::PipeId pipe, kernel::FileKind end) {
    std::size_t count = 0;
    for (const kernel::FileId file : kernel::pipe_ends(kernel, pipe, end))
        count += kernel::holders(kernel, file).size();
    return count;
}

Verdict check_queue(const Condition& condition, const std::string& name, const kernel::MessageQueue& queue) {
    const std::string holds = name + " holds " + std::to_string(queue.messages.size()) +
                              " messages of together " + std::to_string(queue.bytes()) + " bytes";
    const auto wanted = static_cast<std::uint64_t>(condition.number);
    switch (condition.kind) {
        case SentenceKind::holds_messages:
            return {queue.messages.size() == wanted, holds};
        case SentenceKind::holds_bytes:
            return {queue.bytes() == wanted, holds};
        case SentenceKind::is_empty:
            return {queue.messages.empty() != condition.negated, holds};
        default:
            return {false, "that can be said of no queue"};
    }
}

Verdict check_posix_queue(const Condition& condition, const std::string& name,
                          const kernel::PosixQueue& queue) {
    const std::string holds = name + " holds " + std::to_string(queue.messages.size()) + " of " +
                              std::to_string(queue.most_messages) + " messages, of together " +
                              std::to_string(queue.bytes()) + " bytes";
    const auto wanted = static_cast<std::uint64_t>(condition.number);
    switch (condition.kind) {
        case SentenceKind::holds_messages:
            return {queue.messages.size() == wanted, holds};
        case SentenceKind::holds_bytes:
            return {queue.bytes() == wanted, holds};
        case SentenceKind::is_empty:
            return {queue.messages.empty() != condition.negated, holds};
        case SentenceKind::is_full:
            return {queue.is_full() != condition.negated, holds};
        default:
            return {false, "that can be said of no message queue"};
    }
}

Verdict check_terminal(const Condition& condition, const std::string& name,
                       const kernel::Terminal& terminal) {
    const std::uint64_t bytes = kernel::input_bytes(terminal);
    const std::string holds = name + " holds " + std::to_string(bytes) + " bytes to be read";
    switch (condition.kind) {
        case SentenceKind::holds_bytes:
            return {bytes == static_cast<std::uint64_t>(condition.number), holds};
        case SentenceKind::is_empty:
            return {terminal.input.empty() != condition.negated, holds};
        default:
            return {false, "that can be said of no terminal"};
    }
}

Verdict check_semaphores(const Condition& condition, const std::string& name,
                         const kernel::SemaphoreSet& set) {
    std::string values;
    for (const kernel::Semaphore& each : set.semaphores)
        values += (values.empty() ? "" : ", ") + std::to_string(each.value);
    const std::string found = name + (set.semaphores.size() == 1 ? " has value " : " has values ") + values;
    switch (condition.kind) {
        case SentenceKind::has_value:
            return {values == std::to_string(condition.number), found};
        case SentenceKind::has_values:
            return {values == condition.string, found};
        default:
            return {false, "that can be said of no semaphores"};
    }
}

Verdict check_segment(const Condition& condition, const std::string& name, const kernel::Kernel& kernel,
                      const kernel::Segment& segment) {
    const std::uint64_t attached = kernel::attachments(kernel, segment);
    if (condition.kind != SentenceKind::has_attachments) return {false, "that can be said of no segment"};
    return {attached == static_cast<std::uint64_t>(condition.number),
            name + " has " + std::to_string(attached) + (attached == 1 ? " attachment" : " attachments")};
}

Verdict check_eventfd(const Condition& condition, const std::string& name,
                      const kernel::EventCounter& counter) {
    if (condition.kind != SentenceKind::has_value) return {false, "that can be said of no eventfd"};
    return {counter.value == static_cast<std::uint64_t>(condition.number),
            name + " has value " + std::to_string(counter.value)};
}

Verdict check_timerfd(const Condition& condition, const std::string& name,
                      const kernel::DescriptorTimer& timer) {
    // What a read would give, as far as the kernel has counted.
    if (condition.kind != SentenceKind::has_value) return {false, "that can be said of no timerfd"};
    return {timer.ticks == static_cast<std::uint64_t>(condition.number),
            name + " has value " + std::to_string(timer.ticks)};
}

/// The ready list: what the next epoll_wait() will look at.
Verdict check_epoll(const Condition& condition, const std::string& name, const kernel::Epoll& epoll) {
    if (condition.kind != SentenceKind::has_listed) return {false, "that can be said of no epoll"};
    return {epoll.ready.size() == static_cast<std::size_t>(condition.number),
            name + " lists " + std::to_string(epoll.ready.size()) + " of " +
                std::to_string(epoll.interests.size()) + " descriptors"};
}

Verdict check_socket(const Condition& condition, const std::string& name, const kernel::Socket& socket) {
    const std::size_t waiting =
        socket.state == kernel::SocketState::listening ? socket.backlog.size() : socket.queue.size();
    const std::string holds =
        name + " holds " + std::to_string(waiting) +
        (socket.state == kernel::SocketState::listening
             ? " connections"
             : " messages of together " + std::to_string(socket.queued_bytes()) + " bytes");
    const auto wanted = static_cast<std::uint64_t>(condition.number);
    switch (condition.kind) {
        case SentenceKind::holds_connections:
            return {socket.backlog.size() == wanted, holds};
        case SentenceKind::holds_messages:
            return {socket.queue.size() == wanted, holds};
        case SentenceKind::holds_bytes:
            return {socket.queued_bytes() == wanted, holds};
        case SentenceKind::is_empty:
            return {(waiting == 0) != condition.negated, holds};
        default:
            return {false, "that can be said of no socket"};
    }
}

/// Nothing where the kernel does not have the object any more.
template <class Id, class Objects, class Check>
Verdict check_existing(const Condition& condition, const std::string& name, const Objects& table, Id id,
                       Check check) {
    const auto* found = table.find(id);
    if (condition.kind == SentenceKind::is_removed)
        return {found == nullptr, name + (found ? " is there" : " has been removed")};
    return found ? check(*found) : Verdict{false, name + " has been removed"};
}

Verdict check_pipe(const Condition& condition, const kernel::Kernel& kernel, kernel::ObjectRef object) {
    const std::string name = text_of(*condition.object);
    const kernel::PipeId id(object.id);
    const kernel::Pipe* pipe = kernel.pipes.find(id);
    if (pipe == nullptr) return {false, name + " is gone: nobody has it open"};
    const auto size = pipe->size_bytes();
    const std::string holds =
        name + " holds " + std::to_string(size) + " of " + std::to_string(pipe->capacity_bytes()) + " bytes";
    switch (condition.kind) {
        case SentenceKind::holds_bytes:
            return {size == static_cast<std::uint64_t>(condition.number), holds};
        case SentenceKind::is_full:
            return {(pipe->slots.size() >= pipe->capacity_slots) != condition.negated, holds};
        case SentenceKind::is_empty:
            return {(size == 0) != condition.negated, holds};
        case SentenceKind::has_writers:
        case SentenceKind::has_readers:
            break;
        default:
            return {false, "that can be said of no pipe"};
    }
    const bool writers = condition.kind == SentenceKind::has_writers;
    const auto count =
        count_descriptors(kernel, id, writers ? kernel::FileKind::pipe_write : kernel::FileKind::pipe_read);
    return {count == static_cast<std::size_t>(condition.number),
            name + " is open for " + (writers ? "writing" : "reading") + " by " + std::to_string(count) +
                (count == 1 ? " descriptor" : " descriptors")};
}

Verdict check_object(const Condition& condition, const kernel::Kernel& kernel, kernel::ObjectRef object) {
    const std::string name = text_of(*condition.object);
    switch (object.kind) {
        case kernel::ObjectKind::none:
            return {false, name + " has not been made yet"};
        case kernel::ObjectKind::message_queue:
            return check_existing(
                condition, name, kernel.sysv.queues, kernel::MessageQueueId{object.id},
                [&](const kernel::MessageQueue& queue) { return check_queue(condition, name, queue); });
        case kernel::ObjectKind::semaphore_set:
            return check_existing(
                condition, name, kernel.sysv.semaphores, kernel::SemaphoreSetId{object.id},
                [&](const kernel::SemaphoreSet& set) { return check_semaphores(condition, name, set); });
        case kernel::ObjectKind::segment:
            return check_existing(condition, name, kernel.sysv.segments, kernel::SegmentId{object.id},
                                  [&](const kernel::Segment& segment) {
                                      return check_segment(condition, name, kernel, segment);
                                  });
        case kernel::ObjectKind::eventfd:
            return check_existing(
                condition, name, kernel.event_fds->counters, kernel::EventfdId{object.id},
                [&](const kernel::EventCounter& counter) { return check_eventfd(condition, name, counter); });
        case kernel::ObjectKind::timerfd:
            return check_existing(
                condition, name, kernel.event_fds->timers, kernel::TimerfdId{object.id},
                [&](const kernel::DescriptorTimer& timer) { return check_timerfd(condition, name, timer); });
        case kernel::ObjectKind::epoll:
            return check_existing(
                condition, name, kernel.event_fds->epolls, kernel::EpollId{object.id},
                [&](const kernel::Epoll& epoll) { return check_epoll(condition, name, epoll); });
        case kernel::ObjectKind::socket:
            return check_existing(
                condition, name, kernel.sockets, kernel::SocketId{object.id},
                [&](const kernel::Socket& socket) { return check_socket(condition, name, socket); });
        case kernel::ObjectKind::terminal:
            return check_existing(
                condition, name, kernel.terminals, kernel::TerminalId{object.id},
                [&](const kernel::Terminal& terminal) { return check_terminal(condition, name, terminal); });
        case kernel::ObjectKind::posix_queue:
            return check_existing(
                condition, name, kernel.posix_queues, kernel::PosixQueueId{object.id},
                [&](const kernel::PosixQueue& queue) { return check_posix_queue(condition, name, queue); });
        default:
            return check_pipe(condition, kernel, object);
    }
}

Verdict check_process(const Condition& condition, const Cast& cast, const engine::Machine& machine,
                      kernel::Pid pid) {
    const kernel::Kernel& kernel = machine.kernel;
    const kernel::Process* process = kernel.processes.find(pid);
    const bool alive = process != nullptr && !process->is_zombie;
    Verdict verdict{false, cast.familiar(describe_process(kernel, condition.process.text, pid))};
    const auto is = [&](bool fact) {
        verdict.holds = fact != condition.negated;
        return verdict;
    };
    switch (condition.kind) {
        case SentenceKind::is_blocked:
            return is(is_blocked(condition, cast, kernel, pid));
        case SentenceKind::is_ready:
            return is(has_state(pid, kernel, TaskState::ready));
        case SentenceKind::is_running:
            return is(has_state(pid, kernel, TaskState::running));
        case SentenceKind::is_stopped:
            return is(has_state(pid, kernel, TaskState::stopped));
        case SentenceKind::is_zombie:
            return is(process != nullptr && process->is_zombie);
        case SentenceKind::is_alive:
            return is(alive);
        case SentenceKind::is_gone:
            return is(process == nullptr);
        default:
            break;
    }
    if (!alive) return verdict;
    switch (condition.kind) {
        case SentenceKind::is_at_line:
        case SentenceKind::reaches_line:
            return check_line(condition, machine, pid);
        case SentenceKind::variable:
            return check_variable(condition, machine, pid);
        case SentenceKind::in_foreground: {
            const kernel::Terminal* terminal = kernel.terminals.find(process->terminal);
            const bool is_there = terminal != nullptr && terminal->foreground_group == process->group;
            return {is_there != condition.negated,
                    condition.process.text + (is_there ? " is in the foreground" : " is in the background")};
        }
        case SentenceKind::holds_locks: {
            const auto& held = kernel.locks->held;
            const auto count = std::count_if(
                held.begin(), held.end(), [&](const kernel::FileLock& lock) { return lock.process == pid; });
            return {count == condition.number, condition.process.text + " holds " + std::to_string(count) +
                                                   (count == 1 ? " lock" : " locks")};
        }
        case SentenceKind::has_fd:
        case SentenceKind::has_no_fd: {
            const kernel::FdEntry* entry = process->fds->find(static_cast<kernel::Fd>(condition.number));
            const bool open = entry != nullptr && static_cast<bool>(entry->file);
            return {open == (condition.kind == SentenceKind::has_fd),
                    "descriptor " + std::to_string(condition.number) + " of " + condition.process.text +
                        (open ? " is open" : " is closed")};
        }
        default:
            return verdict;
    }
}

}  // namespace

Verdict check_fact(const Condition& condition, const Cast& cast, const engine::Machine& machine) {
    if (use_of(condition.kind) == SentenceUse::outcome) {
        const engine::Outcome outcome = engine::outcome(machine);
        return check_outcome(condition, cast, {outcome.standard_output, outcome.standard_error});
    }
    if (condition.kind == SentenceKind::is_stuck) {
        const bool stuck = engine::rest(machine) == engine::Rest::stuck;
        return {stuck, stuck ? "everything is stuck" : "something can still happen, or all have ended"};
    }
    if (condition.object && condition.kind != SentenceKind::is_blocked)
        return check_object(condition, machine.kernel, cast.find(*condition.object));
    if (condition.process.kind == ProcessName::Kind::anybody) {
        for (const Cast::Member& member : cast.members()) {
            if (check_process(condition, cast, machine, member.pid).holds) return {true, condition.text};
        }
        return {false, "that is true of no process"};
    }
    const Cast::Member* member = cast.find(condition.process);
    if (member == nullptr) return {false, "there is no process '" + condition.process.text + "' yet"};
    return check_process(condition, cast, machine, member->pid);
}

}  // namespace ipclab::lesson
