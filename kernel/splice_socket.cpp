// splice(2) between a pipe and a socket: fs/splice.c, splice_to_socket() and copy_splice_read(); net/unix/af_unix.c,
// unix_stream_splice_read(); net/ipv4/tcp.c, tcp_splice_read().
//
// Linux keeps the pipe's lock while it sleeps at the socket: whoever else uses the pipe meanwhile hangs, and cannot even
// be killed. Here it goes on.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/sockets.h"
#include "kernel/splice.h"
#include "kernel/unix_socket.h"

namespace ipclab::kernel {

namespace {

constexpr std::size_t kPagesOfMessage = 16;  // splice_to_socket(), bvec[]

/// What the next places of a pipe hold, `most` bytes at most, and the pages in which it lies; it stays there.
struct PassedOn {
    std::string bytes;
    std::vector<PagePiece> pages;

    void add(std::string_view more, std::uint32_t offset, Fragment fragment) {
        bytes += more;
        while (!more.empty()) {
            const auto count = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(more.size(), kPageSize - offset % kPageSize));
            // skb_can_coalesce(): what follows in one page stays one piece.
            const bool follows = fragment.task && !pages.empty() && pages.back().fragment == fragment &&
                                 pages.back().end == offset && offset % kPageSize != 0;
            if (!follows) pages.push_back({.bytes = 0, .end = offset, .fragment = fragment});
            pages.back().bytes += count;
            pages.back().end += count;
            offset += count;
            more.remove_prefix(count);
        }
    }
};

PassedOn next_message(const Kernel& kernel, const File& in, std::uint64_t most) {
    PassedOn message;
    if (!in.is_pipe()) {
        message.add(std::string_view(kernel.streams[in.stream()].input)
                        .substr(0, std::min(most, kPagesOfMessage * kPageSize)),
                    0, {});
        return message;
    }
    const auto& slots = kernel.pipes[in.pipe()].slots;
    for (std::size_t i = 0; i < std::min(kPagesOfMessage, slots.size()) && message.bytes.size() < most; ++i) {
        const PipeSlot& slot = *slots[i];
        message.add(std::string_view(slot.bytes).substr(0, most - message.bytes.size()),
                    slot.used - static_cast<std::uint32_t>(slot.bytes.size()), slot.fragment);
    }
    return message;
}

void take_bytes(Call& call, const File& in, std::uint64_t bytes) {
    while (bytes > 0) bytes -= take_page(call, in, bytes).bytes.size();
}

bool keeps_pieces(const Socket& socket) {
    return socket.family == SocketFamily::local && socket.type == SocketType::stream;
}

/// Who has slept at the pipe, and comes to the socket only now.
bool may_sleep_at(const File& socket, Time timeout_ns) {
    return (socket.flags & kONonBlock) == 0 && timeout_ns != 0;
}

bool is_in_use(const Kernel& kernel, Fragment fragment) {
    for (const auto& [id, pipe] : kernel.pipes)
        for (const auto& slot : pipe->slots)
            if (slot->fragment == fragment) return true;
    const auto is_it = [&](const PagePiece& piece) { return piece.fragment == fragment; };
    for (const auto& [id, socket] : kernel.sockets)
        for (const auto& packet : socket->queue)
            if (std::ranges::any_of(packet->pages, is_it)) return true;
    return false;
}

struct Room {
    std::uint64_t places, place_bytes;
};

/// What a UNIX stream has, in the pages in which it lies; what lies in none is copied into fragments.
struct Pieces {
    Call& call;
    Room room;
    std::vector<PagePiece> found{};
    bool is_over = false;  ///< there was no room for a piece

    void add(const PagePiece& piece) {
        for (std::uint32_t at = piece.begin(); at < piece.end;) {
            if (found.size() == room.places) {
                is_over = true;
                return;
            }
            const auto part =
                static_cast<std::uint32_t>(std::min<std::uint64_t>(piece.end - at, room.place_bytes));
            at += part;
            found.push_back({.bytes = part, .end = at, .fragment = piece.fragment});
        }
    }

    /// net/core/skbuff.c, linear_to_page(). TCP's bytes lie in the same fragments, which is not simulated.
    void copy_head(std::uint64_t bytes) {
        constexpr std::uint32_t kLeastRoom = 32;
        Task& task = *call.me;
        while (bytes > 0) {
            const auto is_it = [&](const PagePiece& piece) {
                return piece.fragment == Fragment{task.tid, task.fragment};
            };
            if (std::ranges::none_of(found, is_it) && !is_in_use(call.kernel, {task.tid, task.fragment}))
                task.fragment_used = 0;
            if (task.fragment_used + kLeastRoom > Fragment::kBytes) {
                ++task.fragment;
                task.fragment_used = 0;
            }
            const auto part = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(bytes, Fragment::kBytes - task.fragment_used));
            task.fragment_used += part;
            bytes -= part;
            add({.bytes = part, .end = task.fragment_used, .fragment = {task.tid, task.fragment}});
        }
    }

    /// Bytes from `from` up to `to` of a packet.
    void add_packet(const Packet& packet, std::uint64_t from, std::uint64_t to) {
        std::uint64_t end = bytes_in_head(packet);
        if (from < end) copy_head(std::min(end, to) - from);
        for (PagePiece piece : pages_behind_head(packet)) {
            const std::uint64_t begin = end;
            end += piece.bytes;
            if (end <= from || begin >= to) continue;
            if (end > to) piece.end -= static_cast<std::uint32_t>(end - to);
            piece.bytes = static_cast<std::uint32_t>(std::min(end, to) - std::max(begin, from));
            add(piece);
        }
    }
};

