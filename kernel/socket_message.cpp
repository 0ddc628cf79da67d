// Sending and receiving: send(2), sendmsg(2), sendmmsg(2), recv(2), recvmsg(2), recvmmsg(2), and what travels beside the
// bytes: cmsg(3), with descriptors and credentials (unix(7)).
#include <algorithm>
#include <cstring>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/sockets.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kVectorsMax = 1024;        // readv(2): IOV_MAX
constexpr std::uint64_t kControlMax = 128 * 1024;  // socket(7): optmem_max
constexpr std::size_t kNameMax = 128;              // struct sockaddr_storage
constexpr std::size_t kRightsMax = 253;            // unix(7): SCM_MAX_FD
constexpr std::int32_t kRights = 1, kCredentials = 2;

/// struct msghdr
struct MessageHeader {
    std::uint64_t name = 0;
    std::int32_t name_bytes = 0, padding = 0;
    std::uint64_t vectors = 0, vector_count = 0, control = 0, control_bytes = 0;
    std::int32_t flags = 0, padding_after = 0;
};
static_assert(sizeof(MessageHeader) == 56);
constexpr std::uint64_t kNameBytesAt = 8, kControlBytesAt = 40, kFlagsAt = 48;

/// struct mmsghdr: a message header, then how many bytes it sent or received.
constexpr std::uint64_t kMessageOfSeveral = 64, kLengthAt = 56;

/// struct cmsghdr
struct ControlHeader {
    std::uint64_t bytes = 0;
    std::int32_t level = 0, type = 0;
};
static_assert(sizeof(ControlHeader) == 16);
constexpr std::uint64_t align(std::uint64_t bytes) {
    return (bytes + 7) & ~std::uint64_t{7};
}

/// net/socket.c, copy_msghdr_from_user(), with its checks.
Result<MessageHeader> read_header(const UserMemory& memory, std::uint64_t address) {
    auto header = memory.read_object<MessageHeader>(address);
    if (!header) return header.error();
    if (!header->name) header->name_bytes = 0;
    if (header->name_bytes < 0) return Errno::einval;
    header->name_bytes = std::min(header->name_bytes, static_cast<std::int32_t>(kNameMax));
    if (header->vector_count > kVectorsMax) return Errno::emsgsize;
    return header;
}

// ---- Control messages, sent

/// What a call that has slept passes: net/core/scm.c, scm_fp_copy() takes the descriptions at its begin, and nobody who
/// closes their descriptors meanwhile takes them away.
std::vector<FileId> kept_rights(const Task& task) {
    std::vector<FileId> rights;
    for (const KeptFile& kept : task.kept_files)
        if (kept.fd < 0) rights.push_back(kept.file);
    return rights;
}

void keep_rights(Task& task, const std::vector<FileId>& rights) {
    for (const FileId file : rights) task.kept_files.push_back({.fd = -1, .file = file});
}

void release_kept_rights(Call& call) {
    const std::vector<FileId> rights = kept_rights(*call.me);
    std::erase_if(call.me->kept_files, [](const KeptFile& kept) { return kept.fd < 0; });
    for (const FileId file : rights)
        if (call.kernel.files.contains(file))
            release_file_if_unheld(call.kernel, file, call.task, call.trace);
}

Result<void> take_rights(const Call& call, std::span<const std::uint8_t> data, SendRequest& request) {
    const std::size_t count = data.size() / sizeof(Fd);
    // unix(7): EINVAL above SCM_MAX_FD.
    if (count > kRightsMax || request.rights.size() + count > kRightsMax) return Errno::einval;
    for (std::size_t i = 0; i < count; ++i) {
        Fd fd = 0;
        std::memcpy(&fd, &data[i * sizeof fd], sizeof fd);
        auto file = call.process_read().fds->get(fd);
        if (!file) return file.error();
        request.rights.push_back(*file);
    }
    return {};
}

Result<void> take_credentials(const Call& call, std::span<const std::uint8_t> data, SendRequest& request) {
    AbiCredentials told;
    if (data.size() != sizeof told) return Errno::einval;
    std::memcpy(&told, data.data(), sizeof told);
    // unix(7): without privileges a process can only tell the truth.
    if (told.process != call.pid.value || told.user != kUser || told.group != kUser) return Errno::eperm;
    request.credentials = credentials_of(call.pid);
    return {};
}

