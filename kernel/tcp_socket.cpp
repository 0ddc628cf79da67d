// TCP: tcp(7), RFC 9293, as far as programs can see it. Over the loopback interface segments arrive as they are sent: what a
// write put into the connection lies in the receiver's queue at once, and the sender's buffer limits how much may lie there.
// A connection to another host goes over the link, segment by segment: that is tcp_output.cpp and tcp_input.cpp.
//
//   unconnected --listen--> listening --connection--> its backlog
//   unconnected --connect-> connecting --SYN, SYN and ACK--> connected
//   connected, without a descriptor: closing, until the other side closes, too
//   Of both ends, the one whose FIN came first leaves a time_wait behind, which holds the port for a minute.
//
// A socket in state connecting that has a peer is connected already, and connect(2) has not said so yet (O_NONBLOCK). One
// that cannot send was refused. One with neither has sent a SYN that is not answered yet. On the loopback interface there
// was no place in the backlog then; Linux sends it again after 1, 2, 3 ... seconds, here it is answered as soon as there is
// a place.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/poll.h"
#include "kernel/tcp.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kPieceMax = 65'536;  // of what lies in a queue: room is given back piece by piece
constexpr std::uint32_t kGrownSendBuffer =
    3'939'840;  // tcp(7), tcp_wmem: to what Linux lets it grow on loopback

bool is_established(const Socket& socket) {
    return socket.state == SocketState::connected || (socket.state == SocketState::connecting && socket.peer);
}
bool waits_for_place(const Socket& socket) {
    return socket.state == SocketState::connecting && !socket.peer && !socket.cannot_send;
}

void give_back(Call& call, const Packet& packet) {
    Kernel& kernel = call.kernel;
    if (!kernel.sockets.contains(packet.from)) return;
    Socket& sender = kernel.sockets.write(packet.from);
    sender.charged_bytes -= packet.charge_bytes;
    if (has_room_for_poll(sender)) call.wake(ref(packet.from), WaitFor::writable, Wake::all);
}

}  // namespace

// ---- Ends

void erase_tcp(Kernel& kernel, SocketId id) {
    forget_connection(kernel, id);
    const std::vector<Cow<Packet>> unread = kernel.sockets[id].queue;
    kernel.sockets.erase(id);
    for (const Cow<Packet>& packet : unread)
        if (kernel.sockets.contains(packet->from))
            kernel.sockets.write(packet->from).charged_bytes -= packet->charge_bytes;
}

void forget_expired(Kernel& kernel) {
    std::vector<SocketId> expired;
    for (const auto& [id, socket] : kernel.sockets)
        if (kernel.now_ns >= socket->expires_ns) expired.push_back(id);
    for (SocketId id : expired) erase_tcp(kernel, id);
}

SocketId leave_time_wait(Kernel& kernel, const Socket& closed) {
    Socket left;
    left.family = SocketFamily::inet;
    left.state = SocketState::time_wait;
    left.name = closed.name;
    left.peer_name = closed.peer_name;
    left.options.reuses_address = closed.options.reuses_address;
    left.expires_ns = kernel.now_ns + kTimeWait;
    const SocketId id{++kernel.last_socket};
    kernel.sockets.insert(id, std::move(left));
    return id;
}

void receive_reset(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    if (!kernel.sockets.contains(id)) return;
    if (kernel.sockets[id].state == SocketState::closing) return erase_tcp(kernel, id);
    forget_connection(kernel, id);
    Socket& socket = kernel.sockets.write(id);
    // net/ipv4/tcp_input.c, tcp_reset(): EPIPE in CLOSE-WAIT, where the peer had sent a FIN and this end had not.
    socket.error = socket.has_fin && !socket.cannot_send ? Errno::epipe : Errno::econnreset;
    socket.cannot_receive = socket.cannot_send = true;
    socket.state = SocketState::unconnected;
    socket.peer = {};
    give_back_port(socket);
    actor.wake_all(id);
}

