// TCP over the link: what a segment that arrives does to its connection, after RFC 9293, 3.10.7. The states and their
// transitions are drawn in tcp_output.cpp.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/tcp_link.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kDuplicateAcks = 3;  // RFC 5681, 3.2

/// The end that a segment is for: one that is alive before one in TIME-WAIT.
SocketId end_for(const Kernel& kernel, const NetworkPacket& packet) {
    SocketId found{};
    for (const auto& [id, each] : kernel.network->connections) {
        const Socket& socket = kernel.sockets[id];
        if (inet_name(socket.name) != packet.to || inet_name(socket.peer_name) != packet.from) continue;
        if (!found || each->state != TcpState::time_wait) found = id;
    }
    return found;
}

void become_established(const Actor& actor, SocketId id) {
    TcpConnection& mine = connection(actor, id);
    if (mine.timed_end != 0) measure(mine, actor.kernel.now_ns);
    mine.state = TcpState::established;
    mine.unacknowledged = mine.next = 1;
    mine.timeout_ns = usual_timeout(mine);
    mine.retries = 0;
    mine.timer_at_ns = kNever;
    Socket& socket = actor.kernel.sockets.write(id);
    socket.peer = mine.peer;
    let_send_buffer_grow(socket);
}

/// A SYN for a listening socket.
void receive_syn(const Actor& actor, SocketId listening_id, const NetworkPacket& packet) {
    Kernel& kernel = actor.kernel;
    const Socket& listening = kernel.sockets[listening_id];
    // net/ipv4/tcp_input.c, tcp_conn_request(): the sender will try again.
    const auto most = static_cast<std::size_t>(std::max(listening.backlog_max, 1));
    if (is_tcp_backlog_full(listening) || half_open(kernel, listening_id).size() >= most)
        return explain(kernel, {}, "the backlog is full: a SYN is dropped", actor.trace);
    const SocketId made =
        make_server_side(kernel, listening_id, inet_address(packet.to), inet_address(packet.from));
    kernel.sockets.write(made).state = SocketState::connecting;
    TcpConnection mine;
    mine.state = TcpState::syn_received;
    mine.peer = packet.sender;
    mine.listening = listening_id;
    mine.expected = 1;
    mine.next = 1;
    mine.window_end = packet.header.window;
    mine.congestion_window = kInitialWindow * kSegmentMax;
    mine.slow_start_threshold = UINT64_MAX;
    mine.timeout_ns = kFirstTimeout;
    mine.own = made;
    kernel.network.write().connections.insert(made, std::move(mine));
    set_timer(actor, connection(actor, made), kFirstTimeout);
    send_segment(actor, made, 0, kSyn | kAck);
}

/// The answer to our SYN.
void receive_in_syn_sent(const Actor& actor, SocketId id, const NetworkPacket& packet) {
    TcpConnection& mine = connection(actor, id);
    const TcpHeader& header = packet.header;
    if (header.has(kAck) && header.acknowledged != 1) return answer_with_reset(actor, packet);
    if (header.has(kRst)) {
        if (header.has(kAck)) refuse(actor, id, Errno::econnrefused);
        return;
    }
    if (!header.has(kSyn)) return;
    mine.peer = packet.sender;
    mine.expected = 1;
    mine.window_end = 1 + std::uint64_t{header.window};
    if (!header.has(kAck)) {
        // RFC 9293, 3.5, figure 7: both have sent a SYN.
        mine.state = TcpState::syn_received;
        return send_segment(actor, id, 0, kSyn | kAck);
    }
    become_established(actor, id);
    acknowledge(actor, id);
    actor.wake_all(id);
}

