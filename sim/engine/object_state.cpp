#include "sim/engine/object_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/inet.h"
#include "kernel/network.h"
#include "kernel/terminal.h"
#include "sim/engine/text.h"

namespace ipclab::engine {

namespace {

using kernel::Kernel;

/// "fd 3 of server (2), fd 4 of client (3)"; empty: no descriptor.
std::string holders_text(const Kernel& kernel, kernel::FileId file) {
    constexpr std::size_t kShown = 4;
    const std::vector<kernel::Holder> holders = kernel::holders(kernel, file);
    std::string text;
    for (std::size_t i = 0; i < holders.size() && i < kShown; ++i)
        text += fmt::format("{}fd {} of {}", i ? ", " : "", holders[i].fd,
                            process_text(kernel, holders[i].process));
    if (holders.size() > kShown) text += fmt::format(" and {} more", holders.size() - kShown);
    return text;
}

/// Who has one of the two ends of a pipe.
std::string end_text(const Kernel& kernel, kernel::PipeId id, kernel::FileKind end) {
    std::string text;
    for (const auto& [file_id, file] : kernel.files)
        if (file->is_pipe() && file->pipe() == id &&
            (file->kind == end || file->kind == kernel::FileKind::pipe_both))
            text += (text.empty() ? "" : ", ") + holders_text(kernel, file_id);
    return text.empty() ? "closed" : text;
}

std::string state_of(const Kernel& kernel, kernel::PipeId id, const kernel::Pipe& pipe) {
    const std::string bytes = pipe.slots.empty()
                                  ? "empty"
                                  : fmt::format("{} in {} of {} slots", counted(pipe.size_bytes(), "byte"),
                                                pipe.slots.size(), pipe.capacity_slots);
    return fmt::format("{}; read end: {}; write end: {}", bytes,
                       end_text(kernel, id, kernel::FileKind::pipe_read),
                       end_text(kernel, id, kernel::FileKind::pipe_write));
}

/// "/tmp/server", "@name" or "127.0.0.1:5000"; empty where the socket has none.
std::string name_text(const kernel::SocketAddress& name) {
    constexpr std::size_t kFamilyBytes = 2;
    if (name.size() <= kFamilyBytes) return {};
    if (name[0] == static_cast<char>(kernel::SocketFamily::inet)) {
        const kernel::InetName own = kernel::inet_name(name);
        return own.port == 0 ? std::string{} : kernel::name_text(own);
    }
    if (name[kFamilyBytes] == '\0') return "@" + printable(name.substr(kFamilyBytes + 1));
    return printable(name.substr(kFamilyBytes, name.size() - kFamilyBytes - 1));
}

/// Which descriptors name the socket, so that the two ends can be told apart.
std::string held_by(const Kernel& kernel, kernel::SocketId id, const kernel::Socket& socket) {
    if (const kernel::FileId file = file_of_socket(kernel, id)) {
        const std::string text = holders_text(kernel, file);
        return text.empty() ? "in flight" : text;
    }
    return socket.state == kernel::SocketState::closing || socket.state == kernel::SocketState::time_wait
               ? "of nobody any more"
               : "not accepted yet";
}

std::string stage_text(const Kernel& kernel, const kernel::Socket& socket) {
    switch (socket.state) {
        case kernel::SocketState::listening:
            return fmt::format("listening, {} of {} to be accepted", socket.backlog.size(),
                               socket.backlog_max + 1);
        case kernel::SocketState::connected:
            return fmt::format("connected to {}", kernel.sockets.contains(socket.peer)
                                                      ? kernel::describe(kernel, ref(socket.peer))
                                                      : std::string("a socket that is gone"));
        case kernel::SocketState::connecting:
            return "connecting";
        case kernel::SocketState::closing:
            return "closed, but not everything has been read";
        case kernel::SocketState::time_wait:
            return "TIME_WAIT";
        case kernel::SocketState::unconnected:
            return "not connected";
    }
    return {};
}

std::string state_of(const Kernel& kernel, kernel::SocketId id, const kernel::Socket& socket) {
    std::string text = held_by(kernel, id, socket) + "; " + stage_text(kernel, socket);
    if (const kernel::TcpConnection* far = kernel.network->connections.find(id)) {
        const std::uint64_t room = far->promised - std::min(far->promised, far->expected),
                            may_send = far->window_end - std::min(far->window_end, far->unacknowledged);
        text += fmt::format(
            " ({}; sent to {}, acknowledged to {}, may send {}; received to {}, room for {}{})",
            kernel::name(far->state), far->next, far->unacknowledged, may_send, far->expected, room,
            far->retransmitted > 0 ? fmt::format("; {} sent again", far->retransmitted) : "");
    }
    if (const std::string name = name_text(socket.name); !name.empty()) text += " at " + name;
    if (socket.cannot_receive) text += ", receives no more";
    if (socket.cannot_send) text += ", sends no more";
    return text;
}

std::string state_of(const kernel::Terminal& terminal) {
    std::string text = terminal.is_hung_up ? "the master is closed"
                       : terminal.foreground_group
                           ? fmt::format("in front: group {}", terminal.foreground_group.value)
                           : "nobody's controlling terminal";
    if (!terminal.is_canonical()) text += ", raw";
    if (!terminal.has(kernel::local_flag::kEcho)) text += ", no echo";
    if (terminal.is_stopped) text += ", output stopped";
    return text;
}

std::string state_of(const Kernel& kernel, const kernel::PosixQueue& queue) {
    std::string text =
        fmt::format("{} of {} messages of at most {} bytes", with_commas(queue.messages.size()),
                    with_commas(static_cast<std::uint64_t>(queue.most_messages)),
                    with_commas(static_cast<std::uint64_t>(queue.message_bytes)));
    if (queue.notice.owner) text += fmt::format(", tells {}", process_text(kernel, queue.notice.owner));
    return text;
}

std::string state_of(const Kernel& kernel, const kernel::DescriptorTimer& timer) {
    std::string text =
        timer.is_armed
            ? fmt::format("expires in {}", time_text(std::max<kernel::Time>(timer.due_ns - kernel.now_ns, 0)))
        : timer.has_expired ? "has expired"
                            : "not armed";
    if (timer.interval_ns > 0) text += fmt::format(", every {}", time_text(timer.interval_ns));
    if (timer.ticks > 0) text += fmt::format(", {} unread", counted(timer.ticks, "expiration"));
    return text;
}

std::string state_of(const kernel::SignalSet& set) {
    constexpr std::size_t kShownBytes = 48;
    std::string text;
    for (int signal = 1; signal <= kernel::kSignals; ++signal)
        if (set.mask & kernel::signal_bit(signal))
            text += fmt::format("{}{}", text.empty() ? "" : " ", kernel::signal_name(signal));
    return text.empty() ? "no signal" : shortened(text, kShownBytes);
}

std::string state_of(const kernel::SemaphoreSet& set) {
    std::string text = counted(set.semaphores.size(), "semaphore");
    constexpr std::size_t kShown = 8;
    for (std::size_t i = 0; i < set.semaphores.size() && i < kShown; ++i)
        text += fmt::format("{}{}", i ? ", " : ": ", set.semaphores[i].value);
    return text + (set.semaphores.size() > kShown ? " ..." : "");
}

std::string state_of(const kernel::Segment& segment) {
    const bool is_going = (segment.permissions.mode & kernel::Segment::kDestroyed) != 0;
    return counted(segment.bytes, "byte") + (is_going ? ", removed: goes with its last attachment" : "");
}

/// A file's size and the locks on it.
std::string state_of(const Kernel& kernel, kernel::ObjectRef object, const kernel::Inode& inode) {
    const auto locks = static_cast<std::size_t>(std::ranges::count_if(
        kernel.locks->held, [&](const kernel::FileLock& lock) { return lock.object == object; }));
    std::string text;
    if (const kernel::MemoryObject* memory = kernel.memory.find(inode.memory))
        text = counted(memory->size(), "byte");
    if (locks > 0) text += (text.empty() ? "" : ", ") + counted(locks, "lock");
    return text;
}

std::string state_of(const kernel::Stream& stream) {
    if (!stream.input.empty()) return counted(stream.input.size(), "byte") + " to be read";
    return stream.input_ended ? "its input has ended" : "";
}

}  // namespace

std::string process_text(const Kernel& kernel, kernel::Pid pid) {
    const kernel::Process* process = kernel.processes.find(pid);
    return process ? fmt::format("{} ({})", printable(process->name), pid.value)
                   : fmt::format("{}", pid.value);
}

kernel::FileId file_of_socket(const Kernel& kernel, kernel::SocketId id) {
    for (const auto& [file_id, file] : kernel.files)
        if (file->kind == kernel::FileKind::socket && file->socket() == id) return file_id;
    return {};
}

std::string object_state(const Kernel& kernel, kernel::ObjectRef object) {
    using kernel::ObjectKind;
    // `say` where the table still has the object.
    const auto of = [](const auto* found, auto say) { return found ? say(*found) : std::string(); };
    switch (object.kind) {
        case ObjectKind::pipe: {
            const kernel::PipeId id{object.id};
            return of(kernel.pipes.find(id), [&](const auto& pipe) { return state_of(kernel, id, pipe); });
        }
        case ObjectKind::socket: {
            const kernel::SocketId id{object.id};
            return of(kernel.sockets.find(id),
                      [&](const auto& socket) { return state_of(kernel, id, socket); });
        }
        case ObjectKind::message_queue:
            return of(kernel.sysv.queues.find(kernel::MessageQueueId{object.id}), [](const auto& queue) {
                return fmt::format("{}, {} of {} bytes", counted(queue.messages.size(), "message"),
                                   with_commas(queue.bytes()), with_commas(queue.capacity_bytes));
            });
        case ObjectKind::semaphore_set:
            return of(kernel.sysv.semaphores.find(kernel::SemaphoreSetId{object.id}),
                      [](const auto& set) { return state_of(set); });
        case ObjectKind::segment:
            return of(kernel.sysv.segments.find(kernel::SegmentId{object.id}),
                      [](const auto& segment) { return state_of(segment); });
        case ObjectKind::posix_queue:
            return of(kernel.posix_queues.find(kernel::PosixQueueId{object.id}),
                      [&](const auto& queue) { return state_of(kernel, queue); });
        case ObjectKind::terminal:
        case ObjectKind::pty_master:
            return of(kernel.terminals.find(kernel::TerminalId{object.id}),
                      [](const auto& terminal) { return state_of(terminal); });
        case ObjectKind::inode:
            return of(kernel.inodes.find(kernel::InodeId{object.id}),
                      [&](const auto& inode) { return state_of(kernel, object, inode); });
        case ObjectKind::stream:
            return of(kernel.streams.find(kernel::StreamId{object.id}),
                      [](const auto& stream) { return state_of(stream); });
        case ObjectKind::eventfd:
            return of(kernel.event_fds->counters.find(kernel::EventfdId{object.id}), [](const auto& counter) {
                return with_commas(counter.value) + (counter.is_semaphore ? ", a semaphore" : "");
            });
        case ObjectKind::timerfd:
            return of(kernel.event_fds->timers.find(kernel::TimerfdId{object.id}),
                      [&](const auto& timer) { return state_of(kernel, timer); });
        case ObjectKind::signalfd:
            return of(kernel.event_fds->signal_sets.find(kernel::SignalfdId{object.id}),
                      [](const auto& set) { return state_of(set); });
        case ObjectKind::epoll:
            return of(kernel.event_fds->epolls.find(kernel::EpollId{object.id}), [](const auto& epoll) {
                return fmt::format("{}, {} on the ready list", counted(epoll.interests.size(), "descriptor"),
                                   epoll.ready.size());
            });
        case ObjectKind::inotify:
            return of(kernel.event_fds->inotifies.find(kernel::InotifyId{object.id}),
                      [](const auto& inotify) {
                          return fmt::format("{}, {} unread", counted(inotify.watches.size(), "watch"),
                                             counted(inotify.queue.size(), "event"));
                      });
        case ObjectKind::link:
            return fmt::format("{}, {} under way", counted(kernel.network->hosts.size(), "host"),
                               counted(kernel.network->packets.size(), "packet"));
        case ObjectKind::memory:
            return of(kernel.memory.find(kernel::MemoryId{object.id}),
                      [](const auto& memory) { return counted(memory.size(), "byte"); });
        case ObjectKind::task:
        case ObjectKind::process:
            // A process is known by its main thread.
            return describe_wait(kernel, kernel::Tid{object.id});
        case ObjectKind::none:
        case ObjectKind::file:
        case ObjectKind::space:
        case ObjectKind::clock:
            return {};
    }
    return {};
}

}  // namespace ipclab::engine
