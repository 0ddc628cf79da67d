#include "visualizer/model/objects.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/epoll.h"
#include "kernel/pty.h"
#include "sim/engine/object_state.h"
#include "visualizer/model/text.h"

namespace ipclab::visualizer {

namespace {

using engine::process_text;
using kernel::Kernel;
using kernel::Tid;
using kernel::WaitFor;

constexpr std::size_t kShownBytes = 48;

ObjectPicture picture_of(const Kernel& kernel, kernel::ObjectRef object) {
    ObjectPicture picture;
    picture.object = object;
    picture.title = kernel::describe(kernel, object);
    picture.summary = engine::object_state(kernel, object);
    return picture;
}

/// Everybody who waits for `what`; `does(PendingCall)` says for what exactly.
template <class Does>
void add_waiters(const Kernel& kernel, ObjectPicture& picture, WaitFor what, Does does) {
    for (Tid tid : kernel::waiters(kernel, picture.object, what)) {
        const kernel::Task& task = kernel.tasks[tid];
        picture.waiters.push_back(
            {task.process, fmt::format("{} {}", process_text(kernel, task.process), does(*task.call))});
    }
}

template <class T, class Row>
void add_rows(ObjectPicture& picture, const std::vector<T>& things, Row row) {
    for (std::size_t i = 0; i < things.size() && i < kObjectRows; ++i)
        picture.rows.push_back(row(i, things[i]));
    picture.more_rows = things.size() - picture.rows.size();
}

ObjectPicture queue_picture(const Kernel& kernel, kernel::MessageQueueId id,
                            const kernel::MessageQueue& queue) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    add_rows(picture, queue.messages, [](std::size_t, const kernel::Cow<kernel::Message>& message) {
        return ObjectRow{fmt::format("type {}", message->type),
                         fmt::format("\"{}\"", shortened(printable(message->bytes), kShownBytes)),
                         message->sender};
    });
    add_waiters(kernel, picture, WaitFor::readable, [](const kernel::PendingCall& call) {
        const auto type = static_cast<std::int64_t>(call.args[3]);
        if (type == 0) return std::string("receives any type");
        return type > 0 ? fmt::format("receives type {}", type)
                        : fmt::format("receives types up to {}", -type);
    });
    add_waiters(kernel, picture, WaitFor::writable, [](const kernel::PendingCall& call) {
        return fmt::format("sends {} bytes", with_commas(call.args[2]));
    });
    return picture;
}

ObjectPicture set_picture(const Kernel& kernel, kernel::SemaphoreSetId id, const kernel::SemaphoreSet& set) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    add_rows(picture, set.semaphores, [&](std::size_t number, const kernel::Semaphore& semaphore) {
        std::string text = fmt::format("{}", semaphore.value);
        if (semaphore.last) text += fmt::format("   last: {}", process_text(kernel, semaphore.last));
        for (const kernel::SemaphoreUndo& undo : set.undos)
            if (undo.adjustments[number] != 0)
                text += fmt::format("   {:+} when {} ends", undo.adjustments[number], undo.process.value);
        return ObjectRow{fmt::format("[{}]", number), text, semaphore.last};
    });
    for (Tid tid : kernel::waiters(kernel, picture.object, WaitFor::semaphore)) {
        const kernel::Task& task = kernel.tasks[tid];
        std::string text = process_text(kernel, task.process) + " wants";
        for (const kernel::SemaphoreWish& wish : set.wishes)
            if (wish.task == tid)
                for (const kernel::SemaphoreOperation& each : wish.operations)
                    text += each.change == 0 ? fmt::format(" [{}] = 0", each.number)
                                             : fmt::format(" [{}] {:+}", each.number, each.change);
        picture.waiters.push_back({task.process, std::move(text)});
    }
    return picture;
}

ObjectPicture segment_picture(const Kernel& kernel, kernel::SegmentId id, const kernel::Segment& segment) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    std::vector<ObjectRow> attached;
    for (const auto& [pid, process] : kernel.processes) {
        if (!process->space) continue;
        for (const kernel::Mapping& mapping : kernel.spaces[process->space].mappings()) {
            if (mapping.object != segment.memory) continue;
            const bool writable = (mapping.protection & kernel::kProtWrite) != 0;
            attached.push_back({process_text(kernel, pid),
                                fmt::format("{:#x}{}", mapping.begin, writable ? "" : ", read only"), pid});
        }
    }
    add_rows(picture, attached, [](std::size_t, const ObjectRow& row) { return row; });
    return picture;
}

ObjectPicture posix_queue_picture(const Kernel& kernel, kernel::PosixQueueId id,
                                  const kernel::PosixQueue& queue) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    add_rows(picture, queue.messages, [](std::size_t, const kernel::Cow<kernel::PosixMessage>& message) {
        return ObjectRow{fmt::format("priority {}", message->priority),
                         fmt::format("\"{}\"", shortened(printable(message->bytes), kShownBytes)),
                         message->sender};
    });
    add_waiters(kernel, picture, WaitFor::readable, [](const kernel::PendingCall&) { return "receives"; });
    add_waiters(kernel, picture, WaitFor::writable, [](const kernel::PendingCall& call) {
        return fmt::format("sends {} bytes", with_commas(call.args[2]));
    });
    return picture;
}

