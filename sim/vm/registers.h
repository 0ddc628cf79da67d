// The registers of a task: the windows of all its frames, one after the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace ipclab::vm {

/// As a vector of words, but one that grows and shrinks in a few instructions: every call and every return does both.
class Registers {
  public:
    Registers() = default;
    Registers(const Registers& other) { *this = other; }
    Registers(Registers&& other) noexcept { swap(other); }
    Registers& operator=(const Registers& other) {
        if (this == &other) return *this;
        size_ = 0;
        if (other.size_ > capacity_) reserve(other.size_);
        size_ = other.size_;
        if (size_ > 0) std::memcpy(words_.get(), other.words_.get(), size_ * sizeof(std::uint64_t));
        return *this;
    }
    Registers& operator=(Registers&& other) noexcept {
        swap(other);
        return *this;
    }

    std::size_t size() const { return size_; }
    std::uint64_t* data() { return words_.get(); }
    const std::uint64_t* data() const { return words_.get(); }
    std::uint64_t& operator[](std::size_t index) { return words_[index]; }
    std::uint64_t operator[](std::size_t index) const { return words_[index]; }

    /// New registers are 0.
    void resize(std::size_t size) {
        if (size > capacity_) [[unlikely]]
            reserve(std::max(size, 2 * capacity_));
        for (std::size_t i = size_; i < size; i += kBlock)
            std::memset(&words_[i], 0, kBlock * sizeof(std::uint64_t));
        size_ = size;
    }

    bool operator==(const Registers& other) const {
        return size_ == other.size_ && std::equal(data(), data() + size_, other.data());
    }

  private:
    void swap(Registers& other) noexcept {
        std::swap(words_, other.words_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

    static constexpr std::size_t kBlock =
        4;  // cleared at once; there is room for a whole block behind the last word

    void reserve(std::size_t capacity) {
        std::unique_ptr<std::uint64_t[]> words(new std::uint64_t[capacity + kBlock]);
        if (size_ > 0) std::memcpy(words.get(), words_.get(), size_ * sizeof(std::uint64_t));
        words_ = std::move(words);
        capacity_ = capacity;
    }

    std::unique_ptr<std::uint64_t[]> words_;
    std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace ipclab::vm
