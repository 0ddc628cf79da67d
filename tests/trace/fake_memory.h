// A few pages of user memory for tests of what is captured from it.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/capture.h"

namespace ipclab::trace::testing {

/// `pages` readable pages from kBegin on; everything else is a hole.
class FakeMemory : public kernel::MemoryReader {
  public:
    static constexpr std::uint64_t kBegin = 0x10000;

    explicit FakeMemory(std::size_t pages = 4) : bytes_(pages * kernel::kPageSize) {}

    bool read(std::uint64_t address, std::span<std::uint8_t> out) override {
        if (address < kBegin || address - kBegin > bytes_.size() ||
            bytes_.size() - (address - kBegin) < out.size())
            return false;
        std::memcpy(out.data(), &bytes_[address - kBegin], out.size());
        return true;
    }
    void put(std::uint64_t address, std::string_view text) {
        std::memcpy(&bytes_[address - kBegin], text.data(), text.size());
    }
    void put_u64(std::uint64_t address, std::uint64_t value) {
        std::memcpy(&bytes_[address - kBegin], &value, sizeof value);
    }
    std::uint64_t end() const { return kBegin + bytes_.size(); }

  private:
    std::vector<std::uint8_t> bytes_;
};

}  // namespace ipclab::trace::testing
