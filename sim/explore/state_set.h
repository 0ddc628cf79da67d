// The states that have been seen: a set of 128-bit digests with open addressing; one for each thread, or one for all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>

#include "kernel/digest.h"
#include "sim/explore/huge_pages.h"

namespace ipclab::explore {

class StateSet {
  public:
    StateSet() = default;
    /// `first`: places that it begins with, a power of two.
    explicit StateSet(std::size_t first) : first_(first) {}
    /// True where it is new.
    bool insert(const kernel::Digest& digest) {
        if ((size_ + 1) * 4 > places_.size() * 3) grow();
        if (!put(digest)) return false;
        ++size_;
        return true;
    }
    /// Soon it will be looked up.
    void prefetch(const kernel::Digest& digest) const {
        if (!places_.empty()) __builtin_prefetch(&places_[digest.high & (places_.size() - 1)], 1);
    }
    /// All of them, in no order that means anything.
    template <class Look>
    void for_each(Look look) const {
        for (const kernel::Digest& each : places_)
            if (!(each == kernel::Digest{})) look(each);
    }
    std::size_t size() const { return size_; }
    std::size_t bytes() const { return places_.size() * sizeof(kernel::Digest); }

  private:
    using Places = HugeVector<kernel::Digest>;

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
        Places old(places_.empty() ? first_ : places_.size() * 2);
        old.swap(places_);
        for (const kernel::Digest& each : old)
            if (!(each == kernel::Digest{})) put(each);
    }

    std::size_t first_ = 1 << 12;
    Places places_;  // a power of two
    std::size_t size_ = 0;
};

/// For several threads in parts with a lock each: they seldom meet, and one part grows at a time.
class SharedStateSet {
  public:
    /// From now on several threads use it.
    void share() {
        is_shared_ = true;
        StateSet all(kFirst);
        std::swap(all, parts_[0].states);
        all.for_each([&](const kernel::Digest& each) { part_of(each).states.insert(each); });
    }
    /// True where it is new.
    bool insert(const kernel::Digest& digest) {
        Part& part = part_of(digest);
        const auto lock = locked(part);
        return part.states.insert(digest);
    }
    /// Soon it will be looked up.
    void prefetch(const kernel::Digest& digest) {
        Part& part = part_of(digest);
        const auto lock = locked(part);
        part.states.prefetch(digest);
    }
    std::size_t size() const {
        return sum([](const StateSet& each) { return each.size(); });
    }
    std::size_t bytes() const {
        return sum([](const StateSet& each) { return each.bytes(); });
    }
    void clear() {
        for (Part& part : parts_) part.states = StateSet(kFirst);
    }

  private:
    static constexpr std::size_t kParts = 64, kFirst = 64;
    struct alignas(64) Part {
        mutable std::mutex mutex;
        StateSet states{kFirst};
    };

    Part& part_of(const kernel::Digest& digest) { return parts_[is_shared_ ? digest.low % kParts : 0]; }
    std::unique_lock<std::mutex> locked(const Part& part) const {
        return is_shared_ ? std::unique_lock(part.mutex) : std::unique_lock<std::mutex>();
    }
    template <class Count>
    std::size_t sum(Count count) const {
        std::size_t all = 0;
        for (const Part& part : parts_) {
            const auto lock = locked(part);
            all += count(part.states);
        }
        return all;
    }

    std::array<Part, kParts> parts_;
    bool is_shared_ = false;
};

}  // namespace ipclab::explore
