// POSIX message queues: mq_open(2), mq_timedsend(2) and their like, as Linux's ipc/mqueue.c has them.
//
// A message never waits in a queue while a receiver sleeps: the sender hands it to the receiver, whose call is then as
// good as done. In the same way a receiver that makes room puts in the message of a sender that sleeps.
#include "kernel/posix_queue.h"

#include <algorithm>
#include <cstdio>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"
#include "kernel/signals.h"
#include "kernel/syscalls.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kPrioritiesEnd = 32'768;        // MQ_PRIO_MAX
constexpr char kNoticeArrived = 1, kNoticeRemoved = 2;  // linux/mqueue.h: NOTIFY_WOKENUP, NOTIFY_REMOVED

/// struct mq_attr
struct AbiQueueAttributes {
    std::int64_t flags = 0, most_messages = 0, message_bytes = 0, messages = 0;
    std::array<std::int64_t, 4> reserved{};
};
static_assert(sizeof(AbiQueueAttributes) == 64);

/// struct sigevent, as far as it counts here.
struct AbiNotice {
    std::uint64_t value = 0;
    std::int32_t signal = 0, kind = 0;
    std::array<std::uint64_t, 6> rest{};
};
static_assert(sizeof(AbiNotice) == 64);

// ---- Names

/// fs/namei.c, lookup_one(): what may stand in the one directory of queues.
Errno judge_name(std::string_view name) {
    constexpr std::size_t kNameBytesMax = 255;
    if (name.empty() || name == "." || name == ".." || name.find('/') != name.npos) return Errno::eacces;
    return name.size() > kNameBytesMax ? Errno::enametoolong : kNoErrno;
}

PosixQueueId find_named(const Kernel& kernel, std::string_view name) {
    for (const auto& [id, queue] : kernel.posix_queues)
        if (queue->is_linked && queue->name == name) return id;
    return {};
}

/// ipc/mqueue.c: what a queue counts against RLIMIT_MSGQUEUE: its messages, and the kernel's records of each.
std::uint64_t charge_of(std::int64_t messages, std::int64_t bytes) {
    constexpr std::uint64_t kMessageRecord = 48, kPriorityRecord = 48;
    const auto count = static_cast<std::uint64_t>(messages);
    return count * (kMessageRecord + static_cast<std::uint64_t>(bytes)) +
           std::min<std::uint64_t>(count, kPrioritiesEnd) * kPriorityRecord;
}

