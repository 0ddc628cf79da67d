// UDP: udp(7), after Linux's net/ipv4/udp.c. On the loopback interface a datagram arrives as it is sent; to other hosts it
// goes over the link (kernel/network.h). It is lost where its receiver's buffer is full; nobody waits for room.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/inet.h"
#include "kernel/poll.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kDatagramMax = 65'507;  // udp(7): 65,535 less the headers of IP and UDP

/// What a datagram takes of its receiver's SO_RCVBUF: net/core/skbuff.c, with room for the headers in front.
std::uint32_t datagram_charge(std::uint64_t bytes) {
    constexpr std::uint64_t kHeaders = 59, kSmallHead = 256, kSmallCharge = 832, kHeadMax = 16'384 - 320;
    const std::uint64_t whole = bytes + kHeaders;
    if (whole <= kSmallHead) return kSmallCharge;
    return whole <= kHeadMax ? head_charge(whole) : static_cast<std::uint32_t>(bytes + kSmallCharge);
}

bool is_udp(const Socket& socket) {
    return socket.family == SocketFamily::inet && socket.type == SocketType::datagram;
}

/// net/ipv4/udp.c, compute_score(): who is connected hears of its peer only; of any port there if it named port 0.
bool hears_of(const Socket& socket, InetName from) {
    const InetName peer = inet_name(socket.peer_name);
    return peer.host == from.host && (peer.port == 0 || peer.port == from.port);
}

/// Whether a datagram may be for the socket.
bool takes(const Socket& socket, InetName to, InetName from) {
    const InetName name = inet_name(socket.name);
    return is_udp(socket) && name.port != 0 && name.port == to.port &&
           (name.host == kAnyHost || name.host == to.host) &&
           (socket.state != SocketState::connected || hears_of(socket, from));
}

/// net/ipv4/udp.c, compute_score(): the socket that a datagram is for; among equals the youngest.
SocketId receiver_of(const Kernel& kernel, InetName to, InetName from) {
    SocketId found{};
    int best = 0;
    for (const auto& [id, socket] : kernel.sockets) {
        if (!takes(*socket, to, from)) continue;
        const bool is_connected = socket->state == SocketState::connected;
        const int score = 1 + (inet_name(socket->name).host != kAnyHost ? 1 : 0) + (is_connected ? 2 : 0);
        if (score < best) continue;
        best = score;
        found = id;
    }
    return found;
}

/// Everybody whom a broadcast or multicast datagram reaches. ip(7), IP_MULTICAST_ALL: it is enough that somebody on the
/// machine has joined the group.
std::vector<SocketId> receivers_of(const Kernel& kernel, InetName to, InetName from) {
    const std::vector<Membership>& joined = kernel.network->memberships;
    const auto is_group = [&](const Membership& each) { return each.group == to.host; };
    std::vector<SocketId> found;
    if (is_multicast(to.host) && std::none_of(joined.begin(), joined.end(), is_group)) return found;
    for (const auto& [id, socket] : kernel.sockets)
        if (takes(*socket, to, from)) found.push_back(id);
    return found;
}

bool is_for_many(const Kernel& kernel, std::uint32_t host) {
    return is_broadcast(*kernel.network, host) || is_multicast(host);
}

/// ip(7): broadcasts need SO_BROADCAST.
Result<InetName> allowed_destination(const Kernel& kernel, const Socket& socket,
                                     const SocketAddress& address) {
    auto to = destination_of(kernel, address);
    // net/ipv4/route.c, ip_route_output_key_hash_rcu(): 255.255.255.255 goes out where the own address is.
    const std::uint32_t own = inet_name(socket.name).host;
    if (!to.ok() && to.error() == Errno::enetunreach && inet_name(address).host == kBroadcast &&
        own != kAnyHost && !is_for_many(kernel, own))
        to = inet_name(address);
    if (to.ok() && is_broadcast(*kernel.network, to->host) && !socket.options.broadcasts)
        return Errno::eacces;
    return to;
}

Result<InetName> destination(const Kernel& kernel, const Socket& socket, const SendRequest& request) {
    if (request.to.empty()) {
        if (socket.state != SocketState::connected) return Errno::edestaddrreq;
        return inet_name(socket.peer_name);
    }
    auto to = allowed_destination(kernel, socket, request.to);
    // The port is looked at before the route.
    const bool is_name = to.ok() || to.error() == Errno::enetunreach || to.error() == Errno::eacces;
    if (is_name && inet_name(request.to).port == 0) return Errno::einval;
    return to;
}

/// udp(7): ICMP's answer that nobody is there. Only who is connected is told.
void report_refusal(Kernel& kernel, SocketId id, InetName to, Tid by, Trace* trace) {
    const Socket& sender = kernel.sockets[id];
    if (sender.state != SocketState::connected || !hears_of(sender, to)) return;
    kernel.sockets.write(id).error = Errno::econnrefused;
    wake_all_of_socket(kernel, id, by, trace);
}

