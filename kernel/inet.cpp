#include "kernel/inet.h"

#include <algorithm>
#include <cstring>

namespace ipclab::kernel {

namespace {

constexpr std::size_t kAddressBytes = 16, kFamilyBytes = 2;  // struct sockaddr_in
constexpr std::uint16_t kUnspecified = 0, kInet = 2;
constexpr std::uint16_t kFirstFreePort = 32'768, kLastFreePort = 60'999;  // ip_local_port_range
constexpr std::uint16_t kFirstUnprivilegedPort = 1024;

std::uint16_t family_of(const SocketAddress& address) {
    std::uint16_t family = 0;
    std::memcpy(&family, address.data(), sizeof family);
    return family;
}

/// Addresses that a socket can have: the machine's own, and those by which many are spoken to.
bool can_be_bound(const Network& network, std::uint32_t host) {
    return host == kAnyHost || is_loopback(host) || is_host(network, host) || is_broadcast(network, host) ||
           is_multicast(host);
}

/// Whether two sockets may have names that meet: socket(7), SO_REUSEADDR.
bool may_share(const Socket& mine, const Socket& other) {
    if (mine.options.reuses_port && other.options.reuses_port) return true;
    if (!mine.options.reuses_address || !other.options.reuses_address) return false;
    // A TCP port that somebody listens on is never shared so.
    return mine.type == SocketType::datagram || other.state != SocketState::listening;
}

}  // namespace

bool can_have_name(const Kernel& kernel, SocketId id, InetName wanted) {
    const Socket& mine = kernel.sockets[id];
    for (const auto& [other_id, other] : kernel.sockets) {
        if (other_id == id || other->family != SocketFamily::inet || other->type != mine.type) continue;
        if (other->state == SocketState::time_wait && kernel.now_ns >= other->expires_ns) continue;
        const InetName taken = inet_name(other->name);
        if (taken.port != wanted.port || taken.port == 0) continue;
        const bool meet = taken.host == wanted.host || taken.host == kAnyHost || wanted.host == kAnyHost;
        if (meet && !may_share(mine, *other)) return false;
    }
    return true;
}

namespace {

Result<InetName> with_free_port(const Kernel& kernel, SocketId id, std::uint32_t host) {
    constexpr int kPorts = kLastFreePort - kFirstFreePort + 1;
    // Linux begins anywhere; here each socket begins at a place of its own, so that runs can be repeated.
    for (int i = 0; i < kPorts; ++i) {
        const InetName name{host, static_cast<std::uint16_t>(kFirstFreePort + (id.value + i) % kPorts)};
        if (can_have_name(kernel, id, name)) return name;
    }
    return Errno::eaddrinuse;
}

/// net/ipv4/af_inet.c, __inet_bind(): the checks in its order.
Result<InetName> checked_name(const Network& network, const SocketAddress& address) {
    if (address.size() < kAddressBytes) return Errno::einval;
    const InetName name = inet_name(address);
    const std::uint16_t family = family_of(address);
    if (family != kInet && (family != kUnspecified || name.host != kAnyHost)) return Errno::eafnosupport;
    if (!can_be_bound(network, name.host)) return Errno::eaddrnotavail;
    // ip(7): lower ones are for privileged programs.
    if (name.port != 0 && name.port < kFirstUnprivilegedPort) return Errno::eacces;
    return name;
}

}  // namespace

InetName inet_name(const SocketAddress& address) {
    if (address.size() < kAddressBytes) return {};
    const auto byte = [&](std::size_t at) { return std::uint32_t{static_cast<std::uint8_t>(address[at])}; };
    return {byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7),
            static_cast<std::uint16_t>(byte(2) << 8 | byte(3))};
}

SocketAddress inet_address(InetName name) {
    SocketAddress address(kAddressBytes, '\0');
    address[0] = static_cast<char>(kInet);
    address[2] = static_cast<char>(name.port >> 8);
    address[3] = static_cast<char>(name.port);
    for (std::size_t i = 0; i < 4; ++i) address[4 + i] = static_cast<char>(name.host >> (24 - 8 * i));
    return address;
}

