// What the two halves of UNIX domain sockets share: names and connections (kernel/unix_socket.cpp), and what is sent over
// them (kernel/unix_transfer.cpp).
#pragma once

#include "kernel/sockets.h"

namespace ipclab::kernel {

/// The socket with this name: ENOENT, EACCES, ECONNREFUSED, EPROTOTYPE.
Result<SocketId> find_local(Call& call, const SocketAddress& name, SocketType type);
/// Gives an abstract name to a socket that has none (unix(7), "Autobind feature").
void name_at_random(Kernel& kernel, SocketId socket);
/// SO_PASSCRED: a socket that wants to know others lets itself be known when it connects or sends.
void name_if_credentials_are_wanted(Kernel& kernel, SocketId socket);
/// Whether no more connections, or datagrams from senders that are not its peer, go into its queue.
bool is_backlog_full(const Socket& socket);
/// Whether `to` takes datagrams from `from`: one that is connected takes them from its peer only.
bool may_send_to(const Kernel& kernel, SocketId from, SocketId to);
/// Whether a datagram socket is connected to one that takes no more for now.
bool is_peer_full(const Kernel& kernel, SocketId socket);
/// Throws away what nobody will read: the senders have that room again. Descriptions in flight stay for
/// end_unreachable_files().
void drop_queue(Kernel& kernel, SocketId socket, Tid by, Trace* trace);

/// Bytes of a stream's packet that lie in no page: what fits into the head of its buffer (unix_stream_sendmsg()).
std::uint64_t bytes_in_head(const Packet& packet);
/// The pages in which the others lie, in their order.
std::vector<PagePiece> pages_behind_head(const Packet& packet);

std::uint64_t total_bytes(const std::vector<PagePiece>& pages);

Outcome send_local_stream(Call& call, SocketId id, SendRequest& request);
Outcome send_local_datagram(Call& call, SocketId id, SendRequest& request);
Outcome send_local_seqpacket(Call& call, SocketId id, SendRequest& request);
Outcome receive_local_stream(Call& call, SocketId id, ReceiveRequest& request);
Outcome receive_local_datagram(Call& call, SocketId id, ReceiveRequest& request);
Outcome receive_local_seqpacket(Call& call, SocketId id, ReceiveRequest& request);

}  // namespace ipclab::kernel
