#include "kernel/memory_object.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ipclab::kernel {

namespace {

std::uint64_t pages_for(std::uint64_t bytes) {
    return bytes / kPageSize + (bytes % kPageSize != 0);
}

}  // namespace

// The bytes behind the end, in its page: what a mapping has left there must not appear when the object grows.
void MemoryObject::clear_behind_end() {
    std::uint64_t rest = size_ % kPageSize;
    if (rest == 0 || !pages_.find(size_ / kPageSize)) return;
    Page& page = pages_.write(size_ / kPageSize);
    std::fill(page.begin() + static_cast<std::ptrdiff_t>(rest), page.end(), std::uint8_t{0});
}

void MemoryObject::resize(std::uint64_t bytes) {
    if (bytes == size_) return;
    if (bytes < size_) {
        pages_.erase(pages_for(bytes), pages_for(size_));
        size_ = bytes;
        clear_behind_end();
    } else {
        clear_behind_end();
        size_ = bytes;
    }
}

std::uint64_t MemoryObject::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
    if (offset >= size_) return 0;
    std::uint64_t count = std::min<std::uint64_t>(out.size(), size_ - offset);
    for (std::uint64_t done = 0; done < count;) {
        std::uint64_t in_page = (offset + done) % kPageSize;
        std::uint64_t n = std::min(count - done, kPageSize - in_page);
        std::memcpy(out.data() + done, page_for_read((offset + done) / kPageSize) + in_page, n);
        done += n;
    }
    return count;
}

void MemoryObject::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return;
    if (offset + bytes.size() > size_) resize(offset + bytes.size());
    for (std::uint64_t done = 0; done < bytes.size();) {
        std::uint64_t in_page = (offset + done) % kPageSize;
        std::uint64_t n = std::min<std::uint64_t>(bytes.size() - done, kPageSize - in_page);
        std::memcpy(page_for_write((offset + done) / kPageSize) + in_page, bytes.data() + done, n);
        done += n;
    }
}

std::string MemoryObject::text() const {
    std::string all(size_, '\0');
    read(0, {reinterpret_cast<std::uint8_t*>(all.data()), all.size()});
    return all;
}

const std::uint8_t* MemoryObject::page_for_read(std::uint64_t index) const {
    if (index >= pages_for(size_)) return nullptr;
    const Page* page = pages_.find(index);
    return page ? page->data() : kZeroPage.data();
}

std::uint8_t* MemoryObject::page_for_write(std::uint64_t index) {
    return index < pages_for(size_) ? pages_.write(index).data() : nullptr;
}

Digest MemoryObject::digest(DigestFunction function) const {
    const Digest pages = pages_.digest(function);
    const std::array<std::uint64_t, 3> parts{size_, pages.low, pages.high};
    return function(parts.data(), sizeof parts);
}

}  // namespace ipclab::kernel
