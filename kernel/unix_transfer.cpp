// What is sent over UNIX domain sockets: net/unix/af_unix.c, unix_stream_sendmsg(), unix_dgram_sendmsg() and their
// counterparts, with the accounting that decides when a sender sleeps.
#include <algorithm>
#include <bit>

#include "kernel/emit.h"
#include "kernel/unix_socket.h"

namespace ipclab::kernel {

namespace {

// ---- What a packet costs its sender

constexpr std::uint64_t whole_pages(std::uint64_t bytes) {
    return (bytes + kPageSize - 1) / kPageSize * kPageSize;
}

/// What does not fit into the head lies in pages.
std::uint32_t charge(std::uint64_t bytes, std::uint64_t in_pages) {
    return head_charge(bytes - std::min(bytes, in_pages)) + static_cast<std::uint32_t>(in_pages);
}

constexpr std::uint64_t kHeadMax = kPageSize - 320;         // SKB_MAX_HEAD(0)
constexpr std::uint64_t kHeadOfDatagramMax = 16'384 - 320;  // SKB_MAX_ALLOC

std::uint32_t charge_of_stream(std::uint64_t bytes) {
    return charge(bytes, bytes > kHeadMax ? whole_pages(bytes - kHeadMax) : 0);
}

std::uint32_t charge_of_datagram(std::uint64_t bytes) {
    constexpr std::uint64_t kPagesMax = 17 * kPageSize;  // MAX_SKB_FRAGS
    return charge(
        bytes, bytes > kHeadOfDatagramMax ? whole_pages(std::min(bytes - kHeadOfDatagramMax, kPagesMax)) : 0);
}

/// unix_stream_sendmsg(): a stream is cut so that two pieces fit into the buffer.
std::uint64_t piece_of_stream(std::uint64_t left, const Socket& socket) {
    constexpr std::uint64_t kInPagesMax = 32'768;
    return std::min({left, socket.options.send_buffer_bytes / 2 - std::uint64_t{64}, kHeadMax + kInPagesMax});
}

// ---- Packets

/// skb_splice_from_iter(): of the pages that are passed on, those from byte `at` on that a buffer can refer to.
std::vector<PagePiece> pages_at(const std::vector<PagePiece>& pages, std::uint64_t at) {
    constexpr std::size_t kMost = 17;  // MAX_SKB_FRAGS
    auto first = pages.begin();
    for (; first != pages.end() && at > 0; ++first) at -= first->bytes;
    return {first, first + std::min<std::ptrdiff_t>(kMost, pages.end() - first)};
}

std::optional<Credentials> credentials_for(const Call& call, const Socket& from, const Socket& to,
                                           const SendRequest& request) {
    if (request.credentials) return request.credentials;
    if (from.options.wants_credentials || to.options.wants_credentials) return credentials_of(call.pid);
    return {};
}

void enqueue(Call& call, SocketId from, SocketId to, Packet packet) {
    Kernel& kernel = call.kernel;
    packet.writer = call.pid;
    packet.from = from;
    packet.from_name = kernel.sockets[from].name;
    kernel.sockets.write(from).charged_bytes += packet.charge_bytes;
    call.charge_copy(packet.bytes.size());
    kernel.sockets.write(to).queue.emplace_back(std::move(packet));
    call.wake(ref(to), WaitFor::readable, Wake::one);
}

/// The sender has its room again: sock_wfree().
void give_back(Kernel& kernel, const Packet& packet, Tid by, Trace* trace) {
    if (!kernel.sockets.contains(packet.from)) return;
    Socket& sender = kernel.sockets.write(packet.from);
    sender.charged_bytes -= packet.charge_bytes;
    // unix_write_space(): senders are woken only when three quarters are free.
    if (sender.is_writable()) wake(kernel, ref(packet.from), WaitFor::writable, Wake::all, by, trace);
}

/// Takes the oldest packet out of a queue.
void remove_front(Call& call, SocketId id) {
    Socket& socket = call.kernel.sockets.write(id);
    const Cow<Packet> packet = std::move(socket.queue.front());
    socket.queue.erase(socket.queue.begin());
    give_back(call.kernel, *packet, call.task, call.trace);
}

Outcome refuse_urgent(Call& call) {
    explain(call.kernel, call.task, "MSG_OOB on UNIX sockets is not simulated: EOPNOTSUPP", call.trace);
    return Outcome::fail(Errno::eopnotsupp);
}

Outcome bytes_or(std::uint64_t bytes, Errno error) {
    return bytes > 0 ? Outcome::done(static_cast<std::int64_t>(bytes)) : Outcome::fail(error);
}

/// sock_alloc_send_pskb(): nothing is said of the peer yet. kNoErrno: there is room; EAGAIN: there is none.
Errno room_to_send(Kernel& kernel, SocketId id) {
    if (const Errno error = take_error(kernel, id); error != kNoErrno) return error;
    const Socket& socket = kernel.sockets[id];
    if (socket.cannot_send) return Errno::epipe;
    return socket.has_room() ? kNoErrno : Errno::eagain;
}

/// Reads a piece of what is to be sent; false where the program's memory ends.
bool read_piece(Transfer& data, std::uint64_t bytes, std::string& to) {
    to.resize(bytes);
    return data.copy_in({reinterpret_cast<std::uint8_t*>(to.data()), bytes}) == bytes;
}

}  // namespace

std::uint64_t total_bytes(const std::vector<PagePiece>& pages) {
    std::uint64_t bytes = 0;
    for (const PagePiece& piece : pages) bytes += piece.bytes;
    return bytes;
}

std::uint64_t bytes_in_head(const Packet& packet) {
    const std::uint64_t bytes = packet.bytes.size();
    if (!packet.pages.empty()) return 0;
    return bytes > kHeadMax ? bytes - std::min(bytes, whole_pages(bytes - kHeadMax)) : bytes;
}

std::vector<PagePiece> pages_behind_head(const Packet& packet) {
    if (!packet.pages.empty()) return packet.pages;
    std::vector<PagePiece> pages;
    std::uint64_t left = packet.bytes.size() - bytes_in_head(packet);
    // net/core/skbuff.c, alloc_skb_with_frags(): runs of 8, 4, 2 pages and 1, as long as they can be filled.
    for (std::uint64_t run = kRunOfPagesMax; left > 0;) {
        while (run > kPageSize && whole_pages(left) < run) run /= 2;
        const auto bytes = static_cast<std::uint32_t>(std::min(left, run));
        pages.push_back({.bytes = bytes, .end = bytes, .fragment = {}});
        left -= bytes;
    }
    return pages;
}

void drop_queue(Kernel& kernel, SocketId id, Tid by, Trace* trace) {
    const std::vector<Cow<Packet>> queue = std::move(kernel.sockets.write(id).queue);
    kernel.sockets.write(id).queue.clear();
    for (const Cow<Packet>& packet : queue) give_back(kernel, *packet, by, trace);
}

bool may_send_to(const Kernel& kernel, SocketId from, SocketId to) {
    const SocketId peer = kernel.sockets[to].peer;
    return !peer || peer == from;
}

bool is_peer_full(const Kernel& kernel, SocketId id) {
    const Socket& socket = kernel.sockets[id];
    const Socket* peer = socket.type == SocketType::stream ? nullptr : kernel.sockets.find(socket.peer);
    return peer && peer->peer != id && is_backlog_full(*peer);
}

// ---- Streams

Outcome send_local_stream(Call& call, SocketId id, SendRequest& request) {
    Kernel& kernel = call.kernel;
    if (request.flags & kMsgOob) return refuse_urgent(call);
    if (!request.to.empty()) {
        const bool is_connected = kernel.sockets[id].state == SocketState::connected;
        return Outcome::fail(is_connected ? Errno::eisconn : Errno::eopnotsupp);
    }
    const SocketId peer = kernel.sockets[id].peer;
    if (!peer) return Outcome::fail(Errno::enotconn);
    const auto broken = [&] {
        return request.done > 0 ? Outcome::done(static_cast<std::int64_t>(request.done))
                                : Outcome::fail(broken_pipe(call, request.flags));
    };
    if (request.done > 0) request.rights.clear();  // they went with the first piece
    request.data.skip(request.done);
    if (!request.has_slept && kernel.sockets[id].cannot_send) return broken();
    while (request.data.left() > 0) {
        const Errno error = room_to_send(kernel, id);
        if (error == Errno::eagain && request.waits && !call.has_timed_out() &&
            !(request.done > 0 && call.is_interrupted()))
            return sleep_on_socket(call, ref(id), WaitFor::writable, false,
                                   kernel.sockets[id].options.send_timeout_ns);
        if (error != kNoErrno) return bytes_or(request.done, error);
        Packet packet;
        // MSG_SPLICE_PAGES: as much as a buffer can refer to.
        packet.pages = pages_at(request.pages, request.data.done());
        const std::uint64_t bytes = packet.pages.empty()
                                        ? piece_of_stream(request.data.left(), kernel.sockets[id])
                                        : total_bytes(packet.pages);
        if (!read_piece(request.data, bytes, packet.bytes)) return bytes_or(request.done, Errno::efault);
        const Socket* to = kernel.sockets.find(peer);
        if (!to || to->cannot_receive) return broken();
        packet.credentials = credentials_for(call, kernel.sockets[id], *to, request);
        packet.rights = std::exchange(request.rights, {});
        packet.charge_bytes = packet.pages.empty() ? charge_of_stream(bytes)
                                                   : head_charge(0) + static_cast<std::uint32_t>(bytes);
        enqueue(call, id, peer, std::move(packet));
        request.done += bytes;
    }
    return Outcome::done(static_cast<std::int64_t>(request.done));
}

namespace {

/// unix_stream_read_generic(), in the middle of its work.
struct StreamReceive {
    Call& call;
    SocketId id;
    ReceiveRequest& request;

