// System V message queues: msgget(2), msgsnd(2), msgrcv(2), msgctl(2), as Linux's ipc/msg.c has them.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/sysv_calls.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kNoError = 010000, kExcept = 020000, kCopy = 040000;
constexpr std::int32_t kMsgStat = 11, kMsgInfo = 12, kMsgStatAny = 13;
constexpr std::uint64_t kTypeBytes = 8;  // struct msgbuf: the type stands before the text

/// struct msqid_ds
struct QueueStatus {
    IpcPermissions permissions;
    std::int64_t send_time_s = 0, receive_time_s = 0, change_time_s = 0;
    std::uint64_t bytes = 0, messages = 0, capacity_bytes = 0;
    std::int32_t last_sender = 0, last_receiver = 0;
    std::array<std::uint64_t, 2> unused{};
};
static_assert(sizeof(QueueStatus) == 120);

/// struct msginfo
struct QueueInfo {
    std::int32_t pool = 0, map = 0, max = 0, mnb = 0, mni = 0, segment_bytes = 0, headers = 0;
    std::uint16_t segments = 0;
};
static_assert(sizeof(QueueInfo) == 32);

/// Which messages a receiver takes: msgrcv(2).
struct Selection {
    enum class Mode : std::uint8_t { any, equal, not_equal, lowest_up_to, by_place } mode = Mode::any;
    std::int64_t type = 0;

    static Selection of(std::int64_t type, std::uint32_t flags) {
        if (flags & kCopy) return {Mode::by_place, type};
        if (type == 0) return {Mode::any, 0};
        if (type < 0) return {Mode::lowest_up_to, type == INT64_MIN ? INT64_MAX : -type};
        return {flags & kExcept ? Mode::not_equal : Mode::equal, type};
    }
    bool takes(const Message& message) const {
        switch (mode) {
            case Mode::any:
            case Mode::by_place:
                return true;
            case Mode::equal:
                return message.type == type;
            case Mode::not_equal:
                return message.type != type;
            case Mode::lowest_up_to:
                return message.type <= type;
        }
        return false;
    }
    /// Index of the message to take; -1 where none is wanted.
    std::ptrdiff_t find(const std::vector<Cow<Message>>& messages) const {
        const auto count = static_cast<std::ptrdiff_t>(messages.size());
        if (mode == Mode::by_place) return type >= 0 && type < count ? static_cast<std::ptrdiff_t>(type) : -1;
        std::ptrdiff_t found = -1;
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            const Message& message = *messages[static_cast<std::size_t>(i)];
            if (!takes(message)) continue;
            if (mode != Mode::lowest_up_to) return i;
            // msgrcv(2): the first message of the lowest type.
            if (found < 0 || message.type < messages[static_cast<std::size_t>(found)]->type) found = i;
        }
        return found;
    }
};

/// ipc/msg.c, msg_fits_inqueue(): the text must fit, and there are never more messages than bytes.
bool fits(const MessageQueue& queue, std::uint64_t bytes) {
    return bytes + queue.bytes() <= queue.capacity_bytes && queue.messages.size() + 1 <= queue.capacity_bytes;
}

/// ipc/msg.c, ss_wakeup(): senders whose message fits now try again.
void wake_senders(Call& call, MessageQueueId id) {
    for (Tid sender : waiters(call.kernel, ref(id), WaitFor::writable))
        if (fits(call.kernel.sysv.queues[id], call.kernel.tasks[sender].call->args[2]))
            wake_task(call.kernel, sender, ref(id), call.task, call.trace);
}

/// ipc/msg.c, pipelined_send(): the receiver that has waited longest for such a message gets it without its ever being in
/// the queue; those that wanted it and have too little room are told so.
bool hand_over(Call& call, MessageQueueId id, MessageQueue& queue, const Message& message) {
    for (Tid receiver : waiters(call.kernel, ref(id), WaitFor::readable)) {
        const PendingCall& wish = *call.kernel.tasks[receiver].call;
        const auto flags = static_cast<std::uint32_t>(wish.args[4]);
        if (!Selection::of(static_cast<std::int64_t>(wish.args[3]), flags).takes(message)) continue;
        const bool too_big = message.bytes.size() > wish.args[2] && !(flags & kNoError);
        queue.deliveries.push_back({receiver, too_big, too_big ? Message{} : message});
        wake_task(call.kernel, receiver, ref(id), call.task, call.trace);
        if (too_big) continue;
        queue.last_receiver = call.kernel.tasks[receiver].process;
        queue.receive_time_s = seconds_now(call.kernel);
        return true;
    }
    return false;
}

