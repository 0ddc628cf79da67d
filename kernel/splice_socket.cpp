// splice(2) between a pipe and a socket: fs/splice.c, splice_to_socket() and copy_splice_read(); net/unix/af_unix.c,
// unix_stream_splice_read(); net/ipv4/tcp.c, tcp_splice_read().
//
// Linux keeps the pipe's lock while it sleeps at the socket: whoever else uses the pipe meanwhile hangs, and cannot even
// be killed. Here it goes on.
#include <algorithm>
#include <numeric>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/sockets.h"
#include "kernel/splice.h"
#include "kernel/unix_socket.h"

namespace ipclab::kernel {

namespace {

constexpr std::size_t kPagesOfMessage = 16;  // splice_to_socket(), bvec[]

/// What the next pages of a pipe hold, `most` bytes at most; they stay there.
std::string next_message(Call& call, const File& in, std::uint64_t most) {
    if (!in.is_pipe())
        return call.kernel.streams[in.stream()].input.substr(0, std::min(most, kPagesOfMessage * kPageSize));
    std::string bytes;
    const auto& slots = call.kernel.pipes[in.pipe()].slots;
    for (std::size_t i = 0; i < std::min(kPagesOfMessage, slots.size()) && bytes.size() < most; ++i)
        bytes += slots[i]->bytes.substr(0, most - bytes.size());
    return bytes;
}

void take_bytes(Call& call, const File& in, std::uint64_t bytes) {
    while (bytes > 0) bytes -= take_page(call, in, bytes).bytes.size();
}

bool keeps_pieces(const Socket& socket) {
    return socket.family == SocketFamily::local && socket.type == SocketType::stream;
}

/// Of the bytes that a UNIX stream has, those that fit into `room` pages of a pipe, in the pieces in which they lie there:
/// what does not fit into a buffer's head lies in pages. Of other sockets they are copied into pages.
std::vector<std::uint64_t> pieces_of(const Socket& socket, std::uint64_t most, std::size_t room,
                                     std::uint64_t page) {
    std::vector<std::uint64_t> pieces;
    for (std::size_t i = 0; keeps_pieces(socket) && i < socket.queue.size(); ++i) {
        const Packet& packet = *socket.queue[i];
        const std::uint64_t head = packet.bytes.size() - bytes_in_pages(packet.bytes.size());
        for (std::uint64_t at = packet.read_bytes;
             at < packet.bytes.size() && pieces.size() < room && most > 0;) {
            const std::uint64_t end = at < head ? head : at + kPageSize - (at - head) % kPageSize;
            pieces.push_back(std::min({end, std::uint64_t{packet.bytes.size()}, at + page, at + most}) - at);
            at += pieces.back();
            most -= pieces.back();
        }
    }
    return pieces;
}

}  // namespace

Outcome pipe_to_socket(Call& call, const File& in, const File& out, std::uint64_t bytes, bool may_wait) {
    Kernel& kernel = call.kernel;
    std::uint64_t& done = call.pending.progress;
    if (begins(call)) done = 0;
    const auto finish = [&](Outcome nothing) {
        return done > 0 ? Outcome::done(static_cast<std::int64_t>(done)) : std::move(nothing);
    };
    while (done < bytes) {
        if (done > 0 && (is_empty(kernel, in) || call.is_interrupted())) break;
        if (auto waits = wait_for_data(call, in, may_wait)) return std::move(*waits);
        const std::string message = next_message(call, in, bytes - done);
        const Socket& socket = kernel.sockets[out.socket()];
        Transfer data(call.memory());
        data.set_bytes({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
        SendRequest request{.data = data,
                            .waits = kernel::may_wait(call, out, 0, socket.options.send_timeout_ns),
                            .gives_pages = true};
        Outcome outcome = operations(socket).send(call, out.socket(), request);
        const bool is_sent = outcome.kind == Outcome::Kind::done && outcome.value > 0;
        const std::uint64_t sent = is_sent ? static_cast<std::uint64_t>(outcome.value) : request.done;
        take_bytes(call, in, sent);
        done += sent;
        if (outcome.kind == Outcome::Kind::blocked) return outcome;
        if (!is_sent) return finish(std::move(outcome));
    }
    return finish(Outcome::done(0));
}

Outcome socket_to_pipe(Call& call, const File& in, const File& out, std::uint64_t bytes, bool may_wait,
                       std::uint32_t flags) {
    Kernel& kernel = call.kernel;
    if (auto waits = wait_for_room(call, out, may_wait)) return std::move(*waits);
    const SocketId id = in.socket();
    const Socket& socket = kernel.sockets[id];
    const bool is_local_stream = keeps_pieces(socket);
    std::size_t room = kPagesOfMessage;
    if (out.is_pipe()) room = kernel.pipes[out.pipe()].capacity_slots - kernel.pipes[out.pipe()].slots.size();
    const std::uint64_t page = page_bytes(kernel, out);
    const auto pieces = pieces_of(socket, std::min(bytes, room * page), room, page);
    // Where nothing lies there, as much is asked for as the pipe has room for.
    const std::uint64_t most = pieces.empty()
                                   ? std::min(bytes, room * page)
                                   : std::accumulate(pieces.begin(), pieces.end(), std::uint64_t{0});
    Transfer data(call.memory());
    ReceiveRequest request{.data = data};
    if (begins(call)) call.pending.progress = 0;
    request.go_on(call.pending.progress);
    const std::uint64_t before = request.done;
    std::vector<std::uint8_t> bytes_read(before + most);
    data.set_room(bytes_read);
    request.waits = kernel::may_wait(call, in, 0, socket.options.receive_timeout_ns) &&
                    !(is_local_stream && (flags & kDoNotBlock));
    Outcome outcome = operations(socket).receive(call, id, request);
    call.pending.progress = request.progress();
    // recv(2): descriptors that are not asked for are closed.
    if (!request.rights.empty()) end_unreachable_files(call.kernel, call.task, call.trace);
    std::uint64_t at = before;
    const std::uint64_t end = std::max(data.done(), before);
    for (std::size_t i = 0; at < end; ++i) {
        PipeSlot slot;
        const std::uint64_t piece = std::min(i < pieces.size() ? pieces[i] : page, end - at);
        slot.bytes.assign(reinterpret_cast<const char*>(bytes_read.data()) + at, piece);
        slot.used = kPageSize;
        slot.runs = {{static_cast<std::uint32_t>(piece), call.pid}};
        put_page(call, out, std::move(slot));
        at += piece;
    }
    return outcome;
}

}  // namespace ipclab::kernel