Result<PosixQueueId> create(Call& call, const std::string& name, std::uint32_t mode,
                            const std::optional<AbiQueueAttributes>& wanted) {
    Kernel& kernel = call.kernel;
    const Limits& limits = kernel.limits;
    const auto linked = std::count_if(kernel.posix_queues.begin(), kernel.posix_queues.end(),
                                      [](const auto& entry) { return entry.second->is_linked; });
    if (linked >= limits.posix_queues) return Errno::enospc;
    PosixQueue queue;
    queue.name = name;
    queue.mode = mode & 07777 & ~call.process_read().umask;
    queue.most_messages = wanted ? wanted->most_messages : std::min<std::int64_t>(10, limits.posix_messages);
    queue.message_bytes =
        wanted ? wanted->message_bytes : std::min<std::int64_t>(8'192, limits.posix_message_bytes);
    // mq_overview(7): msg_max and msgsize_max are ceilings for those without privileges.
    if (queue.most_messages <= 0 || queue.message_bytes <= 0 || queue.most_messages > limits.posix_messages ||
        queue.message_bytes > limits.posix_message_bytes)
        return Errno::einval;
    std::uint64_t charged = charge_of(queue.most_messages, queue.message_bytes);
    for (const auto& [id, other] : kernel.posix_queues)
        charged += charge_of(other->most_messages, other->message_bytes);
    if (charged > call.process_read().resource_limits->soft(Resource::message_queues))
        return Errno::emfile;  // getrlimit(2): RLIMIT_MSGQUEUE
    const PosixQueueId id{++kernel.last_id};
    kernel.posix_queues.insert(id, std::move(queue));
    return id;
}

bool is_permitted(const PosixQueue& queue, std::uint32_t access_mode) {
    // The user's part of the mode: all queues are the one user's.
    const std::uint32_t wanted = access_mode == kORdOnly ? 4 : access_mode == kOWrOnly ? 2 : 6;
    return (wanted & ~(queue.mode >> 6)) == 0;
}

void drop_if_unused(Kernel& kernel, PosixQueueId id) {
    if (kernel.posix_queues[id].is_linked) return;
    for (const auto& [file_id, file] : kernel.files)
        if (file->kind == FileKind::posix_queue && file->queue() == id) return;
    kernel.posix_queues.erase(id);
}

// ---- Descriptions

ObjectRef queue_object(const File& file) {
    return ref(file.queue());
}

std::uint32_t ready_of_queue(const Kernel& kernel, const File& file) {
    const PosixQueue& queue = kernel.posix_queues[file.queue()];
    return (queue.messages.empty() ? 0 : kPollIn | kPollRdNorm) |
           (queue.is_full() ? 0 : kPollOut | kPollWrNorm);
}

/// mq_overview(7): what can be read from a queue's file in /dev/mqueue.
Outcome read_queue(Call& call, FileId id, const File& file, Transfer& to) {
    const PosixQueue& queue = call.kernel.posix_queues[file.queue()];
    const QueueNotice& notice = queue.notice;
    const bool signals = notice.owner && notice.kind == QueueNotice::Kind::signal;
    const int kind = !notice.owner                              ? 0
                     : notice.kind == QueueNotice::Kind::signal ? 0
                     : notice.kind == QueueNotice::Kind::none   ? 1
                                                                : 2;
    char text[80];
    const int length =
        std::snprintf(text, sizeof text, "QSIZE:%-10llu NOTIFY:%-5d SIGNO:%-5d NOTIFY_PID:%-6d\n",
                      static_cast<unsigned long long>(queue.bytes()), kind, signals ? notice.signal : 0,
                      notice.owner.value);
    const std::uint64_t at = std::min<std::uint64_t>(file.offset, static_cast<std::uint64_t>(length));
    const std::span all(reinterpret_cast<const std::uint8_t*>(text), static_cast<std::size_t>(length));
    const auto wanted = all.subspan(at, std::min(to.left(), all.size() - at));
    const std::uint64_t copied = to.copy_out(wanted);
    if (copied < wanted.size()) return Outcome::fail(Errno::efault);
    call.kernel.files.write(id).offset = at + copied;
    return Outcome::done(static_cast<std::int64_t>(copied));
}

AbiStat queue_status(const Kernel& kernel, const File& file) {
    constexpr std::uint64_t kQueueDevice = 0x0d;
    AbiStat stat =
        nameless_status(kQueueDevice, file.number, kModeRegular | kernel.posix_queues[file.queue()].mode);
    stat.links = kernel.posix_queues[file.queue()].is_linked ? 1 : 0;
    stat.size = kQueueStateBytes;
    return stat;
}

/// The process's registration for a notice ends.
void forget_notice(Kernel& kernel, PosixQueueId queue, Pid process) {
    if (kernel.posix_queues[queue].notice.owner != process) return;
    const QueueNotice notice = std::exchange(kernel.posix_queues.write(queue).notice, {});
    if (notice.kind == QueueNotice::Kind::thread)
        put_in_pipe(kernel, notice.pipe, notice.cookie + kNoticeRemoved, {}, nullptr);
}

void queue_flushed(Kernel& kernel, const File& file, Pid process) {
    // mq_close(3): a registration by the process goes with any of its descriptors.
    forget_notice(kernel, file.queue(), process);
}

void queue_closed(Kernel& kernel, const File& file, Tid, Trace*) {
    drop_if_unused(kernel, file.queue());
}

// ---- Sending and receiving

/// Where a message belongs: behind all of at least its priority.
void insert(PosixQueue& queue, PosixMessage message) {
    const auto at = std::find_if(queue.messages.begin(), queue.messages.end(),
                                 [&](const auto& other) { return other->priority < message.priority; });
    queue.messages.insert(at, Cow<PosixMessage>(std::move(message)));
}

/// ipc/mqueue.c, wq_add(): the waiter of the highest priority (the lowest nice), the oldest among equals.
Tid first_waiter(const Kernel& kernel, PosixQueueId id, Sys call, WaitFor what) {
    Tid best{};
    for (Tid waiter : waiters(kernel, ref(id), what)) {
        const Task& task = kernel.tasks[waiter];
        if (task.call->number != static_cast<std::uint16_t>(call)) continue;  // poll only looks
        if (!best || task.nice < kernel.tasks[best].nice) best = waiter;
    }
    return best;
}

/// mq_notify(3): once, when a message arrives in the empty queue and nobody waits to receive it.
void notify(Call& call, PosixQueueId id) {
    Kernel& kernel = call.kernel;
    if (!kernel.posix_queues[id].notice.owner || kernel.posix_queues[id].messages.size() != 1) return;
    const QueueNotice notice = std::exchange(kernel.posix_queues.write(id).notice, {});
    switch (notice.kind) {
        case QueueNotice::Kind::none:
            break;
        case QueueNotice::Kind::signal:
            if (notice.signal != 0)
                send_to_process(kernel, notice.owner,
                                {.signal = notice.signal,
                                 .code = kSiMessageQueue,
                                 .sender = call.pid,
                                 .sender_uid = static_cast<std::int32_t>(kUser),
                                 .value = notice.value},
                                call.trace);
            break;
        case QueueNotice::Kind::thread:
            put_in_pipe(kernel, notice.pipe, notice.cookie + kNoticeArrived, call.task, call.trace);
            break;
    }
}

/// The queue behind a descriptor; EBADF also where it is something else, or not open for this.
Result<PosixQueueId> queue_of(Call& call, bool (File::*may)() const) {
    const auto id = file_of(call, call.arg(0));
    if (!id) return id.error();
    const File& file = call.kernel.files[*id];
    if (file.kind != FileKind::posix_queue || (may && !(file.*may)())) return Errno::ebadf;
    return file.queue();
}

/// ipc/mqueue.c: O_NONBLOCK counts when the call is made, and when a signal without a handler makes it anew.
bool waits(Call& call) {
    const FileId id = *description_of(call, static_cast<Fd>(call.arg(0)));
    return !begins(call) || (call.kernel.files[id].flags & kONonBlock) == 0;
}

/// The absolute time-out on CLOCK_REALTIME; EFAULT, EINVAL: checked even where the call would not wait.
Result<void> set_deadline(Call& call) {
    if (call.arg(4) == 0 || call.pending.has_slept) return {};
    const auto time = call.memory().read_object<TimePair>(call.arg(4));
    if (!time) return Errno::efault;
    const auto ns = to_ns(*time, kSecond);
    if (!ns) return ns.error();
    if (*ns != kNever) call.pending.deadline_ns = std::max<Time>(0, *ns - kBootEpochSeconds * kSecond);
    return {};
}

/// Takes this task's entry out of a list of parcels.
std::optional<PosixMessage> take_parcel(Call& call, PosixQueueId id,
                                        std::vector<PosixQueue::Parcel> PosixQueue::*list) {
    const auto is_mine = [&](const PosixQueue::Parcel& parcel) { return parcel.task == call.task; };
    const auto& seen = call.kernel.posix_queues[id].*list;
    const auto at = std::find_if(seen.begin(), seen.end(), is_mine);
    if (at == seen.end()) return {};
    PosixMessage message = at->message;
    std::erase_if(call.kernel.posix_queues.write(id).*list, is_mine);
    // What a call left behind whose descriptor was closed while it slept is nothing to this one.
    if (!call.pending.has_slept) return {};
    return message;
}

/// The message that a call brings: from the program's memory, or from where it has waited. EMSGSIZE, EFAULT.
Result<PosixMessage> message_of(Call& call, PosixQueueId id) {
    if (auto waiting = take_parcel(call, id, &PosixQueue::to_send)) return std::move(*waiting);
    const std::uint64_t bytes = call.arg(2);
    if (bytes > static_cast<std::uint64_t>(call.kernel.posix_queues[id].message_bytes))
        return Errno::emsgsize;
    PosixMessage message;
    message.priority = static_cast<std::uint32_t>(call.arg(3));
    message.sender = call.pid;
    message.bytes.resize(bytes);
    if (!call.memory().read(call.arg(1), {reinterpret_cast<std::uint8_t*>(message.bytes.data()), bytes}))
        return Errno::efault;
    return message;
}

Outcome give(Call& call, const PosixMessage& message) {
    const UserMemory memory = call.memory();
    call.charge_copy(message.bytes.size());
    // ipc/mqueue.c: the message is out of the queue by now; a bad address does not bring it back.
    const bool stored =
        (call.arg(3) == 0 || memory.write_object(call.arg(3), message.priority)) &&
        memory.write(call.arg(1),
                     {reinterpret_cast<const std::uint8_t*>(message.bytes.data()), message.bytes.size()});
    return stored ? Outcome::done(static_cast<std::int64_t>(message.bytes.size()))
                  : Outcome::fail(Errno::efault);
}

}  // namespace