Outcome give(Call& call, const Message& message) {
    const UserMemory memory = call.memory();
    const std::uint64_t bytes = std::min<std::uint64_t>(message.bytes.size(), call.arg(2));
    call.charge_copy(bytes);
    // ipc/msg.c: the message is out of the queue by now; a bad address does not bring it back.
    if (!memory.write_object(call.arg(1), message.type) ||
        !memory.write(call.arg(1) + kTypeBytes,
                      {reinterpret_cast<const std::uint8_t*>(message.bytes.data()), bytes}))
        return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(bytes));
}

/// What a sender left for this task while it waited; nothing where it was woken for another reason.
std::optional<MessageDelivery> take_delivery(Call& call, MessageQueueId id) {
    const auto& deliveries = call.kernel.sysv.queues[id].deliveries;
    const auto is_mine = [&](const MessageDelivery& delivery) { return delivery.receiver == call.task; };
    const auto at = std::find_if(deliveries.begin(), deliveries.end(), is_mine);
    if (at == deliveries.end()) return {};
    MessageDelivery taken = *at;
    std::erase_if(call.kernel.sysv.queues.write(id).deliveries, is_mine);
    return taken;
}

/// The queue that a call names: EINVAL, or EIDRM where it went while the call waited (msgop(2)).
Result<MessageQueueId> find_queue(Call& call, IpcAccess access) {
    const MessageQueueId id{static_cast<std::int32_t>(call.arg(0))};
    const MessageQueue* queue = call.kernel.sysv.queues.find(id);
    if (!queue) return call.pending.has_slept ? Errno::eidrm : Errno::einval;
    if (!is_allowed(queue->permissions, access)) return Errno::eacces;
    call.object = ref(id);
    return id;
}

QueueStatus status_of(const MessageQueue& queue) {
    QueueStatus status;
    status.permissions = queue.permissions;
    status.send_time_s = queue.send_time_s;
    status.receive_time_s = queue.receive_time_s;
    status.change_time_s = queue.change_time_s;
    status.bytes = queue.bytes();
    status.messages = queue.messages.size();
    status.capacity_bytes = queue.capacity_bytes;
    status.last_sender = queue.last_sender.value;
    status.last_receiver = queue.last_receiver.value;
    return status;
}

Outcome tell_limits(Call& call, bool wants_usage) {
    const Limits& limits = call.kernel.limits;
    const auto& queues = call.kernel.sysv.queues;
    QueueInfo info;
    info.max = static_cast<std::int32_t>(limits.message_bytes);
    info.mnb = static_cast<std::int32_t>(limits.message_queue_bytes);
    info.mni = limits.message_queues;
    info.segment_bytes = 16;  // ipc/msg.c: constants without a meaning
    info.segments = 0xffff;
    if (wants_usage) {
        std::uint64_t messages = 0, bytes = 0;
        for (const auto& [id, queue] : queues) messages += queue->messages.size(), bytes += queue->bytes();
        info.pool = static_cast<std::int32_t>(queues.size());
        info.map = static_cast<std::int32_t>(messages);
        info.headers = static_cast<std::int32_t>(bytes);
    } else {
        info.pool = info.mni * info.mnb / 1024;
        info.map = info.headers = info.mnb;
    }
    if (!call.memory().write_object(call.arg(2), info)) return Outcome::fail(Errno::efault);
    return Outcome::done(highest_place(queues));
}

Outcome change(Call& call, MessageQueueId id) {
    auto wanted = call.memory().read_object<QueueStatus>(call.arg(2));
    if (!wanted) return Outcome::fail(Errno::efault);
    if (!call.kernel.sysv.queues.contains(id)) return Outcome::fail(Errno::einval);
    // msgctl(2): raising msg_qbytes beyond MSGMNB takes privileges.
    if (wanted->capacity_bytes > call.kernel.limits.message_queue_bytes) return Outcome::fail(Errno::eperm);
    MessageQueue& queue = call.kernel.sysv.queues.write(id);
    set_permissions(queue.permissions, wanted->permissions);
    queue.capacity_bytes = wanted->capacity_bytes;
    queue.change_time_s = seconds_now(call.kernel);
    // ipc/msg.c: whoever waits looks again, at the new permissions and the new size.
    call.wake(ref(id), WaitFor::readable, Wake::all);
    call.wake(ref(id), WaitFor::writable, Wake::all);
    return Outcome::done(0);
}

}  // namespace

std::uint64_t MessageQueue::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& message : messages) sum += message->bytes.size();
    return sum;
}

Outcome sys_msgget(Call& call) {
    SysvIpc& ipc = call.kernel.sysv;
    const Limits& limits = call.kernel.limits;
    const auto id = get_ipc(
        ipc.queues, ipc.queue_numbers, limits.message_queues, static_cast<std::int32_t>(call.arg(0)),
        static_cast<std::uint32_t>(call.arg(1)), [](const MessageQueue&) { return kNoErrno; },
        [&]() -> Result<MessageQueue> {
            MessageQueue queue;
            queue.capacity_bytes = limits.message_queue_bytes;
            queue.change_time_s = seconds_now(call.kernel);
            return queue;
        });
    if (!id) return Outcome::fail(id.error());
    call.object = ref(*id);
    return Outcome::done(id.value().value);
}

