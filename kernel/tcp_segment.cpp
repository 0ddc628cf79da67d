// TCP over the link: segments, after RFC 9293, with Linux's times. The calls are in tcp_socket.cpp: a socket of either kind
// looks the same to them, and one that has a TcpConnection sends segments.
//
//   SYN-SENT --SYN, ACK--> ESTABLISHED <--ACK-- SYN-RECEIVED <--SYN-- (a listening socket)
//   ESTABLISHED --own FIN--> FIN-WAIT-1 --ACK--> FIN-WAIT-2 --FIN--> TIME-WAIT (a minute; kernel/socket.h)
//                            FIN-WAIT-1 --FIN--> CLOSING --ACK--> TIME-WAIT
//   ESTABLISHED --FIN--> CLOSE-WAIT --own FIN--> LAST-ACK --ACK--> gone
//
// What is not acknowledged in time is sent again, from the first unacknowledged byte on (go back N; what has arrived out of
// order is kept by the receiver, so that its next acknowledgement jumps over it); after three equal acknowledgements at once.
// The time doubles with each try. Congestion control is RFC 5681's: slow start from ten segments, then one more each round.
// Every segment with bytes is acknowledged at once; Linux waits up to 40 ms for another or for an answer.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/tcp.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kSegmentMax = 1460;       // Ethernet's 1500 less the headers of IP and TCP
constexpr std::uint64_t kInitialWindow = 10;      // RFC 6928: segments
constexpr std::uint32_t kWindowMax = 0x3fffffff;  // RFC 7323: 65535 shifted by 14
// net/tcp.h: TCP_TIMEOUT_INIT, TCP_RTO_MIN, TCP_RTO_MAX
constexpr Time kFirstTimeout = kSecond, kLeastTimeout = 200 * kMillisecond, kMostTimeout = 120 * kSecond;
constexpr std::uint32_t kOrphanRetries = 8;  // tcp(7), tcp_orphan_retries
constexpr std::uint32_t kDuplicateAcks = 3;  // RFC 5681, 3.2

TcpConnection& connection(const Actor& actor, SocketId id) {
    return actor.kernel.network.write().connections.write(id);
}

/// One behind the last byte that the program has given.
std::uint64_t data_end(const TcpConnection& mine) {
    return std::max<std::uint64_t>(mine.unacknowledged, 1) + mine.buffer.size();
}
bool has_fin_to_send(const TcpConnection& mine) {
    const bool is_acknowledged = mine.state != TcpState::fin_wait_1 && mine.state != TcpState::closing &&
                                 mine.state != TcpState::last_ack;
    return mine.has_fin && mine.next == data_end(mine) && !is_acknowledged;
}
bool is_synchronised(const TcpConnection& mine) {
    return mine.state != TcpState::syn_sent && mine.state != TcpState::syn_received;
}

void set_timer(const Actor& actor, TcpConnection& mine, Time after_ns) {
    mine.timer_at_ns = after_ns == kNever ? kNever : actor.kernel.now_ns + after_ns;
    arm_timer(actor.kernel, mine.timer_at_ns);
}

/// RFC 9293, 3.8.6.2.2: an end that was told is never taken back, and small steps are not told of.
std::uint32_t window_to_tell(const Kernel& kernel, SocketId id, TcpConnection& mine) {
    const Socket& socket = kernel.sockets[id];
    // tcp(7), tcp_adv_win_scale: half of the buffer is for bytes, half for what the kernel needs beside them.
    const std::uint64_t buffer = socket.options.receive_buffer_bytes / 2;
    std::uint64_t used = socket.queued_bytes();
    for (const TcpConnection::Piece& piece : mine.early) used += piece.bytes.size();
    const std::uint64_t end = mine.expected + (buffer > used ? buffer - used : 0);
    mine.promised = std::max(mine.promised, mine.expected);
    if (end >= mine.promised + std::min(kSegmentMax, buffer / 2)) mine.promised = end;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(mine.promised - mine.expected, kWindowMax));
}

