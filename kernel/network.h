// The modelled network: hosts, each a name and an address, on one link. Who sends to an address of 127.0.0.0/8 stays on the
// machine: that is immediate, as on Linux. Who sends to a host's address puts packets on the link, which takes its time and
// may lose them.
//
//   hosts    `--host NAME=ADDRESS` and a lesson's `hosts`. All are in one network: their addresses share the first three
//            numbers. /etc/hosts has their names. They are addresses of the one machine, as one that has several of them:
//            a process speaks as the host whose address it binds to, and as the first host where it binds to none. In the
//            sandbox of real runs they are addresses of an interface in its own network namespace, so that a program finds
//            the same on both kernels; there the link is quick and loses nothing.
//   link     A packet waits until its sender's line is free, takes bytes / net_bandwidth to leave and net_latency_us to
//            arrive. It lies in Network::packets until then. The link holds net_queue packets; one more is lost.
//            Where nothing takes time (Costs::none()), leaving takes none, either; then packets that are due at the same time
//            come one by one, each when time passes: who is woken by the first may go on before the second.
//   fate     What the state does not determine is a choice: whether a packet is lost, comes twice, or is overtaken by later
//            ones. It can be made by hand for any packet that is under way. Where a rate (net_loss_percent, ...) is not 0,
//            each new packet waits for it (is_decided): the policies take drawn_fate(), which depends on net_seed and the
//            packet's number alone; who explores takes each of possible_fates().
//   arrival  is a timer like any other (expire_network()): UDP's packets go to udp_socket.cpp, TCP's to tcp_input.cpp.
//   nobody   An address of the network that no host has: UDP's packets are gone; TCP is told after 3 seconds (EHOSTUNREACH),
//            when three questions for the address (ARP) have found no answer. Other networks: ENETUNREACH.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/cow.h"
#include "kernel/event.h"
#include "kernel/limits.h"
#include "kernel/tcp_connection.h"
#include "kernel/types.h"

namespace ipclab::kernel {

struct Kernel;

struct Host {
    std::string name;
    std::uint32_t address = 0;
    bool operator==(const Host&) const = default;
};

enum class PacketKind : std::uint8_t {
    udp,
    tcp,
    unreachable
};  ///< unreachable: ICMP's answer, to who sent `from` to `to`

struct NetworkPacket {
    PacketKind kind{};
    InetName from, to;
    std::string bytes;
    TcpHeader header;  ///< tcp
    SocketId
        sender{};  ///< TCP: keeps connections with the same addresses apart, as their first sequence numbers do
    Pid writer{};
    bool refuses_host = false;  ///< unreachable: nobody has the address, not only the port
    bool is_decided = true;
    Time departs_ns = 0, arrives_ns = 0;
    bool operator==(const NetworkPacket&) const = default;
};

inline NetworkPacket new_packet(PacketKind kind, InetName from, InetName to) {
    NetworkPacket packet;
    packet.kind = kind;
    packet.from = from;
    packet.to = to;
    return packet;
}

enum class PacketFate : std::uint8_t { passes, lost, duplicated, delayed };

/// What an event of kind `packet` tells: Event::number.
enum class PacketStep : std::uint8_t { sent, sent_again, delivered, lost, duplicated, delayed };

/// IP_ADD_MEMBERSHIP
struct Membership {
    SocketId socket{};
    std::uint32_t group = 0;
    bool operator==(const Membership&) const = default;
};

struct Line {
    std::uint32_t host = 0;
    Time free_ns = 0;
    bool operator==(const Line&) const = default;
};

struct Network {
    std::vector<Host> hosts;
    Table<PacketId, NetworkPacket> packets;      ///< under way
    Table<SocketId, TcpConnection> connections;  ///< TCP's ends that send over the link
    std::vector<Membership> memberships;
    std::vector<Line> lines;  ///< of hosts that have sent
    std::int32_t last_packet = 0;
    bool operator==(const Network&) const = default;
};

// ---- Addresses

/// "10.0.0.2" -> its number. Nothing where it is not four numbers from 0 to 255.
std::optional<std::uint32_t> parse_address(std::string_view text);
std::string address_text(std::uint32_t address);
std::string name_text(InetName name);  ///< "10.0.0.2:80"
/// "NAME=ADDRESS", as the command line and lessons have it, added to those that are there. A sentence where it cannot be:
/// a bad name or address, taken already, of another network, of 127.0.0.0/8 or a broadcast or multicast one.
std::string add_host(std::vector<Host>& hosts, std::string_view text);
/// /etc/hosts of a system with these hosts.
std::string hosts_file(const std::vector<Host>& hosts);

bool is_loopback(std::uint32_t address);
bool is_host(const Network& network, std::uint32_t address);
bool is_in_network(const Network& network, std::uint32_t address);  ///< whether or not somebody has it
bool is_broadcast(const Network& network, std::uint32_t address);   ///< to all hosts, or 127.255.255.255
bool is_multicast(std::uint32_t address);                           ///< 224.0.0.0/4

// ---- Packets

/// Sends a packet whose `from`, `to` and content are filled in.
void transmit(Kernel& kernel, NetworkPacket packet, PacketStep step, Tid by, Trace* trace);
/// Whether packets take no time to leave, and come one by one.
bool is_link_instant(const Kernel& kernel);
/// The next arrival or retransmission; kNever: none.
Time earliest_of_network(const Kernel& kernel);
/// Does the one thing that is due at that time: an arrival, in the order of sending, else a TCP timer. False: none is.
bool expire_network(Kernel& kernel, Time due_ns, Trace* trace);

// ---- Choices

/// The oldest packet whose fate is to be chosen; 0: none.
PacketId undecided_packet(const Kernel& kernel);
/// Those whose rate is not 0, and `passes`.
std::vector<PacketFate> possible_fates(const Limits& limits);
/// What the rates give a packet: a draw from net_seed and its number.
PacketFate drawn_fate(const Limits& limits, PacketId packet);
/// The choice. A packet that has arrived meanwhile is left alone.
void decide(Kernel& kernel, PacketId packet, PacketFate fate, Trace* trace);

// ---- Words

std::string packet_text(const NetworkPacket& packet);  ///< "10.0.0.1:40000 > 10.0.0.2:80 SYN seq 0 win 65535"
std::string packet_text(const Event& event);           ///< the same, of an event of kind `packet`
std::string_view name(PacketStep step);

}  // namespace ipclab::kernel
