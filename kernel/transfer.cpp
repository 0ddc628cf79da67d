#include "kernel/transfer.h"

#include <algorithm>
#include <array>

namespace ipclab::kernel {

namespace {
constexpr std::uint64_t kVectorsMax = 1024;  // readv(2): IOV_MAX
}

Result<void> Transfer::set_vectors(std::uint64_t address, std::uint64_t count) {
    // lib/iov_iter.c: the count, the array, then each length and each range, in that order.
    if (count > kVectorsMax) return Errno::einval;
    std::vector<IoVector> vectors(count);
    auto copied =
        memory_.read(address, {reinterpret_cast<std::uint8_t*>(vectors.data()), count * sizeof(IoVector)});
    if (count > 0 && !copied) return Errno::efault;
    for (IoVector& vector : vectors) {
        if (static_cast<std::int64_t>(vector.bytes) < 0) return Errno::einval;
        if (!is_user_range(vector.base, vector.bytes)) return Errno::efault;
        vector.bytes = std::min(vector.bytes, kTransferMax - total_);
        total_ += vector.bytes;
    }
    std::reverse(vectors.begin(), vectors.end());
    following_ = std::move(vectors);
    return {};
}

template <class Step>
std::uint64_t Transfer::walk(std::uint64_t bytes, Step step) {
    std::uint64_t copied = 0;
    bytes = std::min(bytes, left());
    while (copied < bytes) {
        while (current_.bytes == 0) {
            current_ = following_.back();
            following_.pop_back();
        }
        const std::uint64_t wanted = std::min(bytes - copied, current_.bytes);
        const std::uint64_t got = step(current_.base, copied, wanted);
        current_.base += got;
        current_.bytes -= got;
        done_ += got;
        copied += got;
        if (got < wanted) break;
    }
    return copied;
}

void Transfer::skip(std::uint64_t bytes) {
    walk(bytes, [](std::uint64_t, std::uint64_t, std::uint64_t wanted) { return wanted; });
}

std::uint64_t Transfer::copy_in(std::span<std::uint8_t> to) {
    return walk(to.size(), [&](std::uint64_t address, std::uint64_t at, std::uint64_t wanted) {
        if (!given_.empty()) {
            std::copy_n(given_.begin() + static_cast<std::ptrdiff_t>(address), wanted,
                        to.begin() + static_cast<std::ptrdiff_t>(at));
            return wanted;
        }
        if (memory_.read(address, to.subspan(at, wanted))) return wanted;
        const std::uint64_t some = memory_.readable_bytes(address, wanted);
        return memory_.read(address, to.subspan(at, some)) ? some : 0;
    });
}

std::uint64_t Transfer::copy_out(std::span<const std::uint8_t> from) {
    return walk(from.size(), [&](std::uint64_t address, std::uint64_t at, std::uint64_t wanted) {
        if (!room_.empty()) {
            std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), wanted,
                        room_.begin() + static_cast<std::ptrdiff_t>(address));
            return wanted;
        }
        if (memory_.write(address, from.subspan(at, wanted))) return wanted;
        return memory_.writable_bytes(address, wanted);
    });
}

std::uint64_t Transfer::zero_out(std::uint64_t bytes) {
    static constexpr std::array<std::uint8_t, kPageSize> kZeroes{};
    std::uint64_t done = 0;
    bytes = std::min(bytes, left());
    while (done < bytes) {
        const std::uint64_t wanted = std::min<std::uint64_t>(bytes - done, kZeroes.size());
        const std::uint64_t got = copy_out(std::span(kZeroes).first(wanted));
        done += got;
        if (got < wanted) break;
    }
    return done;
}

}  // namespace ipclab::kernel
