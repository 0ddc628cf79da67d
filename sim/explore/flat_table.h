// A table with open addressing, for what a search looks up by the million. Entries are never taken out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "sim/explore/huge_pages.h"

namespace ipclab::explore {

/// `Key` has hash() and ==, and a default value that is never put in.
template <class Key, class Value>
class FlatTable {
  public:
    /// The value, or null where the key is not in the table. Good until the next insert().
    Value* find(const Key& key) {
        if (places_.empty()) return nullptr;
        Place& place = place_of(key);
        return place.key == key ? &place.value : nullptr;
    }
    /// The key must not be in the table.
    Value& insert(const Key& key, Value value) {
        if ((size_ + 1) * 4 > places_.size() * 3) grow();
        ++size_;
        Place& place = place_of(key);
        place = {key, std::move(value)};
        return place.value;
    }
    std::size_t size() const { return size_; }
    std::size_t bytes() const { return places_.size() * sizeof(Place); }

  private:
    // One that nearly fills a line of the cache does not lie across two.
    static constexpr std::size_t kLine = 64, kBytes = sizeof(std::pair<Key, Value>);
    struct alignas(kBytes > kLine / 2 && kBytes <= kLine ? kLine : alignof(std::pair<Key, Value>)) Place {
        Key key{};
        Value value{};
    };
    using Places = HugeVector<Place>;
    static constexpr std::size_t kFirst = 1 << 10;

    Place& place_of(const Key& key) {
        const std::size_t mask = places_.size() - 1;
        for (std::size_t at = key.hash() & mask;; at = (at + 1) & mask)
            if (places_[at].key == key || places_[at].key == Key{}) return places_[at];
    }
    void grow() {
        Places old(places_.empty() ? kFirst : places_.size() * 2);
        old.swap(places_);
        for (Place& each : old)
            if (!(each.key == Key{})) place_of(each.key) = std::move(each);
    }

    Places places_;  // a power of two
    std::size_t size_ = 0;
};

}  // namespace ipclab::explore
