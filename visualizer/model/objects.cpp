#include "visualizer/model/objects.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/epoll.h"
#include "visualizer/model/text.h"

namespace ipclab::visualizer {

namespace {

using kernel::Kernel;
using kernel::Tid;
using kernel::WaitFor;

constexpr std::size_t kShownBytes = 48;

std::string counted(std::size_t count, std::string_view one) {
    return fmt::format("{} {}{}", with_commas(count), one, count == 1 ? "" : "s");
}

ObjectPicture picture_of(const Kernel& kernel, kernel::ObjectRef object) {
    ObjectPicture picture;
    picture.object = object;
    picture.title = kernel::describe(kernel, object);
    return picture;
}

std::string process_text(const Kernel& kernel, kernel::Pid pid) {
    const kernel::Process* process = kernel.processes.find(pid);
    return process ? fmt::format("{} ({})", printable(process->name), pid.value)
                   : fmt::format("{}", pid.value);
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
    picture.summary = fmt::format("{}, {} of {} bytes", counted(queue.messages.size(), "message"),
                                  with_commas(queue.bytes()), with_commas(queue.capacity_bytes));
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
    picture.summary = counted(set.semaphores.size(), "semaphore");
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
    const bool is_going = (segment.permissions.mode & kernel::Segment::kDestroyed) != 0;
    picture.summary = fmt::format("{}{}", counted(segment.bytes, "byte"),
                                  is_going ? ", removed: goes with its last attachment" : "");
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

/// A file that somebody has locked or wants to lock.
ObjectPicture locked_file_picture(const Kernel& kernel, kernel::ObjectRef file) {
    ObjectPicture picture = picture_of(kernel, file);
    std::vector<kernel::FileLock> held;
    for (const kernel::FileLock& lock : kernel.locks->held)
        if (lock.object == file) held.push_back(lock);
    picture.summary = counted(held.size(), "lock");
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

ObjectPicture counter_picture(const Kernel& kernel, kernel::EventfdId id,
                              const kernel::EventCounter& counter) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    picture.summary =
        fmt::format("{}{}", with_commas(counter.value), counter.is_semaphore ? ", a semaphore" : "");
    add_waiters(kernel, picture, WaitFor::readable,
                [](const kernel::PendingCall&) { return "waits for it to rise"; });
    add_waiters(kernel, picture, WaitFor::writable,
                [](const kernel::PendingCall&) { return "waits for room"; });
    return picture;
}

ObjectPicture timer_picture(const Kernel& kernel, kernel::TimerfdId id,
                            const kernel::DescriptorTimer& timer) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    picture.summary =
        timer.is_armed
            ? fmt::format("expires in {}", time_text(std::max<kernel::Time>(timer.due_ns - kernel.now_ns, 0)))
        : timer.has_expired ? "has expired"
                            : "not armed";
    if (timer.interval_ns > 0) picture.summary += fmt::format(", every {}", time_text(timer.interval_ns));
    if (timer.ticks > 0) picture.summary += fmt::format(", {} unread", counted(timer.ticks, "expiration"));
    add_waiters(kernel, picture, WaitFor::readable,
                [](const kernel::PendingCall&) { return "waits for it"; });
    return picture;
}

ObjectPicture signals_picture(const Kernel& kernel, kernel::SignalfdId id, const kernel::SignalSet& set) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    for (int signal = 1; signal <= kernel::kSignals; ++signal)
        if (set.mask & kernel::signal_bit(signal))
            picture.summary +=
                fmt::format("{}{}", picture.summary.empty() ? "" : " ", kernel::signal_name(signal));
    picture.summary = shortened(picture.summary.empty() ? "no signal" : picture.summary, kShownBytes);
    return picture;
}

ObjectPicture epoll_picture(const Kernel& kernel, kernel::EpollId id, const kernel::Epoll& epoll) {
    ObjectPicture picture = picture_of(kernel, ref(id));
    picture.summary = fmt::format("{}, {} on the ready list", counted(epoll.interests.size(), "descriptor"),
                                  epoll.ready.size());
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
    picture.summary = fmt::format("{}, {} unread", counted(inotify.watches.size(), "watch"),
                                  counted(inotify.queue.size(), "event"));
    add_rows(picture, inotify.watches, [&](std::size_t, const kernel::InotifyWatch& watch) {
        return ObjectRow{
            fmt::format("watch {}", watch.number), kernel::describe(kernel, ref(watch.inode)), {}};
    });
    add_waiters(kernel, picture, WaitFor::readable,
                [](const kernel::PendingCall&) { return "waits for events"; });
    return picture;
}

}  // namespace

std::vector<ObjectPicture> object_pictures(const Kernel& kernel) {
    std::vector<ObjectPicture> pictures;
    for (const auto& [id, queue] : kernel.sysv.queues) pictures.push_back(queue_picture(kernel, id, *queue));
    for (const auto& [id, set] : kernel.sysv.semaphores) pictures.push_back(set_picture(kernel, id, *set));
    for (const auto& [id, segment] : kernel.sysv.segments)
        pictures.push_back(segment_picture(kernel, id, *segment));
    for (kernel::ObjectRef file : locked_files(kernel)) pictures.push_back(locked_file_picture(kernel, file));
    for (const auto& [id, counter] : kernel.event_fds->counters)
        pictures.push_back(counter_picture(kernel, id, *counter));
    for (const auto& [id, timer] : kernel.event_fds->timers)
        pictures.push_back(timer_picture(kernel, id, *timer));
    for (const auto& [id, set] : kernel.event_fds->signal_sets)
        pictures.push_back(signals_picture(kernel, id, *set));
    for (const auto& [id, inotify] : kernel.event_fds->inotifies)
        pictures.push_back(inotify_picture(kernel, id, *inotify));
    for (const auto& [id, epoll] : kernel.event_fds->epolls)
        pictures.push_back(epoll_picture(kernel, id, *epoll));
    return pictures;
}

}  // namespace ipclab::visualizer
