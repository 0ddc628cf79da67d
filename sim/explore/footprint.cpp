#include "sim/explore/footprint.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sim/explore/digest.h"

namespace ipclab::explore {

namespace {

using kernel::kPageSize;

/// Calls visit(object, offset, bytes, what is there or null) for each piece of the ranges that lies in one page.
template <class Visit>
void for_each_piece(const kernel::MemoryObjects& memory, const MemoryRanges& ranges, Visit visit) {
    kernel::MemoryId found{};
    std::uint64_t number = ~std::uint64_t{0};
    const std::uint8_t* page = nullptr;
    for (const MemoryRange& range : ranges)
        for (std::uint64_t at = range.begin; at < range.end;) {
            const std::uint64_t count = std::min(range.end - at, kPageSize - at % kPageSize);
            if (range.object != found || at / kPageSize != number) {  // mostly all are in one page
                found = range.object;
                number = at / kPageSize;
                const kernel::MemoryObject* object = memory.find(found);
                page = object ? object->page_for_read(number) : nullptr;
            }
            visit(range.object, at, count, page ? page + at % kPageSize : nullptr);
            at += count;
        }
}

}  // namespace

void MemoryRanges::add(const MemoryRange& range) {
    if (range.begin >= range.end) return;
    MemoryRange all = range;
    const auto is_before = [](const MemoryRange& a, const MemoryRange& b) {
        return a.object != b.object ? a.object < b.object : a.end < b.begin;
    };
    const auto first = std::lower_bound(ranges_.begin(), ranges_.end(), all, is_before);
    auto last = first;
    for (; last != ranges_.end() && !is_before(all, *last); ++last) {
        all.begin = std::min(all.begin, last->begin);
        all.end = std::max(all.end, last->end);
    }
    if (first == last) {
        ranges_.insert(first, all);
        return;
    }
    *first = all;
    ranges_.erase(first + 1, last);
}

std::uint64_t MemoryRanges::bytes() const {
    std::uint64_t all = 0;
    for (const MemoryRange& each : ranges_) all += each.end - each.begin;
    return all;
}

kernel::Digest digest_of(const MemoryRanges& ranges) {
    std::vector<std::uint64_t> words;
    for (const MemoryRange& each : ranges)
        words.insert(words.end(), {static_cast<std::uint64_t>(each.object.value), each.begin, each.end});
    return hash(words.data(), words.size() * sizeof(std::uint64_t));
}

kernel::Digest digest_of_bytes(const kernel::MemoryObjects& memory, const MemoryRanges& ranges) {
    std::array<std::uint8_t, 256> few;
    std::vector<std::uint8_t> many;
    std::size_t size = 0;
    std::uint8_t* bytes = few.data();
    const std::uint64_t most = ranges.bytes() * 2;  // with a byte for each piece
    if (most > few.size()) {
        many.resize(most);
        bytes = many.data();
    }
    for_each_piece(memory, ranges,
                   [&](kernel::MemoryId, std::uint64_t, std::uint64_t count, const std::uint8_t* at) {
                       bytes[size++] = at ? 1 : 0;
                       if (at && count == 4)  // by one instruction
                           std::memcpy(bytes + size, at, 4);
                       else if (at)
                           std::memcpy(bytes + size, at, count);
                       else
                           std::memset(bytes + size, 0, count);
                       size += count;
                   });
    return hash(bytes, size);
}

MemoryPatch::MemoryPatch(const kernel::MemoryObjects& memory, const MemoryRanges& ranges) {
    for_each_piece(
        memory, ranges,
        [&](kernel::MemoryId object, std::uint64_t begin, std::uint64_t count, const std::uint8_t* at) {
            if (!at) return;
            pieces_.push_back({object, begin, count});
            bytes_.insert(bytes_.end(), at, at + count);
        });
}

void MemoryPatch::apply(kernel::MemoryObjects& memory) const {
    const std::uint8_t* from = bytes_.data();
    for (const Piece& piece : pieces_) {
        if (memory.contains(piece.object))
            if (std::uint8_t* page = memory.write(piece.object).page_for_write(piece.begin / kPageSize))
                std::memcpy(page + piece.begin % kPageSize, from, piece.bytes);
        from += piece.bytes;
    }
}

kernel::Digest MemoryPatch::digest() const {
    std::vector<std::uint64_t> words;
    for (const Piece& piece : pieces_)
        words.insert(words.end(), {static_cast<std::uint64_t>(piece.object.value), piece.begin, piece.bytes});
    const kernel::Digest places = hash(words.data(), words.size() * sizeof(std::uint64_t)),
                         values = hash(bytes_.data(), bytes_.size());
    const std::array<std::uint64_t, 4> both{places.low, places.high, values.low, values.high};
    return hash(both.data(), sizeof both);
}

}  // namespace ipclab::explore
