// setsockopt(2) and getsockopt(2) at level IPPROTO_IP: multicast, as net/ipv4/ip_sockglue.c and igmp.c have it. All hosts of
// the modelled network are addresses of one machine with one interface to it: groups are joined there.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/ip_options.h"

namespace ipclab::kernel {

namespace {

/// linux/in.h
enum class IpOption : std::int32_t {
    multicast_interface = 32,
    multicast_ttl = 33,
    multicast_loop = 34,
    add_membership = 35,
    drop_membership = 36,
};

constexpr std::uint64_t kAddressBytes = 4, kRequestBytes = 8;  // struct in_addr, struct ip_mreq

std::uint32_t address_at(const std::array<std::uint8_t, kRequestBytes>& bytes, std::size_t at) {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
           std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

/// An int, or a byte of it, as BSD has it.
Result<std::int32_t> small_number(Call& call) {
    if (call.arg(4) >= sizeof(std::int32_t)) return call.memory().read_object<std::int32_t>(call.arg(3));
    if (call.arg(4) == 0) return Errno::einval;
    auto byte = call.memory().read_object<std::uint8_t>(call.arg(3));
    if (!byte) return byte.error();
    return std::int32_t{*byte};
}

Outcome change_membership(Call& call, SocketId id, IpOption option) {
    Kernel& kernel = call.kernel;
    if (kernel.sockets[id].type == SocketType::stream) return Outcome::fail(Errno::eproto);
    if (call.arg(4) < kRequestBytes) return Outcome::fail(Errno::einval);
    const auto request = call.memory().read_object<std::array<std::uint8_t, kRequestBytes>>(call.arg(3));
    if (!request) return Outcome::fail(request.error());
    const Membership wanted{id, address_at(*request, 0)};
    const std::uint32_t interface = address_at(*request, kAddressBytes);
    const bool joins = option == IpOption::add_membership;
    if (joins && !is_multicast(wanted.group)) return Outcome::fail(Errno::einval);
    const bool has_interface =
        interface == kAnyHost ? !kernel.network->hosts.empty() : is_host(*kernel.network, interface);
    if (joins && !has_interface)
        explain(kernel, call.task,
                "groups are joined on a host of the modelled network (--host NAME=ADDRESS); on the loopback "
                "interface they are not simulated",
                call.trace);
    if (!has_interface) return Outcome::fail(Errno::enodev);
    const std::vector<Membership>& now = kernel.network->memberships;
    const bool is_member = std::find(now.begin(), now.end(), wanted) != now.end();
    if (joins == is_member) return Outcome::fail(joins ? Errno::eaddrinuse : Errno::eaddrnotavail);
    if (joins) {
        // ip(7), igmp_max_memberships
        constexpr std::ptrdiff_t kMost = 20;
        if (std::count_if(now.begin(), now.end(),
                          [&](const Membership& each) { return each.socket == id; }) >= kMost)
            return Outcome::fail(Errno::enobufs);
        kernel.network.write().memberships.push_back(wanted);
    } else {
        std::erase(kernel.network.write().memberships, wanted);
    }
    return Outcome::done(0);
}

/// Where there is one interface, there is nothing to choose.
Outcome choose_interface(Call& call, SocketId id) {
    if (call.kernel.sockets[id].type == SocketType::stream) return Outcome::fail(Errno::einval);
    if (call.arg(4) < kAddressBytes) return Outcome::fail(Errno::einval);
    std::array<std::uint8_t, kRequestBytes> bytes{};
    const std::uint64_t given = std::min(call.arg(4), kRequestBytes);
    // struct ip_mreq has the interface behind the group.
    const std::size_t at = given == kRequestBytes ? kAddressBytes : 0;
    if (auto read = call.memory().read(call.arg(3), std::span(bytes).first(at + kAddressBytes)); !read)
        return Outcome::fail(read.error());
    const std::uint32_t interface = address_at(bytes, at);
    if (interface != kAnyHost && !is_host(*call.kernel.network, interface))
        return Outcome::fail(Errno::eaddrnotavail);
    return Outcome::done(0);
}

}  // namespace

std::optional<Outcome> set_ip_option(Call& call, SocketId id, std::int32_t option) {
    SocketOptions& options = call.kernel.sockets.write(id).options;
    const bool is_stream = call.kernel.sockets[id].type == SocketType::stream;
    switch (static_cast<IpOption>(option)) {
        case IpOption::multicast_ttl: {
            if (is_stream) return Outcome::fail(Errno::einval);
            const auto hops = small_number(call);
            if (!hops) return Outcome::fail(hops.error());
            if (*hops < -1 || *hops > 255) return Outcome::fail(Errno::einval);
            options.multicast_hops = static_cast<std::uint8_t>(*hops == -1 ? 1 : *hops);
            return Outcome::done(0);
        }
        case IpOption::multicast_loop: {
            const auto hears = small_number(call);
            if (!hears) return Outcome::fail(hears.error());
            options.hears_own_multicasts = *hears != 0;
            return Outcome::done(0);
        }
        case IpOption::multicast_interface:
            return choose_interface(call, id);
        case IpOption::add_membership:
        case IpOption::drop_membership:
            return change_membership(call, id, static_cast<IpOption>(option));
    }
    return {};
}

std::optional<std::int32_t> ip_option(const Socket& socket, std::int32_t option) {
    if (option == static_cast<std::int32_t>(IpOption::multicast_ttl)) return socket.options.multicast_hops;
    if (option == static_cast<std::int32_t>(IpOption::multicast_loop))
        return socket.options.hears_own_multicasts;
    return {};
}

}  // namespace ipclab::kernel
