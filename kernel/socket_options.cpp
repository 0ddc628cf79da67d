// setsockopt(2) and getsockopt(2): the options of level SOL_SOCKET, as Linux's net/core/sock.c has them. An option that is
// not simulated is refused with ENOPROTOOPT, and said so.
#include <algorithm>
#include <cstring>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/ip_options.h"
#include "kernel/sockets.h"
#include "kernel/tcp.h"

namespace ipclab::kernel {

namespace {

/// asm-generic/socket.h
enum class Option : std::int32_t {
    debug = 1,
    reuse_address = 2,
    type = 3,
    error = 4,
    dont_route = 5,
    broadcast = 6,
    send_buffer = 7,
    receive_buffer = 8,
    keep_alive = 9,
    inline_urgent = 10,
    priority = 12,
    linger = 13,
    reuse_port = 15,
    pass_credentials = 16,
    peer_credentials = 17,
    receive_low_water = 18,
    send_low_water = 19,
    receive_timeout = 20,
    send_timeout = 21,
    accepts_connections = 30,
    protocol = 38,
    domain = 39,
};

Outcome not_simulated(Call& call, std::int32_t option) {
    explain(call.kernel, call.task,
            "socket option " + std::to_string(option) + " is not simulated: ENOPROTOOPT", call.trace);
    return Outcome::fail(Errno::enoprotoopt);
}

struct Linger {
    std::int32_t on = 0, seconds = 0;
};

/// net/core/sock.c: asked for is what programs may use; the double is for the kernel's own needs.
std::uint32_t buffer_bytes(const Limits& limits, std::int32_t asked, std::uint32_t least) {
    const std::uint32_t wanted = std::min(static_cast<std::uint32_t>(asked), limits.socket_buffer_max_bytes);
    return std::max(wanted * 2, least);
}

/// net/core/sock.c, sock_set_timeout(): zero is no limit; a negative time does not wait at all. EDOM.
Result<Time> timeout_of(const TimePair& time) {
    constexpr std::int64_t kMicroseconds = kSecond / kMicrosecond;
    if (time.fraction < 0 || time.fraction >= kMicroseconds) return Errno::edom;
    if (time.seconds < 0) return Time{0};
    if (time.seconds == 0 && time.fraction == 0) return kNever;
    // Kept in ticks of the clock, which are 4 ms long here.
    constexpr Time kTick = 4 * kMillisecond;
    auto ns = to_ns(time, kMicroseconds);
    if (!ns || *ns > kNever - kTick) return kNever;
    return (*ns + kTick - 1) / kTick * kTick;
}

Outcome set_time(Call& call, SocketId id, Time SocketOptions::*member) {
    if (call.arg(4) < sizeof(TimePair)) return Outcome::fail(Errno::einval);
    auto time = call.memory().read_object<TimePair>(call.arg(3));
    if (!time) return Outcome::fail(time.error());
    auto timeout = timeout_of(*time);
    if (!timeout) return Outcome::fail(timeout.error());
    call.kernel.sockets.write(id).options.*member = *timeout;
    return Outcome::done(0);
}

Outcome set_linger(Call& call, SocketId id) {
    if (call.arg(4) < sizeof(Linger)) return Outcome::fail(Errno::einval);
    auto linger = call.memory().read_object<Linger>(call.arg(3));
    if (!linger) return Outcome::fail(linger.error());
    SocketOptions& options = call.kernel.sockets.write(id).options;
    options.lingers = linger->on != 0;
    if (options.lingers) options.linger_s = linger->seconds;
    return Outcome::done(0);
}

/// tcp(7): Nagle's algorithm, which holds small segments back on the link.
bool is_no_delay(const Socket& socket, std::int32_t level, std::int32_t option) {
    constexpr std::int32_t kNoDelay = 1;
    return level == kTcp && option == kNoDelay && socket.family == SocketFamily::inet &&
           socket.type == SocketType::stream;
}

Outcome set_number(Call& call, SocketId id, Option option, std::int32_t value) {
    const Limits& limits = call.kernel.limits;
    Socket& socket = call.kernel.sockets.write(id);
    SocketOptions& options = socket.options;
    constexpr std::uint32_t kLeastSendBuffer = 4608, kLeastReceiveBuffer = 2304;
    constexpr std::int32_t kPriorityMax = 6;
    switch (option) {
        case Option::debug:
            // socket(7): only with CAP_NET_ADMIN.
            return value ? Outcome::fail(Errno::eacces) : Outcome::done(0);
        case Option::reuse_address:
            options.reuses_address = value != 0;
            break;
        case Option::reuse_port:
            if (socket.family == SocketFamily::local && value) return Outcome::fail(Errno::eopnotsupp);
            options.reuses_port = value != 0;
            break;
        case Option::dont_route:
            options.avoids_routes = value != 0;
            break;
        case Option::broadcast:
            options.broadcasts = value != 0;
            break;
        case Option::keep_alive:
            options.keeps_alive = value != 0;
            break;
        case Option::inline_urgent:
            options.inlines_urgent = value != 0;
            break;
        case Option::send_buffer:
            options.fixes_send_buffer = true;
            options.send_buffer_bytes = buffer_bytes(limits, value, kLeastSendBuffer);
            call.wake(ref(id), WaitFor::writable, Wake::all);
            break;
        case Option::receive_buffer:
            options.fixes_receive_buffer = true;
            options.receive_buffer_bytes = buffer_bytes(limits, value, kLeastReceiveBuffer);
            break;
        case Option::priority:
            // socket(7): above 6 only with CAP_NET_ADMIN.
            if (value < 0 || value > kPriorityMax) return Outcome::fail(Errno::eperm);
            options.priority = value;
            break;
        case Option::pass_credentials:
            if (socket.family != SocketFamily::local) return Outcome::fail(Errno::eopnotsupp);
            options.wants_credentials = value != 0;
            break;
        case Option::receive_low_water:
            options.low_water_bytes = value < 0 ? INT32_MAX : std::max(value, 1);
            break;
        case Option::type:
        case Option::error:
        case Option::protocol:
        case Option::domain:
        case Option::accepts_connections:
        case Option::peer_credentials:
        case Option::send_low_water:
            return Outcome::fail(Errno::enoprotoopt);
        case Option::linger:
        case Option::receive_timeout:
        case Option::send_timeout:
            break;  // not numbers
    }
    return Outcome::done(0);
}

bool is_known(std::int32_t option) {
    switch (static_cast<Option>(option)) {
        case Option::debug:
        case Option::reuse_address:
        case Option::type:
        case Option::error:
        case Option::dont_route:
        case Option::broadcast:
        case Option::send_buffer:
        case Option::receive_buffer:
        case Option::keep_alive:
        case Option::inline_urgent:
        case Option::priority:
        case Option::linger:
        case Option::reuse_port:
        case Option::pass_credentials:
        case Option::peer_credentials:
        case Option::receive_low_water:
        case Option::send_low_water:
        case Option::receive_timeout:
        case Option::send_timeout:
        case Option::accepts_connections:
        case Option::protocol:
        case Option::domain:
            return true;
    }
    return false;
}

/// The value of an option, as bytes.
class Value {
  public:
    template <class T>
    explicit Value(const T& value) : bytes_(sizeof value) {
        std::memcpy(bytes_.data(), &value, sizeof value);
    }
    std::span<const std::uint8_t> bytes() const { return bytes_; }