void send_segment(const Actor& actor, SocketId id, std::uint64_t sequence, std::uint8_t flags,
                  std::string bytes = {}) {
    Kernel& kernel = actor.kernel;
    TcpConnection& mine = connection(actor, id);
    const Socket& socket = kernel.sockets[id];
    NetworkPacket packet = new_packet(PacketKind::tcp, inet_name(socket.name), inet_name(socket.peer_name));
    packet.sender = mine.own;
    packet.header = {sequence, (flags & kAck) ? mine.expected : 0, window_to_tell(kernel, id, mine), flags};
    const std::uint64_t length = bytes.size() + ((flags & (kSyn | kFin)) ? 1 : 0), end = sequence + length;
    const bool is_again = length > 0 && sequence < mine.highest;
    if (is_again) {
        ++mine.retransmitted;
        mine.timed_end = 0;  // RFC 6298, 3: what was sent twice tells nothing about time
    } else if (length > 0 && mine.timed_end == 0) {
        mine.timed_end = end;
        mine.timed_ns = kernel.now_ns;
    }
    mine.highest = std::max(mine.highest, end);
    packet.bytes = std::move(bytes);
    packet.writer = mine.writer;
    transmit(kernel, std::move(packet), is_again ? PacketStep::sent_again : PacketStep::sent, actor.task,
             actor.trace);
}

void acknowledge(const Actor& actor, SocketId id) {
    send_segment(actor, id, connection(actor, id).highest, kAck);
}

/// RFC 9293, 3.10.7.1: to a segment that belongs to no connection.
void answer_with_reset(const Actor& actor, const NetworkPacket& packet) {
    if (packet.header.has(kRst)) return;
    NetworkPacket answer = new_packet(PacketKind::tcp, packet.to, packet.from);
    const std::uint64_t length =
        packet.bytes.size() + (packet.header.has(kSyn) ? 1 : 0) + (packet.header.has(kFin) ? 1 : 0);
    if (packet.header.has(kAck))
        answer.header = {packet.header.acknowledged, 0, 0, kRst};
    else
        answer.header = {0, packet.header.sequence + length, 0, kRst | kAck};
    transmit(actor.kernel, std::move(answer), PacketStep::sent, actor.task, actor.trace);
}

// ---- Sending

/// tcp(7), TCP_NODELAY: Nagle's algorithm holds a small segment back while something is not acknowledged.
bool may_go(const TcpConnection& mine, const Socket& socket, std::uint64_t bytes) {
    if (bytes == kSegmentMax || mine.next == mine.unacknowledged || mine.next < mine.highest) return true;
    const bool is_last = mine.next + bytes == data_end(mine);
    return is_last && (socket.options.no_delay || mine.has_fin);
}

void send_what_may_go(const Actor& actor, SocketId id) {
    for (;;) {
        TcpConnection& mine = connection(actor, id);
        const std::uint64_t end = data_end(mine);
        const std::uint64_t limit = std::min(mine.window_end, mine.unacknowledged + mine.congestion_window);
        if (mine.next < end) {
            const std::uint64_t bytes =
                limit > mine.next ? std::min({kSegmentMax, end - mine.next, limit - mine.next}) : 0;
            if (bytes == 0 || !may_go(mine, actor.kernel.sockets[id], bytes)) break;
            const std::uint64_t sequence = mine.next;
            mine.next += bytes;
            send_segment(
                actor, id, sequence, kAck | kPush,
                mine.buffer.substr(sequence - std::max<std::uint64_t>(mine.unacknowledged, 1), bytes));
        } else if (has_fin_to_send(mine) && limit > end) {
            ++mine.next;
            send_segment(actor, id, end, kAck | kFin);
        } else {
            break;
        }
    }
    TcpConnection& mine = connection(actor, id);
    const bool waits = mine.next > mine.unacknowledged || mine.next < data_end(mine) || has_fin_to_send(mine);
    if (!waits)
        set_timer(actor, mine, kNever);
    else if (mine.timer_at_ns == kNever)
        set_timer(actor, mine, mine.timeout_ns);
}

