// The states that have been seen: a set of 128-bit digests with open addressing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/digest.h"

namespace ipclab::explore {

class StateSet {
  public:
    /// True where it is new.
    bool insert(const kernel::Digest& digest) {
        if ((size_ + 1) * 4 > places_.size() * 3) grow();
        if (!put(digest)) return false;
        ++size_;
        return true;
    }
    std::size_t size() const { return size_; }
    std::size_t bytes() const { return places_.size() * sizeof(kernel::Digest); }

  private:
    static constexpr std::size_t kFirst = 1 << 12;

    // A place is free where both halves are 0: no digest is (kernel/digest.h).
    bool put(const kernel::Digest& digest) {
        const std::size_t mask = places_.size() - 1;
        for (std::size_t at = digest.high & mask;; at = (at + 1) & mask) {
            if (places_[at] == digest) return false;
            if (places_[at] == kernel::Digest{}) {
                places_[at] = digest;
                return true;
            }
        }
    }
    void grow() {
        std::vector<kernel::Digest> old(places_.empty() ? kFirst : places_.size() * 2);
        old.swap(places_);
        for (const kernel::Digest& each : old)
            if (!(each == kernel::Digest{})) put(each);
    }

    std::vector<kernel::Digest> places_;  // a power of two
    std::size_t size_ = 0;
};

}  // namespace ipclab::explore
