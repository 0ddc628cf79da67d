// What calls on sockets are given: addresses and control messages, for people and for comparing two kernels.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/trace/call_difference.h"

namespace ipclab::trace {

void append_socket_domain(std::string& out, std::uint32_t domain);
void append_socket_type(std::string& out, std::uint32_t type);    ///< with SOCK_CLOEXEC, SOCK_NONBLOCK
void append_accept_flags(std::string& out, std::uint32_t flags);  ///< of accept4: these two alone
void append_socket_level(std::string& out, std::uint32_t level);
void append_socket_option(std::string& out, std::uint32_t level, std::uint32_t option);
void append_socket_flags(std::string& out, std::uint32_t flags);    ///< of send and recv
void append_shutdown_how(std::string& out, std::uint32_t how);
/// struct sockaddr: `{sa_family=AF_UNIX, sun_path=@"name"}`.
void append_socket_address(std::string& out, std::span<const std::uint8_t> bytes);
/// cmsg(3): `[{cmsg_type=SCM_RIGHTS, cmsg_data=[5]}]`.
void append_control_messages(std::string& out, std::span<const std::uint8_t> bytes);

/// Names and ports that the kernel has chosen (unix(7), "Autobind feature"; ip(7)) count as the same.
bool same_socket_address(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right);
/// Process ids in SCM_CREDENTIALS are mapped.
bool same_control_messages(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                           const IdMap& ids);

}  // namespace ipclab::trace
