// Keys, identifiers and permissions for the three kinds of System V objects: what msgget(2), semget(2) and shmget(2)
// share.
#pragma once

#include "kernel/filesystem.h"
#include "kernel/kernel.h"

namespace ipclab::kernel {

enum class IpcAccess : std::uint32_t { read = 0444, write = 0222, both = 0666 };

/// ipc/util.c, ipcperms(): EACCES where the object's mode does not let the caller. All users here are one.
inline bool is_allowed(const IpcPermissions& permissions, std::uint32_t wanted_bits) {
    const std::uint32_t wanted = (wanted_bits >> 6 | wanted_bits >> 3 | wanted_bits) & 7;
    return (wanted & ~(permissions.mode >> 6) & 7) == 0;
}
inline bool is_allowed(const IpcPermissions& permissions, IpcAccess access) {
    return is_allowed(permissions, static_cast<std::uint32_t>(access));
}

inline IpcPermissions new_permissions(std::int32_t key, std::uint32_t flags) {
    IpcPermissions made;
    made.key = key;
    made.owner = made.group = made.creator = made.creator_group = kUser;
    made.mode = flags & 0777;
    return made;
}

inline std::int64_t seconds_now(const Kernel& kernel) {
    return kBootEpochSeconds + kernel.now_ns / kSecond;
}

/// A free identifier, and the sequence number that goes with it; ENOSPC where `most` objects are there.
template <class Id, class T>
Result<Id> new_ipc_id(const SharedTable<Id, T>& table, IpcNumbers& numbers, std::int32_t most) {
    constexpr std::int32_t kShortestRound = 64;  // ipc/util.h: ipc_min_cycle
    const auto in_use = static_cast<std::int32_t>(table.size());
    if (in_use >= most) return Errno::enospc;
    const std::int32_t round = std::min(std::max(in_use * 3 / 2, kShortestRound), most);
    const auto is_taken = [&](std::int32_t place) {
        return std::any_of(table.begin(), table.end(),
                           [&](const auto& entry) { return entry.first.value % kIpcPlaces == place; });
    };
    std::int32_t place = (numbers.last_place + 1) % round;
    while (is_taken(place)) place = (place + 1) % round;
    if (place <= numbers.last_place) numbers.sequence = (numbers.sequence + 1) % (INT32_MAX / kIpcPlaces);
    numbers.last_place = place;
    return Id{numbers.sequence * kIpcPlaces + place};
}

/// What msgget(2), semget(2), shmget(2) do alike. `check(const T&)`: whether an existing object is large enough (EINVAL);
/// `make()`: a new one, with the permissions to be filled in here.
template <class Id, class T, class Check, class Make>
Result<Id> get_ipc(SharedTable<Id, T>& table, IpcNumbers& numbers, std::int32_t most, std::int32_t key,
                   std::uint32_t flags, Check check, Make make) {
    if (key != kIpcPrivate) {
        for (const auto& [id, object] : table) {
            if (object->permissions.key != key) continue;
            if ((flags & kIpcCreate) && (flags & kIpcExclusive)) return Errno::eexist;
            if (const Errno wrong = check(*object); wrong != kNoErrno) return wrong;
            if (!is_allowed(object->permissions, flags)) return Errno::eacces;
            return id;
        }
        if (!(flags & kIpcCreate)) return Errno::enoent;
    }
    Result<T> made = make();
    if (!made) return made.error();
    const auto id = new_ipc_id(table, numbers, most);
    if (!id) return id.error();
    made->permissions = new_permissions(key, flags);
    made->permissions.sequence = static_cast<std::uint16_t>(id.value().value / kIpcPlaces);
    table.insert(*id, std::move(*made));
    return *id;
}

/// IPC_SET: takes owner, group and mode from the caller's structure. Only root could give it away: we let the numbers be
/// set, as Linux lets the owner do.
inline void set_permissions(IpcPermissions& permissions, const IpcPermissions& wanted) {
    permissions.owner = wanted.owner;
    permissions.group = wanted.group;
    permissions.mode = (permissions.mode & ~0777u) | (wanted.mode & 0777);
}

/// XXX_STAT: the object at a place of the table; null where there is none.
template <class Id, class T>
Result<Id> id_at_place(const SharedTable<Id, T>& table, std::int32_t place) {
    for (const auto& [id, object] : table)
        if (id.value % kIpcPlaces == place) return id;
    return Errno::einval;
}

/// IPC_STAT by identifier, and the commands that name a place of the table instead and return the identifier; `any_command`,
/// the one that asks for no permission (MSG_STAT_ANY ...). `status_of(const T&)`: the structure, for `address`.
template <class Id, class T, class StatusOf>
Outcome tell_ipc_status(Call& call, const SharedTable<Id, T>& table, std::int32_t command,
                        std::int32_t any_command, std::uint64_t address, StatusOf status_of) {
    const auto number = static_cast<std::int32_t>(call.arg(0));
    const bool by_place = command != kIpcStat;
    const auto id = by_place ? id_at_place(table, number) : Result(Id{number});
    if (!id || !table.contains(*id)) return Outcome::fail(Errno::einval);
    if (command != any_command && !is_allowed(table[*id].permissions, IpcAccess::read))
        return Outcome::fail(Errno::eacces);
    if (!call.memory().write_object(address, status_of(table[*id]))) return Outcome::fail(Errno::efault);
    return Outcome::done(by_place ? id.value().value : 0);
}

/// IPC_INFO: the highest place in use, 0 where there is none.
template <class Id, class T>
std::int32_t highest_place(const SharedTable<Id, T>& table) {
    std::int32_t highest = 0;
    for (const auto& [id, object] : table) highest = std::max(highest, id.value % kIpcPlaces);
    return highest;
}

}  // namespace ipclab::kernel