void refuse(const Actor& actor, SocketId id, Errno error) {
    forget_connection(actor.kernel, id);
    Socket& socket = actor.kernel.sockets.write(id);
    socket.state = SocketState::connecting;
    socket.error = error;
    socket.cannot_receive = socket.cannot_send = true;
    give_back_port(socket);
    actor.wake_all(id);
}

namespace {

/// Both FINs have been seen.
void end_connection(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    const Socket before = kernel.sockets[id];
    if (before.state == SocketState::closing) {
        erase_tcp(kernel, id);
    } else {
        Socket& socket = kernel.sockets.write(id);
        socket.state = SocketState::unconnected;
        socket.peer = {};
        socket.closed_first = false;
        give_back_port(socket);
        actor.wake_all(id);
    }
    if (before.closed_first) leave_time_wait(kernel, before);
}

/// Sends a FIN: the other side gets end of file.
void send_fin(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    if (is_over_link(kernel, id)) return send_fin_over_link(actor, id);
    Socket& socket = kernel.sockets.write(id);
    socket.cannot_send = true;
    const SocketId peer_id = socket.peer;
    if (!kernel.sockets.contains(peer_id)) return;
    const bool is_second = kernel.sockets[peer_id].cannot_send;
    socket.closed_first = !is_second;
    Socket& peer = kernel.sockets.write(peer_id);
    peer.cannot_receive = peer.has_fin = true;
    actor.wake_all(peer_id);
    if (!is_second) return;
    end_connection(actor, peer_id);
    end_connection(actor, id);
}

std::vector<SocketId> waiting_for_place(const Kernel& kernel, const Socket& listening) {
    const InetName name = inet_name(listening.name);
    std::vector<SocketId> found;
    for (const auto& [id, socket] : kernel.sockets) {
        if (socket->family != SocketFamily::inet || !waits_for_place(*socket) || is_over_link(kernel, id))
            continue;
        const InetName to = inet_name(socket->peer_name);
        if (to.port == name.port && (name.host == kAnyHost || name.host == to.host)) found.push_back(id);
    }
    return found;
}

/// Who waits in the backlog is reset; who waits for a place in it is refused.
void stop_listening(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    Socket& listening = kernel.sockets.write(id);
    const std::vector<SocketId> backlog = std::move(listening.backlog);
    const std::vector<SocketId> waiting = waiting_for_place(kernel, listening);
    listening.backlog.clear();
    listening.state = SocketState::unconnected;
    give_back_port(listening);
    for (SocketId connection : half_open(kernel, id)) erase_tcp(kernel, connection);
    for (SocketId connection : backlog) {
        if (is_over_link(kernel, connection)) {
            reset_over_link(actor, connection);
            erase_tcp(kernel, connection);
            continue;
        }
        const SocketId client = kernel.sockets[connection].peer;
        erase_tcp(kernel, connection);
        receive_reset(actor, client);
    }
    for (SocketId client : waiting) refuse(actor, client, Errno::econnrefused);
    actor.wake_all(id);
}

void close_tcp(Kernel& kernel, SocketId id, Tid by, Trace* trace) {
    const Actor actor{kernel, by, trace};
    const Socket& socket = kernel.sockets[id];
    if (socket.state == SocketState::listening) stop_listening(actor, id);
    if (!is_established(kernel.sockets[id])) return erase_tcp(kernel, id);
    const SocketId peer = socket.peer;
    // RFC 2525, 2.17: who closes without having read everything resets the connection; socket(7), SO_LINGER with no time.
    if (!socket.queue.empty() || (socket.options.lingers && socket.options.linger_s == 0)) {
        const bool goes_far = is_over_link(kernel, id);
        if (goes_far) reset_over_link(actor, id);
        erase_tcp(kernel, id);
        return goes_far ? void() : receive_reset(actor, peer);
    }
    Socket& closing = kernel.sockets.write(id);
    closing.state = SocketState::closing;
    // tcp(7), tcp_fin_timeout: how long the other side's FIN is waited for. Over the link it begins when that waits for
    // nothing else.
    const bool waits_for_fin =
        !is_over_link(kernel, id) || kernel.network->connections[id].state == TcpState::fin_wait_2;
    if (waits_for_fin) closing.expires_ns = kernel.now_ns + kTimeWait;
    if (!closing.cannot_send) send_fin(actor, id);
}

}  // namespace

