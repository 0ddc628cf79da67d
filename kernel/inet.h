// Internet addresses (ip(7)): those of the loopback interface, 127.0.0.0/8, and those of the hosts of the modelled network
// (kernel/network.h). What UDP and TCP share.
#pragma once

#include "kernel/sockets.h"

namespace ipclab::kernel {

inline constexpr std::uint32_t kAnyHost = 0, kLoopback = 0x7f000001, kBroadcast = 0xffffffff;

/// The name in an address that has been checked; 0.0.0.0:0 for the empty one.
InetName inet_name(const SocketAddress& address);
/// Whether no other socket keeps this one from being called so (socket(7), SO_REUSEADDR).
bool can_have_name(const Kernel& kernel, SocketId socket, InetName wanted);
SocketAddress inet_address(InetName name);

/// bind(2): EINVAL, EAFNOSUPPORT, EADDRNOTAVAIL, EACCES below port 1024, EADDRINUSE.
Result<void> bind_inet(Call& call, SocketId id, const SocketAddress& address);
/// A port of its own for a socket that has none (ip(7), ip_local_port_range): EADDRINUSE where all are taken.
Result<void> give_port(Kernel& kernel, SocketId id);
/// TCP_CLOSE: also of a connection that was refused, before connect(2) has said so.
bool is_closed(const Socket& socket);
/// The connection is over: the socket gives back what was chosen for it, port or address.
void give_back_port(Socket& socket);
void give_back_host(Socket& socket);
/// Where a datagram or a connection goes: EINVAL, EAFNOSUPPORT, ENETUNREACH. 0.0.0.0 is this host. May be a broadcast or
/// multicast address.
Result<InetName> destination_of(const Kernel& kernel, const SocketAddress& address);
/// Whether connect(2) is asked to undo a connection: the family is AF_UNSPEC.
bool is_unspecified(const SocketAddress& address);
/// getsockname(2), getpeername(2)
Result<SocketAddress> inet_socket_name(const Kernel& kernel, SocketId id, Side side);
/// The name that others see of a socket that sends there: never 0.0.0.0.
InetName source_of(const Kernel& kernel, const Socket& socket, std::uint32_t to);

// ---- What comes over the link (kernel/network.h)

void receive_datagram(Kernel& kernel, NetworkPacket packet, Trace* trace);
void udp_unreachable(Kernel& kernel, const NetworkPacket& answer, Trace* trace);
void receive_segment(Kernel& kernel, const NetworkPacket& packet, Trace* trace);
void tcp_unreachable(Kernel& kernel, const NetworkPacket& answer, Trace* trace);
void expire_tcp_timer(Kernel& kernel, SocketId socket, Trace* trace);

}  // namespace ipclab::kernel