/// Whether it goes on with what the segment carries.
bool receive_in_syn_received(const Actor& actor, SocketId id, const NetworkPacket& packet) {
    Kernel& kernel = actor.kernel;
    const TcpHeader& header = packet.header;
    const SocketId listening_id = connection(actor, id).listening;
    if (header.has(kRst)) {
        if (listening_id)
            erase_tcp(kernel, id);
        else
            refuse(actor, id, Errno::econnrefused);
        return false;
    }
    if (!header.has(kAck) || header.acknowledged != 1) {
        if (header.has(kSyn)) send_segment(actor, id, 0, kSyn | kAck);
        return false;
    }
    if (listening_id) {
        const Socket* listening = kernel.sockets.find(listening_id);
        if (!listening || listening->state != SocketState::listening) {
            reset_over_link(actor, id);
            erase_tcp(kernel, id);
            return false;
        }
        // net/ipv4/tcp_ipv4.c, tcp_v4_syn_recv_sock(): without a place the ACK is dropped; the other side believes itself
        // connected, and is answered again.
        if (is_tcp_backlog_full(*listening)) return false;
        kernel.sockets.write(id).state = SocketState::connected;
        kernel.sockets.write(listening_id).backlog.push_back(id);
    }
    become_established(actor, id);
    if (listening_id)
        wake(kernel, ref(listening_id), WaitFor::readable, Wake::one, actor.task, actor.trace);
    else
        actor.wake_all(id);
    return true;
}

/// RFC 9293, 3.10.7.4, fifth: false where the connection is over.
bool receive_ack(const Actor& actor, SocketId id, const NetworkPacket& packet) {
    Kernel& kernel = actor.kernel;
    TcpConnection& mine = connection(actor, id);
    const std::uint64_t acknowledged = packet.header.acknowledged;
    if (acknowledged < mine.unacknowledged) return true;
    if (acknowledged > mine.highest) {
        acknowledge(actor, id);
        return true;
    }
    const std::uint64_t window_end = acknowledged + packet.header.window;
    const bool opens = window_end > mine.window_end;
    mine.window_end = std::max(mine.window_end, window_end);
    if (acknowledged == mine.unacknowledged) {
        if (mine.next == mine.unacknowledged) {
            mine.retries = 0;  // an answer to a probe: the other end lives
            if (opens) {
                mine.timeout_ns = usual_timeout(mine);
                mine.timer_at_ns = kNever;
            }
        }
        const bool is_duplicate = !opens && packet.bytes.empty() && !packet.header.has(kFin) &&
                                  !packet.header.has(kSyn) && mine.next > mine.unacknowledged;
        if (is_duplicate && ++mine.duplicate_acks == kDuplicateAcks) {
            lower_congestion_window(mine, 0);
            const std::string first = mine.buffer.substr(0, kSegmentMax);
            send_segment(actor, id, mine.unacknowledged, first.empty() ? kAck | kFin : kAck | kPush, first);
        }
        return true;
    }
    if (mine.timed_end != 0 && acknowledged >= mine.timed_end) measure(mine, kernel.now_ns);
    const bool covers_fin = mine.has_fin && acknowledged == data_end(mine) + 1;
    const std::uint64_t bytes =
        std::min<std::uint64_t>(acknowledged - mine.unacknowledged, mine.buffer.size());
    mine.buffer.erase(0, bytes);
    mine.unacknowledged = acknowledged;
    mine.next = std::max(mine.next, acknowledged);
    mine.duplicate_acks = mine.retries = 0;
    mine.timeout_ns = usual_timeout(mine);
    mine.timer_at_ns = kNever;
    mine.congestion_window +=
        mine.congestion_window < mine.slow_start_threshold
            ? std::min(bytes, kSegmentMax)
            : std::max<std::uint64_t>(kSegmentMax * kSegmentMax / mine.congestion_window, 1);
    Socket& socket = kernel.sockets.write(id);
    socket.charged_bytes = mine.buffer.size();
    if (bytes > 0 && has_room_for_poll(socket))
        wake(kernel, ref(id), WaitFor::writable, Wake::all, actor.task, actor.trace);
    if (!covers_fin) return true;
    switch (mine.state) {
        case TcpState::fin_wait_1:
            mine.state = TcpState::fin_wait_2;
            // tcp(7), tcp_fin_timeout: nobody is left who could wait for the other side's FIN.
            if (socket.state == SocketState::closing) socket.expires_ns = kernel.now_ns + kTimeWait;
            return true;
        case TcpState::closing:
            enter_time_wait(actor, id);
            return false;
        case TcpState::last_ack:
            finish(actor, id);
            return false;
        case TcpState::syn_sent:
        case TcpState::syn_received:
        case TcpState::established:
        case TcpState::fin_wait_2:
        case TcpState::close_wait:
        case TcpState::time_wait:
            return true;
    }
    return true;
}