// ---- Connections

SocketId listener_for(const Kernel& kernel, InetName to) {
    SocketId found{};
    for (const auto& [id, socket] : kernel.sockets) {
        if (socket->family != SocketFamily::inet || socket->state != SocketState::listening) continue;
        const InetName name = inet_name(socket->name);
        if (name.port != to.port || (name.host != kAnyHost && name.host != to.host)) continue;
        if (!found || name.host != kAnyHost) found = id;
    }
    return found;
}

bool is_tcp_backlog_full(const Socket& listening) {
    // net/sock.h, sk_acceptq_is_full(): one more than asked for.
    return listening.backlog.size() > static_cast<std::uint32_t>(listening.backlog_max);
}

void let_send_buffer_grow(Socket& socket) {
    if (!socket.options.fixes_send_buffer) socket.options.send_buffer_bytes = kGrownSendBuffer;
}

SocketId make_server_side(Kernel& kernel, SocketId listening, const SocketAddress& own,
                          const SocketAddress& peer) {
    const SocketId made = new_socket(kernel, SocketFamily::inet, SocketType::stream);
    Socket& server = kernel.sockets.write(made);
    server.options = kernel.sockets[listening].options;  // tcp(7): inherited
    server.is_accepted = true;
    server.keeps_host = kernel.sockets[listening].keeps_host;
    server.name = own;
    server.peer_name = peer;
    return made;
}

