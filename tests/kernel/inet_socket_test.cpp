#include "kernel/inet.h"
#include "kernel/poll.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kStream = 1, kDatagram = 2, kInet = 2, kSocketLevel = 1;
constexpr std::uint64_t kName = Fixture::kScratch - 0x2000;

struct Internet : Fixture {
    Tid self = first;

    Fd socket(int type, std::uint32_t flags = 0) {
        const std::int64_t fd = call(self, Sys::socket, kInet, type | static_cast<int>(flags), 0);
        REQUIRE(fd >= 0);
        return static_cast<Fd>(fd);
    }
    std::int64_t name_call(Tid task, Sys number, Fd fd, InetName name) {
        return call(task, number, fd, put(task, inet_address(name), kName), 16);
    }
    std::int64_t bind(Fd fd, std::uint16_t port, std::uint32_t host = kLoopback) {
        return name_call(self, Sys::bind, fd, {host, port});
    }
    std::int64_t connect(Fd fd, std::uint16_t port, std::uint32_t host = kLoopback) {
        return name_call(self, Sys::connect, fd, {host, port});
    }
    std::int64_t listen(Fd fd, int backlog) { return call(self, Sys::listen, fd, backlog); }
    Fd listening(std::uint16_t port, int backlog) {
        const Fd fd = socket(kStream);
        REQUIRE(bind(fd, port) == 0);
        REQUIRE(listen(fd, backlog) == 0);
        return fd;
    }
    /// Client and accepted end.
    std::array<Fd, 2> connection(Fd server, std::uint16_t port) {
        const Fd client = socket(kStream);
        REQUIRE(connect(client, port) == 0);
        const std::int64_t accepted = call(self, Sys::accept, server, 0, 0);
        REQUIRE(accepted >= 0);
        return {client, static_cast<Fd>(accepted)};
    }
    std::int64_t send(Tid task, Fd fd, std::string_view bytes, std::uint32_t flags = 0) {
        return call(task, Sys::sendto, fd, put(task, bytes), bytes.size(), flags, 0, 0);
    }
    std::int64_t send_to(Fd fd, std::string_view bytes, InetName to) {
        const std::uint64_t name = put(self, inet_address(to), kName);
        return call(self, Sys::sendto, fd, put(self, bytes), bytes.size(), 0, name, 16);
    }
    std::int64_t receive(Tid task, Fd fd, std::size_t bytes, std::uint32_t flags = 0) {
        return call(task, Sys::recvfrom, fd, kBuffer, bytes, flags, 0, 0);
    }
    InetName name(Fd fd, Sys number) {
        store(self, std::int32_t{16}, kScratch + 64);
        REQUIRE(call(self, number, fd, kScratch, kScratch + 64) == 0);
        return inet_name(get(self, 16, kScratch));
    }
    std::uint32_t events(Fd fd) { return ready_events(kernel, kernel.files[*process(self).fds->get(fd)]); }
    std::int32_t error_of(Fd fd) {
        store(self, std::int32_t{4}, kScratch + 16);
        REQUIRE(call(self, Sys::getsockopt, fd, kSocketLevel, 4, kScratch, kScratch + 16) == 0);
        return load<std::int32_t>(self, kScratch);
    }
    std::int64_t reuse_address(Fd fd) {
        return call(self, Sys::setsockopt, fd, kSocketLevel, 2, store(self, std::int32_t{1}), 4);
    }
};

constexpr std::int64_t kRefused = -static_cast<std::int64_t>(Errno::econnrefused);

}  // namespace