/// net/core/scm.c, __scm_send().
Result<void> take_control(const Call& call, const Socket& socket, const MessageHeader& header,
                          SendRequest& request) {
    const std::vector<FileId> kept = kept_rights(*call.me);
    if (header.control_bytes > kControlMax) return Errno::enobufs;
    std::vector<std::uint8_t> control(header.control_bytes);
    if (!control.empty() && !call.memory().read(header.control, control)) return Errno::efault;
    for (std::uint64_t at = 0; at + sizeof(ControlHeader) <= control.size();) {
        ControlHeader item;
        std::memcpy(&item, &control[at], sizeof item);
        if (item.bytes < sizeof item || item.bytes > control.size() - at) return Errno::einval;
        const auto data = std::span(control).subspan(at + sizeof item, item.bytes - sizeof item);
        at += align(item.bytes);
        // net/core/sock.c, __sock_cmsg_send(): other families take no notice of what only AF_UNIX can pass on.
        const bool is_passed_on = item.type == kRights || item.type == kCredentials;
        if (item.level != kSocketLevel || (is_passed_on && socket.family != SocketFamily::local)) continue;
        Result<void> taken = Errno::einval;
        if (item.type == kRights) taken = kept.empty() ? take_rights(call, data, request) : Result<void>{};
        if (item.type == kCredentials) taken = take_credentials(call, data, request);
        if (!taken) return taken;
    }
    if (!kept.empty()) request.rights = kept;
    return {};
}

// ---- Control messages, received

/// Where a receiver wants them: net/core/scm.c, put_cmsg().
struct ControlWriter {
    const UserMemory& memory;
    std::uint64_t address = 0, room = 0;
    std::uint32_t flags = 0;  ///< MSG_CTRUNC

    void put(std::int32_t type, std::span<const std::uint8_t> data) {
        if (room < sizeof(ControlHeader)) {
            flags |= kMsgCtrunc;
            return;
        }
        std::uint64_t bytes = sizeof(ControlHeader) + data.size();
        if (bytes > room) {
            flags |= kMsgCtrunc;
            bytes = room;
        }
        if (!memory.write_object(address, ControlHeader{bytes, kSocketLevel, type}) ||
            !memory.write(address + sizeof(ControlHeader), data.first(bytes - sizeof(ControlHeader))))
            return;
        advance(sizeof(ControlHeader) + data.size());
    }
    void advance(std::uint64_t bytes) {
        const std::uint64_t space = std::min(align(bytes), room);
        address += space;
        room -= space;
    }
};

/// net/core/scm.c, scm_detach_fds(): as many descriptors as there is room for and as the process may have.
void put_rights(Call& call, const std::vector<FileId>& rights, bool close_on_exec, ControlWriter& to) {
    const std::uint64_t room =
        to.room > sizeof(ControlHeader) ? (to.room - sizeof(ControlHeader)) / sizeof(Fd) : 0;
    std::uint64_t done = 0;
    for (; done < std::min<std::uint64_t>(room, rights.size()); ++done) {
        const auto fd = install(call.kernel, call.pid, rights[done], close_on_exec);
        if (!fd) break;
        if (!to.memory.write_object(to.address + sizeof(ControlHeader) + done * sizeof(Fd), *fd)) {
            call.process().fds.write().clear(*fd);
            break;
        }
    }
    // cmsg(3): what did not fit is told by MSG_CTRUNC, and closed.
    if (done < rights.size()) to.flags |= kMsgCtrunc;
    if (done == 0) return;
    const std::uint64_t bytes = sizeof(ControlHeader) + done * sizeof(Fd);
    if (to.memory.write_object(to.address, ControlHeader{bytes, kSocketLevel, kRights})) to.advance(bytes);
}

void put_control(Call& call, const Socket& socket, const ReceiveRequest& request, ControlWriter& to) {
    const bool wants_credentials = socket.options.wants_credentials;
    if (!to.address) {
        if (wants_credentials || !request.rights.empty()) to.flags |= kMsgCtrunc;
        return;
    }
    if (wants_credentials) {
        // unix(7): who sent before they were asked for stays unknown.
        constexpr std::uint32_t kNobody = 65534;
        AbiCredentials told{0, kNobody, kNobody};
        if (request.credentials)
            told = {request.credentials->process.value, request.credentials->user,
                    request.credentials->group};
        to.put(kCredentials, {reinterpret_cast<const std::uint8_t*>(&told), sizeof told});
    }
    if (!request.rights.empty()) put_rights(call, request.rights, (request.flags & kMsgCmsgCloExec) != 0, to);
}

// ---- One message