/// Keeps a segment's bytes by their sequence, without those that have been taken or that there is no room for.
void keep_early(TcpConnection& mine, const NetworkPacket& packet) {
    TcpConnection::Piece piece{packet.header.sequence, packet.bytes, packet.header.has(kFin)};
    if (piece.sequence < mine.expected) {
        piece.bytes.erase(0, std::min<std::uint64_t>(mine.expected - piece.sequence, piece.bytes.size()));
        piece.sequence = mine.expected;
    }
    if (piece.sequence + piece.bytes.size() > mine.promised) {
        piece.bytes.resize(mine.promised > piece.sequence ? mine.promised - piece.sequence : 0);
        piece.has_fin = false;
    }
    if (piece.bytes.empty() && !piece.has_fin) return;
    auto place = std::find_if(mine.early.begin(), mine.early.end(), [&](const TcpConnection::Piece& each) {
        return each.sequence >= piece.sequence;
    });
    if (place != mine.early.end() && place->sequence == piece.sequence) {
        if (piece.bytes.size() > place->bytes.size() || piece.has_fin) *place = std::move(piece);
    } else {
        mine.early.insert(place, std::move(piece));
    }
}

/// Moves what is in order into the socket's queue. True: a FIN is next.
bool take_in_order(const Actor& actor, SocketId id, Pid writer) {
    TcpConnection& mine = connection(actor, id);
    while (!mine.early.empty() && mine.early.front().sequence <= mine.expected) {
        TcpConnection::Piece piece = std::move(mine.early.front());
        mine.early.erase(mine.early.begin());
        const std::uint64_t end = piece.sequence + piece.bytes.size();
        if (end > mine.expected) {
            Packet packet;
            packet.bytes = piece.bytes.substr(mine.expected - piece.sequence);
            packet.writer = writer;
            mine.expected = end;
            actor.kernel.sockets.write(id).queue.emplace_back(std::move(packet));
        }
        if (!piece.has_fin || end != mine.expected) continue;
        ++mine.expected;
        mine.early.clear();
        return true;
    }
    return false;
}

/// False where the connection is over.
bool receive_fin(const Actor& actor, SocketId id) {
    Socket& socket = actor.kernel.sockets.write(id);
    socket.cannot_receive = socket.has_fin = true;
    TcpConnection& mine = connection(actor, id);
    const TcpState before = mine.state;
    if (before == TcpState::established) mine.state = TcpState::close_wait;
    if (before == TcpState::fin_wait_1) mine.state = TcpState::closing;
    acknowledge(actor, id);
    if (before == TcpState::fin_wait_2) {
        enter_time_wait(actor, id);
        return false;
    }
    actor.wake_all(id);
    return true;
}

/// False where the connection is over.
bool receive_bytes(const Actor& actor, SocketId id, const NetworkPacket& packet) {
    Kernel& kernel = actor.kernel;
    TcpConnection& mine = connection(actor, id);
    const bool takes = mine.state == TcpState::established || mine.state == TcpState::fin_wait_1 ||
                       mine.state == TcpState::fin_wait_2;
    if (!takes || (packet.bytes.empty() && !packet.header.has(kFin))) return true;
    // RFC 9293, 3.10.7.4, and Linux: nobody is left who could read them, or wants to.
    const Socket& socket = kernel.sockets[id];
    const bool refuses = socket.state == SocketState::closing ||
                         (socket.cannot_receive && mine.state != TcpState::established);
    if (!packet.bytes.empty() && refuses) {
        reset_over_link(actor, id);
        receive_reset(actor, id);
        return false;
    }
    keep_early(mine, packet);
    const std::uint64_t before = mine.expected;
    if (take_in_order(actor, id, packet.writer)) return receive_fin(actor, id);
    acknowledge(actor, id);
    if (connection(actor, id).expected > before)
        wake(kernel, ref(id), WaitFor::readable, Wake::one, actor.task, actor.trace);
    return true;
}

