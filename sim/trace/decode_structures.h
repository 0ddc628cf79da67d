// Structures that system calls are given and fill in, field by field as strace shows them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/trace/decode.h"

namespace ipclab::trace {

/// "0x7ffc0010", "NULL".
void append_address(std::string& out, std::uint64_t address);
/// What an argument points to, from its captured bytes.
void append_pointed(std::string& out, const CallView& call, std::size_t index,
                    const kernel::PayloadItem& item, const DecodeOptions& options);

}  // namespace ipclab::trace