namespace {

/// The handshake: the connection is there at once, whether or not somebody accepts it ever.
void establish(const Actor& actor, SocketId client_id, SocketId listening_id) {
    Kernel& kernel = actor.kernel;
    const Socket before = kernel.sockets[client_id];
    const SocketId made = make_server_side(kernel, listening_id, before.peer_name, before.name);
    Socket& client = kernel.sockets.write(client_id);
    Socket& server = kernel.sockets.write(made);
    server.state = SocketState::connected;
    server.peer = client_id;
    client.peer = made;
    client.state = SocketState::connecting;
    let_send_buffer_grow(server);
    let_send_buffer_grow(client);
    kernel.sockets.write(listening_id).backlog.push_back(made);
    wake(kernel, ref(listening_id), WaitFor::readable, Wake::one, actor.task, actor.trace);
    actor.wake_all(client_id);
}

/// What a socket in state connecting gives to connect(2).
Outcome go_on_connecting(Call& call, SocketId id, bool waits) {
    Kernel& kernel = call.kernel;
    const Socket& socket = kernel.sockets[id];
    if (is_closed(socket)) {
        // net/ipv4/af_inet.c: the error, or ECONNABORTED where SO_ERROR has told it; then one may try again.
        const Errno error = take_error(kernel, id);
        Socket& again = kernel.sockets.write(id);
        again.state = SocketState::unconnected;
        again.cannot_receive = again.cannot_send = false;
        give_back_host(again);
        again.peer_name.clear();
        return Outcome::fail(error == kNoErrno ? Errno::econnaborted : error);
    }
    if (socket.peer) {
        kernel.sockets.write(id).state = SocketState::connected;
        return Outcome::done(0);
    }
    if (!waits) return Outcome::fail(Errno::ealready);
    if (call.has_timed_out()) return Outcome::fail(Errno::einprogress);
    return sleep_on_socket(call, ref(id), WaitFor::writable, false, socket.options.send_timeout_ns);
}

Outcome disconnect(Call& call, SocketId id) {
    const Actor actor{call.kernel, call.task, call.trace};
    const Socket before = call.kernel.sockets[id];
    if (before.state == SocketState::listening) stop_listening(actor, id);
    if (is_over_link(call.kernel, id) && is_established(before))
        reset_over_link(actor, id);
    else if (is_established(before))
        receive_reset(actor, before.peer);
    forget_connection(call.kernel, id);
    Socket& socket = call.kernel.sockets.write(id);
    // net/ipv4/tcp.c, tcp_disconnect(): of a socket that is closed already a port that it was given since is its own.
    if (!is_closed(before)) give_back_port(socket);
    give_back_host(socket);
    socket.state = SocketState::unconnected;
    socket.peer = {};
    socket.peer_name.clear();
    socket.cannot_receive = socket.cannot_send = socket.has_fin = false;
    // The same, tcp_need_reset(): unless both have said that they send no more.
    if (is_established(before) ? !(before.has_fin && before.cannot_send) : waits_for_place(before))
        socket.error = Errno::econnreset;
    const std::vector<Cow<Packet>> unread = std::exchange(socket.queue, {});
    for (const Cow<Packet>& packet : unread) give_back(call, *packet);
    actor.wake_all(id);
    return Outcome::done(0);
}

Outcome connect_tcp(Call& call, SocketId id, const SocketAddress& address, bool waits) {
    Kernel& kernel = call.kernel;
    forget_expired(kernel);
    if (address.size() < 2) return Outcome::fail(Errno::einval);
    if (is_unspecified(address)) return disconnect(call, id);
    const Socket& before = kernel.sockets[id];
    if (before.state == SocketState::connecting) return go_on_connecting(call, id, waits);
    // connect(2): EISCONN, also for a connection that has ended.
    if (before.state != SocketState::unconnected || !before.peer_name.empty())
        return Outcome::fail(Errno::eisconn);
    auto to = destination_of(kernel, address);
    if (!to) return Outcome::fail(to.error());
    // RFC 1122, 4.2.3.10: a connection has one other end.
    if (is_broadcast(*kernel.network, to->host) || is_multicast(to->host))
        return Outcome::fail(Errno::enetunreach);
    if (auto port = give_port(kernel, id); !port) return Outcome::fail(Errno::eaddrnotavail);
    const Actor actor{kernel, call.task, call.trace};
    Socket& socket = kernel.sockets.write(id);
    socket.name = inet_address(source_of(kernel, socket, to->host));
    socket.peer_name = inet_address(*to);
    socket.cannot_receive = socket.cannot_send = false;
    socket.error = kNoErrno;
    socket.state = SocketState::connecting;
    const SocketId listening = listener_for(kernel, *to);
    if (!is_loopback(to->host))
        connect_over_link(actor, id);
    else if (!listening)
        refuse(actor, id, Errno::econnrefused);
    else if (!is_tcp_backlog_full(kernel.sockets[listening]))
        establish(actor, id, listening);
    // connect(2): without waiting it is always under way, however quick it is.
    return waits ? go_on_connecting(call, id, waits) : Outcome::fail(Errno::einprogress);
}

Result<void> listen_tcp(Call& call, SocketId id, std::int32_t backlog) {
    Kernel& kernel = call.kernel;
    forget_expired(kernel);
    const Socket& before = kernel.sockets[id];
    if (before.state != SocketState::unconnected && before.state != SocketState::listening)
        return Errno::einval;
    // net/ipv4/af_inet.c, inet_listen(): nor one that has been connected, however that ended.
    if (!before.peer_name.empty()) return Errno::einval;
    if (auto port = give_port(kernel, id); !port) return port;
    // listen(2): EADDRINUSE where another socket listens on the port; net/ipv4/inet_connection_sock.c,
    // inet_csk_listen_start(): or has a connection there.
    if (before.state == SocketState::unconnected && !can_have_name(kernel, id, inet_name(before.name)))
        return Errno::eaddrinuse;
    Socket& socket = kernel.sockets.write(id);
    socket.state = SocketState::listening;
    socket.backlog_max = backlog;
    socket.cannot_receive = socket.cannot_send = false;
    return {};
}

Outcome accept_tcp(Call& call, SocketId id, bool waits, SocketId& made) {
    Kernel& kernel = call.kernel;
    const Socket& socket = kernel.sockets[id];
    if (socket.state != SocketState::listening) return Outcome::fail(Errno::einval);
    if (socket.backlog.empty()) {
        if (!waits || call.has_timed_out()) return Outcome::fail(Errno::eagain);
        return sleep_on_socket(call, ref(id), WaitFor::readable, true, socket.options.receive_timeout_ns);
    }
    Socket& listening = kernel.sockets.write(id);
    made = listening.backlog.front();
    listening.backlog.erase(listening.backlog.begin());
    const std::vector<SocketId> waiting = waiting_for_place(kernel, listening);
    if (!waiting.empty()) establish({kernel, call.task, call.trace}, waiting.front(), id);
    return Outcome::done(0);
}

Result<void> shut_down_tcp(Call& call, SocketId id, bool receiving, bool sending) {
    const Actor actor{call.kernel, call.task, call.trace};
    const Socket& socket = call.kernel.sockets[id];
    if (socket.state == SocketState::listening) {
        if (receiving) stop_listening(actor, id);
        return {};
    }
    const bool is_connected = is_established(socket);
    if (!is_connected && socket.state != SocketState::unconnected) return Errno::enotconn;
    if (receiving) call.kernel.sockets.write(id).cannot_receive = true;
    if (sending && is_connected && !socket.cannot_send) send_fin(actor, id);
    if (sending) call.kernel.sockets.write(id).cannot_send = true;
    actor.wake_all(id);
    return is_connected ? Result<void>{} : Errno::enotconn;
}

// ---- Bytes

/// Nobody is left who could read them; net/ipv4/tcp_input.c, tcp_rcv_state_process(): nor does anybody want to, of a
/// connection that has been shut down both ways.
bool refuses_bytes(const Socket& socket) {
    return socket.state == SocketState::closing || (socket.cannot_receive && socket.cannot_send);
}

Outcome bytes_or(std::uint64_t bytes, Errno error) {
    return bytes > 0 ? Outcome::done(static_cast<std::int64_t>(bytes)) : Outcome::fail(error);
}

/// Into the queue of the peer. Where nobody is there to read, a RST comes back; the bytes count as sent.
void deliver(Call& call, SocketId id, std::string bytes) {
    Kernel& kernel = call.kernel;
    const SocketId to = kernel.sockets[id].peer;
    call.charge_copy(bytes.size());
    if (is_over_link(kernel, id))
        return send_over_link({kernel, call.task, call.trace}, id, std::move(bytes), call.pid);
    if (!kernel.sockets.contains(to) || refuses_bytes(kernel.sockets[to])) {
        const Actor actor{kernel, call.task, call.trace};
        receive_reset(actor, to);
        return receive_reset(actor, id);
    }
    Packet packet;
    packet.writer = call.pid;
    packet.from = id;
    packet.charge_bytes = static_cast<std::uint32_t>(bytes.size());
    packet.bytes = std::move(bytes);
    kernel.sockets.write(id).charged_bytes += packet.charge_bytes;
    kernel.sockets.write(to).queue.emplace_back(std::move(packet));
    call.wake(ref(to), WaitFor::readable, Wake::one);
}

Outcome send_tcp(Call& call, SocketId id, SendRequest& request) {
    Kernel& kernel = call.kernel;
    if (request.flags & kMsgOob) {
        explain(kernel, call.task, "MSG_OOB on TCP sockets is not simulated: EOPNOTSUPP", call.trace);
        return Outcome::fail(Errno::eopnotsupp);
    }
    const auto sleep = [&] {
        return sleep_on_socket(call, ref(id), WaitFor::writable, false,
                               kernel.sockets[id].options.send_timeout_ns);
    };
    const auto may_sleep = [&] {
        return request.waits && !call.has_timed_out() && !(request.done > 0 && call.is_interrupted());
    };
    request.data.skip(request.done);
    if (waits_for_place(kernel.sockets[id])) return may_sleep() ? sleep() : Outcome::fail(Errno::eagain);
    do {
        const Socket& socket = kernel.sockets[id];
        if (socket.error != kNoErrno || socket.cannot_send || !is_established(socket)) {
            if (request.done > 0) break;
            // net/core/stream.c, sk_stream_error(): the error that is pending, else EPIPE and its signal.
            const Errno error = take_error(kernel, id);
            const bool is_broken = error == kNoErrno || error == Errno::epipe;
            return Outcome::fail(is_broken ? broken_pipe(call, request.flags) : error);
        }
        if (request.data.left() == 0) break;
        if (!socket.has_room()) {
            if (may_sleep()) return sleep();
            return bytes_or(request.done, Errno::eagain);
        }
        const std::uint64_t bytes = std::min(
            {request.data.left(), kPieceMax, socket.options.send_buffer_bytes - socket.charged_bytes});
        std::string piece(bytes, '\0');
        if (request.data.copy_in({reinterpret_cast<std::uint8_t*>(piece.data()), bytes}) < bytes)
            return bytes_or(request.done, Errno::efault);
        deliver(call, id, std::move(piece));
        request.done += bytes;
    } while (request.data.left() > 0);
    return Outcome::done(static_cast<std::int64_t>(request.done));
}

/// Takes, or looks at, what lies in the queue, from `at` of it on; false where the program's memory ends.
bool take(Call& call, SocketId id, ReceiveRequest& request) {
    const bool peeks = (request.flags & kMsgPeek) != 0;
    for (std::size_t i = 0; request.data.left() > 0 && i < call.kernel.sockets[id].queue.size();) {
        const Cow<Packet> packet = call.kernel.sockets[id].queue[i];
        const std::uint64_t bytes = std::min<std::uint64_t>(packet->left_bytes(), request.data.left());
        const std::span all(reinterpret_cast<const std::uint8_t*>(packet->bytes.data()),
                            packet->bytes.size());
        // tcp(7): MSG_TRUNC throws bytes away instead of giving them.
        if (request.flags & kMsgTrunc)
            request.data.skip(bytes);
        else if (request.data.copy_out(all.subspan(packet->read_bytes, bytes)) < bytes)
            return false;
        request.done += bytes;
        call.charge_copy(bytes);
        if (peeks) {
            ++i;
            continue;
        }
        auto& queue = call.kernel.sockets.write(id).queue;
        if (bytes < packet->left_bytes()) {
            queue.front().write().read_bytes += static_cast<std::uint32_t>(bytes);
        } else {
            queue.erase(queue.begin());
            give_back(call, *packet);
        }
    }
    if (!peeks && request.done > 0) tell_window({call.kernel, call.task, call.trace}, id);
    return true;
}

/// With nothing in the queue: what a receive ends with. kNoErrno: end of file; nothing: it may wait.
std::optional<Errno> end_of_receive(Kernel& kernel, SocketId id) {
    const Socket& socket = kernel.sockets[id];
    // net/ipv4/tcp.c: after a FIN there is end of file, whatever came later.
    if (socket.has_fin) return kNoErrno;
    if (socket.error != kNoErrno) return take_error(kernel, id);
    if (socket.cannot_receive) return kNoErrno;
    if (socket.state == SocketState::unconnected) return Errno::enotconn;
    return {};
}

Outcome receive_tcp(Call& call, SocketId id, ReceiveRequest& request) {
    Kernel& kernel = call.kernel;
    if (kernel.sockets[id].state == SocketState::listening) return Outcome::fail(Errno::enotconn);
    if (request.flags & kMsgOob) return Outcome::fail(Errno::einval);  // there is never urgent data
    request.data.skip(request.done);
    if (!take(call, id, request)) return bytes_or(request.done, Errno::efault);
    const Socket& socket = kernel.sockets[id];
    const auto low_water = static_cast<std::uint32_t>(socket.options.low_water_bytes);
    const std::uint64_t target = std::max<std::uint64_t>(
        std::min<std::uint64_t>(request.flags & kMsgWaitAll ? request.data.total() : low_water,
                                request.data.total()),
        1);
    // net/core/sock.c, sk_wait_event(): connect(AF_UNSPEC) of somebody else meanwhile.
    if (call.pending.has_slept && socket.state == SocketState::unconnected && !socket.cannot_receive)
        return bytes_or(request.done, Errno::epipe);
    // net/ipv4/tcp.c, tcp_recvmsg_locked(): who wants no bytes goes on after whatever woke it, a signal, too.
    if (request.done >= target || ((request.flags & kMsgPeek) && request.done > 0) ||
        (request.data.total() == 0 && (!socket.queue.empty() || call.pending.has_slept)))
        return Outcome::done(static_cast<std::int64_t>(request.done));
    if (request.done > 0) {
        if (socket.error != kNoErrno || socket.cannot_receive)
            return Outcome::done(static_cast<std::int64_t>(request.done));
    } else if (const auto end = end_of_receive(kernel, id)) {
        return *end == kNoErrno ? Outcome::done(0) : Outcome::fail(*end);
    }
    if (!request.waits || call.has_timed_out() || (request.done > 0 && call.is_interrupted()))
        return bytes_or(request.done, Errno::eagain);
    return sleep_on_socket(call, ref(id), WaitFor::readable, false, socket.options.receive_timeout_ns);
}

// ---- Readiness

std::uint32_t ready_tcp(const Kernel& kernel, SocketId id) {
    constexpr std::uint32_t kIn = kPollIn | kPollRdNorm, kOut = kPollOut | kPollWrNorm;
    const Socket& socket = kernel.sockets[id];
    // net/ipv4/tcp.c, tcp_poll()
    if (socket.state == SocketState::listening) return socket.backlog.empty() ? 0 : kIn;
    std::uint32_t events = 0;
    if (socket.error != kNoErrno) events |= kPollErr;
    if ((socket.cannot_receive && socket.cannot_send) || socket.state == SocketState::unconnected)
        events |= kPollHup;
    if (socket.cannot_receive) events |= kIn | kPollRdHup;
    if (waits_for_place(socket)) return events;
    if (!socket.queue.empty()) events |= kIn;
    if (socket.cannot_send || has_room_for_poll(socket)) events |= kOut;
    return events;
}

void add_waits_tcp(const Kernel&, SocketId id, std::uint32_t events, std::vector<WaitPoint>& waits) {
    constexpr std::uint32_t kOut = kPollOut | kPollWrNorm | kPollWrBand,
                            kIn = kPollIn | kPollRdNorm | kPollRdHup;
    if ((events & kIn) || !(events & kOut)) add_wait(waits, ref(id), WaitFor::readable);
    if (events & kOut) add_wait(waits, ref(id), WaitFor::writable);
}

Result<std::uint64_t> bytes_to_read_tcp(const Kernel&, const Socket& socket) {
    if (socket.state == SocketState::listening) return Errno::einval;
    return socket.queued_bytes();
}

Result<SocketAddress> tcp_name(const Kernel& kernel, SocketId id, Side side) {
    const Socket& socket = kernel.sockets[id];
    if (side == Side::peer && is_established(socket)) return socket.peer_name;
    return inet_socket_name(kernel, id, side);
}

Result<void> bind_tcp(Call& call, SocketId id, const SocketAddress& address) {
    forget_expired(call.kernel);
    return bind_inet(call, id, address);
}

}  // namespace

const SocketOperations kTcpOperations{.bind = bind_tcp,
                                      .connect = connect_tcp,
                                      .listen = listen_tcp,
                                      .accept = accept_tcp,
                                      .send = send_tcp,
                                      .receive = receive_tcp,
                                      .shut_down = shut_down_tcp,
                                      .name = tcp_name,
                                      .ready = ready_tcp,
                                      .add_waits = add_waits_tcp,
                                      .bytes_to_read = bytes_to_read_tcp,
                                      .closed = close_tcp};

}  // namespace ipclab::kernel