const FileOperations kQueueOperations{.object = queue_object,
                                      .read = read_queue,
                                      .ready = ready_of_queue,
                                      .status = queue_status,
                                      .flushed = queue_flushed,
                                      .closed = queue_closed,
                                      .seek = Seek::offset};

std::uint64_t PosixQueue::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& message : messages) sum += message->bytes.size();
    return sum;
}

void forget_parcels(Kernel& kernel, Tid task) {
    std::vector<PosixQueueId> queues;
    for (const auto& [id, queue] : kernel.posix_queues)
        if (!queue->to_send.empty() || !queue->delivered.empty() || !queue->sent.empty())
            queues.push_back(id);
    const auto is_its = [&](const PosixQueue::Parcel& parcel) { return parcel.task == task; };
    for (PosixQueueId id : queues) {
        PosixQueue& queue = kernel.posix_queues.write(id);
        std::erase_if(queue.to_send, is_its);
        std::erase_if(queue.delivered, is_its);
        std::erase(queue.sent, task);
    }
}

Outcome sys_mq_open(Call& call) {
    Kernel& kernel = call.kernel;
    const auto flags = static_cast<std::uint32_t>(call.arg(1));
    std::optional<AbiQueueAttributes> attributes;
    if (call.arg(3)) {
        const auto read = call.memory().read_object<AbiQueueAttributes>(call.arg(3));
        if (!read) return Outcome::fail(Errno::efault);
        attributes = *read;
    }
    const auto name = read_path(call, call.arg(0));  // the C library has taken the slash away
    if (!name) return Outcome::fail(name.error());
    if (auto free = free_descriptor(call); !free) return Outcome::fail(free.error());
    if (const Errno wrong = judge_name(*name); wrong != kNoErrno) return Outcome::fail(wrong);
    if (kernel.files.size() >= kernel.limits.all_open_files) return Outcome::fail(Errno::enfile);
    PosixQueueId id = find_named(kernel, *name);
    if (!id) {
        if (!(flags & kOCreat)) return Outcome::fail(Errno::enoent);
        const auto made = create(call, *name, static_cast<std::uint32_t>(call.arg(2)), attributes);
        if (!made) return Outcome::fail(made.error());
        id = *made;
    } else {
        if ((flags & kOCreat) && (flags & kOExcl)) return Outcome::fail(Errno::eexist);
        if ((flags & kOAccMode) == kOAccMode) return Outcome::fail(Errno::einval);
        if (!is_permitted(kernel.posix_queues[id], flags & kOAccMode)) return Outcome::fail(Errno::eacces);
    }
    call.object = ref(id);
    File file;
    file.kind = FileKind::posix_queue;
    file.flags = flags & ~(kOCreat | kOExcl | kONoCtty | kOTrunc | kOCloExec);
    file.number = id.value;
    const auto made = new_file(kernel, file);
    IPCLAB_ASSERT(made.ok());
    // ipc/mqueue.c: a queue's descriptor is always closed by execve(2).
    return Outcome::from(install(kernel, call.pid, *made, true));
}

