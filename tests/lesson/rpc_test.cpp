// The RPC server of lessons/25-rpc, compiled by the system's cc with its sanitizers, against programs that are not ours:
// rpcinfo(8) calls its procedure 0, and whatever bytes come, it goes on serving.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/support/native.h"

using namespace ipclab::testing;

namespace {

constexpr const char* kPath = "/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* kProgram = "536870913";  // 0x20000001

using Bytes = std::vector<unsigned char>;

std::string in_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A running server on a free port of this host; stopped at the end.
class Server {
  public:
    explicit Server(const std::string& kind) : kind_(kind) {
        build("server", {"server.c", "account.c", "rpc.c", "xdr.c", "transport.c"});
        build("client", {"client.c", "rpc.c", "xdr.c", "transport.c"});
        // Its output goes to files: it lives on, and would keep our pipes open.
        const auto started = shell("./server -c " + kind + ":0 >port 2>messages");
        REQUIRE(started.status == 0);
        port = std::stoi(in_file(directory_.path() + "/port"));
    }
    ~Server() { shell(client("stop")); }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    NativeResult shell(const std::string& line) const {
        return run_native({"/bin/sh", "-c", line}, directory_.path(), kPath, "", 60);
    }
    std::string client(const std::string& command) const {
        return "./client " + kind_ + ":" + std::to_string(port) + " " + command;
    }
    /// The universal address: the port as two decimal numbers (RFC 5665, 5.2.3.3).
    std::string rpcinfo(const std::string& version, const std::string& program = kProgram) const {
        return "rpcinfo -a 127.0.0.1." + std::to_string(port / 256) + "." + std::to_string(port % 256) +
               " -T " + kind_ + " " + program + " " + version;
    }
    std::string messages() const { return in_file(directory_.path() + "/messages"); }

    int port = 0;

  private:
    void build(const std::string& program, const std::vector<std::string>& files) const {
        std::vector<std::string> command = {"/usr/bin/cc", "-std=gnu11", "-g", "-fsanitize=address,undefined",
                                            "-o",          program};
        for (const auto& file : files) command.push_back(IPCLAB_SOURCE_DIR "/lessons/25-rpc/" + file);
        const auto compiled = run_native(command, directory_.path(), kPath, "", 60);
        CHECK(compiled.err == "");
        REQUIRE(compiled.status == 0);
    }

    std::string kind_;
    TemporaryDirectory directory_;
};

void append(Bytes& bytes, std::initializer_list<std::uint32_t> words) {
    for (const std::uint32_t word : words)
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<unsigned char>(word >> shift));
}

/// A call of BALANCE("alice") with AUTH_NONE.
Bytes balance_call() {
    Bytes bytes;
    append(bytes, {7, 0, 2, 0x20000001, 1, 1, 0, 0, 0, 0, 5, 0x616c6963, 0x65000000});
    return bytes;
}

/// The call with some bytes changed, cut off or longer. It never calls STOP, procedure 4.
Bytes spoil(Bytes bytes, std::mt19937& random) {
    constexpr std::size_t kProcedure = 23;
    for (std::size_t changes = random() % 4; changes > 0; changes--)
        bytes[random() % bytes.size()] = static_cast<unsigned char>(random() % 3 == 0 ? 255 : random());
    if (bytes[kProcedure] == 4) bytes[kProcedure] = 5;
    if (random() % 2 == 0) bytes.resize(random() % 1500, static_cast<unsigned char>(random()));
    return bytes;
}

/// A socket that is connected to the server.
class Connection {
  public:
    Connection(const Server& server, int type) : fd_(socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(server.port));
        REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    ~Connection() { close(fd_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    void send(const Bytes& bytes) const {
        static_cast<void>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    /// Says that no more will come, and waits until the server has ended the connection, too.
    void finish() const {
        shutdown(fd_, SHUT_WR);
        unsigned char byte;
        while (recv(fd_, &byte, 1, 0) > 0) continue;
    }

  private:
    int fd_;
};

void check_serves(const Server& server) {
    // On a busy machine the client may give up before the server has gone through all that came before.
    std::string told;
    for (int tries = 0; tries < 20 && told.empty(); ++tries)
        told = server.shell(server.client("balance alice")).out;
    CHECK(told == "alice: 100\n");
    CHECK(server.messages() == "");
}

}  // namespace

TEST_CASE("rpcinfo calls the RPC server's procedure 0 over UDP and TCP, and is told which version there is") {
    if (!std::filesystem::exists("/usr/sbin/rpcinfo")) {
        MESSAGE("skipped: no rpcinfo (package rpcbind)");
        return;
    }
    for (const char* kind : {"udp", "tcp"}) {
        CAPTURE(std::string(kind));
        const Server server(kind);
        const std::string ready = std::string("program ") + kProgram + " version 1 ready and waiting\n";
        CHECK(server.shell(server.rpcinfo("1")).out == ready);
        // Without a version it calls version 0, which there is not, and is told the range that there is.
        CHECK(server.shell(server.rpcinfo("")).out == ready);
        const auto version = server.shell(server.rpcinfo("2"));
        CHECK(version.err.find("low version = 1, high version = 1") != std::string::npos);
        const auto program = server.shell(server.rpcinfo("1", "536870914"));
        CHECK(program.err.find("Program unavailable") != std::string::npos);
        check_serves(server);
    }
}

TEST_CASE("no datagram, however garbled, keeps the RPC server from serving") {
    const Server server("udp");
    const Connection connection(server, SOCK_DGRAM);
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; i++) connection.send(spoil(balance_call(), random));
    check_serves(server);
}

TEST_CASE("no record, however garbled, cut off or too long, keeps the RPC server from serving") {
    const Server server("tcp");
    const Connection half(server, SOCK_STREAM);
    half.send({0x80, 0, 0});  // and never any more: the others are served nevertheless
    std::mt19937 random(1);
    for (int i = 0; i < 500; i++) {
        const Bytes message = spoil(balance_call(), random);
        Bytes record;
        append(record, {0x80000000u | static_cast<std::uint32_t>(message.size())});
        record.insert(record.end(), message.begin(), message.end());
        if (random() % 3 == 0) record[random() % 4] = static_cast<unsigned char>(random());
        const Connection connection(server, SOCK_STREAM);
        connection.send(record);
        connection.finish();
    }
    check_serves(server);
}
