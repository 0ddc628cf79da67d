// What must hold between steps. Each check is one function; each failure is one sentence with the ids in it.
#include <algorithm>

#include "kernel/files.h"
#include "kernel/kernel.h"
#include "kernel/line_discipline.h"
#include "kernel/processes.h"
#include "kernel/pty.h"
#include "kernel/signals.h"
#include "kernel/sockets.h"

namespace ipclab::kernel {

namespace {

std::string text(std::int64_t number) {
    return std::to_string(number);
}

template <class Table>
std::string check_table(const Table& table, const char* what, std::int32_t last) {
    auto before = INT32_MIN;
    for (const auto& [id, value] : table) {
        if (id.value <= before) return std::string(what) + " " + text(id.value) + " is out of order";
        if (id.value > last)
            return std::string(what) + " " + text(id.value) + " has an id that was never given out";
        before = id.value;
    }
    return {};
}

std::string check_tables(const Kernel& kernel) {
    std::string broken;
    const auto first = [&](std::string found) {
        if (broken.empty()) broken = std::move(found);
    };
    constexpr std::int32_t kAnyPid = INT32_MAX;  // pids start again at their end
    first(check_table(kernel.tasks, "task", kAnyPid));
    first(check_table(kernel.processes, "process", kAnyPid));
    first(check_table(kernel.spaces, "address space", kernel.last_id));
    first(check_table(kernel.files, "file", kernel.last_id));
    first(check_table(kernel.inodes, "inode", kernel.last_id));
    first(check_table(kernel.pipes, "pipe", kernel.last_pipe));
    first(check_table(kernel.sockets, "socket", kernel.last_socket));
    first(check_table(kernel.terminals, "terminal", kernel.last_terminal));
    first(check_table(kernel.streams, "stream", kernel.last_id));
    first(check_table(kernel.memory, "memory object", kernel.last_id));
    return broken;
}

std::string check_descriptors(const Kernel& kernel) {
    std::vector<FileId> named;
    for (const auto& [pid, process] : kernel.processes) {
        const auto& entries = process->fds->entries();
        if (!entries.empty() && !entries.back().file && !entries.back().is_reserved)
            return "the descriptor table of process " + text(pid.value) + " ends with closed ones";
        for (std::size_t fd = 0; fd < entries.size(); ++fd) {
            if (!entries[fd].file) continue;
            if (!kernel.files.contains(entries[fd].file))
                return "descriptor " + text(static_cast<std::int64_t>(fd)) + " of process " +
                       text(pid.value) + " names no file";
            named.push_back(entries[fd].file);
        }
        if (process->is_zombie && !entries.empty()) return "zombie " + text(pid.value) + " has descriptors";
    }
    for (const auto& [tid, task] : kernel.tasks) {
        for (const KeptFile& kept : task->kept_files) {
            named.push_back(kept.file);
            if (!task->call || !kernel.files.contains(kept.file))
                return "task " + text(tid.value) + " keeps what is not there";
        }
        if (!task->opening.file) continue;
        named.push_back(task->opening.file);
        if (!kernel.files.contains(task->opening.file) ||
            !kernel.processes[task->process].fds->is_reserved(task->opening.fd))
            return "task " + text(tid.value) + " opens what is not there";
    }
    std::sort(named.begin(), named.end());
    for (const auto& [id, file] : kernel.files)
        if (!std::binary_search(named.begin(), named.end(), id) && !is_in_flight(kernel, id))
            return "file " + text(id.value) + " is held by nobody";
    return {};
}

std::string check_files(const Kernel& kernel) {
    for (const auto& [id, file] : kernel.files) {
        const std::string what = "file " + text(id.value);
        if (file->is_pipe() && !kernel.pipes.contains(file->pipe())) return what + " names no pipe";
        if (file->kind == FileKind::socket && !kernel.sockets.contains(file->socket()))
            return what + " names no socket";
        if (file->kind == FileKind::posix_queue && !kernel.posix_queues.contains(file->queue()))
            return what + " names no message queue";
        if ((file->kind == FileKind::master || file->kind == FileKind::slave) &&
            !kernel.terminals.contains(file->terminal()))
            return what + " names no terminal";
        if (file->kind == FileKind::stream && !kernel.streams.contains(file->stream()))
            return what + " names no stream";
        if (file->inode && !kernel.inodes.contains(file->inode)) return what + " names no inode";
        if (file->kind == FileKind::regular && !file->inode) return what + " is a file without an inode";
    }
    return {};
}

std::string check_pipe(const Kernel& kernel, PipeId id, const Pipe& pipe) {
    const std::string what = "pipe " + text(id.value);
    std::uint64_t bytes = 0;
    for (const auto& handle : pipe.slots) {
        const PipeSlot& slot = *handle;
        if (slot.bytes.empty()) return what + " has an empty slot";
        if (slot.bytes.size() > slot.used || (!slot.is_shared && slot.used > pipe.slot_bytes) ||
            slot.bytes.size() > most_in_slot(pipe))
            return what + " has a slot longer than it may be";
        if (slot.is_packet && slot.runs.size() != 1) return what + " has a merged packet";
        std::uint64_t run_bytes = 0;
        for (const PipeRun& run : slot.runs) run_bytes += run.bytes;
        if (run_bytes != slot.bytes.size()) return what + " does not know who wrote its bytes";
        bytes += slot.bytes.size();
    }
    if (bytes != pipe.size_bytes()) return what + " counts other bytes than its slots hold";
    if (pipe.slots.size() > pipe.capacity_slots) return what + " is over its capacity";
    if (!has_end(kernel, id, FileKind::pipe_read) && !has_end(kernel, id, FileKind::pipe_write))
        return what + " has no end";
    return {};
}

std::string check_pipes(const Kernel& kernel) {
    for (const auto& [id, pipe] : kernel.pipes)
        if (std::string broken = check_pipe(kernel, id, *pipe); !broken.empty()) return broken;
    return {};
}

std::string check_sockets(const Kernel& kernel) {
    std::vector<std::int64_t> charged(static_cast<std::size_t>(kernel.last_socket) + 1);
    for (const auto& [id, socket] : kernel.sockets)
        for (const Cow<Packet>& packet : socket->queue)
            if (packet->from) charged[static_cast<std::size_t>(packet->from.value)] += packet->charge_bytes;
    for (const auto& [id, socket] : kernel.sockets) {
        const std::string what = "socket " + text(id.value);
        for (SocketId connection : socket->backlog)
            if (!kernel.sockets.contains(connection))
                return what + " has a connection in its backlog that is gone";
        for (const Cow<Packet>& packet : socket->queue) {
            if (packet->read_bytes > packet->bytes.size()) return what + " has more read than there was";
            for (FileId file : packet->rights)
                if (!kernel.files.contains(file)) return what + " has an open file in flight that is gone";
        }
        if (socket->inode && !kernel.inodes.contains(socket->inode))
            return what + " is bound to a path that is gone";
        const bool is_udp = socket->family == SocketFamily::inet && socket->type == SocketType::datagram;
        if (const TcpConnection* far = kernel.network->connections.find(id)) {
            if (socket->charged_bytes != far->buffer.size())
                return what + " counts other bytes as sent than it keeps";
        } else if (!is_udp && static_cast<std::int64_t>(socket->charged_bytes) !=
                                  charged[static_cast<std::size_t>(id.value)])
            return what + " counts other bytes as sent than queues hold";
    }
    return {};
}

std::string check_network(const Kernel& kernel) {
    const Network& network = *kernel.network;
    for (const auto& [id, packet] : network.packets)
        if (packet->arrives_ns < kernel.timers.at_ns)
            return "packet " + text(id.value) + " arrives unnoticed";
    for (const Membership& each : network.memberships)
        if (!kernel.sockets.contains(each.socket)) return "a socket that is gone is in a multicast group";
    for (const auto& [id, mine] : network.connections) {
        const std::string what = "the connection of socket " + text(id.value);
        const Socket* socket = kernel.sockets.find(id);
        if (!socket) return what + " has outlived it";
        if (mine->timer_at_ns < kernel.timers.at_ns) return what + " has a timer that nobody sees";
        if (mine->unacknowledged > mine->next || mine->next > mine->highest)
            return what + " has sequence numbers out of order";
        if (mine->state == TcpState::time_wait && socket->state != SocketState::time_wait)
            return what + " is in TIME-WAIT, and the socket is not";
        std::uint64_t least = mine->expected + 1;
        for (const TcpConnection::Piece& piece : mine->early) {
            if (piece.sequence < least) return what + " keeps early segments out of order";
            least = piece.sequence + 1;
        }
        // Whoever waits for an answer has a timer, so that nothing is lost for good.
        const bool waits = mine->next > mine->unacknowledged || !mine->buffer.empty();
        if (waits && mine->state != TcpState::time_wait && mine->timer_at_ns == kNever)
            return what + " waits without a timer";
    }
    return {};
}

std::string check_inodes(const Kernel& kernel) {
    for (const auto& [id, inode] : kernel.inodes) {
        const std::string what = "inode " + text(id.value);
        if (inode->kind == InodeKind::regular && !kernel.memory.contains(inode->memory))
            return what + " has no bytes";
        if (inode->pipe && !kernel.pipes.contains(inode->pipe)) return what + " has a pipe that is gone";
        if (inode->kind == InodeKind::directory && !kernel.inodes.contains(inode->parent))
            return what + " is in a directory that is gone";
        for (std::size_t i = 0; i < inode->entries.size(); ++i) {
            if (!kernel.inodes.contains(inode->entries[i].inode))
                return what + " has an entry that names nothing";
            if (i > 0 && inode->entries[i - 1].name >= inode->entries[i].name)
                return what + " has entries out of order";
        }
    }
    return {};
}

/// Linux wakes one reader or writer when the condition becomes true; whoever was woken may not have run yet.
bool somebody_is_on_the_way(const Kernel& kernel) {
    return std::any_of(kernel.tasks.begin(), kernel.tasks.end(), [](const auto& entry) {
        return entry.second->state != TaskState::blocked && entry.second->call.has_value();
    });
}

std::string check_wait(const Kernel& kernel, const Task& task, const WaitPoint& point) {
    if (somebody_is_on_the_way(kernel)) return {};
    const std::string who = "task " + text(task.tid.value) + " sleeps although ";
    if (point.object.kind == ObjectKind::pipe) {
        const PipeId id{point.object.id};
        const Pipe* pipe = kernel.pipes.find(id);
        if (!pipe) return who + "its pipe is gone";
        if (point.what == WaitFor::readable &&
            (!pipe->slots.empty() || !has_end(kernel, id, FileKind::pipe_write)))
            return who + "pipe " + text(id.value) + " is readable";
        if (point.what == WaitFor::writable &&
            (!pipe->is_full() || !has_end(kernel, id, FileKind::pipe_read)))
            return who + "pipe " + text(id.value) + " is writable";
    }
    if (point.object.kind == ObjectKind::eventfd) {
        const EventCounter* counter = kernel.event_fds->counters.find(EventfdId{point.object.id});
        if (!counter) return who + "its eventfd is gone";
        if (point.what == WaitFor::readable && counter->value > 0) return who + "its eventfd is not 0";
    }
    if (point.object.kind == ObjectKind::posix_queue) {
        const PosixQueue* queue = kernel.posix_queues.find(PosixQueueId{point.object.id});
        if (!queue) return who + "its message queue is gone";
        if (point.what == WaitFor::readable && !queue->messages.empty()) return who + "there is a message";
        if (point.what == WaitFor::writable && !queue->is_full()) return who + "its queue has room";
    }
    if (point.object.kind == ObjectKind::terminal || point.object.kind == ObjectKind::pty_master) {
        const Terminal* terminal = kernel.terminals.find(TerminalId{point.object.id});
        const bool at_master = point.object.kind == ObjectKind::pty_master;
        if (!terminal) return who + "its terminal is gone";
        if (!at_master && terminal->is_hung_up) return who + "its terminal is hung up";
        // A read of a raw terminal that wants several bytes takes what is there, and sleeps again.
        if (point.what == WaitFor::readable &&
            (at_master ? !terminal->output.empty() || terminal->is_slave_closed
                       : has_input(*terminal, Asks::read) && point.is_exclusive))
            return who + "its terminal is readable";
    }
    if (point.object.kind == ObjectKind::message_queue &&
        !kernel.sysv.queues.contains(MessageQueueId{point.object.id}))
        return who + "its message queue is gone";
    if (point.object.kind == ObjectKind::semaphore_set &&
        !kernel.sysv.semaphores.contains(SemaphoreSetId{point.object.id}))
        return who + "its semaphore set is gone";
    if (point.what == WaitFor::memory) {
        const Process* child = kernel.processes.find(Pid{point.object.id});
        if (!child || child->held != task.tid) return who + "nobody holds its memory";
    }
    if (point.what == WaitFor::child) {
        const auto is_zombie_child = [&](const auto& entry) {
            return entry.second->parent == task.process && entry.second->is_zombie;
        };
        const bool waits_for_any = task.call && static_cast<std::int32_t>(task.call->args[0]) == -1;
        if (waits_for_any && std::any_of(kernel.processes.begin(), kernel.processes.end(), is_zombie_child))
            return who + "a child has ended";
    }
    return {};
}

/// A signal of the process may be left to another thread that is awake.
bool sleeps_over_signal(const Kernel& kernel, const Task& task) {
    const Process& process = kernel.processes[task.process];
    SignalMask unseen = process.pending.set & ~task.blocked_signals;
    for (Tid tid : threads_of(kernel, task.process))
        if (kernel.tasks[tid].state != TaskState::blocked) unseen &= kernel.tasks[tid].blocked_signals;
    return unseen != 0 || (task.pending.set & ~task.blocked_signals) != 0 || process.death_cause != 0;
}

std::string check_sysv(const Kernel& kernel) {
    const auto is_gone = [&](Tid task) { return !kernel.tasks.contains(task); };
    for (const auto& [id, queue] : kernel.sysv.queues) {
        const std::string what = "message queue " + text(id.value);
        for (const auto& message : queue->messages)
            if (message->type < 1) return what + " has a message of a type below 1";
        for (const MessageDelivery& delivery : queue->deliveries)
            if (is_gone(delivery.receiver)) return what + " keeps a message for a task that is gone";
    }
    for (const auto& [id, set] : kernel.sysv.semaphores) {
        const std::string what = "semaphore set " + text(id.value);
        for (const Semaphore& each : set->semaphores)
            if (each.value < 0 || each.value > 32'767) return what + " has the value " + text(each.value);
        for (const SemaphoreUndo& undo : set->undos)
            if (!kernel.processes.contains(undo.process) || kernel.processes[undo.process].is_zombie)
                return what + " is to be undone for a process that is gone";
        for (const SemaphoreWish& wish : set->wishes)
            if (is_gone(wish.task)) return what + " is wanted by a task that is gone";
        for (const SemaphoreGrant& grant : set->grants)
            if (is_gone(grant.task)) return what + " is granted to a task that is gone";
    }
    for (const auto& [id, segment] : kernel.sysv.segments) {
        if (!kernel.memory.contains(segment->memory))
            return "shared memory segment " + text(id.value) + " has no memory";
        if ((segment->permissions.mode & Segment::kDestroyed) && attachments(kernel, *segment) == 0)
            return "shared memory segment " + text(id.value) + " should be gone";
    }
    return {};
}

std::string check_posix_queues(const Kernel& kernel) {
    for (const auto& [id, queue] : kernel.posix_queues) {
        const std::string what = "message queue /" + queue->name;
        if (queue->messages.size() > static_cast<std::size_t>(queue->most_messages))
            return what + " is over-full";
        for (std::size_t i = 0; i < queue->messages.size(); ++i) {
            if (queue->messages[i]->bytes.size() > static_cast<std::size_t>(queue->message_bytes))
                return what + " has a message that is too long";
            if (i > 0 && queue->messages[i - 1]->priority < queue->messages[i]->priority)
                return what + " has messages out of order";
        }
        for (const auto* list : {&queue->to_send, &queue->delivered})
            for (const PosixQueue::Parcel& parcel : *list)
                if (!kernel.tasks.contains(parcel.task))
                    return what + " keeps a message for a task that is gone";
        for (Tid task : queue->sent)
            if (!kernel.tasks.contains(task)) return what + " has sent for a task that is gone";
        if (queue->notice.owner && (!kernel.processes.contains(queue->notice.owner) ||
                                    kernel.processes[queue->notice.owner].is_zombie))
            return what + " is to tell a process that is gone";
        const PosixQueueId wanted = id;
        const bool is_open = std::any_of(kernel.files.begin(), kernel.files.end(), [&](const auto& entry) {
            return entry.second->kind == FileKind::posix_queue && entry.second->queue() == wanted;
        });
        if (!queue->is_linked && !is_open) return what + " should be gone";
    }
    return {};
}

std::string check_terminals(const Kernel& kernel) {
    for (const auto& [id, terminal] : kernel.terminals) {
        const std::string what = describe(kernel, ref(id));
        if (terminal->line_begin > terminal->input.size())
            return what + " has a line that begins behind its end";
        if (!terminal->is_canonical() && terminal->line_begin != 0) return what + " is raw and has lines";
        for (std::size_t i = 0; i < terminal->line_ends.size(); ++i)
            if (terminal->line_ends[i] >= terminal->line_begin ||
                (i > 0 && terminal->line_ends[i - 1] >= terminal->line_ends[i]))
                return what + " has line ends out of order";
        if (terminal->stream) continue;
        if (terminal->arriving_buffers.held() != terminal->arriving.size() ||
            terminal->output_buffers.held() != output_with_driver(*terminal))
            return what + " has other bytes than its driver";
        if (!terminal->is_hung_up && !has_master(kernel, id)) return what + " has lost its master";
        if (terminal->is_hung_up && !has_slave(kernel, id)) return what + " should be gone";
        if (terminal->is_hung_up && terminal->session) return what + " is hung up and controls a session";
        if (terminal->is_slave_closed && has_slave(kernel, id)) return what + " is open and counts as closed";
    }
    for (const auto& [pid, process] : kernel.processes) {
        if (!process->terminal) continue;
        const Terminal* terminal = kernel.terminals.find(process->terminal);
        const std::string what = "process " + text(pid.value);
        if (!terminal) return what + " has a controlling terminal that is gone";
        if (terminal->session != process->session)
            return what + " has another session's controlling terminal";
    }
    return {};
}

std::string check_locks(const Kernel& kernel) {
    const FileLocks& locks = *kernel.locks;
    for (std::size_t i = 0; i < locks.held.size(); ++i) {
        const FileLock& lock = locks.held[i];
        const std::string what =
            "the lock on " + describe(kernel, lock.object) + " (" + describe_lock(lock) + ")";
        if (lock.begin < 0 || lock.begin > lock.last) return what + " covers nothing";
        if (lock.family == LockFamily::process) {
            const Process* owner = kernel.processes.find(lock.process);
            if (!owner || owner->is_zombie) return what + " belongs to a process that is gone";
        } else if (!kernel.files.contains(lock.file)) {
            return what + " belongs to a description that is gone";
        }
        for (std::size_t j = i + 1; j < locks.held.size(); ++j)
            if (conflict(lock, locks.held[j])) return what + " is held against another one";
    }
    for (const FileLockWish& wish : locks.wishes) {
        const Task* task = kernel.tasks.find(wish.task);
        if (!task || !task->call) return "a lock is wanted by a task that waits for none";
        const auto blocks = [&](const FileLock& held) { return conflict(held, wish.lock); };
        if (task->state == TaskState::blocked && !somebody_is_on_the_way(kernel) &&
            std::none_of(locks.held.begin(), locks.held.end(), blocks))
            return "task " + text(wish.task.value) + " sleeps although it could have its lock";
    }
    return {};
}

std::string check_task(const Kernel& kernel, const Task& task) {
    const std::string what = "task " + text(task.tid.value);
    if (!kernel.processes.contains(task.process)) return what + " has no process";
    const auto is_its = [&](const Cpu& cpu) { return cpu.current == task.tid; };
    const auto cpus = std::count_if(kernel.scheduler.cpus.begin(), kernel.scheduler.cpus.end(), is_its);
    if (cpus != (task.state == TaskState::running ? 1 : 0))
        return what + " is current on the wrong number of CPUs";
    if (task.blocked_signals & kUnblockable) return what + " blocks SIGKILL or SIGSTOP";
    if (task.state != TaskState::blocked) {
        if (!task.waits.empty()) return what + " waits although it is not blocked";
    } else {
        if (!task.call) return what + " is blocked outside a call";
        if (task.waits.empty() && task.call->deadline_ns == kNever) return what + " is blocked on nothing";
        // vfork(2): the wait for one's own memory ends with it, or by a fatal signal, which needs no delivery.
        const bool waits_for_memory = !task.waits.empty() && task.waits.front().what == WaitFor::memory;
        if (!waits_for_memory && sleeps_over_signal(kernel, task)) return what + " sleeps over a signal";
        for (const WaitPoint& point : task.waits)
            if (std::string broken = check_wait(kernel, task, point); !broken.empty()) return broken;
    }
    if (task.lock_owner && (!task.call || !kernel.tasks.contains(task.lock_owner)))
        return what + " waits for a lock of nobody, or in no call";
    std::uint8_t lent = 0;
    for (const auto& [tid, other] : kernel.tasks)
        if (other->lock_owner == task.tid) lent = std::max(lent, effective_priority(*other));
    if (task.lent_priority != lent) return what + " has another priority than is lent to it";
    if (task.state == TaskState::zombie && task.call) return what + " is a zombie in a call";
    if (task.state != TaskState::zombie && kernel.processes[task.process].is_zombie)
        return what + " lives on in a dead process";
    if (task.state == TaskState::zombie && task.tid.value != task.process.value)
        return what + " is a zombie, but not the first of its process";
    return {};
}

std::string check_epoll(const Kernel& kernel, EpollId id, const Epoll& epoll) {
    constexpr std::uint32_t kEdge = 1u << 31, kExclusive = 1u << 28;  // told once; told to one of several
    const std::string what = "epoll " + text(id.value);
    const auto is_listed = [&](const Interest& interest) {
        return std::count(epoll.ready.begin(), epoll.ready.end(), interest.key);
    };
    std::ptrdiff_t listed = 0;
    for (std::size_t i = 0; i < epoll.interests.size(); ++i) {
        const Interest& interest = *epoll.interests[i];
        const File* file = kernel.files.find(interest.key.file);
        if (!file) return what + " watches a description that is gone";
        if (i > 0 && epoll.interests[i - 1]->key >= interest.key) return what + " has interests out of order";
        if (is_listed(interest) > 1) return what + " has a descriptor twice on its ready list";
        listed += is_listed(interest);
        // Whoever makes something ready must call wake(). What is ready at a signalfd depends on who looks.
        const bool is_ready = file->kind != FileKind::signalfd && file->kind != FileKind::epoll &&
                              (ready_events(kernel, *file) & interest.events) != 0;
        if (is_ready && !(interest.events & (kEdge | kExclusive)) && is_listed(interest) == 0)
            return what + " has not heard that descriptor " + text(interest.key.fd) + " is ready";
    }
    if (listed != static_cast<std::ptrdiff_t>(epoll.ready.size()))
        return what + " lists what it does not watch";
    return {};
}

std::string check_event_descriptors(const Kernel& kernel) {
    const auto count = [&](FileKind kind) {
        return static_cast<std::size_t>(
            std::count_if(kernel.files.begin(), kernel.files.end(),
                          [&](const auto& entry) { return entry.second->kind == kind; }));
    };
    if (count(FileKind::eventfd) != kernel.event_fds->counters.size())
        return "an eventfd has no description, or two";
    if (count(FileKind::timerfd) != kernel.event_fds->timers.size())
        return "a timerfd has no description, or two";
    if (count(FileKind::signalfd) != kernel.event_fds->signal_sets.size())
        return "a signalfd has no description, or two";
    if (count(FileKind::inotify) != kernel.event_fds->inotifies.size())
        return "an inotify has no description, or two";
    for (const auto& [id, inotify] : kernel.event_fds->inotifies) {
        for (const InotifyWatch& watch : inotify->watches)
            if (!kernel.inodes.contains(watch.inode))
                return "inotify " + text(id.value) + " watches an inode that is gone";
        if (inotify->queue.size() > kernel.limits.inotify_events + 1)
            return "inotify " + text(id.value) + " has too many events in its queue";
    }
    if (count(FileKind::epoll) != kernel.event_fds->epolls.size())
        return "an epoll has no description, or two";
    for (const auto& [id, epoll] : kernel.event_fds->epolls)
        if (std::string broken = check_epoll(kernel, id, *epoll); !broken.empty()) return broken;
    for (const auto& [id, timer] : kernel.event_fds->timers)
        if (timer->is_armed && timer->has_expired)
            return "timerfd " + text(id.value) + " is armed and has expired";
    for (const auto& [id, counter] : kernel.event_fds->counters)
        if (counter->value == UINT64_MAX) return "eventfd " + text(id.value) + " has overflown";
    return {};
}

std::string check_timers(const Kernel& kernel) {
    if (earliest_timer(kernel) < kernel.timers.at_ns)
        return "a deadline or an alarm was set without arm_timer()";
    return {};
}

std::string check_tasks(const Kernel& kernel) {
    for (const auto& [tid, task] : kernel.tasks)
        if (std::string broken = check_task(kernel, *task); !broken.empty()) return broken;
    for (const Cpu& cpu : kernel.scheduler.cpus)
        if (cpu.current && !kernel.tasks.contains(cpu.current)) return "a CPU runs a task that is gone";
    return {};
}

std::string check_pending(const PendingSignals& pending, const std::string& what, std::size_t limit) {
    SignalMask queued = 0;
    for (const SignalInfo& info : pending.queue) {
        if (info.signal < 1 || info.signal > kSignals) return what + " has a signal that does not exist";
        if (info.code == kSiTimer) continue;  // each timer has its own
        if (info.signal < kSigRtMin && (queued & signal_bit(info.signal)))
            return what + " has a standard signal pending twice";
        queued |= signal_bit(info.signal);
    }
    if (queued & ~pending.set) return what + " has a queued signal that is not pending";
    if (pending.queue.size() > limit + kSigRtMin) return what + " has too many signals pending";
    return {};
}

std::string check_processes(const Kernel& kernel) {
    for (const auto& [pid, process] : kernel.processes) {
        const std::string what = "process " + text(pid.value);
        if (pid == kInit) continue;
        if (!kernel.processes.contains(process->parent)) return what + " has no parent";
        if (kernel.processes[process->parent].is_zombie) return what + " is the child of a zombie";
        if (process->is_zombie && process->parent == kInit) return what + " was not reaped by init";
        if (!kernel.tasks.contains(Tid{pid.value})) return what + " has no task";
        if (!process->is_zombie && threads_of(kernel, pid).empty()) return what + " lives without a thread";
        if (process->is_zombie == kernel.spaces.contains(process->space))
            return what + (process->is_zombie ? " is a zombie with memory" : " has no memory");
        if (!kernel.inodes.contains(process->working_directory))
            return what + " is in a directory that is gone";
        if (std::string broken = check_pending(process->pending, what, kernel.limits.pending_signals);
            !broken.empty())
            return broken;
    }
    for (const auto& [id, space] : kernel.spaces) {
        const SpaceId wanted = id;
        if (std::none_of(kernel.processes.begin(), kernel.processes.end(),
                         [&](const auto& entry) { return entry.second->space == wanted; }))
            return "address space " + text(id.value) + " belongs to nobody";
        for (const Mapping& mapping : space->mappings())
            if (mapping.object && !kernel.memory.contains(mapping.object))
                return "address space " + text(id.value) + " maps memory that is gone";
    }
    return {};
}

}  // namespace

std::string broken_invariant(const Kernel& kernel) {
    for (auto check : {check_tables, check_descriptors, check_files, check_pipes, check_sockets,
                       check_network, check_inodes, check_processes, check_sysv, check_posix_queues,
                       check_terminals, check_locks, check_event_descriptors, check_timers, check_tasks})
        if (std::string broken = check(kernel); !broken.empty()) return broken;
    return {};
}

}  // namespace ipclab::kernel