/// RFC 9293, 3.10.7.4, first: whether some of it lies where the window is.
bool is_acceptable(const TcpConnection& mine, const NetworkPacket& packet) {
    const std::uint64_t begin = packet.header.sequence,
                        length = packet.bytes.size() + (packet.header.has(kFin) ? 1 : 0);
    const std::uint64_t window = mine.promised > mine.expected ? mine.promised - mine.expected : 0;
    // net/ipv4/tcp_input.c, tcp_sequence(): at the very end of the window, too.
    if (length == 0) return begin >= mine.expected && begin <= mine.expected + window;
    return begin < mine.expected + window && begin + length > mine.expected;
}

void receive_by_end(const Actor& actor, SocketId id, const NetworkPacket& packet) {
    TcpConnection& mine = connection(actor, id);
    const TcpHeader& header = packet.header;
    if (!header.has(kRst) && (header.has(kSyn) || !is_acceptable(mine, packet))) {
        if (mine.state == TcpState::time_wait)
            actor.kernel.sockets.write(id).expires_ns = actor.kernel.now_ns + kTimeWait;
        return acknowledge(actor, id);
    }
    if (header.has(kRst)) {
        if (header.sequence != mine.expected) return;
        // RFC 1337: TIME-WAIT is not cut short by what is left of old connections.
        if (mine.state != TcpState::time_wait) receive_reset(actor, id);
        return;
    }
    if (!header.has(kAck) || !receive_ack(actor, id, packet) || !receive_bytes(actor, id, packet)) return;
    if (is_over_link(actor.kernel, id) && connection(actor, id).state != TcpState::time_wait)
        send_what_may_go(actor, id);
}

}  // namespace

// ---- What comes over the link

void receive_segment(Kernel& kernel, const NetworkPacket& packet, Trace* trace) {
    const Actor actor{kernel, {}, trace};
    forget_expired(kernel);
    SocketId id = end_for(kernel, packet);
    const SocketId listening = listener_for(kernel, packet.to);
    const bool opens = packet.header.has(kSyn) && !packet.header.has(kAck);
    if (id) {
        const TcpConnection& mine = kernel.network->connections[id];
        const bool is_strange = mine.peer && packet.sender != mine.peer;
        // RFC 9293, 3.6.1: a new connection may end the TIME-WAIT of an old one.
        if (is_strange && mine.state == TcpState::time_wait && opens && listening) {
            erase_tcp(kernel, id);
            id = {};
        } else if (is_strange && packet.sender) {
            return;  // what is left of an old connection with the same addresses
        }
    }
    if (!id) {
        if (listening && opens) return receive_syn(actor, listening, packet);
        return answer_with_reset(actor, packet);
    }
    const TcpState state = kernel.network->connections[id].state;
    if (state == TcpState::syn_sent) return receive_in_syn_sent(actor, id, packet);
    if (state == TcpState::syn_received && !receive_in_syn_received(actor, id, packet)) return;
    receive_by_end(actor, id, packet);
}

void tcp_unreachable(Kernel& kernel, const NetworkPacket& answer, Trace* trace) {
    if (!answer.refuses_host) return;
    for (const auto& [id, each] : kernel.network->connections) {
        const Socket& socket = kernel.sockets[id];
        if (each->state != TcpState::syn_sent || inet_name(socket.name) != answer.to ||
            inet_name(socket.peer_name) != answer.from)
            continue;
        return refuse({kernel, {}, trace}, id, Errno::ehostunreach);
    }
}

}  // namespace ipclab::kernel
