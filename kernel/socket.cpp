// The calls that make, name and connect sockets, whatever their family: socket(2), socketpair(2), bind(2), listen(2),
// accept(2), connect(2), shutdown(2), getsockname(2), getpeername(2). Checks stand in the order of Linux's net/socket.c.
#include <bit>

#include "kernel/emit.h"
#include "kernel/epoll.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"
#include "kernel/signals.h"
#include "kernel/sockets.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kTypeMask = 0xf, kTypesMax = 11;
constexpr std::size_t kAddressMax = 128;                                       // struct sockaddr_storage
constexpr std::uint32_t kTcpSendBuffer = 16'384, kTcpReceiveBuffer = 131'072;  // tcp(7): tcp_wmem, tcp_rmem

}  // namespace

// ---- What all families share

const SocketOperations& operations(const Socket& socket) {
    if (socket.family == SocketFamily::inet)
        return socket.type == SocketType::stream ? kTcpOperations : kUdpOperations;
    switch (socket.type) {
        case SocketType::stream:
            return kLocalStreamOperations;
        case SocketType::seqpacket:
            return kLocalSeqpacketOperations;
        case SocketType::datagram:
            break;
    }
    return kLocalDatagramOperations;
}

Result<SocketFile> socket_of(Call& call, std::uint64_t fd) {
    auto file = file_of(call, fd);
    if (!file) return file.error();
    const File& found = call.kernel.files[*file];
    if (found.kind != FileKind::socket) return Errno::enotsock;
    return SocketFile{*file, found.socket()};
}

SocketId new_socket(Kernel& kernel, SocketFamily family, SocketType type) {
    const SocketId id{++kernel.last_socket};
    Socket socket;
    socket.family = family;
    socket.type = type;
    socket.backlog_max = kernel.limits.datagrams_waiting;
    socket.options.send_buffer_bytes = socket.options.receive_buffer_bytes =
        kernel.limits.socket_buffer_bytes;
    if (family == SocketFamily::inet && type == SocketType::stream) {
        socket.options.send_buffer_bytes = kTcpSendBuffer;
        socket.options.receive_buffer_bytes = kTcpReceiveBuffer;
    }
    kernel.sockets.insert(id, std::move(socket));
    return id;
}

Result<SocketAddress> read_address(const UserMemory& memory, std::uint64_t address, std::int64_t bytes) {
    if (bytes < 0 || bytes > static_cast<std::int64_t>(kAddressMax)) return Errno::einval;
    SocketAddress name(static_cast<std::size_t>(bytes), '\0');
    if (!name.empty() && !memory.read(address, {reinterpret_cast<std::uint8_t*>(name.data()), name.size()}))
        return Errno::efault;
    return name;
}

Result<void> write_address(const UserMemory& memory, const SocketAddress& name, std::uint64_t address,
                           std::uint64_t length_address) {
    auto room = memory.read_object<std::int32_t>(length_address);
    if (!room) return room.error();
    if (*room < 0) return Errno::einval;
    const std::size_t bytes = std::min(name.size(), static_cast<std::size_t>(*room));
    if (bytes > 0)
        if (auto written = memory.write(address, {reinterpret_cast<const std::uint8_t*>(name.data()), bytes});
            !written)
            return written;
    return memory.write_object(length_address, static_cast<std::int32_t>(name.size()));
}

bool may_wait(const Call& call, const File& file, std::uint32_t flags, Time timeout_ns) {
    return blocks(call, file.flags) && (flags & kMsgDontWait) == 0 && timeout_ns != 0;
}