Outcome sys_msgsnd(Call& call) {
    const std::uint64_t bytes = call.arg(2);
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    const UserMemory memory = call.memory();
    // ipc/msg.c, do_msgsnd(): the checks in its order.
    Message message;
    auto type = memory.read_object<std::int64_t>(call.arg(1));
    if (!type) return Outcome::fail(Errno::efault);
    if (bytes > call.kernel.limits.message_bytes || static_cast<std::int32_t>(call.arg(0)) < 0 || *type < 1)
        return Outcome::fail(Errno::einval);
    message.type = *type;
    message.bytes.resize(bytes);
    message.sender = call.pid;
    if (!memory.read(call.arg(1) + kTypeBytes,
                     {reinterpret_cast<std::uint8_t*>(message.bytes.data()), bytes}))
        return Outcome::fail(Errno::efault);
    const auto id = find_queue(call, IpcAccess::write);
    if (!id) return Outcome::fail(id.error());
    if (!fits(call.kernel.sysv.queues[*id], bytes)) {
        if (flags & kIpcNoWait) return Outcome::fail(Errno::eagain);
        return call.block(ref(*id), WaitFor::writable);
    }
    call.charge_copy(bytes);
    MessageQueue& queue = call.kernel.sysv.queues.write(*id);
    queue.last_sender = call.pid;
    queue.send_time_s = seconds_now(call.kernel);
    if (!hand_over(call, *id, queue, message)) queue.messages.emplace_back(std::move(message));
    return Outcome::done(0);
}

Outcome sys_msgrcv(Call& call) {
    const std::uint64_t room = call.arg(2);
    const auto flags = static_cast<std::uint32_t>(call.arg(4));
    if (static_cast<std::int32_t>(call.arg(0)) < 0 || static_cast<std::int64_t>(room) < 0)
        return Outcome::fail(Errno::einval);
    // msgrcv(2): MSG_COPY takes a place in the queue, and never waits.
    if ((flags & kCopy) && ((flags & kExcept) || !(flags & kIpcNoWait))) return Outcome::fail(Errno::einval);
    const auto id = find_queue(call, IpcAccess::read);
    if (!id) return Outcome::fail(id.error());
    if (const auto delivery = take_delivery(call, *id))
        return delivery->too_big ? Outcome::fail(Errno::e2big) : give(call, delivery->message);
    const auto selection = Selection::of(static_cast<std::int64_t>(call.arg(3)), flags);
    const auto& messages = call.kernel.sysv.queues[*id].messages;
    const std::ptrdiff_t at = selection.find(messages);
    if (at < 0) {
        if (flags & kIpcNoWait) return Outcome::fail(Errno::enomsg);
        return call.block(ref(*id), WaitFor::readable);
    }
    const Cow<Message> message = messages[static_cast<std::size_t>(at)];
    if (message->bytes.size() > room && !(flags & kNoError)) return Outcome::fail(Errno::e2big);
    if (flags & kCopy) return give(call, *message);
    MessageQueue& queue = call.kernel.sysv.queues.write(*id);
    queue.messages.erase(queue.messages.begin() + at);
    queue.last_receiver = call.pid;
    queue.receive_time_s = seconds_now(call.kernel);
    wake_senders(call, *id);
    return give(call, *message);
}

Outcome sys_msgctl(Call& call) {
    const MessageQueueId id{static_cast<std::int32_t>(call.arg(0))};
    const auto command = static_cast<std::int32_t>(call.arg(1));
    if (id.value < 0 || command < 0) return Outcome::fail(Errno::einval);
    switch (command) {
        case kIpcInfo:
        case kMsgInfo:
            return tell_limits(call, command == kMsgInfo);
        case kIpcStat:
        case kMsgStat:
        case kMsgStatAny:
            return tell_ipc_status(call, call.kernel.sysv.queues, command, kMsgStatAny, call.arg(2),
                                   status_of);
        case kIpcSet:
            return change(call, id);
        case kIpcRemove:
            if (!call.kernel.sysv.queues.contains(id)) return Outcome::fail(Errno::einval);
            call.object = ref(id);
            call.kernel.sysv.queues.erase(id);
            // msgctl(2): all waiting readers and writers are woken, with EIDRM.
            call.wake(ref(id), WaitFor::readable, Wake::all);
            call.wake(ref(id), WaitFor::writable, Wake::all);
            return Outcome::done(0);
        default:
            return Outcome::fail(Errno::einval);
    }
}

}  // namespace ipclab::kernel