Outcome sys_mq_unlink(Call& call) {
    const auto name = read_path(call, call.arg(0));
    if (!name) return Outcome::fail(name.error());
    if (const Errno wrong = judge_name(*name); wrong != kNoErrno) return Outcome::fail(wrong);
    const PosixQueueId id = find_named(call.kernel, *name);
    if (!id) return Outcome::fail(Errno::enoent);
    call.object = ref(id);
    call.kernel.posix_queues.write(id).is_linked = false;
    drop_if_unused(call.kernel, id);
    return Outcome::done(0);
}

Outcome sys_mq_timedsend(Call& call) {
    Kernel& kernel = call.kernel;
    if (auto set = set_deadline(call); !set) return Outcome::fail(set.error());
    if (static_cast<std::uint32_t>(call.arg(3)) >= kPrioritiesEnd) return Outcome::fail(Errno::einval);
    const auto id = queue_of(call, &File::writable);
    if (!id) return Outcome::fail(id.error());
    if (call.pending.has_slept && std::erase(kernel.posix_queues.write(*id).sent, call.task) > 0)
        return Outcome::done(0);
    auto message = message_of(call, *id);
    if (!message) return Outcome::fail(message.error());
    if (kernel.posix_queues[*id].is_full()) {
        if (!waits(call)) return Outcome::fail(Errno::eagain);
        if (call.has_timed_out()) return Outcome::fail(Errno::etimedout);
        kernel.posix_queues.write(*id).to_send.push_back({call.task, std::move(*message)});
        return call.block(ref(*id), WaitFor::writable);
    }
    call.charge_copy(message->bytes.size());
    if (const Tid receiver = first_waiter(kernel, *id, Sys::mq_timedreceive, WaitFor::readable)) {
        kernel.posix_queues.write(*id).delivered.push_back({receiver, std::move(*message)});
        wake_task(call.kernel, receiver, ref(*id), call.task, call.trace);
        return Outcome::done(0);
    }
    insert(kernel.posix_queues.write(*id), std::move(*message));
    notify(call, *id);
    call.wake(ref(*id), WaitFor::readable, Wake::one);  // whoever polls
    return Outcome::done(0);
}

