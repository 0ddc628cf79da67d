// Socket options of level IPPROTO_IP (ip(7)): those of multicast.
#pragma once

#include <optional>

#include "kernel/inet.h"

namespace ipclab::kernel {

inline constexpr std::int32_t kIp = 0;  ///< IPPROTO_IP, SOL_IP

/// setsockopt(2) of an Internet socket at that level. Nothing where the option is not simulated.
std::optional<Outcome> set_ip_option(Call& call, SocketId id, std::int32_t option);
/// getsockopt(2): those that are numbers.
std::optional<std::int32_t> ip_option(const Socket& socket, std::int32_t option);

}  // namespace ipclab::kernel