/// sendmsg(2) of one header. What is done of it is kept in `progress`.
Outcome send_message(Call& call, const SocketFile& socket, std::uint64_t address, std::uint32_t flags,
                     std::uint64_t& progress) {
    const UserMemory memory = call.memory();
    auto header = read_header(memory, address);
    if (!header) return Outcome::fail(header.error());
    auto to = read_address(memory, header->name, header->name_bytes);
    if (!to) return Outcome::fail(to.error());
    Transfer data(memory);
    if (auto set = data.set_vectors(header->vectors, header->vector_count); !set)
        return Outcome::fail(set.error());
    if (header->control_bytes > INT32_MAX) return Outcome::fail(Errno::enobufs);
    const Socket& mine = call.kernel.sockets[socket.socket];
    SendRequest request{.data = data,
                        .flags = flags,
                        .to = std::move(*to),
                        .done = progress,
                        .has_slept = call.pending.has_slept};
    request.waits = may_wait(call, call.kernel.files[socket.file], flags, mine.options.send_timeout_ns);
    // net/unix/af_unix.c, unix_seqpacket_sendmsg(): that before all else.
    if (mine.type == SocketType::seqpacket && mine.state != SocketState::connected)
        return Outcome::fail(Errno::enotconn);
    if (header->control)
        if (auto taken = take_control(call, mine, *header, request); !taken)
            return Outcome::fail(taken.error());
    const std::vector<FileId> rights = request.rights;
    Outcome outcome = operations(mine).send(call, socket.socket, request);
    if (outcome.kind == Outcome::Kind::blocked && kept_rights(*call.me).empty())
        keep_rights(*call.me, rights);
    progress = request.done;
    return outcome;
}

Outcome receive_message(Call& call, const SocketFile& socket, std::uint64_t address, std::uint32_t flags,
                        std::uint64_t& progress) {
    const UserMemory memory = call.memory();
    auto header = read_header(memory, address);
    if (!header) return Outcome::fail(header.error());
    Transfer data(memory);
    if (auto set = data.set_vectors(header->vectors, header->vector_count); !set)
        return Outcome::fail(set.error());
    const Socket& mine = call.kernel.sockets[socket.socket];
    ReceiveRequest request{.data = data, .flags = flags};
    request.waits = may_wait(call, call.kernel.files[socket.file], flags, mine.options.receive_timeout_ns);
    request.go_on(progress);
    Outcome outcome = operations(mine).receive(call, socket.socket, request);
    progress = request.progress();
    if (outcome.kind != Outcome::Kind::done || outcome.value < 0) {
        if (!request.rights.empty()) end_unreachable_files(call.kernel, call.task, call.trace);
        return outcome;
    }
    ControlWriter control{memory, header->control, header->control ? header->control_bytes : 0};
    control.flags = request.message_flags | (flags & kMsgCmsgCloExec);
    put_control(call, call.kernel.sockets[socket.socket], request, control);
    if (!request.rights.empty() && !(flags & kMsgPeek))
        end_unreachable_files(call.kernel, call.task, call.trace);
    Result<void> told;
    if (header->name) told = write_address(memory, request.from, header->name, address + kNameBytesAt);
    if (told) told = memory.write_object(address + kFlagsAt, control.flags);
    const std::uint64_t used = control.address - header->control;
    if (told) told = memory.write_object(address + kControlBytesAt, used);
    return told ? std::move(outcome) : Outcome::fail(told.error());
}

using MessageCall = Outcome (*)(Call&, const SocketFile&, std::uint64_t, std::uint32_t, std::uint64_t&);

