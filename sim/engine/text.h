// Bytes as a person reads them: escapes for what cannot be shown, short forms of sizes and times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/types.h"

namespace ipclab::engine {

/// One byte of a pipe as it is drawn: "a", "\\n", "\\0", "\\x80". Never empty.
std::string byte_text(std::uint8_t byte);
/// Text that can be drawn: printable ASCII and well-formed UTF-8 stay, anything else becomes an escape.
/// Tabs become spaces up to the next multiple of `tab`; 0 keeps them as "\\t".
std::string printable(std::string_view bytes, unsigned tab = 0);
/// At most `max_bytes` of `text`, cut at a character's boundary, with "…" where something was cut.
std::string shortened(std::string_view text, std::size_t max_bytes);
/// "1,234,567".
std::string with_commas(std::uint64_t number);
/// "3 messages", "1 message"
std::string counted(std::size_t count, std::string_view one);
/// "0 ns", "12.3 µs", "4.56 ms", "1.200 s": three or four significant digits.
std::string time_text(kernel::Time time_ns);

}  // namespace ipclab::engine
