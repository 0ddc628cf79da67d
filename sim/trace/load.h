// Numbers in captured bytes.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace ipclab::trace {

/// The number at this offset of a structure; 0 where the bytes end before it.
template <class T>
T load(std::span<const std::uint8_t> bytes, std::size_t offset) {
    T value{};
    if (offset + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

}  // namespace ipclab::trace
