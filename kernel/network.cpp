#include "kernel/network.h"

#include <algorithm>
#include <charconv>

#include "kernel/emit.h"
#include "kernel/inet.h"
#include "kernel/random.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kNetMask = 0xffffff00;
constexpr std::uint64_t kFrameBytes =
    14 + 20;  // Ethernet's and IP's headers, which take time on the line, too
constexpr std::uint64_t kUdpHeader = 8, kTcpHeader = 20, kPercent = 100;
constexpr Time kNobodyAnswers = 3 * kSecond;  // arp(7): mcast_solicit questions, retrans_time_ms apart

std::uint64_t packed(InetName name) {
    return std::uint64_t{name.host} << 16 | name.port;
}
InetName unpacked(std::uint64_t name) {
    return {static_cast<std::uint32_t>(name >> 16), static_cast<std::uint16_t>(name)};
}

void tell(const Kernel& kernel, PacketId id, const NetworkPacket& packet, PacketStep step, SocketId socket,
          Tid by, Trace* trace) {
    if (!trace) return;
    Event& event = emit(kernel, EventKind::packet, by, *trace);
    event.number = static_cast<std::uint16_t>(step);
    event.other = id.value;
    if (socket) event.object = ref(socket);
    event.result = packet.arrives_ns;
    event.args = {packed(packet.from),
                  packed(packet.to),
                  static_cast<std::uint64_t>(packet.kind) | std::uint64_t{packet.header.flags} << 8 |
                      std::uint64_t{packet.header.window} << 16,
                  packet.header.sequence,
                  packet.header.acknowledged,
                  packet.bytes.size()};
}

/// When the last bit of the packet has left its sender.
Time departure(Kernel& kernel, const NetworkPacket& packet) {
    if (is_link_instant(kernel)) return kernel.now_ns;
    std::vector<Line>& lines = kernel.network.write().lines;
    // Who sends with an address of 127.0.0.0/8 has none of the hosts' lines: all such have one together.
    const std::uint32_t host = is_host(*kernel.network, packet.from.host) ? packet.from.host : 0;
    auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& each) { return each.host == host; });
    if (line == lines.end()) line = lines.insert(line, {host, 0});
    const std::uint64_t bytes =
        packet.bytes.size() + kFrameBytes + (packet.kind == PacketKind::tcp ? kTcpHeader : kUdpHeader);
    // Picoseconds, so that quick links round little away: at most 65,569 bytes.
    const std::uint64_t ps =
        bytes * 1'000'000'000'000 / static_cast<std::uint64_t>(kernel.limits.network_bandwidth);
    line->free_ns = std::max(line->free_ns, kernel.now_ns) + static_cast<Time>(ps / 1000);
    return line->free_ns;
}

PacketId put_on_link(Kernel& kernel, NetworkPacket packet) {
    arm_timer(kernel, packet.arrives_ns);
    Network& network = kernel.network.write();
    const PacketId id{++network.last_packet};
    network.packets.insert(id, std::move(packet));
    return id;
}

Time latency(const Kernel& kernel) {
    return kernel.limits.network_latency_us * kMicrosecond;
}

void arrive(Kernel& kernel, PacketId id, Trace* trace) {
    NetworkPacket packet = kernel.network->packets[id];
    kernel.network.write().packets.erase(id);
    const auto delivered = [&](SocketId to) {
        tell(kernel, id, packet, PacketStep::delivered, to, {}, trace);
    };
    switch (packet.kind) {
        case PacketKind::udp:
            delivered({});
            return receive_datagram(kernel, std::move(packet), trace);
        case PacketKind::tcp:
            delivered({});
            return receive_segment(kernel, packet, trace);
        case PacketKind::unreachable:
            // The 3 seconds without an answer are no packet's.
            if (!packet.refuses_host) delivered(packet.sender);
            udp_unreachable(kernel, packet, trace);
            return tcp_unreachable(kernel, packet, trace);
    }
}

}  // namespace

// ---- Addresses

std::optional<std::uint32_t> parse_address(std::string_view text) {
    constexpr int kNumbers = 4;
    std::uint32_t address = 0;
    for (int i = 0; i < kNumbers; ++i) {
        if (i > 0) {
            if (text.empty() || text.front() != '.') return {};
            text.remove_prefix(1);
        }
        std::uint8_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{}) return {};
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        address = address << 8 | number;
    }
    return text.empty() ? std::optional(address) : std::nullopt;
}

std::string address_text(std::uint32_t address) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8)
        text += std::to_string(address >> shift & 0xff) + (shift > 0 ? "." : "");
    return text;
}

std::string name_text(InetName name) {
    return address_text(name.host) + ":" + std::to_string(name.port);
}

