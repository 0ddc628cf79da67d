#include "kernel/driver_buffers.h"

#include <algorithm>

namespace ipclab::kernel {

namespace {

constexpr std::size_t kLimit = 8192;    // drivers/tty/pty.c, tty_buffer_set_limit()
constexpr std::size_t kSmallest = 256;  // MIN_TTYB_SIZE; longer ones are multiples of it
constexpr std::size_t kLongest = 1792;  // TTY_BUFFER_PAGE: so that a buffer fits in a page

std::size_t memory(const DriverBuffers& buffers) {
    std::size_t bytes = 0;
    for (const DriverBuffer& buffer : buffers.chain) bytes += buffer.size;
    return bytes;
}

/// tty_buffer_alloc(): it asks for what is in use, not for what will be.
bool add(DriverBuffers& buffers, std::size_t bytes) {
    const std::size_t size = (bytes + kSmallest - 1) / kSmallest * kSmallest;
    if (size == kSmallest && buffers.spare > 0)
        --buffers.spare;
    else if (memory(buffers) > kLimit)
        return false;
    buffers.chain.push_back({.size = static_cast<std::uint32_t>(size)});
    return true;
}

}  // namespace

std::size_t DriverBuffers::held() const {
    std::size_t bytes = 0;
    for (const DriverBuffer& buffer : chain) bytes += buffer.written;
    return bytes - taken;
}

std::size_t DriverBuffers::room() const {
    return kLimit - std::min(kLimit, memory(*this));
}

std::size_t DriverBuffers::put(std::size_t bytes) {
    std::size_t done = 0;
    while (done < bytes) {
        const std::size_t wanted = std::min(bytes - done, kLongest);
        std::size_t left = chain.empty() ? 0 : 2 * chain.back().size - chain.back().written;
        if (left < wanted && add(*this, wanted)) left = wanted;
        const std::size_t piece = std::min(left, wanted);
        if (piece == 0) break;
        chain.back().written += static_cast<std::uint32_t>(piece);
        done += piece;
    }
    return done;
}

void DriverBuffers::leave(std::size_t bytes) {
    taken += static_cast<std::uint32_t>(held() - std::min(held(), bytes));
    while (chain.size() > 1 && taken >= chain.front().written) {
        taken -= chain.front().written;
        if (chain.front().size == kSmallest) ++spare;
        chain.erase(chain.begin());
    }
}

}  // namespace ipclab::kernel