/// RFC 6298, with Linux's least of 200 ms.
void measure(TcpConnection& mine, Time now_ns) {
    const Time sample = now_ns - mine.timed_ns;
    mine.timed_end = 0;
    if (mine.smoothed_ns == 0) {
        mine.smoothed_ns = sample;
        mine.variation_ns = sample / 2;
    } else {
        const Time difference =
            mine.smoothed_ns > sample ? mine.smoothed_ns - sample : sample - mine.smoothed_ns;
        mine.variation_ns = (3 * mine.variation_ns + difference) / 4;
        mine.smoothed_ns = (7 * mine.smoothed_ns + sample) / 8;
    }
}
Time usual_timeout(const TcpConnection& mine) {
    if (mine.smoothed_ns == 0) return kFirstTimeout;
    return std::min(mine.smoothed_ns + std::max(kLeastTimeout, 4 * mine.variation_ns), kMostTimeout);
}

void lower_congestion_window(TcpConnection& mine, std::uint64_t to) {
    const std::uint64_t in_flight = mine.highest - mine.unacknowledged;
    mine.slow_start_threshold = std::max(in_flight / 2, 2 * kSegmentMax);
    mine.congestion_window = to > 0 ? to : mine.slow_start_threshold;
}

// ---- Ends

/// The connection is over for both; nothing more will come.
void finish(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    if (kernel.sockets[id].state == SocketState::closing) return erase_tcp(kernel, id);
    forget_connection(kernel, id);
    Socket& socket = kernel.sockets.write(id);
    socket.state = SocketState::unconnected;
    socket.peer = {};
    actor.wake_all(id);
}

/// The port and the last acknowledgement stay: the other side's FIN may come again.
void enter_time_wait(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    TcpConnection left = connection(actor, id);
    left.state = TcpState::time_wait;
    left.timer_at_ns = kNever;
    const SocketId waiting = leave_time_wait(kernel, Socket(kernel.sockets[id]));
    finish(actor, id);
    kernel.network.write().connections.insert(waiting, std::move(left));
}

void give_up(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    if (kernel.sockets[id].state == SocketState::closing) return erase_tcp(kernel, id);
    receive_reset(actor, id);
    kernel.sockets.write(id).error = Errno::etimedout;
}