/// A pseudo-terminal: what has been typed, and what has been shown and not been taken.
ObjectPicture terminal_picture(const Kernel& kernel, kernel::TerminalId id,
                               const kernel::Terminal& terminal) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    const auto quoted = [](std::string_view bytes) {
        return fmt::format("\"{}\"", shortened(printable(bytes), kShownBytes));
    };
    for (const auto& [pid, process] : kernel.processes)
        if (terminal.foreground_group && process->group == terminal.foreground_group && !process->is_zombie)
            picture.rows.push_back({"foreground", process_text(kernel, pid), pid});
    const std::string_view input = terminal.input;
    const std::size_t line = terminal.is_canonical() ? terminal.line_begin : input.size();
    if (line > 0) picture.rows.push_back({"can be read", quoted(input.substr(0, line)), {}});
    if (line < input.size()) picture.rows.push_back({"being typed", quoted(input.substr(line)), {}});
    if (!terminal.arriving.empty()) picture.rows.push_back({"no room yet", quoted(terminal.arriving), {}});
    if (!terminal.output.empty()) picture.rows.push_back({"to be shown", quoted(terminal.output), {}});
    if (picture.rows.size() > kObjectRows) {
        picture.more_rows = picture.rows.size() - kObjectRows;
        picture.rows.resize(kObjectRows);
    }
    add_waiters(kernel, picture, WaitFor::readable, [](const kernel::PendingCall&) { return "reads"; });
    add_waiters(kernel, picture, WaitFor::writable, [](const kernel::PendingCall&) { return "writes"; });
    picture.object = kernel::master_of(id);
    add_waiters(kernel, picture, WaitFor::readable,
                [](const kernel::PendingCall&) { return "reads at the master"; });
    add_waiters(kernel, picture, WaitFor::writable,
                [](const kernel::PendingCall&) { return "writes at the master"; });
    picture.object = ref(id);
    return picture;
}

/// A file that somebody has locked or wants to lock.
ObjectPicture locked_file_picture(const Kernel& kernel, kernel::ObjectRef file) {
    ObjectPicture picture = picture_of(kernel, file);
    std::vector<kernel::FileLock> held;
    for (const kernel::FileLock& lock : kernel.locks->held)
        if (lock.object == file) held.push_back(lock);
    add_rows(picture, held, [&](std::size_t, const kernel::FileLock& lock) {
        // A description's lock is shared by all who have it: who took it is only told.
        const std::string_view whose = lock.family == kernel::LockFamily::process       ? ""
                                       : lock.family == kernel::LockFamily::description ? ", by description"
                                                                                        : ", flock";
        return ObjectRow{process_text(kernel, lock.process), kernel::describe_lock(lock) + std::string(whose),
                         lock.process};
    });
    for (const kernel::FileLockWish& wish : kernel.locks->wishes)
        if (wish.lock.object == file && kernel.tasks[wish.task].state == kernel::TaskState::blocked)
            picture.waiters.push_back({wish.lock.process, process_text(kernel, wish.lock.process) +
                                                              " wants " + kernel::describe_lock(wish.lock)});
    return picture;
}

std::vector<kernel::ObjectRef> locked_files(const Kernel& kernel) {
    std::vector<kernel::ObjectRef> files;
    for (const kernel::FileLock& lock : kernel.locks->held) files.push_back(lock.object);
    for (const kernel::FileLockWish& wish : kernel.locks->wishes) files.push_back(wish.lock.object);
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

ObjectPicture counter_picture(const Kernel& kernel, kernel::EventfdId id) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    add_waiters(kernel, picture, WaitFor::readable,
                [](const kernel::PendingCall&) { return "waits for it to rise"; });
    add_waiters(kernel, picture, WaitFor::writable,
                [](const kernel::PendingCall&) { return "waits for room"; });
    return picture;
}

ObjectPicture timer_picture(const Kernel& kernel, kernel::TimerfdId id) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    add_waiters(kernel, picture, WaitFor::readable,
                [](const kernel::PendingCall&) { return "waits for it"; });
    return picture;
}

ObjectPicture epoll_picture(const Kernel& kernel, kernel::EpollId id, const kernel::Epoll& epoll) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    add_rows(picture, epoll.interests, [&](std::size_t, const kernel::Cow<kernel::Interest>& interest) {
        return ObjectRow{
            fmt::format("fd {}", interest->key.fd), kernel::describe_interest(kernel, epoll, *interest), {}};
    });
    add_waiters(kernel, picture, WaitFor::readable,
                [](const kernel::PendingCall&) { return "waits for events"; });
    return picture;
}