std::string add_host(std::vector<Host>& hosts, std::string_view text) {
    constexpr std::size_t kHostNameMax = 63, kHostsMax = 64;
    const std::size_t equals = text.find('=');
    if (equals == text.npos) return "a host is NAME=ADDRESS, as server=10.0.0.2";
    const std::string_view name = text.substr(0, equals);
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    // hostname(7)
    const bool is_name = !name.empty() && name.size() <= kHostNameMax && is_letter(name.front()) &&
                         std::all_of(name.begin(), name.end(), [&](char c) {
                             return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
                         });
    if (!is_name) return "a host's name has letters, digits, - and . and begins with a letter";
    const auto address = parse_address(text.substr(equals + 1));
    if (!address) return "a host's address is four numbers from 0 to 255, as 10.0.0.2";
    const std::string where = address_text(*address);
    const std::uint32_t last = *address & ~kNetMask;
    if (is_loopback(*address) || *address >> 24 == 0 || *address >> 24 >= 224)
        return where + " cannot be a host's address: 0, 127 and 224 to 255 in front have other meanings";
    if (last == 0 || last == 255) return where + " stands for the network itself, or for all of its hosts";
    if (hosts.size() >= kHostsMax) return "there are " + std::to_string(kHostsMax) + " hosts at most";
    for (const Host& host : hosts) {
        if (host.name == name || name == "localhost")
            return "there is a host " + std::string(name) + " already";
        if (host.address == *address) return where + " is the address of " + host.name + " already";
        if ((host.address & kNetMask) != (*address & kNetMask))
            return "all hosts are in one network: " + where + " and " + address_text(host.address) +
                   " differ in their first three numbers";
    }
    hosts.push_back({std::string(name), *address});
    return "";
}

std::string hosts_file(const std::vector<Host>& hosts) {
    std::string text = "127.0.0.1 localhost\n::1 localhost\n";
    for (const Host& host : hosts) text += address_text(host.address) + " " + host.name + "\n";
    return text;
}

bool is_loopback(std::uint32_t address) {
    constexpr std::uint32_t kLoopbackNet = 127;
    return address >> 24 == kLoopbackNet;
}

bool is_host(const Network& network, std::uint32_t address) {
    return std::any_of(network.hosts.begin(), network.hosts.end(),
                       [&](const Host& host) { return host.address == address; });
}

bool is_in_network(const Network& network, std::uint32_t address) {
    return !network.hosts.empty() && (network.hosts.front().address & kNetMask) == (address & kNetMask);
}

bool is_broadcast(const Network& network, std::uint32_t address) {
    constexpr std::uint32_t kLoopbackBroadcast = 0x7fffffff;
    return address == kLoopbackBroadcast || address == kBroadcast ||
           (is_in_network(network, address) && (address & ~kNetMask) == ~kNetMask);
}

bool is_multicast(std::uint32_t address) {
    constexpr std::uint32_t kMulticastNet = 0xe;
    return address >> 28 == kMulticastNet;
}

// ---- Packets

void transmit(Kernel& kernel, NetworkPacket packet, PacketStep step, Tid by, Trace* trace) {
    const std::uint32_t to = packet.to.host;
    const bool is_single = !is_broadcast(*kernel.network, to) && !is_multicast(to);
    const SocketId sender = packet.sender;
    if (kernel.network->packets.size() >= kernel.limits.network_queue) {
        explain(kernel, by, "the link's queue is full", trace);
        return tell(kernel, PacketId{++kernel.network.write().last_packet}, packet, PacketStep::lost, sender,
                    by, trace);
    }
    if (is_single && is_in_network(*kernel.network, to) && !is_host(*kernel.network, to)) {
        explain(kernel, by, "no host has the address " + address_text(to) + ": the packet goes nowhere",
                trace);
        if (packet.kind != PacketKind::tcp || !packet.header.has(kSyn)) return;
        NetworkPacket answer = new_packet(PacketKind::unreachable, packet.to, packet.from);
        answer.refuses_host = true;
        answer.arrives_ns = kernel.now_ns + kNobodyAnswers;
        put_on_link(kernel, std::move(answer));
        return;
    }
    packet.departs_ns = departure(kernel, packet);
    packet.arrives_ns = packet.departs_ns + latency(kernel);
    packet.is_decided = possible_fates(kernel.limits).size() == 1;
    const PacketId id = put_on_link(kernel, std::move(packet));
    tell(kernel, id, kernel.network->packets[id], step, sender, by, trace);
}

bool is_link_instant(const Kernel& kernel) {
    return !kernel.network->hosts.empty() && kernel.costs == Costs::none();
}

Time earliest_of_network(const Kernel& kernel) {
    const Network& network = *kernel.network;
    Time next = kNever;
    for (const auto& [id, packet] : network.packets) next = std::min(next, packet->arrives_ns);
    for (const auto& [id, connection] : network.connections) next = std::min(next, connection->timer_at_ns);
    return next;
}

