// The modelled network: what goes over the link, and TCP's segments on it.
#include "kernel/network.h"

#include "kernel/inet.h"
#include "kernel/poll.h"
#include "kernel/tcp.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kStream = 1, kDatagram = 2, kInet = 2, kSocketLevel = 1, kReuse = 2, kLinger = 13;
constexpr std::uint64_t kName = Fixture::kScratch - 0x2000;
constexpr std::uint32_t kClient = 0x0a000001, kServer = 0x0a000002, kNobody = 0x0a000063, kFarAway = 0xc0000201;
constexpr Time kLatency = kMillisecond;

BootOptions with_hosts() {
    BootOptions options = Fixture::default_options();
    options.hosts = {{"client", kClient}, {"server", kServer}};
    return options;
}

struct Hosts : Fixture {
    explicit Hosts(BootOptions options = with_hosts()) : Fixture(options) {}
    Tid self = first;

    Fd socket(int type, std::uint32_t flags = 0) {
        const std::int64_t fd = call(self, Sys::socket, kInet, type | static_cast<int>(flags), 0);
        REQUIRE(fd >= 0);
        return static_cast<Fd>(fd);
    }
    std::int64_t named(Tid task, Sys number, Fd fd, InetName name) {
        return call(task, number, fd, put(task, inet_address(name), kName), 16);
    }
    Fd bound(int type, InetName name) {
        const Fd fd = socket(type);
        REQUIRE(named(self, Sys::bind, fd, name) == 0);
        return fd;
    }
    Fd listening(InetName name, int backlog = 5) {
        const Fd fd = bound(kStream, name);
        REQUIRE(call(self, Sys::listen, fd, backlog) == 0);
        return fd;
    }
    std::int64_t send_to(Fd fd, std::string_view bytes, InetName to) {
        const std::uint64_t name = put(self, inet_address(to), kName);
        return call(self, Sys::sendto, fd, put(self, bytes), bytes.size(), 0, name, 16);
    }
    std::int64_t send(Fd fd, std::string_view bytes) {
        return call(self, Sys::sendto, fd, put(self, bytes), bytes.size(), 0x4040, 0, 0);  // DONTWAIT, NOSIGNAL
    }
    std::int64_t receive(Fd fd, std::size_t bytes) {
        return call(self, Sys::recvfrom, fd, kBuffer, bytes, 0x40, 0, 0);
    }
    std::string text(Fd fd, std::size_t bytes = 100'000) {
        const std::int64_t got = receive(fd, bytes);
        return got < 0 ? "error " + std::to_string(-got) : get(self, static_cast<std::size_t>(got));
    }
    InetName name(Fd fd, Sys number) {
        store(self, std::int32_t{16}, kScratch + 64);
        REQUIRE(call(self, number, fd, kScratch, kScratch + 64) == 0);
        return inet_name(get(self, 16, kScratch));
    }
    SocketId id(Fd fd) { return kernel.files[*process(self).fds->get(fd)].socket(); }
    std::int32_t error_of(Fd fd) {
        store(self, std::int32_t{4}, kScratch + 64);
        REQUIRE(call(self, Sys::getsockopt, fd, kSocketLevel, 4, kScratch, kScratch + 64) == 0);
        return load<std::int32_t>(self, kScratch);
    }
    std::int64_t option(Fd fd, int level, int number, std::string_view value) {
        return call(self, Sys::setsockopt, fd, level, number, put(self, value, kScratch), value.size());
    }
    std::int64_t switch_on(Fd fd, int number) { return option(fd, kSocketLevel, number, {"\1\0\0\0", 4}); }