void deliver(Kernel& kernel, SocketId to, Packet packet, Tid by, Trace* trace) {
    const Socket& receiver = kernel.sockets[to];
    std::uint64_t used = packet.charge_bytes;
    for (const Cow<Packet>& waiting : receiver.queue) used += waiting->charge_bytes;
    if (used > receiver.options.receive_buffer_bytes) {
        return explain(kernel, by, "the receiver's buffer is full: the datagram is lost", trace);
    }
    kernel.sockets.write(to).queue.emplace_back(std::move(packet));
    wake(kernel, ref(to), WaitFor::readable, Wake::one, by, trace);
}

/// As soon as it is sent. False: nobody is there.
bool deliver_here(Call& call, InetName from, InetName to, const Packet& packet) {
    Kernel& kernel = call.kernel;
    std::vector<SocketId> receivers;
    const bool is_single = !is_for_many(kernel, to.host);
    if (!is_single)
        receivers = receivers_of(kernel, to, from);
    else if (const SocketId receiver = receiver_of(kernel, to, from))
        receivers.push_back(receiver);
    for (SocketId receiver : receivers) deliver(kernel, receiver, packet, call.task, call.trace);
    return !is_single || !receivers.empty();
}

Outcome send_udp(Call& call, SocketId id, SendRequest& request) {
    Kernel& kernel = call.kernel;
    const std::uint64_t bytes = request.data.total();
    if (auto port = give_port(kernel, id); !port) return Outcome::fail(Errno::eagain);
    constexpr std::uint64_t kLengthMax = 0xffff;
    if (bytes > kLengthMax) return Outcome::fail(Errno::emsgsize);
    if (request.flags & kMsgOob) return Outcome::fail(Errno::eopnotsupp);
    auto to = destination(kernel, kernel.sockets[id], request);
    if (!to) return Outcome::fail(to.error());
    if (bytes > kDatagramMax) return Outcome::fail(Errno::emsgsize);
    if (const Errno error = take_error(kernel, id); error != kNoErrno) return Outcome::fail(error);
    if (kernel.sockets[id].cannot_send) return Outcome::fail(Errno::epipe);
    std::string data(bytes, '\0');
    if (request.data.copy_in({reinterpret_cast<std::uint8_t*>(data.data()), bytes}) < bytes)
        return Outcome::fail(Errno::efault);
    call.charge_copy(bytes);
    const InetName from = source_of(kernel, kernel.sockets[id], to->host);
    if (is_multicast(to->host) && !kernel.sockets[id].options.hears_own_multicasts) {
        explain(kernel, call.task,
                "IP_MULTICAST_LOOP is off: the machine, whose addresses all hosts are, hears nothing of it",
                call.trace);
        return Outcome::done(static_cast<std::int64_t>(bytes));
    }
    if (!is_loopback(to->host)) {
        NetworkPacket packet = new_packet(PacketKind::udp, from, *to);
        packet.bytes = std::move(data);
        packet.sender = id;
        packet.writer = call.pid;
        transmit(kernel, std::move(packet), PacketStep::sent, call.task, call.trace);
        return Outcome::done(static_cast<std::int64_t>(bytes));
    }
    Packet packet;
    packet.bytes = std::move(data);
    packet.charge_bytes = datagram_charge(bytes);
    packet.writer = call.pid;
    packet.from = id;
    packet.from_name = inet_address(from);
    if (!deliver_here(call, from, *to, packet)) report_refusal(kernel, id, *to, call.task, call.trace);
    return Outcome::done(static_cast<std::int64_t>(bytes));
}

Outcome receive_udp(Call& call, SocketId id, ReceiveRequest& request) {
    Kernel& kernel = call.kernel;
    // No urgent data in UDP: net/ipv4/udp.c does not look at MSG_OOB.
    if (const Errno error = take_error(kernel, id); error != kNoErrno) return Outcome::fail(error);
    const Socket& socket = kernel.sockets[id];
    if (socket.queue.empty()) {
        const bool waits = request.waits && !call.has_timed_out();
        if (!waits) return Outcome::fail(Errno::eagain);
        if (socket.cannot_receive) return Outcome::done(0);
        return sleep_on_socket(call, ref(id), WaitFor::readable, true, socket.options.receive_timeout_ns);
    }
    const Cow<Packet> packet = socket.queue.front();
    const std::uint64_t whole = packet->bytes.size(),
                        bytes = std::min<std::uint64_t>(whole, request.data.total());
    if (bytes < whole) request.message_flags |= kMsgTrunc;
    const std::span all(reinterpret_cast<const std::uint8_t*>(packet->bytes.data()), packet->bytes.size());
    const bool is_copied = request.data.copy_out(all.first(bytes)) == bytes;
    call.charge_copy(request.data.done());
    request.from = packet->from_name;
    if (!(request.flags & kMsgPeek)) {
        Socket& mine = kernel.sockets.write(id);
        mine.queue.erase(mine.queue.begin());
    }
    if (!is_copied) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(request.flags & kMsgTrunc ? whole : bytes));
}

