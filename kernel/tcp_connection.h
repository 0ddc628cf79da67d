// One end of a TCP connection that goes over the link: what RFC 9293, 3.3.1, calls the transmission control block. How it
// moves is in kernel/tcp_output.cpp and tcp_input.cpp.
//
// Sequence numbers are counted from 0 for each direction, as packet analysers show them, and have 64 bits: SYN has number 0,
// the first byte number 1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// struct sockaddr_in, in the host's byte order.
struct InetName {
    std::uint32_t host = 0;
    std::uint16_t port = 0;
    bool operator==(const InetName&) const = default;
};

using PacketId = Id<struct PacketTag>;  ///< in the order of sending

/// RFC 9293, 3.1: control bits.
enum SegmentFlag : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPush = 8, kAck = 16, kUrgent = 32 };

/// The header of a TCP segment.
struct TcpHeader {
    std::uint64_t sequence = 0, acknowledged = 0;
    std::uint32_t window = 0;
    std::uint8_t flags = 0;
    bool has(SegmentFlag flag) const { return (flags & flag) != 0; }
    bool operator==(const TcpHeader&) const = default;
};

/// RFC 9293, 3.3.2, figure 5.
enum class TcpState : std::uint8_t {
    syn_sent,
    syn_received,
    established,
    fin_wait_1,
    fin_wait_2,
    close_wait,
    closing,
    last_ack,
    time_wait
};

struct TcpConnection {
    TcpState state = TcpState::syn_sent;
    SocketId own{};        ///< under which its segments go: in TIME-WAIT, that of the socket that it was
    SocketId peer{};       ///< the other end's; 0: nothing has come from it yet
    SocketId listening{};  ///< syn_received: in whose backlog it will be

    // What is sent
    std::uint64_t unacknowledged = 0, next = 0;  ///< SND.UNA, SND.NXT
    std::uint64_t highest = 0;     ///< the end of what was ever sent: before it, a segment is sent again
    std::uint64_t window_end = 0;  ///< SND.UNA + SND.WND: what the other end has room for ends here
    std::string buffer;            ///< from `unacknowledged` on (from 1, while the SYN is not acknowledged)
    bool has_fin = false;          ///< a FIN follows the buffer
    Pid writer{};                  ///< who has written to it last
    std::uint64_t congestion_window = 0, slow_start_threshold = 0;  ///< bytes: RFC 5681
    std::uint32_t duplicate_acks = 0;

    // What is received
    std::uint64_t expected = 0;  ///< RCV.NXT
    std::uint64_t promised = 0;  ///< the end of the window that was told last
    struct Piece {
        std::uint64_t sequence = 0;
        std::string bytes;
        bool has_fin = false;
        bool operator==(const Piece&) const = default;
    };
    std::vector<Piece> early;  ///< arrived before what precedes it, by sequence

    // Time
    Time timer_at_ns = kNever;  ///< of retransmission, or of the probe of a closed window
    Time timeout_ns = 0;        ///< RTO: doubles with each retransmission
    std::uint32_t retries = 0;
    Time smoothed_ns = 0, variation_ns = 0;  ///< RFC 6298: SRTT, RTTVAR; 0: nothing measured yet
    std::uint64_t timed_end = 0;             ///< the segment that is being measured ends here; 0: none is
    Time timed_ns = 0;                       ///< when it was sent
    std::uint32_t retransmitted = 0;         ///< segments, in all
    bool operator==(const TcpConnection&) const = default;
};

/// "SYN-SENT" ...
std::string_view name(TcpState state);

}  // namespace ipclab::kernel
