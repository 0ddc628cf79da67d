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
#include "kernel/tcp_link.h"

#include <algorithm>

#include "kernel/emit.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kWindowMax = 0x3fffffff;  // RFC 7323: 65535 shifted by 14
// net/tcp.h: TCP_RTO_MIN, TCP_RTO_MAX
constexpr Time kLeastTimeout = 200 * kMillisecond, kMostTimeout = 120 * kSecond;
// net/ipv4/tcp_input.c, tcp_rtt_estimator(): the variation is kept at what gives the least timeout.
constexpr Time kLeastVariation = kLeastTimeout / 4;
constexpr std::uint32_t kOrphanRetries = 8;  // tcp(7), tcp_orphan_retries

}  // namespace

TcpConnection& connection(const Actor& actor, SocketId id) {
    return actor.kernel.network.write().connections.write(id);
}

std::uint64_t data_end(const TcpConnection& mine) {
    return std::max<std::uint64_t>(mine.unacknowledged, 1) + mine.buffer.size();
}

namespace {

bool has_fin_to_send(const TcpConnection& mine) {
    const bool is_acknowledged = mine.state != TcpState::fin_wait_1 && mine.state != TcpState::closing &&
                                 mine.state != TcpState::last_ack;
    return mine.has_fin && mine.next == data_end(mine) && !is_acknowledged;
}
bool is_synchronised(const TcpConnection& mine) {
    return mine.state != TcpState::syn_sent && mine.state != TcpState::syn_received;
}

}  // namespace

void set_timer(const Actor& actor, TcpConnection& mine, Time after_ns) {
    mine.timer_at_ns = after_ns == kNever ? kNever : actor.kernel.now_ns + after_ns;
    arm_timer(actor.kernel, mine.timer_at_ns);
}

namespace {

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

}  // namespace

void send_segment(const Actor& actor, SocketId id, std::uint64_t sequence, std::uint8_t flags,
                  std::string bytes) {
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

namespace {

/// tcp(7), TCP_NODELAY: Nagle's algorithm holds a small segment back while something is not acknowledged.
bool may_go(const TcpConnection& mine, const Socket& socket, std::uint64_t bytes) {
    if (bytes == kSegmentMax || mine.next == mine.unacknowledged || mine.next < mine.highest) return true;
    const bool is_last = mine.next + bytes == data_end(mine);
    return is_last && (socket.options.no_delay || mine.has_fin);
}

}  // namespace

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

void measure(TcpConnection& mine, Time now_ns) {
    const Time sample = now_ns - mine.timed_ns;
    mine.timed_end = 0;
    if (mine.smoothed_ns == 0) {
        mine.smoothed_ns = sample;
        mine.variation_ns = std::max(kLeastVariation, sample / 2);
    } else {
        const Time difference =
            mine.smoothed_ns > sample ? mine.smoothed_ns - sample : sample - mine.smoothed_ns;
        mine.variation_ns = std::max(kLeastVariation, (3 * mine.variation_ns + difference) / 4);
        mine.smoothed_ns = (7 * mine.smoothed_ns + sample) / 8;
    }
}
Time usual_timeout(const TcpConnection& mine) {
    if (mine.smoothed_ns == 0) return kFirstTimeout;
    return std::min(mine.smoothed_ns + 4 * mine.variation_ns, kMostTimeout);
}

void lower_congestion_window(TcpConnection& mine, std::uint64_t to) {
    const std::uint64_t in_flight = mine.highest - mine.unacknowledged;
    mine.slow_start_threshold = std::max(in_flight / 2, 2 * kSegmentMax);
    mine.congestion_window = to > 0 ? to : mine.slow_start_threshold;
}

// ---- Ends

void finish(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    if (kernel.sockets[id].state == SocketState::closing) return erase_tcp(kernel, id);
    forget_connection(kernel, id);
    Socket& socket = kernel.sockets.write(id);
    socket.state = SocketState::unconnected;
    socket.peer = {};
    give_back_port(socket);
    actor.wake_all(id);
}

void enter_time_wait(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    TcpConnection left = connection(actor, id);
    left.state = TcpState::time_wait;
    left.timer_at_ns = kNever;
    const SocketId waiting = leave_time_wait(kernel, Socket(kernel.sockets[id]));
    finish(actor, id);
    kernel.network.write().connections.insert(waiting, std::move(left));
}

namespace {

void give_up(const Actor& actor, SocketId id) {
    Kernel& kernel = actor.kernel;
    if (kernel.sockets[id].state == SocketState::closing) return erase_tcp(kernel, id);
    receive_reset(actor, id);
    kernel.sockets.write(id).error = Errno::etimedout;
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
