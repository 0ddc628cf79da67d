// What the two halves of TCP share: tcp_socket.cpp, which has the calls and the connections of the loopback interface, and
// tcp_output.cpp and tcp_input.cpp, which have those that go over the link.
#pragma once

#include "kernel/inet.h"

namespace ipclab::kernel {

inline constexpr Time kTimeWait = 60 * kSecond;  ///< net/tcp.h: TCP_TIMEWAIT_LEN

/// Who does something. No task: a segment that arrives, or time.
struct Actor {
    Kernel& kernel;
    Tid task;
    Trace* trace;
    void wake_all(SocketId id) const { wake_all_of_socket(kernel, id, task, trace); }
};

/// tcp(7): room is promised when a third is free.
inline bool has_room_for_poll(const Socket& socket) {
    return socket.charged_bytes * 3 <= std::uint64_t{socket.options.send_buffer_bytes} * 2;
}

// ---- tcp_socket.cpp

/// The socket goes; what lies in its queue counts no more for who sent it.
void erase_tcp(Kernel& kernel, SocketId id);
/// Frees ports whose time is over.
void forget_expired(Kernel& kernel);
/// The port stays taken for a minute.
SocketId leave_time_wait(Kernel& kernel, const Socket& closed);
/// A RST arrives: tcp(7), ECONNRESET; EPIPE for who has had a FIN before (net/ipv4/tcp_input.c, tcp_reset()).
void receive_reset(const Actor& actor, SocketId id);
/// connect(2) fails.
void refuse(const Actor& actor, SocketId id, Errno error);
SocketId listener_for(const Kernel& kernel, InetName to);
bool is_tcp_backlog_full(const Socket& listening);
/// The socket of the other side of a connection, not yet in the backlog.
SocketId make_server_side(Kernel& kernel, SocketId listening, const SocketAddress& own,
                          const SocketAddress& peer);
void let_send_buffer_grow(Socket& socket);

// ---- tcp_output.cpp

inline bool is_over_link(const Kernel& kernel, SocketId id) {
    return kernel.network->connections.contains(id);
}
/// Sends a SYN. The socket has its names.
void connect_over_link(const Actor& actor, SocketId id);
/// Takes bytes over; the segments go as the windows let them.
void send_over_link(const Actor& actor, SocketId id, std::string bytes, Pid writer);
/// A FIN follows what has been sent.
void send_fin_over_link(const Actor& actor, SocketId id);
/// A RST, and the connection is forgotten.
void reset_over_link(const Actor& actor, SocketId id);
/// TCP_NODELAY has been set: what small segments were held back for the sake of Nagle's algorithm goes.
void push_over_link(const Actor& actor, SocketId id);
/// The program has read: there may be room that is worth telling of.
void tell_window(const Actor& actor, SocketId id);
/// Half-open connections of a listening socket, of which nobody has heard but the kernel.
std::vector<SocketId> half_open(const Kernel& kernel, SocketId listening);
void forget_connection(Kernel& kernel, SocketId id);

}  // namespace ipclab::kernel
