// The user's side of a read or write: one buffer, or several (readv, writev), walked as Linux's iov_iter
// does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/address_space.h"
#include "kernel/result.h"

namespace ipclab::kernel {

/// read(2), write(2): at most this many bytes are transferred at once (MAX_RW_COUNT).
inline constexpr std::uint64_t kTransferMax = 0x7ffff000;

/// Whether a buffer lies in user space, as access_ok() in Linux asks; says nothing about what is mapped.
constexpr bool is_user_range(std::uint64_t address, std::uint64_t bytes) {
    return bytes <= kUserTop && address <= kUserTop - bytes;
}

/// struct iovec
struct IoVector {
    std::uint64_t base = 0, bytes = 0;
};

class Transfer {
  public:
    /// Of nothing: say of what by one of the next two.
    explicit Transfer(UserMemory memory) : memory_(memory) {}

    /// read(2), write(2): EFAULT where the buffer leaves user space, EINVAL for a negative length.
    Result<void> set_buffer(std::uint64_t address, std::uint64_t bytes) {
        // fs/read_write.c: access_ok() is asked before the sign of the length.
        if (!is_user_range(address, bytes)) return Errno::efault;
        total_ = std::min(bytes, kTransferMax);
        current_ = {address, total_};
        return {};
    }
    /// readv(2): EINVAL for a count outside 0 .. 1024 or a negative length, EFAULT.
    Result<void> set_vectors(std::uint64_t address, std::uint64_t count);

    /// sendfile(2): what is written comes from a file, and no user's memory is looked at.
    void set_bytes(std::span<const std::uint8_t> bytes) {
        total_ = bytes.size();
        current_ = {0, total_};
        given_ = bytes;
    }

    /// splice(2): what is read goes into the kernel's own memory.
    void set_room(std::span<std::uint8_t> room) {
        total_ = room.size();
        current_ = {0, total_};
        room_ = room;
    }

    std::uint64_t total() const { return total_; }
    std::uint64_t left() const { return total_ - done_; }
    std::uint64_t done() const { return done_; }
    /// Goes over bytes that an earlier attempt of the same call has transferred.
    void skip(std::uint64_t bytes);
    /// From the user to the kernel; returns how many bytes were copied: fewer where the user's memory ends.
    std::uint64_t copy_in(std::span<std::uint8_t> to);
    /// From the kernel to the user.
    std::uint64_t copy_out(std::span<const std::uint8_t> from);
    /// Zeroes to the user.
    std::uint64_t zero_out(std::uint64_t bytes);

  private:
    template <class Step>
    std::uint64_t walk(std::uint64_t bytes, Step step);

    UserMemory memory_;
    IoVector current_{};               // what is left of the buffer in use
    std::vector<IoVector> following_;  // the buffers after it, last one first
    std::span<const std::uint8_t> given_;
    std::span<std::uint8_t> room_;
    std::uint64_t total_ = 0, done_ = 0;
};

}  // namespace ipclab::kernel
