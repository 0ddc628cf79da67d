// What calls on terminals are given: settings, sizes and numbers, for people and for comparing two kernels.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/trace/call_difference.h"

namespace ipclab::trace {

/// The third argument of ioctl(2) where it is no pointer, or could not be read: `TCIFLUSH`, `0x7ffe...`.
void append_request_value(std::string& out, std::uint32_t request, std::uint64_t value);
/// What it points to: `{c_iflag=ICRNL|IXON, c_oflag=..., c_lflag=...}`, `{ws_row=24, ws_col=80}`, `[7]`.
void append_request_argument(std::string& out, std::uint32_t request, std::span<const std::uint8_t> bytes);

/// Whether the value is no address, and counts.
bool is_request_value(std::uint64_t request);
/// Process groups and sessions are mapped.
bool same_request_argument(std::uint64_t request, std::span<const std::uint8_t> left,
                           std::span<const std::uint8_t> right, const IdMap& ids);

}  // namespace ipclab::trace