  private:
    std::vector<std::uint8_t> bytes_;
};

Value number(std::int64_t value) {
    return Value(static_cast<std::int32_t>(value));
}
Value time(Time timeout_ns) {
    return Value(timeout_ns == kNever ? TimePair{} : to_timeval(timeout_ns));
}

Value value_of(Kernel& kernel, SocketId id, Option option) {
    const Socket& socket = kernel.sockets[id];
    const SocketOptions& options = socket.options;
    switch (option) {
        case Option::debug:
            return number(0);
        case Option::reuse_address:
            return number(options.reuses_address);
        case Option::type:
            return number(static_cast<std::int32_t>(socket.type));
        case Option::error:
            return number(static_cast<std::int32_t>(take_error(kernel, id)));
        case Option::dont_route:
            return number(options.avoids_routes);
        case Option::broadcast:
            return number(options.broadcasts);
        case Option::send_buffer:
            return number(options.send_buffer_bytes);
        case Option::receive_buffer:
            return number(options.receive_buffer_bytes);
        case Option::keep_alive:
            return number(options.keeps_alive);
        case Option::inline_urgent:
            return number(options.inlines_urgent);
        case Option::priority:
            return number(options.priority);
        case Option::linger:
            return Value(Linger{options.lingers, options.linger_s});
        case Option::reuse_port:
            return number(options.reuses_port);
        case Option::pass_credentials:
            return number(options.wants_credentials);
        case Option::peer_credentials: {
            const Credentials& peer = socket.peer_credentials;
            return Value(AbiCredentials{peer.process.value, peer.user, peer.group});
        }
        case Option::receive_low_water:
            return number(options.low_water_bytes);
        case Option::send_low_water:
            return number(1);  // socket(7): cannot be changed on Linux
        case Option::receive_timeout:
            return time(options.receive_timeout_ns);
        case Option::send_timeout:
            return time(options.send_timeout_ns);
        case Option::accepts_connections:
            return number(socket.state == SocketState::listening);
        case Option::protocol:
            if (socket.family == SocketFamily::local) return number(0);
            return number(socket.type == SocketType::stream ? kTcp : kUdp);
        case Option::domain:
            return number(static_cast<std::int32_t>(socket.family));
    }
    return number(0);
}

}  // namespace

Outcome sys_setsockopt(Call& call) {
    const auto level = static_cast<std::int32_t>(call.arg(1)),
               option = static_cast<std::int32_t>(call.arg(2));
    const auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    if (static_cast<std::int32_t>(call.arg(4)) < 0) return Outcome::fail(Errno::einval);
    const Socket& mine = call.kernel.sockets[socket->socket];
    if (level != kSocketLevel && mine.family == SocketFamily::local) return Outcome::fail(Errno::eopnotsupp);
    if (level == kIp && mine.family == SocketFamily::inet) {
        std::optional<Outcome> done = set_ip_option(call, socket->socket, option);
        return done ? std::move(*done) : not_simulated(call, option);
    }
    if (call.arg(4) < sizeof(std::int32_t)) return Outcome::fail(Errno::einval);
    auto value = call.memory().read_object<std::int32_t>(call.arg(3));
    if (!value) return Outcome::fail(value.error());
    if (is_no_delay(mine, level, option)) {
        call.kernel.sockets.write(socket->socket).options.no_delay = *value != 0;
        push_over_link({call.kernel, call.task, call.trace}, socket->socket);
        return Outcome::done(0);
    }
    if (level != kSocketLevel) return not_simulated(call, option);
    if (!is_known(option)) return not_simulated(call, option);
    switch (static_cast<Option>(option)) {
        case Option::receive_timeout:
            return set_time(call, socket->socket, &SocketOptions::receive_timeout_ns);
        case Option::send_timeout:
            return set_time(call, socket->socket, &SocketOptions::send_timeout_ns);
        case Option::linger:
            return set_linger(call, socket->socket);
        default:
            return set_number(call, socket->socket, static_cast<Option>(option), *value);
    }
}

Outcome sys_getsockopt(Call& call) {
    const auto level = static_cast<std::int32_t>(call.arg(1)),
               option = static_cast<std::int32_t>(call.arg(2));
    const auto socket = socket_of(call, call.arg(0));
    if (!socket) return Outcome::fail(socket.error());
    const Socket& mine = call.kernel.sockets[socket->socket];
    if (level != kSocketLevel && mine.family == SocketFamily::local) return Outcome::fail(Errno::eopnotsupp);
    const UserMemory memory = call.memory();
    auto room = memory.read_object<std::int32_t>(call.arg(4));
    if (!room) return Outcome::fail(room.error());
    if (*room < 0) return Outcome::fail(Errno::einval);
    const bool asks_no_delay = is_no_delay(mine, level, option);
    const std::optional<std::int32_t> of_ip = level == kIp ? ip_option(mine, option) : std::nullopt;
    if (!asks_no_delay && !of_ip && (level != kSocketLevel || !is_known(option)))
        return not_simulated(call, option);
    // unix(7): only there.
    if (level == kSocketLevel && option == static_cast<std::int32_t>(Option::pass_credentials) &&
        mine.family != SocketFamily::local)
        return Outcome::fail(Errno::eopnotsupp);
    const Value value = of_ip           ? number(*of_ip)
                        : asks_no_delay ? number(mine.options.no_delay)
                                        : value_of(call.kernel, socket->socket, static_cast<Option>(option));
    const std::size_t bytes = std::min(value.bytes().size(), static_cast<std::size_t>(*room));
    if (bytes > 0)
        if (auto written = memory.write(call.arg(3), value.bytes().first(bytes)); !written)
            return Outcome::fail(written.error());
    return Outcome::from(memory.write_object(call.arg(4), static_cast<std::int32_t>(bytes)));
}

}  // namespace ipclab::kernel
