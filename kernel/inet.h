// Internet addresses on the one simulated host, which has only the loopback interface: 127.0.0.0/8 (ip(7)). What UDP and
// TCP share.
#pragma once

#include "kernel/sockets.h"

namespace ipclab::kernel {

/// struct sockaddr_in, in the host's byte order.
struct InetName {
    std::uint32_t host = 0;
    std::uint16_t port = 0;
    bool operator==(const InetName&) const = default;
};
inline constexpr std::uint32_t kAnyHost = 0, kLoopback = 0x7f000001, kBroadcast = 0xffffffff;

/// The name in an address that has been checked; 0.0.0.0:0 for the empty one.
InetName inet_name(const SocketAddress& address);
SocketAddress inet_address(InetName name);

/// bind(2): EINVAL, EAFNOSUPPORT, EADDRNOTAVAIL, EACCES below port 1024, EADDRINUSE.
Result<void> bind_inet(Call& call, SocketId id, const SocketAddress& address);
/// A port of its own for a socket that has none (ip(7), ip_local_port_range): EADDRINUSE where all are taken.
Result<void> give_port(Kernel& kernel, SocketId id);
/// Where a datagram or a connection goes: EINVAL, EAFNOSUPPORT, ENETUNREACH. 0.0.0.0 is this host.
Result<InetName> destination_of(const SocketAddress& address);
/// Whether connect(2) is asked to undo a connection: the family is AF_UNSPEC.
bool is_unspecified(const SocketAddress& address);
/// getsockname(2), getpeername(2)
Result<SocketAddress> inet_socket_name(const Kernel& kernel, SocketId id, Side side);
/// The name that others see of a socket that sends: never 0.0.0.0.
InetName source_of(const Socket& socket);

}  // namespace ipclab::kernel
