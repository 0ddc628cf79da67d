// What can be done with sockets. The system calls (kernel/socket.cpp, socket_message.cpp, socket_options.cpp) know no
// family: each family is one row of SocketOperations, as Linux's struct proto_ops.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "kernel/file_operations.h"
#include "kernel/kernel.h"
#include "kernel/transfer.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

/// send(2), recv(2): flags, with Linux's values.
enum MessageFlag : std::uint32_t {
    kMsgOob = 0x1,
    kMsgPeek = 0x2,
    kMsgCtrunc = 0x8,
    kMsgTrunc = 0x20,
    kMsgDontWait = 0x40,
    kMsgEor = 0x80,
    kMsgWaitAll = 0x100,
    kMsgNoSignal = 0x4000,
    kMsgWaitForOne = 0x10000,
    kMsgCmsgCloExec = 0x40000000,
};

/// As struct ucred is laid out.
struct AbiCredentials {
    std::int32_t process = 0;
    std::uint32_t user = 0, group = 0;
};
static_assert(sizeof(AbiCredentials) == 12);

/// One message on its way in.
struct SendRequest {
    Transfer& data;
    std::uint32_t flags = 0;
    bool waits = true;
    SocketAddress to{};  ///< empty: the peer
    std::vector<FileId> rights{};
    std::optional<Credentials> credentials{};
    std::vector<PagePiece> pages{};  ///< MSG_SPLICE_PAGES: in which the bytes lie, none longer than a page
    std::uint64_t done = 0;  ///< bytes that earlier looks have sent; to be kept while the call is blocked
    bool has_slept = false;  ///< at the socket: this is not the first look at it
};

/// One message on its way out.
struct ReceiveRequest {
    Transfer& data;
    std::uint32_t flags = 0;
    bool waits = true;
    std::uint64_t done = 0;       ///< bytes that earlier looks have received
    std::optional<Pid> writer{};  ///< whose bytes those are
    // What came with it:
    SocketAddress from{};             ///< empty: the sender has no name
    std::uint32_t message_flags = 0;  ///< MSG_TRUNC
    std::optional<Credentials> credentials{};
    std::vector<FileId> rights{};

    /// `done` and `writer` in one number, to be kept while the call is blocked.
    std::uint64_t progress() const {
        const std::uint64_t who = writer ? static_cast<std::uint32_t>(writer->value) + std::uint64_t{1} : 0;
        return who << 32 | done;
    }
    void go_on(std::uint64_t progress) {
        done = progress & UINT32_MAX;
        if (progress >> 32) writer = Pid{static_cast<std::int64_t>((progress >> 32) - 1)};
    }
};

inline constexpr std::int32_t kSocketLevel = 1;     ///< SOL_SOCKET
inline constexpr std::int32_t kTcp = 6, kUdp = 17;  ///< IPPROTO_TCP, IPPROTO_UDP; SOL_TCP

enum class Side : std::uint8_t { own, peer };

struct SocketOperations {
    Result<void> (*bind)(Call&, SocketId, const SocketAddress&);
    Outcome (*connect)(Call&, SocketId, const SocketAddress&, bool waits);
    Result<void> (*listen)(Call&, SocketId, std::int32_t backlog);
    /// The socket of a new connection, into `made`.
    Outcome (*accept)(Call&, SocketId, bool waits, SocketId& made);
    Outcome (*send)(Call&, SocketId, SendRequest&);
    Outcome (*receive)(Call&, SocketId, ReceiveRequest&);
    Result<void> (*shut_down)(Call&, SocketId, bool receiving, bool sending);
    /// getsockname(2), getpeername(2): ENOTCONN.
    Result<SocketAddress> (*name)(const Kernel&, SocketId, Side);
    std::uint32_t (*ready)(const Kernel&, SocketId);
    void (*add_waits)(const Kernel&, SocketId, std::uint32_t events, std::vector<WaitPoint>&);
    /// SIOCINQ
    Result<std::uint64_t> (*bytes_to_read)(const Kernel&, const Socket&);
    /// Its description is gone.
    void (*closed)(Kernel&, SocketId, Tid by, Trace*);
};

const SocketOperations& operations(const Socket& socket);
extern const SocketOperations kLocalStreamOperations, kLocalSeqpacketOperations, kLocalDatagramOperations,
    kTcpOperations, kUdpOperations;

/// The socket behind a descriptor, and its description: EBADF, ENOTSOCK.
struct SocketFile {
    FileId file{};
    SocketId socket{};
};
Result<SocketFile> socket_of(Call& call, std::uint64_t fd);
/// accept(2) does not go on: the descriptor that it has reserved is free again.
void give_up_accepting(Kernel& kernel, Tid task);
SocketId new_socket(Kernel& kernel, SocketFamily family, SocketType type);

/// An address argument of bind, connect, sendto: EINVAL for a bad length, EFAULT. Empty where the length is 0.
Result<SocketAddress> read_address(const UserMemory& memory, std::uint64_t address, std::int64_t bytes);
/// As Linux's move_addr_to_user(): cut to the room that the program names at `length_address`, where the true length is
/// left behind. EFAULT, EINVAL.
Result<void> write_address(const UserMemory& memory, const SocketAddress& name, std::uint64_t address,
                           std::uint64_t length_address);

/// Whether a call on the socket may sleep: O_NONBLOCK, MSG_DONTWAIT, a time-out that has passed already.
bool may_wait(const Call& call, const File& file, std::uint32_t flags, Time timeout_ns);
/// What a buffer's head takes of SO_SNDBUF or SO_RCVBUF: net/core/skbuff.c. It lies in a block of a power of two, with 320
/// bytes of administration behind it, and a struct sk_buff of 256 beside it.
std::uint32_t head_charge(std::uint64_t bytes);
Credentials credentials_of(Pid process);

/// EOPNOTSUPP: rows of families without connections.
inline Result<void> cannot_listen(Call&, SocketId, std::int32_t) {
    return Errno::eopnotsupp;
}
inline Outcome cannot_accept(Call&, SocketId, bool, SocketId&) {
    return Outcome::fail(Errno::eopnotsupp);
}
/// SO_ERROR is told once, by whichever call comes first.
Errno take_error(Kernel& kernel, SocketId socket);
/// Sleeps until `what` of `object`, at most as long as SO_RCVTIMEO or SO_SNDTIMEO says, counted from the first sleep.
Outcome sleep_on_socket(Call& call, ObjectRef object, WaitFor what, bool is_exclusive, Time timeout_ns);
/// Everybody who waits for the socket looks again: its state has changed (Linux's sk_state_change).
void wake_all_of_socket(Kernel& kernel, SocketId socket, Tid by, Trace* trace);
/// EPIPE, with SIGPIPE unless MSG_NOSIGNAL forbids it (send(2)).
Errno broken_pipe(Call& call, std::uint32_t flags);

// ---- Descriptions in flight (kernel/files_in_flight.cpp)

/// Whether a description lies in the queue of a socket.
bool is_in_flight(const Kernel& kernel, FileId file);
/// Ends descriptions that nothing refers to any more; and where a UNIX socket has ended, those that nobody can reach, such as
/// a socket that lies only in its own queue (Linux's unix_gc).
void end_unreachable_files(Kernel& kernel, Tid by, Trace* trace);

}  // namespace ipclab::kernel
