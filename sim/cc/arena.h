// Memory and names of one translation unit: a bump allocator that frees everything at once, and the table that makes
// every identifier one object, so that names are compared and looked up by pointer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ipclab::cc {

/// An array in the arena.
template <typename T>
struct List {
    T* data = nullptr;
    std::uint32_t count = 0;
    T* begin() const { return data; }
    T* end() const { return data + count; }
    T& operator[](std::size_t i) const { return data[i]; }
    bool empty() const { return count == 0; }
    std::uint32_t size() const { return count; }
};

class Arena {
  public:
    void* allocate(std::size_t bytes, std::size_t align) {
        std::size_t at = (used_ + align - 1) & ~(align - 1);
        if (blocks_.empty() || at + bytes > capacity_) {
            capacity_ = bytes > kBlockBytes ? bytes : kBlockBytes;
            blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(capacity_));
            at = 0;
        }
        used_ = at + bytes;
        return blocks_.back().get() + at;
    }

    template <typename T, typename... Arguments>
    T* make(Arguments&&... arguments) {
        static_assert(std::is_trivially_destructible_v<T>);
        return new (allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
    }

    template <typename T>
    List<T> list(const std::vector<T>& items) {
        static_assert(std::is_trivially_destructible_v<T>);
        if (items.empty()) return {};
        T* data = static_cast<T*>(allocate(sizeof(T) * items.size(), alignof(T)));
        for (std::size_t i = 0; i < items.size(); i++) new (data + i) T(items[i]);
        return {data, static_cast<std::uint32_t>(items.size())};
    }

    std::string_view text(std::string_view s) {
        char* copy = static_cast<char*>(allocate(s.size() + 1, 1));
        if (!s.empty()) std::memcpy(copy, s.data(), s.size());
        copy[s.size()] = 0;
        return {copy, s.size()};
    }

  private:
    static constexpr std::size_t kBlockBytes = 256 << 10;
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::size_t used_ = 0, capacity_ = 0;
};

struct Macro;
struct Binding;

/// A name, once per translation unit: with its meanings, so that no other table is needed to look it up.
struct Ident {
    std::string_view text;
    std::uint64_t hash = 0;
    std::uint8_t keyword = 0;      ///< a Tok where the language reserves the word
    bool reported = false;         ///< said to be undeclared already in this function
    Macro* macro = nullptr;
    Binding* ordinary = nullptr;   ///< innermost object, function, typedef or enumerator of this name
    Binding* tag = nullptr;        ///< innermost struct, union or enum
};

class Interner {
  public:
    explicit Interner(Arena& arena) : arena_(arena), slots_(1024, nullptr) {}

    static constexpr std::uint64_t kSeed = 1469598103934665603ull;
    static std::uint64_t mix(std::uint64_t hash, char c) {  // FNV-1a
        return (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    }

    Ident* intern(std::string_view text) {
        std::uint64_t hash = kSeed;
        for (char c : text) hash = mix(hash, c);
        return intern(text, hash, true);
    }

    /// `copy`: the text does not outlive the call by itself.
    Ident* intern(std::string_view text, std::uint64_t hash, bool copy) {
        std::size_t mask = slots_.size() - 1, at = (hash ^ hash >> 32) & mask;
        for (; slots_[at]; at = (at + 1) & mask) {
            if (slots_[at]->hash == hash && slots_[at]->text == text) return slots_[at];
        }
        Ident* ident = arena_.make<Ident>();
        ident->text = copy ? arena_.text(text) : text;
        ident->hash = hash;
        slots_[at] = ident;
        if (++count_ * 2 > slots_.size()) grow();
        return ident;
    }

    const std::vector<Ident*>& slots() const { return slots_; }

  private:
    void grow() {
        std::vector<Ident*> old(slots_.size() * 2, nullptr);
        old.swap(slots_);
        std::size_t mask = slots_.size() - 1;
        for (Ident* ident : old) {
            if (!ident) continue;
            std::size_t at = (ident->hash ^ ident->hash >> 32) & mask;
            while (slots_[at]) at = (at + 1) & mask;
            slots_[at] = ident;
        }
    }

    Arena& arena_;
    std::vector<Ident*> slots_;
    std::size_t count_ = 0;
};

}  // namespace ipclab::cc
