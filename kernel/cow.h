// Copy-on-write components: how a machine stays a plain value and yet is cheap to copy.
//
// Cow<T> is a value of type T whose copies share one allocation until one of them is written. Table<Id, T> is
// an ordered map of such components. Copying a machine copies handles; a step clones only what it writes.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/assert.h"
#include "kernel/digest.h"

namespace ipclab::kernel {

/// A shared value. Reading is a pointer access; write() clones first where somebody else shares the value.
/// A reference from write() is good until the handle is next copied: never keep one over a step.
template <class T>
class Cow {
  public:
    Cow() : node_(new Node()) {}
    explicit Cow(T value) : node_(new Node(std::move(value))) {}
    Cow(const Cow& other) noexcept : node_(other.node_) {
        node_->references.fetch_add(1, std::memory_order_relaxed);
    }
    Cow(Cow&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
    Cow& operator=(Cow other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }
    ~Cow() { release(); }

    const T& operator*() const { return node_->value; }
    const T* operator->() const { return &node_->value; }

    T& write() {
        if (node_->references.load(std::memory_order_acquire) != 1) [[unlikely]]
            clone();
        node_->digest.forget();
        return node_->value;
    }

    /// Whether nobody else shares the value: then write() clones nothing.
    bool is_unique() const { return node_->references.load(std::memory_order_acquire) == 1; }
    /// Whether both share one allocation: then they are equal without looking.
    bool same(const Cow& other) const { return node_ == other.node_; }
    bool operator==(const Cow& other) const { return same(other) || **this == *other; }

    /// The component's digest, computed once after each write by `compute(const T&)`.
    template <class Compute>
    Digest digest(Compute compute) const {
        return node_->digest.get([&] { return compute(node_->value); });
    }

  private:
    struct Node {
        Node() = default;
        explicit Node(T v) : value(std::move(v)) {}
        std::atomic<std::uint32_t> references{1};
        DigestSlot digest;
        T value{};
    };

    [[gnu::noinline]] void clone() {
        Node* own = new Node(node_->value);
        release();
        node_ = own;
    }
    void release() {
        if (node_ && node_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete node_;
    }

    Node* node_;
};

/// Components by id, in the order of their ids. Small and dense in practice: a sorted vector.
template <class Id, class T>
class Table {
  public:
    using Entry = std::pair<Id, Cow<T>>;

    bool contains(Id id) const { return find(id) != nullptr; }
    /// The component, or null where there is none.
    const T* find(Id id) const {
        const std::size_t at = place(id);
        return at < entries_.size() && entries_[at].first == id ? &*entries_[at].second : nullptr;
    }
    const T& operator[](Id id) const {
        const T* found = find(id);
        IPCLAB_ASSERT(found);
        return *found;
    }
    /// The component for writing; it must exist.
    T& write(Id id) {
        T* found = find_to_write(id);
        IPCLAB_ASSERT(found);
        return *found;
    }
    /// The component for writing, or null where there is none.
    T* find_to_write(Id id) {
        const std::size_t at = place(id);
        return at < entries_.size() && entries_[at].first == id ? &entries_[at].second.write() : nullptr;
    }
    T& insert(Id id, T value) {
        const std::size_t at = place(id);
        IPCLAB_ASSERT(at == entries_.size() || entries_[at].first != id);
        const auto before = entries_.begin() + static_cast<std::ptrdiff_t>(at);
        return entries_.emplace(before, id, Cow<T>(std::move(value)))->second.write();
    }
    void erase(Id id) {
        const std::size_t at = place(id);
        IPCLAB_ASSERT(at < entries_.size() && entries_[at].first == id);
        entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    /// Puts another component in the place of each, in the order of ids: what `next()` gives, which both then share.
    template <class Next>
    void share_each(Next next) {
        for (Entry& entry : entries_) entry.second = next();
    }
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    /// Entries in the order of ids: `for (const auto& [id, value] : table)`, with *value the component.
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }
    bool operator==(const Table&) const = default;

  private:
    /// Where the entry with this id is, or where it belongs.
    std::size_t place(Id id) const {
        // Ids are mostly given out one after the other: then the first entry tells where the others are, or, after
        // a gap, the last one.
        const std::size_t size = entries_.size();
        if (size == 0) return 0;
        const std::size_t from_front = distance(entries_.front().first, id);
        if (from_front < size && entries_[from_front].first == id) return from_front;
        const std::size_t from_back = size - 1 - distance(id, entries_.back().first);
        if (from_back < size && entries_[from_back].first == id) return from_back;
        return search(id);
    }
    static std::uint32_t distance(Id from, Id to) {
        return static_cast<std::uint32_t>(to.value) - static_cast<std::uint32_t>(from.value);
    }
    std::size_t search(Id id) const {
        // Binary search whose steps are conditional moves: short tables are looked up often, and branches that go
        // either way would cost more than the comparisons.
        const Entry* low = entries_.data();
        for (std::size_t left = entries_.size(); left > 0;) {
            const std::size_t half = left / 2;
            const bool is_above = low[half].first < id;
            low = is_above ? low + half + 1 : low;
            left = is_above ? left - half - 1 : half;
        }
        return static_cast<std::size_t>(low - entries_.data());
    }

    std::vector<Entry> entries_;
};

/// A table that is long or seldom written: copies share it whole until one of them changes it, so that a snapshot copies
/// one handle. Not to be written while somebody iterates over it.
template <class Id, class T>
class SharedTable {
  public:
    bool contains(Id id) const { return table_->contains(id); }
    const T* find(Id id) const { return table_->find(id); }
    const T& operator[](Id id) const { return (*table_)[id]; }
    T& write(Id id) { return table_.write().write(id); }
    T& insert(Id id, T value) { return table_.write().insert(id, std::move(value)); }
    void erase(Id id) { table_.write().erase(id); }
    std::size_t size() const { return table_->size(); }
    bool empty() const { return table_->empty(); }
    /// All of it, for digests.
    const Cow<Table<Id, T>>& whole() const { return table_; }
    auto begin() const { return table_->begin(); }
    auto end() const { return table_->end(); }
    bool operator==(const SharedTable&) const = default;

  private:
    Cow<Table<Id, T>> table_;
};

}  // namespace ipclab::kernel