    /// Time passes, and what is under way arrives, each thing at its time.
    void pass(Time ns) {
        const Time until = kernel.now_ns + ns;
        for (Time next = next_deadline(kernel); next <= until; next = next_deadline(kernel)) {
            kernel.now_ns = std::max(kernel.now_ns, next);
            expire_timers(kernel, &trace);
            check();
        }
        kernel.now_ns = until;
    }
    std::size_t under_way() { return kernel.network->packets.size(); }
    const NetworkPacket& packet(std::size_t index) { return *(kernel.network->packets.begin() + static_cast<long>(index))->second; }
    /// The packet sent last.
    PacketId newest() { return PacketId{kernel.network->last_packet}; }
    void lose_newest() { decide(kernel, newest(), PacketFate::lost, &trace); }
    std::vector<std::string> steps() {
        std::vector<std::string> told;
        for (const Event& event : events(EventKind::packet))
            told.push_back(std::string(kernel::name(static_cast<PacketStep>(event.number))) + " " + packet_text(event));
        return told;
    }
    std::size_t count(PacketStep step) {
        std::size_t found = 0;
        for (const Event& event : events(EventKind::packet)) found += event.number == static_cast<std::uint16_t>(step);
        return found;
    }

    struct Ends {
        Fd client = -1, server = -1;
    };
    Ends connection(InetName at = {kServer, 5000}) {
        const Fd listens = listening(at);
        Ends ends;
        ends.client = socket(kStream, 04000);
        REQUIRE(named(self, Sys::connect, ends.client, at) == error(Errno::einprogress));
        pass(4 * kLatency);
        REQUIRE(named(self, Sys::connect, ends.client, at) == 0);
        const std::int64_t accepted = call(self, Sys::accept4, listens, 0, 0, 04000);
        REQUIRE(accepted >= 0);
        ends.server = static_cast<Fd>(accepted);
        trace.clear();
        return ends;
    }
    TcpState state(Fd fd) { return kernel.network->connections[id(fd)].state; }
};

}  // namespace

// ---- Hosts

TEST_CASE("a host is a name and an address of one network; what cannot be one is said") {
    std::vector<Host> hosts;
    CHECK(add_host(hosts, "server=10.0.0.2") == "");
    CHECK(add_host(hosts, "client=10.0.0.1") == "");
    CHECK(hosts == std::vector<Host>{{"server", kServer}, {"client", kClient}});
    for (const char* wrong : {"server", "=10.0.0.3", "a b=10.0.0.3", "1a=10.0.0.3", "x=10.0.0", "x=10.0.0.256", "x=10.0.0.3.4",
                              "x=127.0.0.1", "x=224.0.0.1", "x=0.0.0.1", "x=10.0.0.0", "x=10.0.0.255", "server=10.0.0.3",
                              "x=10.0.0.2", "x=10.0.1.3", "localhost=10.0.0.3"}) {
        CAPTURE(wrong);
        CHECK(add_host(hosts, wrong) != "");
    }
    CHECK(hosts.size() == 2);
    CHECK(hosts_file(hosts) == "127.0.0.1 localhost\n::1 localhost\n10.0.0.2 server\n10.0.0.1 client\n");
}

TEST_CASE_FIXTURE(Hosts, "bind(2): the addresses of hosts, no others; a socket without one speaks as the first host") {
    const Fd a = socket(kDatagram);
    CHECK(named(self, Sys::bind, a, {kNobody, 5000}) == error(Errno::eaddrnotavail));
    CHECK(named(self, Sys::bind, a, {kFarAway, 5000}) == error(Errno::eaddrnotavail));
    CHECK(named(self, Sys::bind, a, {kServer, 5000}) == 0);
    const Fd b = socket(kDatagram);
    CHECK(named(self, Sys::connect, b, {kServer, 5000}) == 0);
    CHECK(name(b, Sys::getsockname).host == kClient);
    const Fd c = socket(kDatagram);
    CHECK(named(self, Sys::connect, c, {kLoopback, 5000}) == 0);
    CHECK(name(c, Sys::getsockname).host == kLoopback);
}

TEST_CASE_FIXTURE(Hosts, "other networks are not reachable; without hosts no network is") {
    const Fd a = socket(kDatagram), b = socket(kStream);
    CHECK(send_to(a, "x", {kFarAway, 5000}) == error(Errno::enetunreach));
    CHECK(named(self, Sys::connect, b, {kFarAway, 5000}) == error(Errno::enetunreach));
    CHECK(send_to(a, "x", {kBroadcast, 5000}) == error(Errno::enetunreach));
    Fixture alone;
    const std::int64_t fd = alone.call(alone.first, Sys::socket, kInet, kDatagram, 0);
    const std::uint64_t to = alone.put(alone.first, inet_address({kServer, 5000}), kName);
    CHECK(alone.call(alone.first, Sys::sendto, fd, kBuffer, 1, 0, to, 16) == error(Errno::enetunreach));
}

