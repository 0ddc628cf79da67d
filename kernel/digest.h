// A component's hash, kept where the component is, so that only what changed is hashed anew. The kernel itself hashes
// nothing: whoever tells machines apart brings the function.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ipclab::kernel {

/// 128 bits.
struct Digest {
    std::uint64_t low = 0, high = 0;
    bool operator==(const Digest&) const = default;
};

using DigestFunction = Digest (*)(const void* bytes, std::size_t count);

/// Where a digest is kept until its object is next written. Not state: it makes no two objects different, and a copy
/// begins without. Several host threads may ask at once: they all compute the same.
class DigestSlot {
  public:
    DigestSlot() = default;
    DigestSlot(const DigestSlot&) {}
    DigestSlot& operator=(const DigestSlot&) {
        forget();
        return *this;
    }

    void forget() { low_.store(0, std::memory_order_relaxed); }
    /// What `compute()` gave when it was first asked since the last forget().
    template <class Compute>
    Digest get(Compute compute) const {
        const std::uint64_t low = low_.load(std::memory_order_acquire);
        if (low != 0) return {low, high_.load(std::memory_order_relaxed)};
        Digest fresh = compute();
        if (fresh.low == 0) fresh.low = 1;  // 0 is for "not known"
        high_.store(fresh.high, std::memory_order_relaxed);
        low_.store(fresh.low, std::memory_order_release);
        return fresh;
    }

  private:
    mutable std::atomic<std::uint64_t> low_{0}, high_{0};
};

}  // namespace ipclab::kernel