std::vector<PagePiece> pieces_of(Call& call, const Socket& socket, std::uint64_t most, Room room) {
    Pieces pieces{call, room};
    if (!keeps_pieces(socket)) return {};
    for (std::size_t i = 0; i < socket.queue.size() && most > 0; ++i) {
        const Packet& packet = *socket.queue[i];
        const std::uint64_t bytes = std::min<std::uint64_t>(most, packet.left_bytes());
        pieces.add_packet(packet, packet.read_bytes, packet.read_bytes + bytes);
        most -= bytes;
        // unix_stream_read_generic(): that there is no room is seen with the next packet, when its head has been copied.
        if (pieces.is_over) break;
    }
    return pieces.found;
}

}  // namespace

Outcome pipe_to_socket(Call& call, const File& in, const File& out, std::uint64_t bytes, bool may_wait) {
    Kernel& kernel = call.kernel;
    std::uint64_t& done = call.pending.progress;
    bool sleeps_at_socket = std::exchange(call.pending.completed, 0) != 0;
    const auto finish = [&](Outcome nothing) {
        return done > 0 ? Outcome::done(static_cast<std::int64_t>(done)) : std::move(nothing);
    };
    while (done < bytes) {
        if (done > 0 && (is_empty(kernel, in) || call.is_interrupted())) break;
        if (auto waits = wait_for_data(call, in, may_wait)) return std::move(*waits);
        PassedOn message = next_message(kernel, in, bytes - done);
        const Socket& socket = kernel.sockets[out.socket()];
        Transfer data(call.memory());
        data.set_bytes({reinterpret_cast<const std::uint8_t*>(message.bytes.data()), message.bytes.size()});
        SendRequest request{.data = data,
                            .waits = may_sleep_at(out, socket.options.send_timeout_ns) || sleeps_at_socket,
                            .pages = std::move(message.pages),
                            .has_slept = sleeps_at_socket};
        Outcome outcome = operations(socket).send(call, out.socket(), request);
        const bool is_sent = outcome.kind == Outcome::Kind::done && outcome.value > 0;
        const std::uint64_t sent = is_sent ? static_cast<std::uint64_t>(outcome.value) : request.done;
        take_bytes(call, in, sent);
        done += sent;
        sleeps_at_socket = outcome.kind == Outcome::Kind::blocked;
        if (sleeps_at_socket) {
            call.pending.completed = 1;
            return outcome;
        }
        if (!is_sent) return finish(std::move(outcome));
    }
    return finish(Outcome::done(0));
}

Outcome socket_to_pipe(Call& call, const File& in, const File& out, std::uint64_t bytes, bool may_wait,
                       std::uint32_t flags) {
    Kernel& kernel = call.kernel;
    const bool has_slept_at_socket = std::exchange(call.pending.completed, 0) != 0;
    if (auto waits = wait_for_room(call, out, may_wait)) return std::move(*waits);
    const SocketId id = in.socket();
    const Socket& socket = kernel.sockets[id];
    const bool is_local_stream = keeps_pieces(socket);
    std::size_t room = kPagesOfMessage;
    if (out.is_pipe()) room = kernel.pipes[out.pipe()].capacity_slots - kernel.pipes[out.pipe()].slots.size();
    const std::uint64_t page = page_bytes(kernel, out);
    const auto pieces = pieces_of(call, socket, std::min(bytes, room * page),
                                  {.places = room, .place_bytes = place_bytes(kernel, out)});
    // Where nothing lies there, as much is asked for as the pipe has room for.
    const std::uint64_t most = pieces.empty() ? std::min(bytes, room * page) : total_bytes(pieces);
    Transfer data(call.memory());
    ReceiveRequest request{.data = data};
    request.go_on(call.pending.progress);
    const std::uint64_t before = request.done;
    std::vector<std::uint8_t> bytes_read(before + most);
    data.set_room(bytes_read);
    const bool waits = may_sleep_at(in, socket.options.receive_timeout_ns) || has_slept_at_socket;
    request.waits = waits && !(is_local_stream && (flags & kDoNotBlock));
    Outcome outcome = operations(socket).receive(call, id, request);
    if (outcome.kind == Outcome::Kind::blocked) call.pending.completed = 1;
    call.pending.progress = request.progress();
    // recv(2): descriptors that are not asked for are closed.
    if (!request.rights.empty()) end_unreachable_files(call.kernel, call.task, call.trace);
    std::uint64_t at = before;
    const std::uint64_t end = std::max(data.done(), before);
    for (std::size_t i = 0; at < end; ++i) {
        const PagePiece copied{.bytes = static_cast<std::uint32_t>(page),
                               .end = static_cast<std::uint32_t>(page),
                               .fragment = {}};
        const PagePiece& piece = i < pieces.size() ? pieces[i] : copied;
        const std::uint64_t count = std::min<std::uint64_t>(piece.bytes, end - at);
        const char* from = reinterpret_cast<const char*>(bytes_read.data()) + at;
        put_page(call, out, shared_page({from, count}, call.pid, piece.begin(), piece.fragment));
        at += count;
    }
    return outcome;
}

}  // namespace ipclab::kernel