TEST_CASE_FIXTURE(Internet, "UDP keeps boundaries and tells who sent; a port is chosen for who has none") {
    const Fd a = socket(kDatagram), b = socket(kDatagram);
    CHECK(bind(a, 5000) == 0);
    CHECK(send_to(b, "one", {kLoopback, 5000}) == 3);
    CHECK(send_to(b, "", {kAnyHost, 5000}) == 0);
    CHECK(receive(self, a, 2) == 2);
    CHECK(receive(self, a, 2) == 0);
    CHECK(name(b, Sys::getsockname).port >= 32'768);
    CHECK(receive(self, a, 2, kMsgDontWait) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Internet,
                  "bind: EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL, and 0.0.0.0 meets every address") {
    const Fd a = socket(kDatagram), b = socket(kDatagram);
    CHECK(bind(a, 5000) == 0);
    CHECK(bind(a, 5001) == error(Errno::einval));
    CHECK(bind(b, 5000) == error(Errno::eaddrinuse));
    CHECK(bind(b, 5000, kAnyHost) == error(Errno::eaddrinuse));
    CHECK(bind(b, 80) == error(Errno::eacces));
    CHECK(bind(b, 5000, 0x0a010203) == error(Errno::eaddrnotavail));
    CHECK(call(self, Sys::bind, b, kName, 15) == error(Errno::einval));
    CHECK(bind(b, 5000, 0x7f000002) == 0);
    CHECK(bind(socket(kStream), 5000) == 0);  // TCP has ports of its own
}

TEST_CASE_FIXTURE(Internet,
                  "a datagram to nobody is no error, but a connected sender is told once, by its next call") {
    const Fd fd = socket(kDatagram);
    CHECK(send(self, fd, "x") == error(Errno::edestaddrreq));
    CHECK(send_to(fd, "x", {kLoopback, 5000}) == 1);
    CHECK(connect(fd, 5000) == 0);
    CHECK(send(self, fd, "x") == 1);
    CHECK((events(fd) & kPollErr) != 0);
    CHECK(send(self, fd, "x") == kRefused);
    CHECK(send(self, fd, "x") == 1);
    CHECK(receive(self, fd, 1) == kRefused);
    CHECK(receive(self, fd, 1, kMsgDontWait) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Internet, "a connected UDP socket takes datagrams from its peer only") {
    const Fd a = socket(kDatagram), b = socket(kDatagram), c = socket(kDatagram);
    CHECK(bind(a, 5000) == 0);
    CHECK(bind(b, 5001) == 0);
    CHECK(connect(a, 5001) == 0);
    CHECK(send_to(c, "stranger", {kLoopback, 5000}) == 8);
    CHECK(send_to(b, "friend", {kLoopback, 5000}) == 6);
    CHECK(receive(self, a, 100) == 6);
}

TEST_CASE_FIXTURE(Internet,
                  "datagrams that the receiver's buffer does not hold are lost; the sender never waits") {
    const Fd a = socket(kDatagram), b = socket(kDatagram);
    CHECK(bind(a, 5000) == 0);
    for (int i = 0; i < 300; ++i) REQUIRE(send_to(b, "x", {kLoopback, 5000}) == 1);
    int received = 0;
    while (receive(self, a, 1, kMsgDontWait) == 1) ++received;
    CHECK(received == 256);  // as on Linux
    CHECK(send_to(b, std::string(65'508, 'x'), {kLoopback, 5000}) == error(Errno::emsgsize));
}

TEST_CASE_FIXTURE(Internet, "TCP is a stream in both directions") {
    const Fd server = listening(6000, 5);
    const auto [client, accepted] = connection(server, 6000);
    CHECK(send(self, client, "one") == 3);
    CHECK(send(self, client, "two") == 3);
    CHECK(receive(self, accepted, 100) == 6);
    CHECK(get(self, 6) == "onetwo");
    CHECK(send(self, accepted, "back") == 4);
    CHECK(receive(self, client, 100) == 4);
    CHECK(name(client, Sys::getpeername) == InetName{kLoopback, 6000});
    CHECK(name(accepted, Sys::getpeername) == name(client, Sys::getsockname));
}

TEST_CASE_FIXTURE(Internet,
                  "connect: refused where nobody listens, and waits only where the backlog is full") {
    const Fd a = socket(kStream);
    CHECK(connect(a, 6000) == kRefused);
    CHECK(connect(a, 6000, 0x0a010203) == error(Errno::enetunreach));
    const Fd server = listening(6000, 0);
    CHECK(connect(a, 6000) == 0);
    CHECK(connect(a, 6000) == error(Errno::eisconn));
    const Fd b = socket(kStream);
    const Tid child = fork(self);
    CHECK(name_call(child, Sys::connect, b, {kLoopback, 6000}) == kSleeps);
    CHECK(call(self, Sys::accept, server, 0, 0) >= 0);
    CHECK(resume(child) == 0);
    CHECK(call(self, Sys::accept, server, 0, 0) >= 0);
}

TEST_CASE_FIXTURE(Internet,
                  "connect without waiting is always under way; poll and SO_ERROR tell how it went") {
    const Fd refused = socket(kStream, kONonBlock);
    CHECK(connect(refused, 6000) == error(Errno::einprogress));
    CHECK((events(refused) & (kPollErr | kPollHup | kPollOut)) == (kPollErr | kPollHup | kPollOut));
    CHECK(error_of(refused) == static_cast<std::int32_t>(Errno::econnrefused));
    CHECK(connect(refused, 6000) == error(Errno::econnaborted));
    const Fd server = listening(6000, 0);
    const Fd a = socket(kStream, kONonBlock), b = socket(kStream, kONonBlock);
    CHECK(connect(a, 6000) == error(Errno::einprogress));
    CHECK(events(a) == (kPollOut | kPollWrNorm));
    CHECK(connect(a, 6000) == 0);
    CHECK(connect(a, 6000) == error(Errno::eisconn));
    CHECK(connect(b, 6000) == error(Errno::einprogress));
    CHECK(events(b) == 0);
    CHECK(connect(b, 6000) == error(Errno::ealready));
    close(self, server);
    CHECK(error_of(b) == static_cast<std::int32_t>(Errno::econnrefused));
    CHECK(receive(self, a, 1) == error(Errno::econnreset));
}

TEST_CASE_FIXTURE(Internet, "each half of a connection closes by itself") {
    const Fd server = listening(6000, 5);
    const auto [client, accepted] = connection(server, 6000);
    CHECK(call(self, Sys::shutdown, client, 1) == 0);
    CHECK(receive(self, accepted, 1) == 0);
    CHECK(send(self, accepted, "still") == 5);
    CHECK(receive(self, client, 10) == 5);
    set_handler(self, kSigPipe, kSigIgn);
    CHECK(send(self, client, "x") == error(Errno::epipe));
    close(self, accepted);
    CHECK(receive(self, client, 1) == 0);
    CHECK(call(self, Sys::getpeername, client, kScratch, kScratch + 64) == error(Errno::enotconn));
}

TEST_CASE_FIXTURE(
    Internet, "writing to who has closed: the first is lost and answered by a reset, the second is EPIPE") {
    const Fd server = listening(6000, 5);
    const auto [client, accepted] = connection(server, 6000);
    close(self, accepted);
    set_handler(self, kSigPipe, kSigIgn);
    CHECK(send(self, client, "x") == 1);
    CHECK(send(self, client, "x") == error(Errno::epipe));
    CHECK(receive(self, client, 1) == 0);
}

TEST_CASE_FIXTURE(Internet,
                  "closing with unread bytes, or with SO_LINGER of no time, resets the connection") {
    const Fd server = listening(6000, 5);
    const auto [client, accepted] = connection(server, 6000);
    SUBCASE("unread") {
        send(self, client, "unread");
    }
    SUBCASE("linger") {
        call(self, Sys::setsockopt, accepted, kSocketLevel, 13,
             store(self, std::array<std::int32_t, 2>{1, 0}), 8);
    }
    close(self, accepted);
    CHECK(receive(self, client, 1) == error(Errno::econnreset));
    CHECK(receive(self, client, 1) == 0);
}

TEST_CASE_FIXTURE(Internet,
                  "who closes first keeps the port for a minute, unless both sides said SO_REUSEADDR") {
    bool reuses = false;
    SUBCASE("without") {}
    SUBCASE("with") {
        reuses = true;
    }
    const Fd server = socket(kStream);
    if (reuses) reuse_address(server);
    CHECK(bind(server, 6000) == 0);
    CHECK(listen(server, 1) == 0);
    const auto [client, accepted] = connection(server, 6000);
    close(self, accepted);
    close(self, client);
    close(self, server);
    const Fd again = socket(kStream);
    CHECK(bind(again, 6000) == error(Errno::eaddrinuse));
    reuse_address(again);
    CHECK(bind(again, 6000) == (reuses ? 0 : error(Errno::eaddrinuse)));
    if (reuses) return;
    pass_time(61 * kSecond);
    CHECK(bind(again, 6000) == 0);
}

TEST_CASE_FIXTURE(
    Internet,
    "a TCP send blocks when SO_SNDBUF bytes lie at the other side, and goes on when a third is free") {
    const Fd server = listening(6000, 5);
    const auto [client, accepted] = connection(server, 6000);
    call(self, Sys::setsockopt, client, kSocketLevel, 7, store(self, std::int32_t{5000}), 4);
    const Tid child = fork(self);
    CHECK(send(child, client, std::string(12'000, 'x')) == kSleeps);
    CHECK(task(child).call->progress == 10'000);
    CHECK((events(client) & kPollOut) == 0);
    CHECK(receive(self, accepted, 10'000) == 10'000);
    CHECK(resume(child) == 12'000);
}

TEST_CASE_FIXTURE(Internet, "what is not there is refused: raw sockets, IPv6, pairs, options of IP") {
    CHECK(call(self, Sys::socket, kInet, 3, 1) == error(Errno::eperm));
    CHECK(call(self, Sys::socket, 10, kStream, 0) == error(Errno::eafnosupport));
    CHECK(call(self, Sys::socketpair, kInet, kStream, 0, kScratch) == error(Errno::eopnotsupp));
    CHECK(call(self, Sys::socket, kInet, kStream, 17) == error(Errno::eprotonosupport));
    const Fd fd = socket(kStream);
    CHECK(call(self, Sys::setsockopt, fd, 6, 1, store(self, std::int32_t{1}), 4) == 0);
    CHECK(call(self, Sys::setsockopt, fd, 0, 2, store(self, std::int32_t{1}), 4) ==
          error(Errno::enoprotoopt));
}

}  // namespace ipclab::kernel