// ---- The link

TEST_CASE_FIXTURE(Hosts, "a datagram to another host arrives after the latency; one to 127.0.0.1 is there at once") {
    const Fd server = bound(kDatagram, {kServer, 5000}), here = bound(kDatagram, {kLoopback, 5000});
    const Fd client = socket(kDatagram);
    CHECK(send_to(client, "far", {kServer, 5000}) == 3);
    CHECK(send_to(client, "near", {kLoopback, 5000}) == 4);
    CHECK(text(here) == "near");
    CHECK(receive(server, 10) == error(Errno::eagain));
    pass(kLatency - 1);
    CHECK(receive(server, 10) == error(Errno::eagain));
    pass(kMillisecond);
    CHECK(text(server) == "far");
    CHECK(under_way() == 0);
}

TEST_CASE("the line carries one packet after the other, each as long as the bandwidth says") {
    BootOptions options = with_hosts();
    options.limits.network_bandwidth = 1'000'000;  // a microsecond for each byte
    options.limits.network_latency_us = 0;
    Hosts f(options);
    const Fd client = f.socket(kDatagram);
    const std::string bytes(958, 'x');  // 1000 with the headers
    for (int i = 0; i < 3; ++i) CHECK(f.send_to(client, bytes, {kServer, 5000}) == 958);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(f.packet(i).arrives_ns == f.kernel.now_ns + static_cast<Time>(i + 1) * kMillisecond);
}

TEST_CASE("the link holds net_queue packets; one more is lost") {
    BootOptions options = with_hosts();
    options.limits.network_queue = 2;
    Hosts f(options);
    const Fd client = f.socket(kDatagram);
    for (int i = 0; i < 3; ++i) CHECK(f.send_to(client, "x", {kServer, 5000}) == 1);
    CHECK(f.under_way() == 2);
    CHECK(f.count(PacketStep::lost) == 1);
}

TEST_CASE_FIXTURE(Hosts, "a packet under way can be lost, doubled and delayed by a choice") {
    const Fd server = bound(kDatagram, {kServer, 5000}), client = socket(kDatagram);
    for (const char* bytes : {"1", "2", "3"}) {
        REQUIRE(send_to(client, bytes, {kServer, 5000}) == 1);
        if (*bytes == '1') decide(kernel, newest(), PacketFate::delayed, &trace);
        if (*bytes == '2') decide(kernel, newest(), PacketFate::duplicated, &trace);
    }
    REQUIRE(send_to(client, "4", {kServer, 5000}) == 1);
    lose_newest();
    pass(5 * kLatency);
    CHECK(text(server) == "2");
    CHECK(text(server) == "2");
    CHECK(text(server) == "3");
    CHECK(text(server) == "1");
    CHECK(receive(server, 10) == error(Errno::eagain));
}

TEST_CASE("fates are drawn from net_seed and the packet's number alone, at about the rates") {
    Limits limits;
    CHECK(possible_fates(limits) == std::vector{PacketFate::passes});
    limits.network_loss = 30;
    limits.network_duplication = 50;
    CHECK(possible_fates(limits) == std::vector{PacketFate::passes, PacketFate::lost, PacketFate::duplicated});
    int lost = 0, doubled = 0;
    for (int i = 1; i <= 1000; ++i) {
        const PacketFate fate = drawn_fate(limits, PacketId{i});
        CHECK(fate == drawn_fate(limits, PacketId{i}));
        lost += fate == PacketFate::lost;
        doubled += fate == PacketFate::duplicated;
    }
    CHECK(lost > 250);
    CHECK(lost < 350);
    CHECK(doubled > 300);
    CHECK(doubled < 400);
}