/// sendmmsg(2), recvmmsg(2): one after the other. The first failure ends it; it is told only where it is the first.
Outcome several_messages(Call& call, MessageCall act, std::uint32_t flags, Time until_ns) {
    auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    const std::uint64_t count = std::min<std::uint64_t>(static_cast<std::uint32_t>(call.arg(2)), kVectorsMax);
    std::uint32_t& completed = call.pending.completed;
    if (act == receive_message && completed == 0)
        if (const Errno error = take_error(call.kernel, socket->socket); error != kNoErrno)
            return Outcome::fail(error);
    while (completed < count) {
        const std::uint64_t address = call.arg(1) + completed * kMessageOfSeveral;
        // recvmmsg(2), MSG_WAITFORONE: after the first only what is there.
        const std::uint32_t dont_wait = (flags & kMsgWaitForOne) && completed > 0 ? kMsgDontWait : 0u;
        Outcome outcome =
            act(call, *socket, address, (flags & ~kMsgWaitForOne) | dont_wait, call.pending.progress);
        const bool is_asleep = outcome.kind == Outcome::Kind::blocked;
        if (is_asleep && !(call.is_interrupted() && completed > 0)) return outcome;
        if (is_asleep || outcome.value < 0) {
            if (completed == 0) return outcome;
            // recvmmsg(2): the error waits for the next call.
            if (act == receive_message && !is_asleep &&
                outcome.value != -static_cast<std::int64_t>(Errno::eagain))
                call.kernel.sockets.write(socket->socket).error = static_cast<Errno>(-outcome.value);
            break;
        }
        release_kept_rights(call);
        call.pending.progress = 0;
        call.pending.has_slept = false;
        call.pending.deadline_ns = kNever;
        if (!call.memory().write_object(address + kLengthAt, static_cast<std::uint32_t>(outcome.value))) {
            if (completed == 0) return Outcome::fail(Errno::efault);
            break;
        }
        ++completed;
        // recvmmsg(2): the time is looked at only after a message has been received.
        if (call.kernel.now_ns >= until_ns) break;
    }
    return Outcome::done(completed);
}

}  // namespace

// ---- The calls

Outcome sys_sendto(Call& call) {
    Transfer data(call.memory());
    if (auto set = data.set_buffer(call.arg(1), call.arg(2)); !set) return Outcome::fail(set.error());
    auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    SendRequest request{
        .data = data, .flags = flags, .done = call.pending.progress, .has_slept = call.pending.has_slept};
    if (call.arg(4)) {
        auto to = read_address(call.memory(), call.arg(4), static_cast<std::int32_t>(call.arg(5)));
        if (!to) return Outcome::fail(to.error());
        request.to = std::move(*to);
    }
    const Socket& mine = call.kernel.sockets[socket->socket];
    request.waits = may_wait(call, call.kernel.files[socket->file], flags, mine.options.send_timeout_ns);
    Outcome outcome = operations(mine).send(call, socket->socket, request);
    call.pending.progress = request.done;
    return outcome;
}

Outcome sys_recvfrom(Call& call) {
    Transfer data(call.memory());
    if (auto set = data.set_buffer(call.arg(1), call.arg(2)); !set) return Outcome::fail(set.error());
    auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    const Socket& mine = call.kernel.sockets[socket->socket];
    ReceiveRequest request{.data = data, .flags = flags};
    request.waits = may_wait(call, call.kernel.files[socket->file], flags, mine.options.receive_timeout_ns);
    request.go_on(call.pending.progress);
    Outcome outcome = operations(mine).receive(call, socket->socket, request);
    call.pending.progress = request.progress();
    if (!request.rights.empty() && !(flags & kMsgPeek))
        end_unreachable_files(call.kernel, call.task, call.trace);
    if (outcome.kind == Outcome::Kind::done && outcome.value >= 0 && call.arg(4))
        if (auto told = write_address(call.memory(), request.from, call.arg(4), call.arg(5)); !told)
            return Outcome::fail(told.error());
    return outcome;
}

Outcome sys_sendmsg(Call& call) {
    auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    return send_message(call, *socket, call.arg(1), static_cast<std::uint32_t>(call.arg(2)),
                        call.pending.progress);
}

Outcome sys_recvmsg(Call& call) {
    auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    return receive_message(call, *socket, call.arg(1), static_cast<std::uint32_t>(call.arg(2)),
                           call.pending.progress);
}

Outcome sys_sendmmsg(Call& call) {
    return several_messages(call, send_message, static_cast<std::uint32_t>(call.arg(3)) & ~kMsgWaitForOne,
                            kNever);
}

Outcome sys_recvmmsg(Call& call) {
    Time until_ns = kNever;
    if (call.arg(4)) {
        auto limit = call.memory().read_object<TimePair>(call.arg(4));
        if (!limit) return Outcome::fail(limit.error());
        auto duration = to_ns(*limit, kSecond);
        if (!duration) return Outcome::fail(duration.error());
        until_ns = saturating_add(call.pending.entered_ns, *duration);
    }
    Outcome outcome =
        several_messages(call, receive_message, static_cast<std::uint32_t>(call.arg(3)), until_ns);
    if (call.arg(4) && outcome.kind == Outcome::Kind::done && outcome.value > 0) {
        const Time left = std::max<Time>(until_ns == kNever ? 0 : until_ns - call.kernel.now_ns, 0);
        if (!call.memory().write_object(call.arg(4), to_timespec(left))) return Outcome::fail(Errno::efault);
    }
    return outcome;
}

}  // namespace ipclab::kernel