bool expire_network(Kernel& kernel, Time due_ns, Trace* trace) {
    for (const auto& [id, packet] : kernel.network->packets)
        if (packet->arrives_ns == due_ns) {
            arrive(kernel, id, trace);
            return true;
        }
    for (const auto& [id, connection] : kernel.network->connections)
        if (connection->timer_at_ns == due_ns) {
            expire_tcp_timer(kernel, id, trace);
            return true;
        }
    return false;
}

// ---- Choices

PacketId undecided_packet(const Kernel& kernel) {
    for (const auto& [id, packet] : kernel.network->packets)
        if (!packet->is_decided) return id;
    return {};
}

std::vector<PacketFate> possible_fates(const Limits& limits) {
    std::vector<PacketFate> fates{PacketFate::passes};
    if (limits.network_loss > 0) fates.push_back(PacketFate::lost);
    if (limits.network_duplication > 0) fates.push_back(PacketFate::duplicated);
    if (limits.network_reordering > 0) fates.push_back(PacketFate::delayed);
    return fates;
}

PacketFate drawn_fate(const Limits& limits, PacketId packet) {
    std::uint64_t state = limits.network_seed << 32 ^ static_cast<std::uint32_t>(packet.value);
    const auto happens = [&](std::uint32_t percent) { return next_random(state) % kPercent < percent; };
    if (happens(limits.network_loss)) return PacketFate::lost;
    if (happens(limits.network_duplication)) return PacketFate::duplicated;
    if (happens(limits.network_reordering)) return PacketFate::delayed;
    return PacketFate::passes;
}

void decide(Kernel& kernel, PacketId id, PacketFate fate, Trace* trace) {
    NetworkPacket* packet = kernel.network.write().packets.find_to_write(id);
    if (!packet) return;
    packet->is_decided = true;
    switch (fate) {
        case PacketFate::passes:
            return;
        case PacketFate::lost:
            tell(kernel, id, *packet, PacketStep::lost, packet->sender, {}, trace);
            return kernel.network.write().packets.erase(id);
        case PacketFate::duplicated: {
            NetworkPacket twin = *packet;
            if (!is_link_instant(kernel)) ++twin.arrives_ns;  // right behind it
            const PacketId second = put_on_link(kernel, twin);
            return tell(kernel, second, twin, PacketStep::duplicated, twin.sender, {}, trace);
        }
        case PacketFate::delayed:
            packet->arrives_ns += std::max<Time>(latency(kernel), kMillisecond);
            return tell(kernel, id, *packet, PacketStep::delayed, packet->sender, {}, trace);
    }
}

// ---- Words

std::string_view name(PacketStep step) {
    switch (step) {
        case PacketStep::sent:
            return "sent";
        case PacketStep::sent_again:
            return "sent again";
        case PacketStep::delivered:
            return "delivered";
        case PacketStep::lost:
            return "lost";
        case PacketStep::duplicated:
            return "duplicated";
        case PacketStep::delayed:
            return "delayed";
    }
    return "?";
}

namespace {

std::string text_of(PacketKind kind, InetName from, InetName to, const TcpHeader& header,
                    std::uint64_t bytes) {
    std::string text = name_text(from) + " > " + name_text(to);
    const std::string size = std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
    switch (kind) {
        case PacketKind::udp:
            return text + " UDP, " + size;
        case PacketKind::unreachable:
            return text + " ICMP: nobody is there";
        case PacketKind::tcp:
            break;
    }
    constexpr std::pair<SegmentFlag, std::string_view> kNames[] = {
        {kSyn, " SYN"}, {kFin, " FIN"}, {kRst, " RST"}, {kUrgent, " URG"}, {kAck, " ACK"}};
    for (const auto& [flag, word] : kNames)
        if (header.has(flag)) text += word;
    text += " seq " + std::to_string(header.sequence);
    if (bytes > 0) text += ", " + size;
    if (header.has(kAck)) text += ", ack " + std::to_string(header.acknowledged);
    return text + ", window " + std::to_string(header.window);
}

}  // namespace

std::string packet_text(const NetworkPacket& packet) {
    return text_of(packet.kind, packet.from, packet.to, packet.header, packet.bytes.size());
}

std::string packet_text(const Event& event) {
    TcpHeader header;
    header.flags = static_cast<std::uint8_t>(event.args[2] >> 8);
    header.window = static_cast<std::uint32_t>(event.args[2] >> 16);
    header.sequence = event.args[3];
    header.acknowledged = event.args[4];
    return text_of(static_cast<PacketKind>(event.args[2] & 0xff), unpacked(event.args[0]),
                   unpacked(event.args[1]), header, event.args[5]);
}

}  // namespace ipclab::kernel