TEST_CASE("with a rate that is not 0, each packet waits for its fate, oldest first") {
    BootOptions options = with_hosts();
    options.limits.network_loss = 1;
    Hosts f(options);
    const Fd client = f.socket(kDatagram);
    CHECK_FALSE(undecided_packet(f.kernel));
    REQUIRE(f.send_to(client, "1", {kServer, 5000}) == 1);
    REQUIRE(f.send_to(client, "2", {kServer, 5000}) == 1);
    CHECK(undecided_packet(f.kernel) == PacketId{1});
    decide(f.kernel, PacketId{1}, PacketFate::passes, &f.trace);
    CHECK(undecided_packet(f.kernel) == PacketId{2});
}

// ---- UDP

TEST_CASE_FIXTURE(Hosts, "udp(7): who is connected is told by ICMP that a port is nobody's, a round trip later") {
    const Fd a = socket(kDatagram);
    REQUIRE(named(self, Sys::connect, a, {kServer, 5000}) == 0);
    CHECK(send(a, "x") == 1);
    CHECK(receive(a, 10) == error(Errno::eagain));
    pass(3 * kLatency);
    CHECK(receive(a, 10) == error(Errno::econnrefused));
    const Fd b = socket(kDatagram);
    CHECK(send_to(b, "x", {kServer, 5000}) == 1);
    pass(3 * kLatency);
    CHECK(receive(b, 10) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Hosts, "a datagram to an address that no host has goes nowhere, and nobody is told") {
    const Fd a = socket(kDatagram);
    REQUIRE(named(self, Sys::connect, a, {kNobody, 5000}) == 0);
    CHECK(send(a, "x") == 1);
    pass(10 * kSecond);
    CHECK(error_of(a) == 0);
}

TEST_CASE_FIXTURE(Hosts, "ip(7): a broadcast needs SO_BROADCAST, and reaches every socket of the port that is bound to all addresses") {
    const Fd any = socket(kDatagram), again = socket(kDatagram), one = socket(kDatagram);
    for (Fd fd : {any, again, one}) REQUIRE(switch_on(fd, kReuse) == 0);
    REQUIRE(named(self, Sys::bind, any, {kAnyHost, 5000}) == 0);
    REQUIRE(named(self, Sys::bind, again, {kAnyHost, 5000}) == 0);
    REQUIRE(named(self, Sys::bind, one, {kServer, 5000}) == 0);
    const Fd client = socket(kDatagram);
    const InetName all{0x0a0000ff, 5000};
    CHECK(send_to(client, "x", all) == error(Errno::eacces));
    CHECK(named(self, Sys::connect, client, all) == error(Errno::eacces));
    REQUIRE(switch_on(client, 6) == 0);
    CHECK(send_to(client, "all", all) == 3);
    pass(2 * kLatency);
    CHECK(text(any) == "all");
    CHECK(text(again) == "all");
    CHECK(receive(one, 10) == error(Errno::eagain));
    CHECK(send_to(client, "here", {0x7fffffff, 5000}) == 4);
    CHECK(text(any) == "here");
}

TEST_CASE_FIXTURE(Hosts, "ip(7): a group's datagrams arrive where somebody has joined it") {
    const std::uint32_t group = 0xef000001;
    const std::string request = inet_address({group, 0}).substr(4, 4) + std::string(4, '\0');
    const Fd server = bound(kDatagram, {kAnyHost, 5000}), client = socket(kDatagram);
    CHECK(send_to(client, "1", {group, 5000}) == 1);
    pass(2 * kLatency);
    CHECK(receive(server, 10) == error(Errno::eagain));
    CHECK(option(server, 0, 35, request.substr(0, 4)) == error(Errno::einval));
    CHECK(option(server, 0, 35, std::string(8, '\1')) == error(Errno::einval));
    CHECK(option(server, 0, 36, request) == error(Errno::eaddrnotavail));
    CHECK(option(server, 0, 35, request) == 0);
    CHECK(option(server, 0, 35, request) == error(Errno::eaddrinuse));
    CHECK(send_to(client, "2", {group, 5000}) == 1);
    pass(2 * kLatency);
    CHECK(text(server) == "2");
    CHECK(option(client, 0, 34, {"\0", 1}) == 0);
    CHECK(send_to(client, "3", {group, 5000}) == 1);
    pass(2 * kLatency);
    CHECK(receive(server, 10) == error(Errno::eagain));
    CHECK(option(socket(kStream), 0, 35, request) == error(Errno::eproto));
    REQUIRE(close(self, server) == 0);
    CHECK(kernel.network->memberships.empty());
}

// ---- TCP: the handshake

TEST_CASE_FIXTURE(Hosts, "RFC 9293, 3.5: SYN, SYN and ACK, ACK; connect(2) waits for the second, accept(2) for the third") {
    const Fd server = listening({kServer, 5000}), client = socket(kStream);
    const Tid child = fork(self);
    CHECK(named(child, Sys::connect, client, {kServer, 5000}) == kSleeps);
    CHECK(steps() == std::vector<std::string>{"sent 10.0.0.1:" + std::to_string(name(client, Sys::getsockname).port) +
                                              " > 10.0.0.2:5000 SYN seq 0, window 65536"});
    pass(kLatency + kMillisecond / 2);
    CHECK(call(self, Sys::accept4, server, 0, 0, 04000) == kSleeps);
    pass(kLatency);
    CHECK(resume(child) == 0);
    pass(kLatency);
    CHECK(resume(self) >= 0);
    CHECK(state(client) == TcpState::established);
}

TEST_CASE_FIXTURE(Hosts, "tcp(7): a SYN that is not answered is sent again each second, then after twice the time") {
    const Fd client = socket(kStream, 04000);
    static_cast<void>(listening({kServer, 5000}));
    REQUIRE(named(self, Sys::connect, client, {kServer, 5000}) == error(Errno::einprogress));
    std::vector<Time> gaps;
    Time before = kernel.now_ns;
    lose_newest();
    while (kernel.network->connections.contains(id(client))) {
        const Time next = next_deadline(kernel);
        gaps.push_back((next - before + kMillisecond / 2) / kSecond);
        before = next;
        pass(next - kernel.now_ns);
        lose_newest();
    }
    CHECK(gaps == std::vector<Time>{1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64});
    CHECK(error_of(client) == static_cast<std::int32_t>(Errno::etimedout));
}

TEST_CASE_FIXTURE(Hosts, "a SYN for a port that nobody listens on is answered by RST: ECONNREFUSED") {
    const Fd client = socket(kStream, 04000);
    CHECK(named(self, Sys::connect, client, {kServer, 5000}) == error(Errno::einprogress));
    CHECK(named(self, Sys::connect, client, {kServer, 5000}) == error(Errno::ealready));
    pass(3 * kLatency);
    CHECK(named(self, Sys::connect, client, {kServer, 5000}) == error(Errno::econnrefused));
    static_cast<void>(listening({kServer, 5000}));
    CHECK(named(self, Sys::connect, client, {kServer, 5000}) == error(Errno::einprogress));
    pass(3 * kLatency);
    CHECK(named(self, Sys::connect, client, {kServer, 5000}) == 0);
}

TEST_CASE_FIXTURE(Hosts, "an address that no host has: EHOSTUNREACH after three questions for it") {
    const Fd client = socket(kStream, 04000);
    CHECK(named(self, Sys::connect, client, {kNobody, 5000}) == error(Errno::einprogress));
    pass(2 * kSecond);
    CHECK(error_of(client) == 0);
    pass(kSecond + kLatency);
    CHECK(error_of(client) == static_cast<std::int32_t>(Errno::ehostunreach));
}

TEST_CASE_FIXTURE(Hosts, "a backlog that is full drops the SYN, which comes again a second later") {
    const Fd server = listening({kServer, 5000}, 0);
    const Fd a = socket(kStream, 04000), b = socket(kStream, 04000);
    for (Fd fd : {a, b}) {
        CHECK(named(self, Sys::connect, fd, {kServer, 5000}) == error(Errno::einprogress));
        pass(4 * kLatency);
    }
    CHECK(state(b) == TcpState::syn_sent);
    CHECK(call(self, Sys::accept, server, 0, 0) >= 0);
    pass(kSecond + 4 * kLatency);
    CHECK(state(b) == TcpState::established);
}

TEST_CASE_FIXTURE(Hosts, "RFC 9293, 3.5: two SYNs that cross make one connection") {
    const Fd a = bound(kStream, {kClient, 5000}), b = bound(kStream, {kServer, 5001});
    for (Fd fd : {a, b}) REQUIRE(call(self, Sys::fcntl, fd, 4, 04000) == 0);
    CHECK(named(self, Sys::connect, a, {kServer, 5001}) == error(Errno::einprogress));
    CHECK(named(self, Sys::connect, b, {kClient, 5000}) == error(Errno::einprogress));
    pass(5 * kLatency);
    CHECK(state(a) == TcpState::established);
    CHECK(state(b) == TcpState::established);
    CHECK(send(a, "hello") == 5);
    pass(2 * kLatency);
    CHECK(text(b) == "hello");
}

// ---- TCP: bytes

TEST_CASE_FIXTURE(Hosts, "bytes arrive in order although their segments are lost, doubled and overtaken") {
    const Ends ends = connection();
    std::string sent, received;
    std::uint64_t random = 7;
    const auto take = [&] {
        if (const std::int64_t got = receive(ends.server, 500'000); got > 0)
            received += get(self, static_cast<std::size_t>(got));
    };
    for (int round = 0; round < 200; ++round) {
        const std::string piece(1 + round * 37 % 4000, static_cast<char>('a' + round % 26));
        const std::int64_t bytes = send(ends.client, piece);
        if (bytes > 0) sent += piece.substr(0, static_cast<std::size_t>(bytes));
        for (std::int32_t i = 0; i < 3; ++i) {
            const auto fate = static_cast<PacketFate>((random = random * 6364136223846793005u + 1442695040888963407u) >> 62);
            decide(kernel, PacketId{kernel.network->last_packet - i}, fate, &trace);
        }
        pass(10 * kLatency);
        if (round % 3 == 0) take();
    }
    for (int i = 0; i < 400 && received.size() < sent.size(); ++i) {
        pass(kSecond);
        take();
    }
    CHECK(received.size() == sent.size());
    CHECK((received == sent));  // too long to be printed
    CHECK(count(PacketStep::sent_again) > 0);
}

TEST_CASE_FIXTURE(Hosts, "RFC 6298: a segment that is not acknowledged is sent again after the measured time and 200 ms, then twice that") {
    const Ends ends = connection();
    const Time sent = kernel.now_ns;
    CHECK(send(ends.client, "x") == 1);
    lose_newest();
    const Time first_gap = next_deadline(kernel) - sent;
    CHECK(first_gap > 200 * kMillisecond);
    CHECK(first_gap < 210 * kMillisecond);
    pass(first_gap);
    lose_newest();
    CHECK(next_deadline(kernel) - kernel.now_ns == 2 * first_gap);
    pass(2 * first_gap);
    pass(3 * kLatency);
    CHECK(text(ends.server) == "x");
    CHECK(count(PacketStep::sent_again) == 2);
}

TEST_CASE("tcp(7), tcp_retries2: who is never answered gets ETIMEDOUT") {
    BootOptions options = with_hosts();
    options.limits.retransmissions = 3;
    Hosts f(options);
    const auto ends = f.connection();
    CHECK(f.send(ends.client, "x") == 1);
    for (int i = 0; i < 4; ++i) {
        f.lose_newest();
        f.pass(next_deadline(f.kernel) - f.kernel.now_ns);
    }
    CHECK(f.receive(ends.client, 10) == error(Errno::etimedout));
    CHECK(f.send(ends.client, "x") == error(Errno::epipe));
}

TEST_CASE_FIXTURE(Hosts, "RFC 5681, 3.2: after three equal acknowledgements the missing segment is sent again at once") {
    const Ends ends = connection();
    const std::string bytes(1460 * 5, 'x');
    CHECK(send(ends.client, bytes) == static_cast<std::int64_t>(bytes.size()));
    const std::int32_t newest_number = kernel.network->last_packet;
    decide(kernel, PacketId{newest_number - 4}, PacketFate::lost, &trace);
    pass(20 * kLatency);
    CHECK(text(ends.server).size() == bytes.size());
    CHECK(count(PacketStep::sent_again) == 1);
}

TEST_CASE_FIXTURE(Hosts, "tcp(7), TCP_NODELAY: Nagle's algorithm keeps a small segment back while another is under way") {
    const Ends ends = connection();
    for (int i = 0; i < 3; ++i) CHECK(send(ends.client, "x") == 1);
    CHECK(under_way() == 1);
    pass(2 * kLatency + kMillisecond / 2);
    CHECK(text(ends.server) == "x");
    pass(2 * kLatency);
    CHECK(text(ends.server) == "xx");
    REQUIRE(option(ends.client, 6, 1, {"\1\0\0\0", 4}) == 0);
    pass(2 * kLatency);
    for (int i = 0; i < 3; ++i) CHECK(send(ends.client, "y") == 1);
    CHECK(under_way() == 3);
}

TEST_CASE_FIXTURE(Hosts, "a receiver that does not read closes its window; the sender asks for it and goes on when it opens") {
    const Ends ends = connection();
    std::uint64_t sent = 0;
    const std::string bytes(50'000, 'x');
    for (int i = 0; i < 4; ++i) {
        const std::int64_t done = send(ends.client, bytes);
        if (done > 0) sent += static_cast<std::uint64_t>(done);
        pass(20 * kLatency);
    }
    CHECK(sent == 200'000);
    const TcpConnection& mine = kernel.network->connections[id(ends.client)];
    CHECK(mine.window_end == mine.next);
    CHECK(mine.unacknowledged == mine.next);
    CHECK_FALSE(mine.buffer.empty());
    trace.clear();
    pass(30 * kSecond);
    CHECK(count(PacketStep::sent) >= 8);  // probes and their answers
    CHECK(count(PacketStep::sent_again) == 0);
    std::uint64_t received = 0;
    for (int i = 0; i < 20; ++i) {
        if (const std::int64_t got = receive(ends.server, 100'000); got > 0) received += static_cast<std::uint64_t>(got);
        pass(20 * kLatency);
    }
    CHECK((received == sent));  // too long to be printed
}

// ---- TCP: ends

TEST_CASE_FIXTURE(Hosts, "RFC 9293, 3.6: who closes first is in FIN-WAIT, then in TIME-WAIT for a minute") {
    const Ends ends = connection();
    const InetName own = name(ends.client, Sys::getsockname);
    REQUIRE(call(self, Sys::shutdown, ends.client, 1) == 0);
    CHECK(state(ends.client) == TcpState::fin_wait_1);
    pass(kLatency + kMillisecond / 2);
    CHECK(state(ends.server) == TcpState::close_wait);
    pass(kLatency);
    CHECK(state(ends.client) == TcpState::fin_wait_2);
    CHECK(receive(ends.server, 10) == 0);
    CHECK(send(ends.server, "still") == 5);
    pass(2 * kLatency);
    CHECK(text(ends.client) == "still");
    REQUIRE(close(self, ends.server) == 0);
    pass(3 * kLatency);
    CHECK(receive(ends.client, 10) == 0);
    REQUIRE(close(self, ends.client) == 0);
    const Fd again = socket(kStream);
    CHECK(named(self, Sys::bind, again, own) == error(Errno::eaddrinuse));
    pass(60 * kSecond);
    CHECK(named(self, Sys::bind, again, own) == 0);
    CHECK(kernel.network->connections.empty());
}

TEST_CASE_FIXTURE(Hosts, "socket(7), SO_REUSEADDR: a port in TIME-WAIT can be bound, if both said so") {
    const Ends ends = connection();
    REQUIRE(switch_on(ends.client, kReuse) == 0);
    const InetName own = name(ends.client, Sys::getsockname);
    REQUIRE(close(self, ends.client) == 0);
    pass(3 * kLatency);
    REQUIRE(close(self, ends.server) == 0);
    pass(3 * kLatency);
    const Fd again = socket(kStream);
    CHECK(named(self, Sys::bind, again, own) == error(Errno::eaddrinuse));
    REQUIRE(switch_on(again, kReuse) == 0);
    CHECK(named(self, Sys::bind, again, own) == 0);
}

TEST_CASE_FIXTURE(Hosts, "TIME-WAIT answers a FIN that comes again: its acknowledgement was lost") {
    const Ends ends = connection();
    REQUIRE(close(self, ends.client) == 0);
    pass(3 * kLatency);
    REQUIRE(close(self, ends.server) == 0);
    pass(kLatency + kMillisecond / 2);
    lose_newest();
    CHECK(kernel.network->connections.size() == 2);
    pass(kSecond);
    CHECK(kernel.network->connections.size() == 1);
    CHECK((*kernel.network->connections.begin()).second->state == TcpState::time_wait);
}

TEST_CASE_FIXTURE(Hosts, "two FINs that cross: CLOSING, then TIME-WAIT on both sides") {
    const Ends ends = connection();
    REQUIRE(call(self, Sys::shutdown, ends.client, 1) == 0);
    REQUIRE(call(self, Sys::shutdown, ends.server, 1) == 0);
    pass(kLatency + kMillisecond / 2);
    CHECK(state(ends.client) == TcpState::closing);
    pass(3 * kLatency);
    for (const auto& [id, each] : kernel.network->connections) CHECK(each->state == TcpState::time_wait);
    CHECK(receive(ends.client, 10) == 0);
}

TEST_CASE_FIXTURE(Hosts, "socket(7), SO_LINGER with no time, and bytes that were not read: RST, which the other side gets as ECONNRESET") {
    const Ends a = connection();
    REQUIRE(option(a.client, kSocketLevel, kLinger, {"\1\0\0\0\0\0\0\0", 8}) == 0);
    REQUIRE(close(self, a.client) == 0);
    pass(2 * kLatency);
    CHECK(receive(a.server, 10) == error(Errno::econnreset));
    CHECK(receive(a.server, 10) == 0);
    const Ends b = connection({kServer, 5001});
    CHECK(send(b.client, "unread") == 6);
    pass(2 * kLatency);
    REQUIRE(close(self, b.server) == 0);
    pass(2 * kLatency);
    CHECK(receive(b.client, 10) == error(Errno::econnreset));
}

TEST_CASE_FIXTURE(Hosts, "who writes to a side that has closed is reset: first the bytes count as sent, then EPIPE") {
    const Ends ends = connection();
    REQUIRE(close(self, ends.server) == 0);
    pass(2 * kLatency);
    CHECK(send(ends.client, "x") == 1);
    pass(3 * kLatency);
    CHECK(send(ends.client, "x") == error(Errno::epipe));
}

TEST_CASE_FIXTURE(Hosts, "a listening socket that is closed resets who waits in its backlog") {
    const Fd server = listening({kServer, 5000}), client = socket(kStream, 04000);
    CHECK(named(self, Sys::connect, client, {kServer, 5000}) == error(Errno::einprogress));
    pass(4 * kLatency);
    REQUIRE(close(self, server) == 0);
    pass(2 * kLatency);
    CHECK(receive(client, 10) == error(Errno::econnreset));
    CHECK(kernel.network->connections.empty());
}

TEST_CASE_FIXTURE(Hosts, "poll(2) of a connection under way promises room when the handshake is done, and an error when it fails") {
    const Fd good = socket(kStream, 04000), bad = socket(kStream, 04000);
    static_cast<void>(listening({kServer, 5000}));
    const auto events = [&](Fd fd) { return ready_events(kernel, kernel.files[*process(self).fds->get(fd)]); };
    static_cast<void>(named(self, Sys::connect, good, {kServer, 5000}));
    static_cast<void>(named(self, Sys::connect, bad, {kServer, 5001}));
    CHECK((events(good) & kPollOut) == 0);
    CHECK((events(bad) & kPollOut) == 0);
    pass(3 * kLatency);
    CHECK((events(good) & (kPollOut | kPollErr)) == kPollOut);
    CHECK((events(bad) & (kPollOut | kPollErr | kPollHup)) == (kPollOut | kPollErr | kPollHup));
}

}  // namespace ipclab::kernel
