// UNIX domain sockets, their names and connections: unix(7), after Linux's net/unix/af_unix.c. What is sent over them is
// in kernel/unix_transfer.cpp.
//
// Names: a path makes an inode of its own, which stays when the socket goes; an abstract name (a NUL first) goes with the
// socket, and each type has its own. Linux keeps one list of waiters per socket and a second one, peer_wait, for those that
// wait for room in somebody else's queue: here they wait for WaitFor::peer of that socket.
#include "kernel/unix_socket.h"

#include <algorithm>

#include "kernel/emit.h"
#include "kernel/filesystem_calls.h"
#include "kernel/poll.h"

namespace ipclab::kernel {

namespace {

constexpr std::size_t kFamilyBytes = 2, kPathMax = 108;  // struct sockaddr_un

std::string_view path_in(const SocketAddress& name) {
    return std::string_view(name).substr(kFamilyBytes);
}
bool is_abstract(const SocketAddress& name) {
    return name[kFamilyBytes] == '\0';
}
SocketAddress address_of(std::string_view path) {
    return std::string("\1\0", kFamilyBytes) + std::string(path);
}

/// net/unix/af_unix.c, unix_validate_addr(): something must follow the family, and fit.
Result<void> check_address(const SocketAddress& name) {
    const bool is_local = name.size() >= kFamilyBytes && name[0] == 1 && name[1] == 0;
    if (!is_local || name.size() <= kFamilyBytes || name.size() > kFamilyBytes + kPathMax)
        return Errno::einval;
    return {};
}

/// A path ends at its NUL, or at the end of what was given.
std::string path_of_address(const SocketAddress& name) {
    const std::string_view path = path_in(name);
    return std::string(path.substr(0, path.find('\0')));
}

/// Everything that shows a socket's name: what it sent and is still in queues shows it, too.
void give_name(Kernel& kernel, SocketId id, SocketAddress name) {
    std::vector<SocketId> receivers;
    for (const auto& [other, socket] : kernel.sockets)
        for (const Cow<Packet>& packet : socket->queue)
            if (packet->from == id) receivers.push_back(other);
    for (SocketId receiver : receivers)
        for (Cow<Packet>& packet : kernel.sockets.write(receiver).queue)
            if (packet->from == id) packet.write().from_name = name;
    kernel.sockets.write(id).name = std::move(name);
}

bool is_taken(const Kernel& kernel, SocketType type, const SocketAddress& name) {
    for (const auto& [id, socket] : kernel.sockets)
        if (socket->type == type && socket->name == name && !socket->is_accepted) return true;
    return false;
}

Result<void> bind_abstract(Kernel& kernel, SocketId id, const SocketAddress& name) {
    const Socket& socket = kernel.sockets[id];
    if (!socket.name.empty()) return Errno::einval;
    if (is_taken(kernel, socket.type, name)) return Errno::eaddrinuse;
    give_name(kernel, id, name);
    return {};
}

/// The path's inode of socket kind: EADDRINUSE where there is anything.
Result<void> bind_path(Call& call, SocketId id, const SocketAddress& name) {
    Kernel& kernel = call.kernel;
    const std::string path = path_of_address(name);
    auto end = look_up(kernel, call.process_read().working_directory, path, Links::keep_last);
    if (!end) return end.error();
    // fs/namei.c: only a directory could be made with a slash at the end.
    if (end->has_trailing_slash && !end->inode) return Errno::enoent;
    if (auto may = may_create(kernel, *end); !may)
        return may.error() == Errno::eexist ? Errno::eaddrinuse : may.error();
    if (!kernel.sockets[id].name.empty()) return Errno::einval;
    Inode inode;
    inode.kind = InodeKind::socket;
    inode.mode = 0777 & ~call.process_read().umask;
    kernel.sockets.write(id).inode = new_named_inode(call, *end, std::move(inode));
    give_name(kernel, id, address_of(path + '\0'));
    return {};
}

Result<void> bind(Call& call, SocketId id, const SocketAddress& name) {
    constexpr std::string_view kOnlyFamily("\1\0", kFamilyBytes);
    if (name == kOnlyFamily) {
        name_at_random(call.kernel, id);
        return {};
    }
    if (auto fits = check_address(name); !fits) return fits;
    return is_abstract(name) ? bind_abstract(call.kernel, id, name) : bind_path(call, id, name);
}

}  // namespace

void name_at_random(Kernel& kernel, SocketId id) {
    constexpr std::uint32_t kNames = 0x100000;
    const Socket& socket = kernel.sockets[id];
    if (!socket.name.empty()) return;
    // unix(7), "Autobind feature": a NUL and five characters of [0-9a-f].
    for (std::uint32_t number = static_cast<std::uint32_t>(id.value);; ++number) {
        std::string path(1, '\0');
        for (int shift = 16; shift >= 0; shift -= 4)
            path += "0123456789abcdef"[number % kNames >> shift & 0xf];
        const SocketAddress name = address_of(path);
        if (is_taken(kernel, socket.type, name)) continue;
        return give_name(kernel, id, name);
    }
}

void name_if_credentials_are_wanted(Kernel& kernel, SocketId id) {
    if (kernel.sockets[id].options.wants_credentials) name_at_random(kernel, id);
}

Result<SocketId> find_local(Call& call, const SocketAddress& name, SocketType type) {
    const Kernel& kernel = call.kernel;
    if (auto fits = check_address(name); !fits) return fits.error();
    if (is_abstract(name)) {
        for (const auto& [id, socket] : kernel.sockets)
            if (socket->type == type && socket->name == name && !socket->is_accepted) return id;
        return Errno::econnrefused;
    }
    auto end = look_up(kernel, call.process_read().working_directory, path_of_address(name), Links::follow);
    if (!end) return end.error();
    if (!end->inode) return Errno::enoent;
    constexpr std::uint32_t kWrite = 2;
    // unix(7): connecting to a path needs write permission on it.
    if (!is_permitted(kernel.inodes[end->inode], kWrite)) return Errno::eacces;
    for (const auto& [id, socket] : kernel.sockets) {
        if (socket->inode != end->inode) continue;
        if (socket->type != type) return Errno::eprototype;
        return id;
    }
    // unix(7): nobody is behind the path any more, or it is no socket.
    return Errno::econnrefused;
}

bool is_backlog_full(const Socket& socket) {
    // net/unix/af_unix.c, unix_recvq_full(): one more than asked for.
    const std::size_t waiting =
        socket.state == SocketState::listening ? socket.backlog.size() : socket.queue.size();
    return waiting > static_cast<std::uint32_t>(socket.backlog_max);
}

Result<SocketAddress> local_name(const Kernel& kernel, SocketId id, Side side) {
    const Socket& socket = kernel.sockets[id];
    if (side == Side::peer && !socket.peer) return Errno::enotconn;
    const Socket* peer = kernel.sockets.find(socket.peer);
    const SocketAddress& name = side == Side::own ? socket.name : peer ? peer->name : socket.peer_name;
    return name.empty() ? address_of("") : name;
}

Result<void> shut_down_local(Call& call, SocketId id, bool receiving, bool sending) {
    Kernel& kernel = call.kernel;
    const auto shut = [&](SocketId socket, bool no_receiving, bool no_sending) {
        Socket& changed = kernel.sockets.write(socket);
        changed.cannot_receive |= no_receiving;
        changed.cannot_send |= no_sending;
        wake_all_of_socket(kernel, socket, call.task, call.trace);
    };
    shut(id, receiving, sending);
    const Socket& mine = kernel.sockets[id];
    // shutdown(2): the other end of a connection sees end of file, or cannot send any more.
    if (mine.is_connection() && kernel.sockets.contains(mine.peer)) shut(mine.peer, sending, receiving);
    return {};
}

// ---- Connections

namespace {

Outcome connect_stream(Call& call, SocketId id, const SocketAddress& name, bool waits) {
    Kernel& kernel = call.kernel;
    if (auto fits = check_address(name); !fits) return Outcome::fail(fits.error());
    name_if_credentials_are_wanted(kernel, id);
    const SocketType type = kernel.sockets[id].type;
    auto found = find_local(call, name, type);
    if (!found) return Outcome::fail(found.error());
    const Socket& listening = kernel.sockets[*found];
    if (listening.state != SocketState::listening || listening.cannot_receive)
        return Outcome::fail(Errno::econnrefused);
    if (is_backlog_full(listening)) {
        if (!waits || call.has_timed_out()) return Outcome::fail(Errno::eagain);
        return sleep_on_socket(call, ref(*found), WaitFor::peer, true,
                               kernel.sockets[id].options.send_timeout_ns);
    }
    const SocketState state = kernel.sockets[id].state;
    if (state != SocketState::unconnected)
        return Outcome::fail(state == SocketState::connected ? Errno::eisconn : Errno::einval);
    // The connection is there at once, whether or not somebody accepts it ever.
    const SocketId made = new_socket(kernel, SocketFamily::local, type);
    Socket& connection = kernel.sockets.write(made);
    connection.state = SocketState::connected;
    connection.is_accepted = true;
    connection.peer = id;
    connection.peer_credentials = credentials_of(call.pid);
    Socket& server = kernel.sockets.write(*found);
    connection.name = server.name;
    connection.options.wants_credentials = server.options.wants_credentials;
    server.backlog.push_back(made);
    Socket& mine = kernel.sockets.write(id);
    mine.state = SocketState::connected;
    mine.peer = made;
    mine.peer_credentials = server.credentials;
    call.wake(ref(*found), WaitFor::readable, Wake::one);
    return Outcome::done(0);
}

Result<void> listen_stream(Call& call, SocketId id, std::int32_t backlog) {
    const Socket& socket = call.kernel.sockets[id];
    // unix(7): a socket without a name cannot listen.
    if (socket.name.empty() || socket.state == SocketState::connected) return Errno::einval;
    Socket& changed = call.kernel.sockets.write(id);
    const bool has_grown = backlog > changed.backlog_max;
    changed.backlog_max = backlog;
    changed.state = SocketState::listening;
    changed.credentials = changed.peer_credentials = credentials_of(call.pid);
    if (has_grown) call.wake(ref(id), WaitFor::peer, Wake::all);
    return {};
}

Outcome accept_stream(Call& call, SocketId id, bool waits, SocketId& made) {
    const Socket& socket = call.kernel.sockets[id];
    if (socket.state != SocketState::listening) return Outcome::fail(Errno::einval);
    if (socket.backlog.empty()) {
        if (!waits || call.has_timed_out()) return Outcome::fail(Errno::eagain);
        if (socket.cannot_receive) return Outcome::fail(Errno::einval);
        return sleep_on_socket(call, ref(id), WaitFor::readable, true, socket.options.receive_timeout_ns);
    }
    Socket& listening = call.kernel.sockets.write(id);
    made = listening.backlog.front();
    listening.backlog.erase(listening.backlog.begin());
    call.wake(ref(id), WaitFor::peer, Wake::one);
    return Outcome::done(0);
}

Outcome connect_datagram(Call& call, SocketId id, const SocketAddress& name, bool) {
    Kernel& kernel = call.kernel;
    if (name.size() < kFamilyBytes) return Outcome::fail(Errno::einval);
    constexpr std::string_view kUnspecified("\0\0", kFamilyBytes);
    SocketId wanted{};
    if (!name.starts_with(kUnspecified)) {
        if (auto fits = check_address(name); !fits) return Outcome::fail(fits.error());
        name_if_credentials_are_wanted(kernel, id);
        auto found = find_local(call, name, SocketType::datagram);
        if (!found) return Outcome::fail(found.error());
        wanted = *found;
        if (!may_send_to(kernel, id, wanted)) return Outcome::fail(Errno::eperm);
    }
    const SocketId before = kernel.sockets[id].peer;
    Socket& mine = kernel.sockets.write(id);
    mine.peer = wanted;
    mine.peer_name.clear();
    mine.state = wanted ? SocketState::connected : SocketState::unconnected;
    if (before && before != wanted) {
        // net/unix/af_unix.c, unix_dgram_disconnected(): what the old peer sent is gone with it, and the peer is told if
        // that was anything.
        const bool loses = !mine.queue.empty();
        drop_queue(kernel, id, call.task, call.trace);
        call.wake(ref(id), WaitFor::peer, Wake::all);
        const Socket* other = kernel.sockets.find(before);
        if (loses && other && other->peer == id) {
            kernel.sockets.write(before).error = Errno::econnreset;
            wake_all_of_socket(kernel, before, call.task, call.trace);
        }
        end_unreachable_files(kernel, call.task, call.trace);
    }
    return Outcome::done(0);
}

// ---- The end of a socket

void close_one(Kernel& kernel, SocketId id, bool was_never_accepted, Tid by, Trace* trace) {
    const Socket socket = kernel.sockets[id];
    wake(kernel, ref(id), WaitFor::peer, Wake::all, by, trace);
    if (socket.is_connection() && kernel.sockets.contains(socket.peer)) {
        Socket& peer = kernel.sockets.write(socket.peer);
        peer.cannot_receive = peer.cannot_send = true;
        // unix(7): who closes without having read everything resets the connection. net/unix/af_unix.c,
        // unix_release_sock(): a first packet without bytes does not count.
        const std::size_t idle = !socket.queue.empty() && socket.queue.front()->bytes.empty() ? 1 : 0;
        if (socket.queue.size() > idle || was_never_accepted) peer.error = Errno::econnreset;
        wake_all_of_socket(kernel, socket.peer, by, trace);
    }
    drop_queue(kernel, id, by, trace);
    std::vector<SocketId> followers;
    for (const auto& [other, candidate] : kernel.sockets)
        if (candidate->peer == id) followers.push_back(other);
    for (SocketId follower : followers) kernel.sockets.write(follower).peer_name = socket.name;
    kernel.sockets.erase(id);
    if (socket.inode) drop_inode_if_unused(kernel, socket.inode, by, trace);
}

void close_local(Kernel& kernel, SocketId id, Tid by, Trace* trace) {
    const std::vector<SocketId> backlog = kernel.sockets[id].backlog;
    for (SocketId connection : backlog) close_one(kernel, connection, true, by, trace);
    close_one(kernel, id, false, by, trace);
}

// ---- Readiness

std::uint32_t ready_local(const Kernel& kernel, SocketId id) {
    constexpr std::uint32_t kIn = kPollIn | kPollRdNorm, kOut = kPollOut | kPollWrNorm | kPollWrBand;
    const Socket& socket = kernel.sockets[id];
    std::uint32_t events = 0;
    if (socket.error != kNoErrno) events |= kPollErr;
    if (socket.cannot_receive && socket.cannot_send) events |= kPollHup;
    if (socket.cannot_receive) events |= kPollRdHup | kIn;
    if (!socket.queue.empty() || !socket.backlog.empty()) events |= kIn;
    // unix_poll(): a connection that was never made counts as hung up.
    if (socket.is_connection() && socket.state == SocketState::unconnected) events |= kPollHup;
    if (socket.is_writable() && !is_peer_full(kernel, id)) events |= kOut;
    return events;
}

void add_waits_local(const Kernel& kernel, SocketId id, std::uint32_t events, std::vector<WaitPoint>& waits) {
    constexpr std::uint32_t kIn = kPollIn | kPollRdNorm | kPollRdHup,
                            kOut = kPollOut | kPollWrNorm | kPollWrBand;
    // A hang-up wakes either.
    if ((events & kIn) || !(events & kOut)) add_wait(waits, ref(id), WaitFor::readable);
    if (!(events & kOut)) return;
    add_wait(waits, ref(id), WaitFor::writable);
    if (is_peer_full(kernel, id)) add_wait(waits, ref(kernel.sockets[id].peer), WaitFor::peer);
}

Result<std::uint64_t> bytes_to_read_local(const Kernel&, const Socket& socket) {
    // net/unix/af_unix.c, unix_inq_len(): of a datagram socket only the first.
    if (socket.state == SocketState::listening) return Errno::einval;
    if (socket.is_connection()) return socket.queued_bytes();
    return std::uint64_t{socket.queue.empty() ? 0 : socket.queue.front()->bytes.size()};
}

}  // namespace

const SocketOperations kLocalStreamOperations{.bind = bind,
                                              .connect = connect_stream,
                                              .listen = listen_stream,
                                              .accept = accept_stream,
                                              .send = send_local_stream,
                                              .receive = receive_local_stream,
                                              .shut_down = shut_down_local,
                                              .name = local_name,
                                              .ready = ready_local,
                                              .add_waits = add_waits_local,
                                              .bytes_to_read = bytes_to_read_local,
                                              .closed = close_local};

const SocketOperations kLocalSeqpacketOperations{.bind = bind,
                                                 .connect = connect_stream,
                                                 .listen = listen_stream,
                                                 .accept = accept_stream,
                                                 .send = send_local_seqpacket,
                                                 .receive = receive_local_seqpacket,
                                                 .shut_down = shut_down_local,
                                                 .name = local_name,
                                                 .ready = ready_local,
                                                 .add_waits = add_waits_local,
                                                 .bytes_to_read = bytes_to_read_local,
                                                 .closed = close_local};

const SocketOperations kLocalDatagramOperations{.bind = bind,
                                                .connect = connect_datagram,
                                                .listen = cannot_listen,
                                                .accept = cannot_accept,
                                                .send = send_local_datagram,
                                                .receive = receive_local_datagram,
                                                .shut_down = shut_down_local,
                                                .name = local_name,
                                                .ready = ready_local,
                                                .add_waits = add_waits_local,
                                                .bytes_to_read = bytes_to_read_local,
                                                .closed = close_local};

}  // namespace ipclab::kernel