Outcome sys_mq_timedreceive(Call& call) {
    Kernel& kernel = call.kernel;
    if (auto set = set_deadline(call); !set) return Outcome::fail(set.error());
    const auto id = queue_of(call, &File::readable);
    if (!id) return Outcome::fail(id.error());
    if (const auto delivery = take_parcel(call, *id, &PosixQueue::delivered)) return give(call, *delivery);
    // mq_receive(3): the buffer must hold the largest message that the queue can hold, whatever is in it.
    if (call.arg(2) < static_cast<std::uint64_t>(kernel.posix_queues[*id].message_bytes))
        return Outcome::fail(Errno::emsgsize);
    if (kernel.posix_queues[*id].messages.empty()) {
        if (!waits(call)) return Outcome::fail(Errno::eagain);
        if (call.has_timed_out()) return Outcome::fail(Errno::etimedout);
        return call.block(ref(*id), WaitFor::readable);
    }
    PosixQueue& queue = kernel.posix_queues.write(*id);
    const Cow<PosixMessage> message = queue.messages.front();
    queue.messages.erase(queue.messages.begin());
    if (const Tid sender = first_waiter(kernel, *id, Sys::mq_timedsend, WaitFor::writable)) {
        const auto parcel = std::find_if(queue.to_send.begin(), queue.to_send.end(),
                                         [&](const PosixQueue::Parcel& each) { return each.task == sender; });
        IPCLAB_ASSERT(parcel != queue.to_send.end());
        insert(queue, std::move(parcel->message));
        queue.to_send.erase(parcel);
        queue.sent.push_back(sender);
        wake_task(call.kernel, sender, ref(*id), call.task, call.trace);
    } else {
        call.wake(ref(*id), WaitFor::writable, Wake::one);
    }
    return give(call, *message);
}