Outcome connect_udp(Call& call, SocketId id, const SocketAddress& address, bool) {
    Kernel& kernel = call.kernel;
    if (address.size() < 2) return Outcome::fail(Errno::einval);
    if (is_unspecified(address)) {
        Socket& socket = kernel.sockets.write(id);
        socket.state = SocketState::unconnected;
        socket.peer_name.clear();
        // net/ipv4/udp.c, __udp_disconnect(): a port that was chosen is not told any more.
        give_back_host(socket);
        give_back_port(socket);
        socket.told_port = 0;
        return Outcome::done(0);
    }
    auto to = allowed_destination(kernel, kernel.sockets[id], address);
    if (!to) return Outcome::fail(to.error());
    if (auto port = give_port(kernel, id); !port) return Outcome::fail(Errno::eagain);
    Socket& socket = kernel.sockets.write(id);
    socket.name = inet_address(source_of(kernel, socket, to->host));
    socket.peer_name = inet_address(*to);
    socket.state = SocketState::connected;
    return Outcome::done(0);
}

Result<void> shut_down_udp(Call& call, SocketId id, bool receiving, bool sending) {
    Socket& socket = call.kernel.sockets.write(id);
    socket.cannot_receive |= receiving;
    socket.cannot_send |= sending;
    wake_all_of_socket(call.kernel, id, call.task, call.trace);
    // net/ipv4/af_inet.c, inet_shutdown(): it has an effect, and is an error all the same.
    return socket.state == SocketState::connected ? Result<void>{} : Errno::enotconn;
}

std::uint32_t ready_udp(const Kernel& kernel, SocketId id) {
    constexpr std::uint32_t kIn = kPollIn | kPollRdNorm;
    const Socket& socket = kernel.sockets[id];
    std::uint32_t events = kPollOut | kPollWrNorm | kPollWrBand;
    if (socket.error != kNoErrno) events |= kPollErr;
    if (socket.cannot_receive) events |= kPollRdHup | kIn;
    if (socket.cannot_receive && socket.cannot_send) events |= kPollHup;
    if (!socket.queue.empty()) events |= kIn;
    return events;
}

void add_waits_udp(const Kernel&, SocketId id, std::uint32_t, std::vector<WaitPoint>& waits) {
    add_wait(waits, ref(id), WaitFor::readable);
}

Result<std::uint64_t> bytes_to_read_udp(const Kernel&, const Socket& socket) {
    // udp(7): the size of the next datagram.
    return std::uint64_t{socket.queue.empty() ? 0 : socket.queue.front()->bytes.size()};
}

void close_udp(Kernel& kernel, SocketId id, Tid, Trace*) {
    kernel.sockets.erase(id);
    const auto is_mine = [&](const Membership& each) { return each.socket == id; };
    const std::vector<Membership>& joined = kernel.network->memberships;
    if (std::any_of(joined.begin(), joined.end(), is_mine))
        std::erase_if(kernel.network.write().memberships, is_mine);
}

}  // namespace

void receive_datagram(Kernel& kernel, NetworkPacket arrived, Trace* trace) {
    std::vector<SocketId> receivers;
    if (is_for_many(kernel, arrived.to.host)) {
        receivers = receivers_of(kernel, arrived.to, arrived.from);
    } else if (const SocketId receiver = receiver_of(kernel, arrived.to, arrived.from)) {
        receivers.push_back(receiver);
    } else {
        // RFC 1122, 4.1.3.1: ICMP, destination port unreachable.
        return transmit(kernel, new_packet(PacketKind::unreachable, arrived.to, arrived.from),
                        PacketStep::sent, {}, trace);
    }
    Packet packet;
    packet.charge_bytes = datagram_charge(arrived.bytes.size());
    packet.bytes = std::move(arrived.bytes);
    packet.writer = arrived.writer;
    packet.from = arrived.sender;
    packet.from_name = inet_address(arrived.from);
    for (SocketId receiver : receivers) deliver(kernel, receiver, packet, {}, trace);
}

void udp_unreachable(Kernel& kernel, const NetworkPacket& answer, Trace* trace) {
    // net/ipv4/udp.c, __udp4_lib_err(): that a host does not answer is no error for who sends.
    if (answer.refuses_host) return;
    if (const SocketId sender = receiver_of(kernel, answer.to, answer.from))
        report_refusal(kernel, sender, answer.from, {}, trace);
}

const SocketOperations kUdpOperations{.bind = bind_inet,
                                      .connect = connect_udp,
                                      .listen = cannot_listen,
                                      .accept = cannot_accept,
                                      .send = send_udp,
                                      .receive = receive_udp,
                                      .shut_down = shut_down_udp,
                                      .name = inet_socket_name,
                                      .ready = ready_udp,
                                      .add_waits = add_waits_udp,
                                      .bytes_to_read = bytes_to_read_udp,
                                      .closed = close_udp};

}  // namespace ipclab::kernel
