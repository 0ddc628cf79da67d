// POSIX message queues (mq_overview(7)): named queues of messages with priorities, used through descriptors. The rules
// are in kernel/posix_queue.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/cow.h"
#include "kernel/types.h"

namespace ipclab::kernel {

struct Kernel;

/// What a queue's descriptor gives to read, its state as text, counts as so long: ipc/mqueue.c, FILENT_SIZE.
inline constexpr std::uint64_t kQueueStateBytes = 80;

struct PosixMessage {
    std::uint32_t priority = 0;
    std::string bytes;
    Pid sender{};
    bool operator==(const PosixMessage&) const = default;
};

/// Whom mq_notify(3) is to tell of a message that arrives in the empty queue.
struct QueueNotice {
    enum class Kind : std::uint8_t { none, signal, thread } kind = Kind::none;
    Pid owner{};  ///< none: nobody is registered
    std::int32_t signal = 0;
    std::uint64_t value = 0;  ///< signal: union sigval
    PipeId pipe{};            ///< thread: where the cookie is written
    std::string cookie;
    bool operator==(const QueueNotice&) const = default;
};

struct PosixQueue {
    std::string name;       ///< without the slash
    bool is_linked = true;  ///< mq_unlink(3) takes the name away; the queue goes with its last descriptor
    std::uint32_t mode = 0;
    std::int64_t most_messages = 0, message_bytes = 0;  ///< mq_maxmsg, mq_msgsize
    std::vector<Cow<PosixMessage>> messages;            ///< in the order in which they will be received
    QueueNotice notice;

    /// A task and a message: what a sender waits to put in, what a receiver that waited was handed.
    struct Parcel {
        Tid task{};
        PosixMessage message;
        bool operator==(const Parcel&) const = default;
    };
    std::vector<Parcel> to_send;    ///< of tasks that sleep, or were woken for another reason
    std::vector<Parcel> delivered;  ///< receivers that have not run since
    std::vector<Tid> sent;  ///< senders whose message a receiver has put in, and that have not run since
    std::uint64_t bytes() const;
    bool is_full() const { return messages.size() >= static_cast<std::size_t>(most_messages); }
    bool operator==(const PosixQueue&) const = default;
};

constexpr ObjectRef ref(PosixQueueId id) {
    return {ObjectKind::posix_queue, id.value};
}

/// The task waits no longer.
void forget_parcels(Kernel& kernel, Tid task);

}  // namespace ipclab::kernel