    const Socket& socket() const { return call.kernel.sockets[id]; }
    bool peeks() const { return (request.flags & kMsgPeek) != 0; }

    /// Never are the bytes of two writers glued together where credentials are told.
    bool is_of_another(const Packet& packet) {
        if (!socket().options.wants_credentials) return false;
        const Pid writer = packet.credentials ? packet.credentials->process : Pid{};
        if (request.writer) return *request.writer != writer;
        request.writer = writer;
        return false;
    }

    /// What came with the bytes that were taken from a packet.
    void take_along(const Packet& packet) {
        if (!request.credentials) request.credentials = packet.credentials;
        request.rights.insert(request.rights.end(), packet.rights.begin(), packet.rights.end());
    }

    enum class Go : std::uint8_t { on, stop, fault };
    /// Takes, or looks at, bytes of the packet at `index`.
    Go take(std::size_t index) {
        const Cow<Packet> packet = socket().queue[index];
        if (is_of_another(*packet)) return Go::stop;
        const std::uint64_t bytes = std::min<std::uint64_t>(packet->left_bytes(), request.data.left());
        const std::span all(reinterpret_cast<const std::uint8_t*>(packet->bytes.data()),
                            packet->bytes.size());
        if (request.data.copy_out(all.subspan(packet->read_bytes, bytes)) < bytes) return Go::fault;
        request.done += bytes;
        call.charge_copy(bytes);
        take_along(*packet);
        const bool has_rights = !packet->rights.empty();
        if (peeks()) return has_rights ? Go::stop : Go::on;
        if (bytes == packet->left_bytes()) {
            remove_front(call, id);
            // unix(7): descriptors are a barrier: no later message is glued to the one that had them.
            return request.rights.empty() ? Go::on : Go::stop;
        }
        Packet& rest = call.kernel.sockets.write(id).queue.front().write();
        rest.read_bytes += static_cast<std::uint32_t>(bytes);
        rest.rights.clear();
        return Go::stop;
    }
};

}  // namespace

Outcome receive_local_stream(Call& call, SocketId id, ReceiveRequest& request) {
    Kernel& kernel = call.kernel;
    if (kernel.sockets[id].state != SocketState::connected) return Outcome::fail(Errno::einval);
    if (request.flags & kMsgOob) return refuse_urgent(call);
    StreamReceive receive{call, id, request};
    request.data.skip(request.done);
    // recv(2), MSG_WAITALL; socket(7), SO_RCVLOWAT.
    const auto wanted =
        request.flags & kMsgWaitAll
            ? request.data.total()
            : std::min<std::uint64_t>(static_cast<std::uint32_t>(kernel.sockets[id].options.low_water_bytes),
                                      request.data.total());
    const std::uint64_t target = std::max<std::uint64_t>(wanted, 1);
    Errno error = kNoErrno;
    std::size_t peeked = 0;
    while (error == kNoErrno) {
        const Socket& socket = kernel.sockets[id];
        if (peeked < socket.queue.size()) {
            const auto go = receive.take(peeked);
            if (go == StreamReceive::Go::fault) error = Errno::efault;
            if (go != StreamReceive::Go::on) break;
            // Who only looks sees what comes with the next packets, too, however few bytes it asks for.
            if (receive.peeks() ? ++peeked >= kernel.sockets[id].queue.size() : request.data.left() == 0)
                break;
            continue;
        }
        if (request.done >= target) break;
        error = take_error(kernel, id);
        if (error != kNoErrno || socket.cannot_receive) break;
        if (!request.waits || call.has_timed_out() || (request.done > 0 && call.is_interrupted())) {
            error = Errno::eagain;
            break;
        }
        return sleep_on_socket(call, ref(id), WaitFor::readable, false, socket.options.receive_timeout_ns);
    }
    if (request.done == 0 && error != kNoErrno) return Outcome::fail(error);
    if (request.done > 0) {
        const Socket* peer = kernel.sockets.find(kernel.sockets[id].peer);
        request.from = peer ? peer->name : kernel.sockets[id].peer_name;
    }
    return Outcome::done(static_cast<std::int64_t>(request.done));
}

// ---- Datagrams

namespace {

/// unix_dgram_sendmsg(): the peer has gone.
Errno peer_has_gone(Call& call, SocketId id) {
    if (call.kernel.sockets[id].type == SocketType::seqpacket) return Errno::epipe;
    Socket& socket = call.kernel.sockets.write(id);
    socket.peer = {};
    socket.peer_name.clear();
    socket.state = SocketState::unconnected;
    drop_queue(call.kernel, id, call.task, call.trace);
    call.wake(ref(id), WaitFor::peer, Wake::all);
    end_unreachable_files(call.kernel, call.task, call.trace);
    return Errno::econnrefused;
}

}  // namespace

Outcome send_local_datagram(Call& call, SocketId id, SendRequest& request) {
    Kernel& kernel = call.kernel;
    if (request.flags & kMsgOob) return Outcome::fail(Errno::eopnotsupp);
    name_if_credentials_are_wanted(kernel, id);
    constexpr std::uint64_t kOwnNeeds = 32;
    const std::uint64_t bytes = request.data.total();
    const Time timeout_ns = kernel.sockets[id].options.send_timeout_ns;
    // send(2): EMSGSIZE for what could never fit.
    if (bytes > kernel.sockets[id].options.send_buffer_bytes - kOwnNeeds)
        return Outcome::fail(Errno::emsgsize);
    if (const Errno error = room_to_send(kernel, id); error != kNoErrno) {
        if (error == Errno::eagain && request.waits && !call.has_timed_out())
            return sleep_on_socket(call, ref(id), WaitFor::writable, false, timeout_ns);
        return Outcome::fail(error);
    }
    Packet packet;
    if (!read_piece(request.data, bytes, packet.bytes)) return Outcome::fail(Errno::efault);
    SocketId to = kernel.sockets[id].peer;
    if (!request.to.empty()) {
        auto found = find_local(call, request.to, kernel.sockets[id].type);
        if (!found) return Outcome::fail(found.error());
        to = *found;
    }
    if (!to) return Outcome::fail(Errno::enotconn);
    if (!kernel.sockets.contains(to)) return Outcome::fail(peer_has_gone(call, id));
    if (!may_send_to(kernel, id, to)) return Outcome::fail(Errno::eperm);
    const Socket& receiver = kernel.sockets[to];
    if (receiver.cannot_receive) return Outcome::fail(Errno::epipe);
    if (to != id && receiver.peer != id && is_backlog_full(receiver)) {
        if (!request.waits || call.has_timed_out()) return Outcome::fail(Errno::eagain);
        return sleep_on_socket(call, ref(to), WaitFor::peer, true, timeout_ns);
    }
    packet.credentials = credentials_for(call, kernel.sockets[id], receiver, request);
    packet.rights = std::move(request.rights);
    packet.charge_bytes = charge_of_datagram(bytes);
    enqueue(call, id, to, std::move(packet));
    return Outcome::done(static_cast<std::int64_t>(bytes));
}

Outcome send_local_seqpacket(Call& call, SocketId id, SendRequest& request) {
    if (const Errno error = take_error(call.kernel, id); error != kNoErrno) return Outcome::fail(error);
    if (call.kernel.sockets[id].state != SocketState::connected) return Outcome::fail(Errno::enotconn);
    request.to.clear();  // unix_seqpacket_sendmsg(): not looked at
    return send_local_datagram(call, id, request);
}

Outcome receive_local_datagram(Call& call, SocketId id, ReceiveRequest& request) {
    Kernel& kernel = call.kernel;
    if (request.flags & kMsgOob) return Outcome::fail(Errno::eopnotsupp);
    if (const Errno error = take_error(kernel, id); error != kNoErrno) return Outcome::fail(error);
    const Socket& socket = kernel.sockets[id];
    if (socket.queue.empty()) {
        const bool may_wait = request.waits && !call.has_timed_out();
        // unix_dgram_recvmsg(): end of file for who would wait, and for every SOCK_SEQPACKET.
        if (socket.cannot_receive && (may_wait || socket.type == SocketType::seqpacket))
            return Outcome::done(0);
        if (!may_wait) return Outcome::fail(Errno::eagain);
        return sleep_on_socket(call, ref(id), WaitFor::readable, true, socket.options.receive_timeout_ns);
    }
    const Cow<Packet> packet = socket.queue.front();
    const std::uint64_t whole = packet->bytes.size(),
                        bytes = std::min<std::uint64_t>(whole, request.data.total());
    if (bytes < whole) request.message_flags |= kMsgTrunc;
    const bool peeks = (request.flags & kMsgPeek) != 0;
    const std::span all(reinterpret_cast<const std::uint8_t*>(packet->bytes.data()), packet->bytes.size());
    const bool is_copied = request.data.copy_out(all.first(bytes)) == bytes;
    call.charge_copy(request.data.done());
    request.from = packet->from_name;
    request.credentials = packet->credentials;
    request.rights = packet->rights;
    if (!peeks) {
        remove_front(call, id);
        call.wake(ref(id), WaitFor::peer, Wake::one);
    }
    // net/unix/af_unix.c: a packet that cannot be copied is lost all the same.
    if (!is_copied) return Outcome::fail(Errno::efault);
    // recv(2): MSG_TRUNC asks for the true length.
    return Outcome::done(static_cast<std::int64_t>(request.flags & kMsgTrunc ? whole : bytes));
}

Outcome receive_local_seqpacket(Call& call, SocketId id, ReceiveRequest& request) {
    if (call.kernel.sockets[id].state != SocketState::connected) return Outcome::fail(Errno::enotconn);
    return receive_local_datagram(call, id, request);
}

}  // namespace ipclab::kernel