namespace {

/// What a registration asks for; EINVAL.
Result<QueueNotice> notice_of(Call& call, const AbiNotice& wanted) {
    constexpr std::int32_t kBySignal = 0, kByNothing = 1, kByThread = 2;
    constexpr std::size_t kCookieBytes = 32;
    QueueNotice notice;
    notice.owner = call.pid;
    switch (wanted.kind) {
        case kByNothing:
            return notice;
        case kBySignal:
            if (wanted.signal < 0 || wanted.signal > kSignals) return Errno::einval;
            notice.kind = QueueNotice::Kind::signal;
            notice.signal = wanted.signal;
            notice.value = wanted.value;
            return notice;
        case kByThread: {
            // Linux writes the cookie to a netlink socket, from which a thread of the C library reads it; the simulated
            // C library uses a pipe. The last byte says why: NOTIFY_WOKENUP, NOTIFY_REMOVED.
            notice.kind = QueueNotice::Kind::thread;
            notice.cookie.resize(kCookieBytes - 1);
            if (!call.memory().read(wanted.value, {reinterpret_cast<std::uint8_t*>(notice.cookie.data()),
                                                   notice.cookie.size()}))
                return Errno::efault;
            const auto file = call.process_read().fds->get(wanted.signal);
            if (!file) return file.error();
            if (call.kernel.files[*file].kind != FileKind::pipe_write) return Errno::einval;
            notice.pipe = call.kernel.files[*file].pipe();
            return notice;
        }
        default:
            return Errno::einval;
    }
}

}  // namespace

Outcome sys_mq_notify(Call& call) {
    std::optional<QueueNotice> notice;
    if (call.arg(1)) {
        const auto wanted = call.memory().read_object<AbiNotice>(call.arg(1));
        if (!wanted) return Outcome::fail(Errno::efault);
        auto made = notice_of(call, *wanted);
        if (!made) return Outcome::fail(made.error());
        notice = std::move(*made);
    }
    const auto id = queue_of(call, nullptr);
    if (!id) return Outcome::fail(id.error());
    if (!notice) {
        forget_notice(call.kernel, *id, call.pid);
        return Outcome::done(0);
    }
    // mq_notify(3): only one process can register at a time.
    if (call.kernel.posix_queues[*id].notice.owner) return Outcome::fail(Errno::ebusy);
    call.kernel.posix_queues.write(*id).notice = std::move(*notice);
    return Outcome::done(0);
}

Outcome sys_mq_getsetattr(Call& call) {
    std::optional<AbiQueueAttributes> wanted;
    if (call.arg(1)) {
        const auto read = call.memory().read_object<AbiQueueAttributes>(call.arg(1));
        if (!read) return Outcome::fail(Errno::efault);
        // mq_setattr(3): only O_NONBLOCK can be changed.
        if (read->flags & ~std::int64_t{kONonBlock}) return Outcome::fail(Errno::einval);
        wanted = *read;
    }
    const auto id = queue_of(call, nullptr);
    if (!id) return Outcome::fail(id.error());
    const FileId file = *call.process_read().fds->get(static_cast<Fd>(call.arg(0)));
    const PosixQueue& queue = call.kernel.posix_queues[*id];
    AbiQueueAttributes now;
    now.flags = call.kernel.files[file].flags & kONonBlock;
    now.most_messages = queue.most_messages;
    now.message_bytes = queue.message_bytes;
    now.messages = static_cast<std::int64_t>(queue.messages.size());
    if (wanted) {
        std::uint32_t& flags = call.kernel.files.write(file).flags;
        flags = (flags & ~kONonBlock) | static_cast<std::uint32_t>(wanted->flags);
    }
    if (call.arg(2) && !call.memory().write_object(call.arg(2), now)) return Outcome::fail(Errno::efault);
    return Outcome::done(0);
}

}  // namespace ipclab::kernel
