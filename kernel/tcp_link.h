// What TCP's two halves on the link share: tcp_output.cpp, which sends segments, and tcp_input.cpp, which is given them.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/tcp.h"

namespace ipclab::kernel {

inline constexpr std::uint64_t kSegmentMax = 1460;   ///< Ethernet's 1500 less the headers of IP and TCP
inline constexpr std::uint64_t kInitialWindow = 10;  ///< RFC 6928: segments
inline constexpr Time kFirstTimeout = kSecond;       ///< net/tcp.h: TCP_TIMEOUT_INIT

/// To be written to.
TcpConnection& connection(const Actor& actor, SocketId id);
/// One behind the last byte that the program has given.
std::uint64_t data_end(const TcpConnection& mine);
/// For the next retransmission; kNever: none is needed.
void set_timer(const Actor& actor, TcpConnection& mine, Time after_ns);
void send_segment(const Actor& actor, SocketId id, std::uint64_t sequence, std::uint8_t flags,
                  std::string bytes = {});
void acknowledge(const Actor& actor, SocketId id);
/// RFC 9293, 3.10.7.1: to a segment that belongs to no connection.
void answer_with_reset(const Actor& actor, const NetworkPacket& packet);
/// What the windows and Nagle's algorithm let go, from TcpConnection::next on.
void send_what_may_go(const Actor& actor, SocketId id);
/// RFC 6298, with Linux's least of 200 ms.
void measure(TcpConnection& mine, Time now_ns);
Time usual_timeout(const TcpConnection& mine);
/// RFC 5681. `to`: bytes; 0: half of what is under way.
void lower_congestion_window(TcpConnection& mine, std::uint64_t to);
/// The connection is over for both; nothing more will come.
void finish(const Actor& actor, SocketId id);
/// The port and the last acknowledgement stay: the other side's FIN may come again.
void enter_time_wait(const Actor& actor, SocketId id);

}  // namespace ipclab::kernel