std::uint32_t head_charge(std::uint64_t bytes) {
    constexpr std::uint64_t kShared = 320, kBuffer = 256, kCacheLine = 64, kLeast = 512;
    const std::uint64_t aligned = (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
    return static_cast<std::uint32_t>(std::max(std::bit_ceil(aligned + kShared), kLeast) + kBuffer);
}

Credentials credentials_of(Pid process) {
    return {process, kUser, kUser};
}

Errno take_error(Kernel& kernel, SocketId id) {
    const Errno error = kernel.sockets[id].error;
    if (error != kNoErrno) kernel.sockets.write(id).error = kNoErrno;
    return error;
}

Outcome sleep_on_socket(Call& call, ObjectRef object, WaitFor what, bool is_exclusive, Time timeout_ns) {
    std::vector<WaitPoint> waits{{.object = object, .what = what, .is_exclusive = is_exclusive}};
    if (timeout_ns != kNever) {
        if (call.pending.deadline_ns == kNever)
            call.pending.deadline_ns = saturating_add(call.kernel.now_ns, timeout_ns);
        waits.push_back({.object = {ObjectKind::clock, 0}, .what = WaitFor::time, .is_exclusive = false});
    }
    return call.block(waits);
}

void wake_all_of_socket(Kernel& kernel, SocketId socket, Tid by, Trace* trace) {
    tell_epolls_of_change(kernel, ref(socket), by, trace);
    wake(kernel, ref(socket), WaitFor::readable, Wake::all, by, trace);
    wake(kernel, ref(socket), WaitFor::writable, Wake::all, by, trace);
}

Errno broken_pipe(Call& call, std::uint32_t flags) {
    if (!(flags & kMsgNoSignal))
        send_to_task(call.kernel, call.task,
                     {.signal = kSigPipe, .sender = call.pid, .sender_uid = static_cast<std::int32_t>(kUser)},
                     call.trace);
    return Errno::epipe;
}

// ---- Descriptions

namespace {

const Socket& socket_of_file(const Kernel& kernel, const File& file) {
    return kernel.sockets[file.socket()];
}

Outcome read_socket(Call& call, FileId, const File& file, Transfer& to) {
    // net/socket.c, sock_read_iter(): nothing asked for, nothing looked at.
    if (to.total() == 0) return Outcome::done(0);
    const Socket& socket = socket_of_file(call.kernel, file);
    ReceiveRequest request{.data = to, .waits = may_wait(call, file, 0, socket.options.receive_timeout_ns)};
    request.go_on(call.pending.progress);
    Outcome outcome = operations(socket).receive(call, file.socket(), request);
    call.pending.progress = request.progress();
    // recv(2): descriptors that are not asked for are closed.
    if (!request.rights.empty()) end_unreachable_files(call.kernel, call.task, call.trace);
    return outcome;
}

Outcome write_socket(Call& call, FileId, const File& file, Transfer& from) {
    const Socket& socket = socket_of_file(call.kernel, file);
    SendRequest request{.data = from,
                        .waits = may_wait(call, file, 0, socket.options.send_timeout_ns),
                        .has_slept = call.pending.has_slept};
    request.done = call.pending.progress;
    Outcome outcome = operations(socket).send(call, file.socket(), request);
    call.pending.progress = request.done;
    return outcome;
}

Outcome control_socket(Call& call, const File& file) {
    constexpr std::uint32_t kBytesToRead = 0x541b, kBytesToSend = 0x5411;  // SIOCINQ, SIOCOUTQ
    const Socket& socket = socket_of_file(call.kernel, file);
    Result<std::uint64_t> bytes = Errno::enotty;
    switch (static_cast<std::uint32_t>(call.arg(1))) {
        case kBytesToRead:
            bytes = operations(socket).bytes_to_read(call.kernel, socket);
            break;
        case kBytesToSend:
            // unix(7): what has been sent and not yet read, as SO_SNDBUF counts it.
            // tcp(7): what has arrived at the other side counts no more.
            bytes = socket.family == SocketFamily::local ? socket.charged_bytes : 0;
            break;
        default:
            break;
    }
    if (!bytes) return Outcome::fail(bytes.error());
    return Outcome::from(call.memory().write_object(call.arg(2), static_cast<std::int32_t>(*bytes)));
}

}  // namespace

const FileOperations kSocketOperations{
    .object = [](const File& file) { return ref(file.socket()); },
    .read = read_socket,
    .write = write_socket,
    .ready =
        [](const Kernel& kernel, const File& file) {
            return operations(socket_of_file(kernel, file)).ready(kernel, file.socket());
        },
    .add_waits =
        [](const Kernel& kernel, const File& file, std::uint32_t events, std::vector<WaitPoint>& waits) {
            operations(socket_of_file(kernel, file)).add_waits(kernel, file.socket(), events, waits);
        },
    .control = control_socket,
    .status =
        [](const Kernel&, const File& file) {
            constexpr std::uint64_t kSocketDevice = 0x9;
            return nameless_status(kSocketDevice, file.number, kModeSocket | 0777);
        },
    .closed =
        [](Kernel& kernel, const File& file, Tid by, Trace* trace) {
            operations(socket_of_file(kernel, file)).closed(kernel, file.socket(), by, trace);
        },
};

// ---- The calls

namespace {

/// The type argument of socket(2) with its flags taken apart; EINVAL.
struct TypeArgument {
    std::uint32_t type = 0;
    std::uint32_t file_flags = 0;  ///< O_NONBLOCK
    bool close_on_exec = false;
};

Result<TypeArgument> type_argument(std::uint64_t argument) {
    const auto word = static_cast<std::uint32_t>(argument);
    if (word & ~kTypeMask & ~(kOCloExec | kONonBlock)) return Errno::einval;
    return TypeArgument{word & kTypeMask, word & kONonBlock, (word & kOCloExec) != 0};
}

/// What is to be made: EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT, EINVAL.
struct Kind {
    SocketFamily family{};
    SocketType type{};
};

constexpr std::uint32_t kRaw = 3;

Result<Kind> local_kind(std::uint32_t type, std::int32_t protocol) {
    if (protocol != 0 && protocol != static_cast<std::int32_t>(SocketFamily::local))
        return Errno::eprotonosupport;
    switch (type) {
        case static_cast<std::uint32_t>(SocketType::stream):
        case static_cast<std::uint32_t>(SocketType::datagram):
        case static_cast<std::uint32_t>(SocketType::seqpacket):
            return Kind{SocketFamily::local, static_cast<SocketType>(type)};
        case kRaw:  // net/unix/af_unix.c, unix_create(): believed to be BSD's word for datagrams
            return Kind{SocketFamily::local, SocketType::datagram};
        default:
            return Errno::esocktnosupport;
    }
}

/// net/ipv4/af_inet.c, inet_create()
Result<Kind> inet_kind(std::uint32_t type, std::int32_t protocol) {
    constexpr std::int32_t kProtocols = 263;
    if (protocol < 0 || protocol >= kProtocols) return Errno::einval;
    const bool is_stream = type == static_cast<std::uint32_t>(SocketType::stream);
    if (is_stream || type == static_cast<std::uint32_t>(SocketType::datagram)) {
        if (protocol != 0 && protocol != (is_stream ? kTcp : kUdp)) return Errno::eprotonosupport;
        return Kind{SocketFamily::inet, static_cast<SocketType>(type)};
    }
    // raw(7): only for privileged programs.
    if (type == kRaw) return protocol == 0 ? Errno::eprotonosupport : Errno::eperm;
    return Errno::esocktnosupport;
}

Result<Kind> kind_of(Call& call, std::uint32_t type) {
    constexpr std::int32_t kInet6 = 10, kNetlink = 16, kPacket = 17, kFamilies = 46;
    const auto family = static_cast<std::int32_t>(call.arg(0)),
               protocol = static_cast<std::int32_t>(call.arg(2));
    if (family < 0 || family >= kFamilies) return Errno::eafnosupport;
    if (type >= kTypesMax) return Errno::einval;
    if (family == static_cast<std::int32_t>(SocketFamily::local)) return local_kind(type, protocol);
    if (family == static_cast<std::int32_t>(SocketFamily::inet)) return inet_kind(type, protocol);
    if (family == kInet6 || family == kNetlink || family == kPacket)
        explain(call.kernel, call.task, "socket: only AF_UNIX and AF_INET are simulated: EAFNOSUPPORT",
                call.trace);
    return Errno::eafnosupport;
}

File file_of_socket(SocketId socket, std::uint32_t flags) {
    File file;
    file.kind = FileKind::socket;
    file.flags = kORdWr | flags;
    file.number = socket.value;
    return file;
}

}  // namespace

Outcome sys_socket(Call& call) {
    const auto argument = type_argument(call.arg(1));
    if (!argument) return Outcome::fail(argument.error());
    const auto kind = kind_of(call, argument->type);
    if (!kind) return Outcome::fail(kind.error());
    Kernel& kernel = call.kernel;
    if (auto free = free_descriptor(call); !free) return Outcome::fail(free.error());
    if (kernel.files.size() >= kernel.limits.all_open_files) return Outcome::fail(Errno::enfile);
    const SocketId id = new_socket(kernel, kind->family, kind->type);
    call.object = ref(id);
    const auto file = new_file(kernel, file_of_socket(id, argument->file_flags));
    return Outcome::from(install(kernel, call.pid, *file, argument->close_on_exec));
}

Outcome sys_socketpair(Call& call) {
    const auto argument = type_argument(call.arg(1));
    if (!argument) return Outcome::fail(argument.error());
    Kernel& kernel = call.kernel;
    // net/socket.c: the descriptors are reserved and told before the sockets are made.
    const auto first = free_descriptor(call), second = first ? free_descriptor(call, *first + 1) : first;
    if (!second) return Outcome::fail(second.error());
    const std::array<Fd, 2> pair{*first, *second};
    if (auto written = call.memory().write_object(call.arg(3), pair); !written)
        return Outcome::fail(written.error());
    const auto kind = kind_of(call, argument->type);
    if (!kind) return Outcome::fail(kind.error());
    // socketpair(2): EOPNOTSUPP, the family has no pairs.
    if (kind->family != SocketFamily::local) return Outcome::fail(Errno::eopnotsupp);
    if (kernel.files.size() + 2 > kernel.limits.all_open_files) return Outcome::fail(Errno::enfile);
    const std::array<SocketId, 2> ends{new_socket(kernel, kind->family, kind->type),
                                       new_socket(kernel, kind->family, kind->type)};
    call.object = ref(ends[0]);
    for (std::size_t i = 0; i < 2; ++i) {
        Socket& socket = kernel.sockets.write(ends[i]);
        socket.peer = ends[1 - i];
        socket.state = SocketState::connected;
        socket.peer_credentials = credentials_of(call.pid);
        const auto file = new_file(kernel, file_of_socket(ends[i], argument->file_flags));
        const auto fd = install(kernel, call.pid, *file, argument->close_on_exec);
        IPCLAB_ASSERT(fd.ok() && *fd == pair[i]);
    }
    return Outcome::done(0);
}

Outcome sys_bind(Call& call) {
    const auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    const auto name = read_address(call.memory(), call.arg(1), static_cast<std::int32_t>(call.arg(2)));
    if (!name) return Outcome::fail(name.error());
    return Outcome::from(operations(call.kernel.sockets[socket->socket]).bind(call, socket->socket, *name));
}

Outcome sys_listen(Call& call) {
    const auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    // listen(2): silently cut to somaxconn; a negative backlog is a large one.
    const auto limit = static_cast<std::uint32_t>(call.kernel.limits.socket_backlog);
    const std::uint32_t backlog = std::min(static_cast<std::uint32_t>(call.arg(1)), limit);
    return Outcome::from(operations(call.kernel.sockets[socket->socket])
                             .listen(call, socket->socket, static_cast<std::int32_t>(backlog)));
}

namespace {

Outcome accept_connection(Call& call, std::uint32_t flags) {
    Kernel& kernel = call.kernel;
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    if (flags & ~(kOCloExec | kONonBlock)) return Outcome::fail(Errno::einval);
    // net/socket.c: the descriptor is reserved before anybody is waited for.
    const Fd reserved = call.me->opening.fd;
    const auto free = reserved >= 0 ? Result<Fd>(reserved) : free_descriptor(call);
    if (!free) return Outcome::fail(free.error());
    const auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    if (kernel.files.size() >= kernel.limits.all_open_files) return Outcome::fail(Errno::enfile);
    const Socket& listening = kernel.sockets[socket->socket];
    const bool waits = may_wait(call, kernel.files[socket->file], 0, listening.options.receive_timeout_ns);
    SocketId made{};
    Outcome outcome = operations(listening).accept(call, socket->socket, waits, made);
    if (outcome.kind == Outcome::Kind::blocked && reserved < 0) {
        call.me->opening.fd = *free;
        call.process().fds.write().set(*free, {.is_reserved = true});
    }
    if (!made) return outcome;
    const auto connection = new_file(kernel, file_of_socket(made, flags & kONonBlock));
    Result<void> told;
    if (call.arg(1)) {
        const auto name = operations(kernel.sockets[made]).name(kernel, made, Side::peer);
        told = name ? write_address(call.memory(), *name, call.arg(1), call.arg(2))
                    : Result<void>(Errno::econnaborted);
    }
    if (!told) {
        end_file(kernel, *connection, call.task, call.trace);
        return Outcome::fail(told.error());
    }
    call.me->opening = {};
    call.process().fds.write().set(*free, {*connection, (flags & kOCloExec) != 0, kernel.here});
    return Outcome::done(*free);
}

Outcome tell_name(Call& call, Side side) {
    const auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    const auto name = operations(call.kernel.sockets[socket->socket]).name(call.kernel, socket->socket, side);
    if (!name) return Outcome::fail(name.error());
    return Outcome::from(write_address(call.memory(), *name, call.arg(1), call.arg(2)));
}

}  // namespace

void give_up_accepting(Kernel& kernel, Tid task) {
    const Opening opening = kernel.tasks[task].opening;
    if (opening.file || opening.fd < 0) return;
    kernel.tasks.write(task).opening = {};
    kernel.processes.write(kernel.tasks[task].process).fds.write().clear(opening.fd);
}

Outcome sys_accept(Call& call) {
    return accept_connection(call, 0);
}

Outcome sys_accept4(Call& call) {
    return accept_connection(call, static_cast<std::uint32_t>(call.arg(3)));
}

Outcome sys_connect(Call& call) {
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    const auto name = read_address(call.memory(), call.arg(1), static_cast<std::int32_t>(call.arg(2)));
    if (!name) return Outcome::fail(name.error());
    const auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    const Socket& mine = call.kernel.sockets[socket->socket];
    const bool waits = may_wait(call, call.kernel.files[socket->file], 0, mine.options.send_timeout_ns);
    return operations(mine).connect(call, socket->socket, *name, waits);
}

Outcome sys_shutdown(Call& call) {
    const auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    constexpr std::uint64_t kReceiving = 0, kSending = 1, kBoth = 2;
    const std::uint64_t how = static_cast<std::uint32_t>(call.arg(1));
    if (how > kBoth) return Outcome::fail(Errno::einval);
    return Outcome::from(operations(call.kernel.sockets[socket->socket])
                             .shut_down(call, socket->socket, how != kSending, how != kReceiving));
}

Outcome sys_getsockname(Call& call) {
    return tell_name(call, Side::own);
}

Outcome sys_getpeername(Call& call) {
    return tell_name(call, Side::peer);
}

}  // namespace ipclab::kernel
