#include <algorithm>
#include <array>

#include "sim/vm/execution.h"

namespace ipclab::vm {

namespace {

std::size_t left_in_page(std::uint64_t address, std::uint64_t bytes) {
    return static_cast<std::size_t>(std::min(bytes, kernel::kPageSize - address % kernel::kPageSize));
}

}  // namespace

bool MemoryPort::load_slowly(std::uint64_t address, void* out, std::size_t bytes) {
    auto* to = static_cast<std::uint8_t*>(out);
    while (bytes > 0) {
        const std::size_t length = left_in_page(address, bytes);
        const std::uint8_t* from = memory_.space.for_read(address, memory_.objects, fault_);
        if (!from) return false;
        std::memcpy(to, from, length);
        to += length;
        address += length;
        bytes -= length;
    }
    return true;
}

bool MemoryPort::store_slowly(std::uint64_t address, const void* in, std::size_t bytes) {
    const auto* from = static_cast<const std::uint8_t*>(in);
    // Both pages of an access that straddles them are looked at before either is changed, as the processor does.
    if (left_in_page(address, bytes) < bytes &&
        !memory_.space.for_write(address + bytes - 1, memory_.objects, fault_))
        return false;
    while (bytes > 0) {
        const std::size_t length = left_in_page(address, bytes);
        std::uint8_t* to = memory_.space.for_write(address, memory_.objects, fault_);
        if (!to) return false;
        std::memcpy(to, from, length);
        from += length;
        address += length;
        bytes -= length;
    }
    return true;
}

bool MemoryPort::copy(std::uint64_t to, std::uint64_t from, std::uint64_t bytes) {
    std::array<std::uint8_t, kernel::kPageSize> buffer;
    const bool backwards = to > from && to - from < bytes;  // overlapping: the end first
    while (bytes > 0) {
        const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, buffer.size()));
        const std::uint64_t skip = backwards ? bytes - length : 0;
        if (!load_slowly(from + skip, buffer.data(), length)) return false;
        if (!store_slowly(to + skip, buffer.data(), length)) return false;
        bytes -= length;
        if (backwards) continue;
        to += length;
        from += length;
    }
    return true;
}

bool MemoryPort::fill(std::uint64_t address, std::uint8_t value, std::uint64_t bytes) {
    while (bytes > 0) {
        const std::size_t length = left_in_page(address, bytes);
        std::uint8_t* to = memory_.space.for_write(address, memory_.objects, fault_);
        if (!to) return false;
        std::memset(to, value, length);
        address += length;
        bytes -= length;
    }
    return true;
}

const std::uint8_t* MemoryPort::piece(std::uint64_t address, std::uint64_t bytes, std::size_t& length) {
    length = left_in_page(address, bytes);
    return memory_.space.for_read(address, memory_.objects, fault_);
}

}  // namespace ipclab::vm