ObjectPicture inotify_picture(const Kernel& kernel, kernel::InotifyId id, const kernel::Inotify& inotify) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    add_rows(picture, inotify.watches, [&](std::size_t, const kernel::InotifyWatch& watch) {
        return ObjectRow{
            fmt::format("watch {}", watch.number), kernel::describe(kernel, ref(watch.inode)), {}};
    });
    add_waiters(kernel, picture, WaitFor::readable,
                [](const kernel::PendingCall&) { return "waits for events"; });
    return picture;
}

ObjectPicture socket_picture(const Kernel& kernel, kernel::SocketId id, const kernel::Socket& socket) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    if (socket.state == kernel::SocketState::listening)
        add_rows(picture, socket.backlog, [&](std::size_t, kernel::SocketId connection) {
            const kernel::Socket& made = kernel.sockets[connection];
            const kernel::FileId file = engine::file_of_socket(kernel, made.peer);
            const std::vector<kernel::Holder> clients =
                file ? kernel::holders(kernel, file) : std::vector<kernel::Holder>{};
            const kernel::Pid client = clients.empty() ? kernel::Pid{} : clients.front().process;
            return ObjectRow{
                kernel::describe(kernel, ref(connection)),
                fmt::format("from {}, {} sent", client ? process_text(kernel, client) : "who has gone",
                            counted(made.queued_bytes(), "byte")),
                client};
        });
    else
        add_rows(picture, socket.queue, [&](std::size_t, const kernel::Cow<kernel::Packet>& packet) {
            std::string text = fmt::format(
                "\"{}\"", shortened(printable(packet->bytes.substr(packet->read_bytes)), kShownBytes));
            if (!packet->rights.empty())
                text += fmt::format(" with {}", counted(packet->rights.size(), "open file"));
            return ObjectRow{fmt::format("from {}", process_text(kernel, packet->writer)), text,
                             packet->writer};
        });
    const bool listens = socket.state == kernel::SocketState::listening;
    add_waiters(kernel, picture, WaitFor::readable, [&](const kernel::PendingCall&) {
        return listens ? "waits for a connection" : "waits for something to read";
    });
    add_waiters(kernel, picture, WaitFor::writable,
                [](const kernel::PendingCall&) { return "waits for room to send"; });
    add_waiters(kernel, picture, WaitFor::peer, [&](const kernel::PendingCall&) {
        return listens ? "waits for a place in the backlog" : "waits for room in the queue";
    });
    return picture;
}

/// What is under way, next arrival first.
ObjectPicture link_picture(const Kernel& kernel) {
    const kernel::Network& network = *kernel.network;
    ObjectPicture picture = picture_of(kernel, kernel::kLink);
    std::vector<std::pair<kernel::PacketId, const kernel::NetworkPacket*>> packets;
    for (const auto& [id, packet] : network.packets) packets.emplace_back(id, &*packet);
    std::ranges::stable_sort(packets, {}, [](const auto& each) { return each.second->arrives_ns; });
    add_rows(picture, packets, [&](std::size_t, const auto& each) {
        const auto& [id, packet] = each;
        const double ms = static_cast<double>(packet->arrives_ns - kernel.now_ns) / kernel::kMillisecond;
        return ObjectRow{fmt::format("packet {}, {:.1f} ms", id.value, std::max(ms, 0.0)),
                         kernel::packet_text(*packet), packet->writer};
    });
    return picture;
}

}  // namespace

std::vector<ObjectPicture> object_pictures(const Kernel& kernel) {
    std::vector<ObjectPicture> pictures;
    for (const auto& [id, queue] : kernel.sysv.queues) pictures.push_back(queue_picture(kernel, id, *queue));
    for (const auto& [id, set] : kernel.sysv.semaphores) pictures.push_back(set_picture(kernel, id, *set));
    for (const auto& [id, segment] : kernel.sysv.segments)
        pictures.push_back(segment_picture(kernel, id, *segment));
    for (const auto& [id, socket] : kernel.sockets) pictures.push_back(socket_picture(kernel, id, *socket));
    if (!kernel.network->hosts.empty()) pictures.push_back(link_picture(kernel));
    for (const auto& [id, queue] : kernel.posix_queues)
        pictures.push_back(posix_queue_picture(kernel, id, *queue));
    for (const auto& [id, terminal] : kernel.terminals)
        if (!terminal->stream) pictures.push_back(terminal_picture(kernel, id, *terminal));
    for (kernel::ObjectRef file : locked_files(kernel)) pictures.push_back(locked_file_picture(kernel, file));
    for (const auto& [id, counter] : kernel.event_fds->counters)
        pictures.push_back(counter_picture(kernel, id));
    for (const auto& [id, timer] : kernel.event_fds->timers) pictures.push_back(timer_picture(kernel, id));
    for (const auto& [id, set] : kernel.event_fds->signal_sets)
        pictures.push_back(picture_of(kernel, ref(id)));
    for (const auto& [id, inotify] : kernel.event_fds->inotifies)
        pictures.push_back(inotify_picture(kernel, id, *inotify));
    for (const auto& [id, epoll] : kernel.event_fds->epolls)
        pictures.push_back(epoll_picture(kernel, id, *epoll));
    return pictures;
}

}  // namespace ipclab::visualizer
