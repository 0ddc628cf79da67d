// Sockets: socket(2), socket(7), unix(7). What they are; what can be done with them is in kernel/sockets.h.
//
// A socket lives as long as its open file description, or, before accept(2) has made one, in the backlog of the socket
// that listens. What was sent lies in the receiver's queue and is charged to the sender until it is read.
//
//   unconnected --bind, listen--> listening                      a backlog of connections, no bytes
//   unconnected --connect-------> connected <--> connected       made by connect(2), handed out by accept(2)
//   socketpair(2)                 connected <--> connected
//   A datagram socket is connected to whom it sends by default; nobody has to be connected to it.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/cow.h"
#include "kernel/page_piece.h"
#include "kernel/result.h"
#include "kernel/types.h"

namespace ipclab::kernel {

enum class SocketFamily : std::uint16_t { local = 1, inet = 2 };                   ///< AF_UNIX, AF_INET
enum class SocketType : std::uint8_t { stream = 1, datagram = 2, seqpacket = 5 };  ///< Linux's values
/// connecting: a TCP handshake is under way. closing: TCP's connection goes on without a description: what was sent is still
/// to be read. time_wait: the port is not free yet.
enum class SocketState : std::uint8_t { unconnected, listening, connecting, connected, closing, time_wait };

/// A sockaddr as the program sees it: the family's two bytes, then what the family has. Empty: none.
using SocketAddress = std::string;

/// struct ucred
struct Credentials {
    Pid process{};
    std::uint32_t user = UINT32_MAX, group = UINT32_MAX;
    bool operator==(const Credentials&) const = default;
};

/// A datagram, or what one send put into a stream.
struct Packet {
    std::string bytes;
    std::uint32_t read_bytes = 0;  ///< stream: from the front, taken already
    Pid writer{};
    SocketId from{};
    SocketAddress from_name;                 ///< empty: it has none
    std::optional<Credentials> credentials;  ///< SCM_CREDENTIALS; none: nobody had asked for them
    std::vector<FileId> rights;              ///< SCM_RIGHTS: descriptions in flight
    std::uint32_t charge_bytes = 0;          ///< of the sender's SO_SNDBUF
    std::vector<PagePiece> pages;  ///< MSG_SPLICE_PAGES: where the bytes lie; none: in memory of its own
    std::size_t left_bytes() const { return bytes.size() - read_bytes; }
    bool operator==(const Packet&) const = default;
};

struct SocketOptions {
    std::uint32_t send_buffer_bytes = 0, receive_buffer_bytes = 0;  ///< SO_SNDBUF, SO_RCVBUF
    Time receive_timeout_ns = kNever, send_timeout_ns = kNever;     ///< kNever: none; 0: do not wait
    std::int32_t low_water_bytes = 1;                               ///< SO_RCVLOWAT
    std::int32_t priority = 0;
    std::int32_t linger_s = 0;
    bool lingers = false;
    bool fixes_send_buffer = false,
         fixes_receive_buffer = false;  ///< by setsockopt(2): TCP lets them grow else
    bool no_delay = false;              ///< TCP_NODELAY
    bool wants_credentials = false;     ///< SO_PASSCRED
    bool reuses_address = false, reuses_port = false, keeps_alive = false, broadcasts = false,
         avoids_routes = false, inlines_urgent = false;
    // ip(7): told, and without effect but for whether the machine itself gets what it sends to a group.
    bool hears_own_multicasts = true;  ///< IP_MULTICAST_LOOP
    std::uint8_t multicast_hops = 1;   ///< IP_MULTICAST_TTL
    bool operator==(const SocketOptions&) const = default;
};

struct Socket {
    SocketFamily family = SocketFamily::local;
    SocketType type = SocketType::stream;
    SocketState state = SocketState::unconnected;
    bool is_accepted =
        false;  ///< made by connect(2) for the other side: its name is that of the listening socket
    bool cannot_receive = false, cannot_send = false;  ///< shutdown(2), or the peer has gone
    Errno error = kNoErrno;                            ///< SO_ERROR: told once
    SocketId peer{};                                   ///< may have gone
    SocketAddress name, peer_name;                     ///< peer_name: of a peer that has gone
    // AF_INET: what bind(2) has named outlives a connection (SOCK_BINDADDR_LOCK, SOCK_BINDPORT_LOCK); a port that was
    // chosen is free then, and TCP's getsockname(2) goes on telling it.
    bool keeps_host = false, keeps_port = false;
    std::uint16_t told_port = 0;      ///< where `name` has none; 0: none
    InodeId inode{};                  ///< bound to a path
    std::int32_t backlog_max = 0;     ///< listen(2); of a datagram socket: packets that may wait
    std::vector<SocketId> backlog;    ///< listening: connections that nobody has accepted, oldest first
    std::vector<Cow<Packet>> queue;   ///< received, oldest first
    std::uint64_t charged_bytes = 0;  ///< sent, and still in queues
    bool closed_first = false;        ///< TCP: its FIN was the first of the two: it will be in TIME_WAIT
    bool has_fin = false;             ///< TCP: the peer's FIN has come
    Time expires_ns = kNever;         ///< time_wait: gone from then on
    Credentials credentials;          ///< listening: of listen(2)
    Credentials peer_credentials;     ///< SO_PEERCRED
    SocketOptions options;
    bool operator==(const Socket&) const = default;

    bool is_connection() const { return type != SocketType::datagram; }
    bool has_room() const { return charged_bytes < options.send_buffer_bytes; }
    /// net/unix/af_unix.c, unix_writable(): poll(2) promises room only when three quarters are free.
    bool is_writable() const {
        return state != SocketState::listening && charged_bytes * 4 <= options.send_buffer_bytes;
    }
    std::uint64_t queued_bytes() const {
        std::uint64_t bytes = 0;
        for (const Cow<Packet>& packet : queue) bytes += packet->left_bytes();
        return bytes;
    }
};

}  // namespace ipclab::kernel
