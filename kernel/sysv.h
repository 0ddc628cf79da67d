// System V inter-process communication: message queues, semaphore sets and shared memory segments (sysvipc(7)).
// What they share is here and in sysv.cpp: keys, identifiers and permissions, as Linux's ipc/util.c has them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/cow.h"
#include "kernel/event.h"
#include "kernel/result.h"
#include "kernel/types.h"

namespace ipclab::kernel {

struct Kernel;

inline constexpr std::int32_t kIpcPrivate = 0;
inline constexpr std::uint32_t kIpcCreate = 01000, kIpcExclusive = 02000, kIpcNoWait = 04000;
inline constexpr std::int32_t kIpcRemove = 0, kIpcSet = 1, kIpcStat = 2, kIpcInfo = 3;

/// struct ipc_perm as the x86-64 ABI lays it out: 48 bytes.
struct IpcPermissions {
    std::int32_t key = kIpcPrivate;
    std::uint32_t owner = 0, group = 0, creator = 0, creator_group = 0;
    std::uint32_t mode = 0;  ///< the nine permission bits; of a segment also kDestroyed
    std::uint16_t sequence = 0, padding = 0;
    std::uint32_t alignment = 0;
    std::array<std::uint64_t, 2> unused{};
    bool operator==(const IpcPermissions&) const = default;
};
static_assert(sizeof(IpcPermissions) == 48);

/// How identifiers are given out: ipc/util.c, ipc_idr_alloc(). The place in the table goes round, and each round gives
/// another sequence number, so that a stale identifier names nothing.
struct IpcNumbers {
    std::int32_t last_place = -1;
    std::int32_t sequence = 0;
    bool operator==(const IpcNumbers&) const = default;
};
inline constexpr std::int32_t kIpcPlaces =
    32'768;  ///< MSGMNI, SEMMNI, SHMMNI at most; bits below the sequence number

struct Message {
    std::int64_t type = 1;
    std::string bytes;
    Pid sender{};
    bool operator==(const Message&) const = default;
};

/// A receiver that waited was given its message, or E2BIG, by the sender: nobody can take it away any more.
struct MessageDelivery {
    Tid receiver{};
    bool too_big = false;
    Message message;
    bool operator==(const MessageDelivery&) const = default;
};

struct MessageQueue {
    IpcPermissions permissions;
    std::vector<Cow<Message>> messages;  ///< oldest first
    std::vector<MessageDelivery> deliveries;
    std::uint64_t capacity_bytes = 0;  ///< msg_qbytes
    std::int64_t send_time_s = 0, receive_time_s = 0, change_time_s = 0;
    Pid last_sender{}, last_receiver{};
    std::uint64_t bytes() const;
    bool operator==(const MessageQueue&) const = default;
};

struct Semaphore {
    std::int32_t value = 0;
    Pid last{};  ///< GETPID: who operated on it last
    bool operator==(const Semaphore&) const = default;
};

/// struct sembuf
struct SemaphoreOperation {
    std::uint16_t number = 0;
    std::int16_t change = 0;
    std::uint16_t flags = 0;
    bool operator==(const SemaphoreOperation&) const = default;
};
static_assert(sizeof(SemaphoreOperation) == 6);

/// What a sleeping task wants, as it was when it asked: its memory may change meanwhile.
struct SemaphoreWish {
    Tid task{};
    std::vector<SemaphoreOperation> operations;
    bool operator==(const SemaphoreWish&) const = default;
};

/// What is to be added to a set when a process ends (SEM_UNDO): one number for each semaphore.
struct SemaphoreUndo {
    Pid process{};
    std::vector<std::int32_t> adjustments;
    bool operator==(const SemaphoreUndo&) const = default;
};

/// A task that waited had its operations carried out by whoever made them possible.
struct SemaphoreGrant {
    Tid task{};
    Errno error = kNoErrno;
    bool operator==(const SemaphoreGrant&) const = default;
};

struct SemaphoreSet {
    IpcPermissions permissions;
    std::vector<Semaphore> semaphores;
    std::vector<SemaphoreUndo> undos;  ///< by process
    std::vector<SemaphoreWish> wishes;
    std::vector<SemaphoreGrant> grants;
    std::int64_t operation_time_s = 0, change_time_s = 0;
    bool operator==(const SemaphoreSet&) const = default;
};

/// Who has it attached is derived from the mappings of the address spaces.
struct Segment {
    static constexpr std::uint32_t kDestroyed = 01000;  ///< SHM_DEST: goes with its last attachment
    IpcPermissions permissions;
    std::uint64_t bytes = 0;  ///< as asked for; its memory object has whole pages
    MemoryId memory{};
    std::int64_t attach_time_s = 0, detach_time_s = 0, change_time_s = 0;
    Pid creator{}, last{};
    bool operator==(const Segment&) const = default;
};

using MessageQueueId = Id<struct MessageQueueTag>;  ///< Linux's number: 0 is one, too
using SemaphoreSetId = Id<struct SemaphoreSetTag>;
using SegmentId = Id<struct SegmentTag>;

constexpr ObjectRef ref(MessageQueueId id) {
    return {ObjectKind::message_queue, id.value};
}
constexpr ObjectRef ref(SemaphoreSetId id) {
    return {ObjectKind::semaphore_set, id.value};
}
constexpr ObjectRef ref(SegmentId id) {
    return {ObjectKind::segment, id.value};
}

/// All System V objects of a kernel.
struct SysvIpc {
    SharedTable<MessageQueueId, MessageQueue> queues;
    SharedTable<SemaphoreSetId, SemaphoreSet> semaphores;
    SharedTable<SegmentId, Segment> segments;
    IpcNumbers queue_numbers, semaphore_numbers, segment_numbers;
    bool operator==(const SysvIpc&) const = default;
};

/// SEM_UNDO: carries out what the process has left to be undone. Called when it ends.
void undo_semaphores(Kernel& kernel, Pid process, Tid by, Trace* trace);
/// A task ends or no longer waits: what was meant for it is dropped.
void forget_waiter(Kernel& kernel, Tid task);
/// The process is about to lose its address space: notes the time and who it was at its segments (ipc/shm.c, shm_close).
void note_detachments(Kernel& kernel, Pid process);
/// How many mappings a segment has in all address spaces (shm_nattch).
std::uint64_t attachments(const Kernel& kernel, const Segment& segment);
/// Drops segments that are marked to go and that nobody has attached any more. True where one went.
bool drop_destroyed_segments(Kernel& kernel);

}  // namespace ipclab::kernel
