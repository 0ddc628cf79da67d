// UTF-8 (Unicode, table 3-7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ipclab::kernel {

/// Length of the valid sequence of more than one byte at the start of `text`, 0 where there is none.
inline std::size_t utf8_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0; };
    const auto follows = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    const int first = at(0), second = at(1);
    if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        if (!follows(1) || !follows(2)) return 0;
        if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
        return 4;
    }
    return 0;
}

}  // namespace ipclab::kernel