// ---- Receiving

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
    actor.kernel.sockets.write(id).cannot_receive = true;
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
    // RFC 9293, 3.10.7.4, and Linux: nobody is left who could read them.
    if (!packet.bytes.empty() && kernel.sockets[id].state == SocketState::closing) {
        reset_over_link(actor, id);
        erase_tcp(kernel, id);
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

// ---- What tcp_socket.cpp asks for

void forget_connection(Kernel& kernel, SocketId id) {
    if (!is_over_link(kernel, id)) return;
    kernel.network.write().connections.erase(id);
    kernel.sockets.write(id).charged_bytes = 0;
}

std::vector<SocketId> half_open(const Kernel& kernel, SocketId listening) {
    std::vector<SocketId> found;
    for (const auto& [id, each] : kernel.network->connections)
        if (each->state == TcpState::syn_received && each->listening == listening) found.push_back(id);
    return found;
}

void connect_over_link(const Actor& actor, SocketId id) {
    TcpConnection mine;
    mine.next = 1;
    mine.congestion_window = kInitialWindow * kSegmentMax;
    mine.slow_start_threshold = UINT64_MAX;
    mine.timeout_ns = kFirstTimeout;
    mine.own = id;
    actor.kernel.network.write().connections.insert(id, std::move(mine));
    set_timer(actor, connection(actor, id), kFirstTimeout);
    send_segment(actor, id, 0, kSyn);
}

void send_over_link(const Actor& actor, SocketId id, std::string bytes, Pid writer) {
    TcpConnection& mine = connection(actor, id);
    mine.writer = writer;
    mine.buffer += bytes;
    actor.kernel.sockets.write(id).charged_bytes = mine.buffer.size();
    send_what_may_go(actor, id);
}

void send_fin_over_link(const Actor& actor, SocketId id) {
    TcpConnection& mine = connection(actor, id);
    mine.has_fin = true;
    mine.state = mine.state == TcpState::close_wait ? TcpState::last_ack : TcpState::fin_wait_1;
    actor.kernel.sockets.write(id).cannot_send = true;
    send_what_may_go(actor, id);
}

void reset_over_link(const Actor& actor, SocketId id) {
    send_segment(actor, id, connection(actor, id).highest, kRst | kAck);
    forget_connection(actor.kernel, id);
}

void push_over_link(const Actor& actor, SocketId id) {
    if (is_over_link(actor.kernel, id) && is_synchronised(connection(actor, id))) send_what_may_go(actor, id);
}

void tell_window(const Actor& actor, SocketId id) {
    if (!is_over_link(actor.kernel, id)) return;
    TcpConnection& mine = connection(actor, id);
    const std::uint64_t before = mine.promised;
    window_to_tell(actor.kernel, id, mine);
    const bool was_short = before < mine.expected + 2 * kSegmentMax;
    if (mine.promised > before && (was_short || mine.promised >= before + 2 * kSegmentMax))
        acknowledge(actor, id);
}

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

void expire_tcp_timer(Kernel& kernel, SocketId id, Trace* trace) {
    const Actor actor{kernel, {}, trace};
    const Limits& limits = kernel.limits;
    TcpConnection& mine = connection(actor, id);
    ++mine.retries;
    mine.timer_at_ns = kNever;
    switch (mine.state) {
        case TcpState::syn_sent:
            if (mine.retries > limits.syn_retries + limits.syn_linear_timeouts)
                return refuse(actor, id, Errno::etimedout);
            if (mine.retries > limits.syn_linear_timeouts)
                mine.timeout_ns = std::min(mine.timeout_ns * 2, kMostTimeout);
            set_timer(actor, mine, mine.timeout_ns);
            return send_segment(actor, id, 0, kSyn);
        case TcpState::syn_received:
            if (mine.retries > limits.synack_retries) {
                if (mine.listening) return erase_tcp(kernel, id);
                return refuse(actor, id, Errno::etimedout);
            }
            mine.timeout_ns = std::min(mine.timeout_ns * 2, kMostTimeout);
            set_timer(actor, mine, mine.timeout_ns);
            return send_segment(actor, id, 0, kSyn | kAck);
        case TcpState::established:
        case TcpState::fin_wait_1:
        case TcpState::fin_wait_2:
        case TcpState::close_wait:
        case TcpState::closing:
        case TcpState::last_ack:
        case TcpState::time_wait:
            break;
    }
    const bool is_orphan = kernel.sockets[id].state == SocketState::closing;
    if (mine.retries >
        (is_orphan ? std::min(kOrphanRetries, limits.retransmissions) : limits.retransmissions))
        return give_up(actor, id);
    const bool is_probe = mine.next == mine.unacknowledged && mine.window_end <= mine.next;
    mine.timeout_ns = std::min(mine.timeout_ns * 2, kMostTimeout);
    set_timer(actor, mine, mine.timeout_ns);
    // net/ipv4/tcp_output.c, tcp_xmit_probe_skb(): a sequence number that has been acknowledged asks for an answer.
    if (is_probe) return send_segment(actor, id, mine.unacknowledged - 1, kAck);
    lower_congestion_window(mine, kSegmentMax);
    mine.next = mine.unacknowledged;
    send_what_may_go(actor, id);
}

std::string_view name(TcpState state) {
    switch (state) {
        case TcpState::syn_sent:
            return "SYN-SENT";
        case TcpState::syn_received:
            return "SYN-RECEIVED";
        case TcpState::established:
            return "ESTABLISHED";
        case TcpState::fin_wait_1:
            return "FIN-WAIT-1";
        case TcpState::fin_wait_2:
            return "FIN-WAIT-2";
        case TcpState::close_wait:
            return "CLOSE-WAIT";
        case TcpState::closing:
            return "CLOSING";
        case TcpState::last_ack:
            return "LAST-ACK";
        case TcpState::time_wait:
            return "TIME-WAIT";
    }
    return "?";
}

}  // namespace ipclab::kernel