Result<void> bind_inet(Call& call, SocketId id, const SocketAddress& address) {
    Kernel& kernel = call.kernel;
    auto name = checked_name(*kernel.network, address);
    if (!name) return name.error();
    const Socket& socket = kernel.sockets[id];
    // bind(2): EINVAL where the socket has a port already.
    if (inet_name(socket.name).port != 0 || !is_closed(socket)) return Errno::einval;
    Result<InetName> given = *name;
    if (name->port == 0)
        given = with_free_port(kernel, id, name->host);
    else if (!can_have_name(kernel, id, *name))
        given = Errno::eaddrinuse;
    Socket& named = kernel.sockets.write(id);
    // net/ipv4/af_inet.c: one that gets no port is left without an address.
    named.name = inet_address(given ? *given : InetName{});
    if (!given) return given.error();
    named.told_port = 0;
    named.keeps_host = named.keeps_host || name->host != kAnyHost;
    named.keeps_port = name->port != 0;
    return {};
}

Result<void> give_port(Kernel& kernel, SocketId id) {
    const InetName now = inet_name(kernel.sockets[id].name);
    if (now.port != 0) return {};
    auto chosen = with_free_port(kernel, id, now.host);
    if (!chosen) return chosen.error();
    Socket& socket = kernel.sockets.write(id);
    socket.name = inet_address(*chosen);
    socket.told_port = 0;
    return {};
}

bool is_closed(const Socket& socket) {
    return socket.state == SocketState::unconnected ||
           (socket.state == SocketState::connecting && !socket.peer && socket.cannot_send);
}

void give_back_port(Socket& socket) {
    const InetName name = inet_name(socket.name);
    if (socket.keeps_port || name.port == 0) return;
    socket.told_port = name.port;
    socket.name = inet_address({name.host, 0});
}

void give_back_host(Socket& socket) {
    if (!socket.keeps_host) socket.name = inet_address({kAnyHost, inet_name(socket.name).port});
}

Result<InetName> destination_of(const Kernel& kernel, const SocketAddress& address) {
    if (address.size() < kAddressBytes) return Errno::einval;
    if (family_of(address) != kInet && family_of(address) != kUnspecified) return Errno::eafnosupport;
    InetName name = inet_name(address);
    // ip(7): INADDR_ANY as a destination is this host.
    if (name.host == kAnyHost) name.host = kLoopback;
    const Network& network = *kernel.network;
    // ip(7): 255.255.255.255 needs a route as any other; an interface without a default route has none.
    const bool has_route = is_loopback(name.host) || is_in_network(network, name.host) ||
                           (is_multicast(name.host) && !network.hosts.empty());
    if (!has_route) return Errno::enetunreach;
    return name;
}

bool is_unspecified(const SocketAddress& address) {
    return address.size() >= kFamilyBytes && family_of(address) == kUnspecified;
}

Result<SocketAddress> inet_socket_name(const Kernel& kernel, SocketId id, Side side) {
    const Socket& socket = kernel.sockets[id];
    if (side == Side::own) {
        InetName name = inet_name(socket.name);
        if (name.port == 0) name.port = socket.told_port;
        return inet_address(name);
    }
    // net/ipv4/af_inet.c, inet_getname(): port 0 counts as no peer.
    if (socket.state != SocketState::connected || inet_name(socket.peer_name).port == 0)
        return Errno::enotconn;
    return socket.peer_name;
}

InetName source_of(const Kernel& kernel, const Socket& socket, std::uint32_t to) {
    InetName name = inet_name(socket.name);
    // A socket that is bound to a group or a broadcast address does not speak as it.
    const bool is_own =
        name.host != kAnyHost && !is_multicast(name.host) && !is_broadcast(*kernel.network, name.host);
    if (!is_own) name.host = is_loopback(to) ? kLoopback : kernel.network->hosts.front().address;
    return name;
}

}  // namespace ipclab::kernel
