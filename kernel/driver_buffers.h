// What Linux's driver keeps of the bytes from one end of a pseudo-terminal until the other end's line discipline takes
// them: drivers/tty/tty_buffer.c. Only how many there are; the bytes themselves are with the terminal.
//
// A write that does not fit into what is left of the last buffer gets a new one, as long as itself: many short writes are
// packed more tightly than few long ones. The limit is for new buffers; what is left of the last one is always there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ipclab::kernel {

struct DriverBuffer {
    std::uint32_t size = 0;  ///< in bytes, as it counts for the limit
    /// In bytes, at most twice the size: bytes without errors need no marks beside them.
    std::uint32_t written = 0;
    bool operator==(const DriverBuffer&) const = default;
};

struct DriverBuffers {
    std::vector<DriverBuffer> chain;  ///< oldest first; the last one stays when all of it has been taken
    std::uint32_t taken = 0;          ///< bytes of the first one that the line discipline has
    std::uint32_t spare = 0;  ///< buffers of the smallest size that can be used anew, beyond any limit
    bool operator==(const DriverBuffers&) const = default;

    /// Bytes that the line discipline has not taken.
    std::size_t held() const;
    /// Bytes until there are no new buffers: poll(2) says POLLOUT until it is 0, and processed output and echoes stop.
    std::size_t room() const;
    /// One write of the driver; returns how many of the bytes there was room for.
    std::size_t put(std::size_t bytes);
    /// The line discipline takes all but so many, as a worker thread hands them over as soon as it can.
    void leave(std::size_t bytes);
};

}  // namespace ipclab::kernel
