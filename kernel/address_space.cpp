#include "kernel/address_space.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ipclab::kernel {

namespace {

constexpr bool is_aligned(std::uint64_t address) {
    return address % kPageSize == 0;
}
constexpr std::uint64_t round_up(std::uint64_t bytes) {
    return (bytes + kPageSize - 1) / kPageSize * kPageSize;
}
// Where a range that is in use starts: a stack keeps the room that it may grow into.
std::uint64_t reserved_begin(const Mapping& mapping) {
    return mapping.grows_down ? std::min(mapping.begin, mapping.limit) : mapping.begin;
}

// An access this far below a stack's limit is taken for the stack's overflow in explanations.
constexpr std::uint64_t kOverflowBytes = 1 << 20;

// The first mapping that ends behind `address`.
template <class Mappings>
auto first_behind(Mappings& mappings, std::uint64_t address) {
    return std::upper_bound(mappings.begin(), mappings.end(), address,
                            [](std::uint64_t wanted, const Mapping& m) { return wanted < m.end; });
}

bool can_merge(const Mapping& low, const Mapping& high) {
    if (low.end != high.begin || low.grows_down || high.grows_down) return false;
    if (low.object && low.object_offset + (low.end - low.begin) != high.object_offset) return false;
    return low.protection == high.protection && low.most == high.most && low.is_shared == high.is_shared &&
           low.object == high.object && low.use == high.use;
}

}  // namespace

const Mapping* AddressSpace::mapping_at(std::uint64_t address) const {
    auto it = first_behind(*mappings_, address);
    return it != mappings_->end() && it->begin <= address ? &*it : nullptr;
}

std::uint64_t AddressSpace::mapped_bytes() const {
    std::uint64_t sum = 0;
    for (const Mapping& mapping : *mappings_) sum += mapping.end - mapping.begin;
    return sum;
}

// The highest free place of this length below kMapTop; 0 where there is none.
std::uint64_t AddressSpace::find_free(std::uint64_t bytes) const {
    std::uint64_t top = kMapTop;
    for (auto it = mappings_->rbegin(); it != mappings_->rend(); ++it) {
        if (it->end <= top && top - it->end >= bytes) return top - bytes;
        top = std::min(top, reserved_begin(*it));
    }
    return top >= kUserBottom + bytes ? top - bytes : 0;
}

// Makes `address` a border between mappings.
void AddressSpace::split_at(std::vector<Mapping>& mappings, std::uint64_t address) {
    auto it = first_behind(mappings, address);
    if (it == mappings.end() || it->begin >= address) return;
    Mapping high = *it;
    if (high.object) high.object_offset += address - high.begin;
    it->end = address;
    it->grows_down = it->grows_down && it->begin > it->limit;
    high.begin = address;
    high.grows_down = false;  // only the lowest part goes on growing
    high.limit = 0;
    mappings.insert(it + 1, high);
}

// Removes all mappings and pages of the range.
void AddressSpace::cut(std::uint64_t begin, std::uint64_t end) {
    cache_.flush();
    auto& mappings = mappings_.write();
    split_at(mappings, begin);
    split_at(mappings, end);
    auto first = first_behind(mappings, begin);
    auto last = first;
    while (last != mappings.end() && last->begin < end) ++last;
    mappings.erase(first, last);
    pages_.erase(begin / kPageSize, end / kPageSize);
    shades_.erase(begin / kPageSize, end / kPageSize);
}

void AddressSpace::insert(const Mapping& mapping) {
    auto& mappings = mappings_.write();
    auto it = mappings.insert(first_behind(mappings, mapping.begin), mapping);
    if (it + 1 != mappings.end() && can_merge(*it, it[1])) {
        it->end = it[1].end;
        mappings.erase(it + 1);
    }
    if (it != mappings.begin() && can_merge(it[-1], *it)) {
        it[-1].end = it->end;
        mappings.erase(it);
    }
}

Result<std::uint64_t> AddressSpace::map(Mapping mapping, bool fixed) {
    if (mapping.end <= mapping.begin) return Errno::einval;
    std::uint64_t bytes = mapping.end - mapping.begin;
    if (!is_aligned(bytes) || !is_aligned(mapping.object_offset)) return Errno::einval;
    if (bytes > kUserTop - kUserBottom) return Errno::enomem;
    if (fixed) {
        if (!is_aligned(mapping.begin)) return Errno::einval;
        if (mapping.end > kUserTop) return Errno::enomem;
        if (mapping.begin < kUserBottom) return Errno::eperm;
    } else {
        // mmap(2): an address that is not fixed is a hint.
        std::uint64_t hint = mapping.begin / kPageSize * kPageSize;
        auto behind = first_behind(*mappings_, hint);
        bool is_free = hint >= kUserBottom && hint <= kUserTop - bytes &&
                       (behind == mappings_->end() || reserved_begin(*behind) >= hint + bytes);
        mapping.begin = is_free ? hint : find_free(bytes);
        if (mapping.begin == 0) return Errno::enomem;
        mapping.end = mapping.begin + bytes;
    }
    // A fixed mapping that replaces others frees their bytes only afterwards: as Linux's may_expand_vm() we
    // do not look for what it will free beyond the range itself.
    std::uint64_t replaced = 0;
    for (const Mapping& other : *mappings_)
        if (other.begin < mapping.end && mapping.begin < other.end)
            replaced += std::min(other.end, mapping.end) - std::max(other.begin, mapping.begin);
    if (mapped_bytes() - replaced + bytes > mapped_limit_bytes_) return Errno::enomem;
    if (mappings_->size() >= kMaxMappings) return Errno::enomem;
    if (replaced > 0) cut(mapping.begin, mapping.end);
    insert(mapping);
    return mapping.begin;
}

Result<void> AddressSpace::unmap(std::uint64_t begin, std::uint64_t bytes) {
    if (!is_aligned(begin) || bytes == 0 || begin > kUserTop || bytes > kUserTop - begin)
        return Errno::einval;
    std::uint64_t end = begin + round_up(bytes);
    auto first = first_behind(*mappings_, begin);
    if (first == mappings_->end() || first->begin >= end) return {};
    // munmap(2): ENOMEM where cutting a hole would pass the maximum number of mappings.
    if (first->begin < begin && first->end > end && mappings_->size() >= kMaxMappings) return Errno::enomem;
    cut(begin, end);
    return {};
}

Result<void> AddressSpace::protect(std::uint64_t begin, std::uint64_t bytes, Protection protection) {
    if (!is_aligned(begin)) return Errno::einval;
    if (bytes == 0) return {};
    if (begin > kUserTop || bytes > kUserTop - begin) return Errno::enomem;
    if (mappings_->size() + 2 > kMaxMappings) return Errno::enomem;
    std::uint64_t end = begin + round_up(bytes);
    cache_.flush();
    auto& mappings = mappings_.write();
    split_at(mappings, begin);
    split_at(mappings, end);
    std::uint64_t reached = begin;
    bool is_denied = false;
    for (auto it = first_behind(mappings, begin);
         it != mappings.end() && it->begin == reached && reached < end; ++it) {
        // mm/mprotect.c: what lies before the one that cannot be has been changed.
        is_denied = (protection & ~it->most) != 0;
        if (is_denied) break;
        it->protection = protection;
        reached = it->end;
    }
    std::vector<Mapping> merged;
    merged.reserve(mappings.size());
    for (const Mapping& mapping : mappings)
        if (!merged.empty() && can_merge(merged.back(), mapping))
            merged.back().end = mapping.end;
        else
            merged.push_back(mapping);
    mappings = std::move(merged);
    if (is_denied) return Errno::eacces;
    if (reached < end) return Errno::enomem;
    return {};
}

// Maps `target` and takes the pages of [begin, begin + bytes) there.
Result<std::uint64_t> AddressSpace::move(std::uint64_t begin, std::uint64_t bytes, Mapping target,
                                         bool fixed) {
    const auto placed = map(target, fixed);
    if (!placed) return placed;
    const std::uint64_t pages = std::min(bytes, target.end - target.begin) / kPageSize;
    for (std::uint64_t i = 0; i < pages; ++i) {
        const std::uint64_t from = begin / kPageSize + i, to = *placed / kPageSize + i;
        if (const Page* page = pages_.find(from)) pages_.insert(to, Page(*page));
        if (const Page* shades = shades_.find(from)) shades_.insert(to, Page(*shades));
    }
    cut(begin, begin + bytes);
    return placed;
}

Result<std::uint64_t> AddressSpace::remap(std::uint64_t begin, std::uint64_t old_bytes,
                                          std::uint64_t new_bytes, MayMove may,
                                          std::optional<std::uint64_t> to) {
    // mm/mremap.c: the checks in its order.
    if (!is_aligned(begin) || new_bytes == 0 || new_bytes > kUserTop || old_bytes > kUserTop)
        return Errno::einval;
    old_bytes = round_up(old_bytes);
    new_bytes = round_up(new_bytes);
    if (to) {
        const bool overlaps = *to < begin + old_bytes && begin < *to + new_bytes;
        if (!is_aligned(*to) || *to > kUserTop - new_bytes || overlaps) return Errno::einval;
    }
    const Mapping* found = mapping_at(begin);
    if (!found || old_bytes > found->end - begin) return Errno::efault;
    if (old_bytes > new_bytes) {
        if (auto done = unmap(begin + new_bytes, old_bytes - new_bytes); !done) return done.error();
        old_bytes = new_bytes;
        found = mapping_at(begin);
    }
    if (!to && old_bytes == new_bytes) return begin;
    Mapping target = *found;
    target.grows_down = false;
    target.limit = 0;
    target.begin = begin;
    target.end = begin + new_bytes;
    if (target.object) target.object_offset += begin - found->begin;
    if (to) {
        target.begin = *to;
        target.end = *to + new_bytes;
        return move(begin, old_bytes, target, true);
    }
    const std::uint64_t end = begin + old_bytes;
    const auto behind = first_behind(*mappings_, end);
    const bool has_room = found->end == end && target.end <= kUserTop &&
                          (behind == mappings_->end() || reserved_begin(*behind) >= target.end);
    if (has_room) {
        Mapping more = target;
        more.begin = end;
        if (more.object) more.object_offset += old_bytes;
        const auto grown = map(more, true);
        return grown ? Result(begin) : grown;
    }
    if (may == MayMove::no) return Errno::enomem;
    target.begin = 0;
    target.end = new_bytes;
    return move(begin, old_bytes, target, false);
}

std::uint64_t AddressSpace::set_break(std::uint64_t address) {
    if (address < heap_begin_ || address > kUserTop) return break_;
    std::uint64_t old_end = round_up(break_), new_end = round_up(address);
    if (new_end > old_end) {
        auto behind = first_behind(*mappings_, old_end);
        if (behind != mappings_->end() && reserved_begin(*behind) < new_end) return break_;
        Mapping grown;
        grown.begin = old_end;
        grown.end = new_end;
        grown.protection = kProtRead | kProtWrite;
        grown.use = Mapping::Use::heap;
        if (!map(grown, true)) return break_;
    } else if (new_end < old_end) {
        cut(new_end, old_end);
    }
    return break_ = address;
}

// A touch below a stack's lowest page extends the stack to that page, as Linux's expand_stack().
const Mapping* AddressSpace::extend_stack(std::uint64_t address, Fault& fault) {
    auto behind = first_behind(*mappings_, address);
    if (behind == mappings_->end() || !behind->grows_down) return nullptr;
    if (address < behind->limit) {
        if (behind->limit - address <= kOverflowBytes) fault.why = Fault::Why::stack_overflow;
        return nullptr;
    }
    std::uint64_t new_begin = address / kPageSize * kPageSize;
    if (mapped_bytes() + (behind->begin - new_begin) > mapped_limit_bytes_) {
        fault.why = Fault::Why::out_of_memory;
        return nullptr;
    }
    auto index = behind - mappings_->begin();
    Mapping& stack = mappings_.write()[static_cast<std::size_t>(index)];
    stack.begin = new_begin;
    return &stack;
}

const Mapping* AddressSpace::find_allowed(std::uint64_t address, Access access, Fault& fault) {
    fault = {address, access, Fault::Why::unmapped};
    const Mapping* mapping = mapping_at(address);
    if (!mapping) mapping = extend_stack(address, fault);
    if (!mapping) return nullptr;
    // x86-64 page tables cannot make a page writable or executable and yet unreadable.
    bool is_allowed = access == Access::read ? mapping->protection != kProtNone
                                             : (mapping->protection & static_cast<Protection>(access)) != 0;
    if (is_allowed) return mapping;
    fault.why = Fault::Why::protection;
    return nullptr;
}

const std::uint8_t* AddressSpace::for_read(std::uint64_t address, const MemoryObjects& objects,
                                           Fault& fault) {
    const Mapping* mapping = find_allowed(address, Access::read, fault);
    if (!mapping) return nullptr;
    std::uint64_t page_address = address / kPageSize * kPageSize;
    const std::uint8_t* bytes = nullptr;
    if (const Page* own = mapping->is_shared ? nullptr : pages_.find(address / kPageSize)) {
        bytes = own->data();
    } else if (!mapping->object) {
        bytes = kZeroPage.data();
    } else {
        const MemoryObject* object = objects.find(mapping->object);
        if (object)
            bytes =
                object->page_for_read((page_address - mapping->begin + mapping->object_offset) / kPageSize);
        if (!bytes) {
            fault.why = Fault::Why::past_end_of_object;
            return nullptr;
        }
    }
    // An entry for writing may stand here: keep it, it reads as well.
    if (cache_.entry(page_address).readable != page_address) {
        const Page* shades = shades_.find(address / kPageSize);
        cache_.enter(page_address, const_cast<std::uint8_t*>(bytes), shades ? shades->data() : nullptr, false,
                     static_cast<bool>(mapping->object));
    }
    return bytes + address % kPageSize;
}

std::uint8_t* AddressSpace::for_write(std::uint64_t address, MemoryObjects& objects, Fault& fault) {
    const Mapping* mapping = find_allowed(address, Access::write, fault);
    if (!mapping) return nullptr;
    std::uint64_t page_number = address / kPageSize, page_address = page_number * kPageSize;
    std::uint64_t object_page = (page_address - mapping->begin + mapping->object_offset) / kPageSize;
    std::uint8_t* bytes = nullptr;
    if (mapping->is_shared && mapping->object) {
        if (objects.contains(mapping->object))
            bytes = objects.write(mapping->object).page_for_write(object_page);
        if (!bytes) fault.why = Fault::Why::past_end_of_object;
    } else if (pages_.find(page_number)) {
        bytes = pages_.write(page_number).data();
    } else if ((pages_.count() + 1) * kPageSize > resident_limit_bytes_) {
        fault.why = Fault::Why::out_of_memory;
    } else if (!mapping->object) {
        bytes = pages_.write(page_number).data();
    } else {
        // mmap(2): MAP_PRIVATE is copy-on-write.
        const MemoryObject* object = objects.find(mapping->object);
        const std::uint8_t* original = object ? object->page_for_read(object_page) : nullptr;
        if (original) {
            bytes = pages_.write(page_number).data();
            std::memcpy(bytes, original, kPageSize);
        } else {
            fault.why = Fault::Why::past_end_of_object;
        }
    }
    if (!bytes) return nullptr;
    const std::uint8_t* shades = shades_.find(page_number) ? shades_.write(page_number).data() : nullptr;
    cache_.enter(page_address, bytes, shades, true, static_cast<bool>(mapping->object));
    return bytes + address % kPageSize;
}

bool AddressSpace::peek(std::uint64_t address, std::span<std::uint8_t> out,
                        const MemoryObjects& objects) const {
    if (const std::uint8_t* from = cache_.readable(address, out.size())) {
        std::memcpy(out.data(), from, out.size());
        return true;
    }
    for (std::size_t done = 0; done < out.size();) {
        std::uint64_t at = address + done;
        const Mapping* mapping = mapping_at(at);
        if (at < address || !mapping || mapping->protection == kProtNone) return false;
        const Page* own = mapping->is_shared ? nullptr : pages_.find(at / kPageSize);
        const std::uint8_t* bytes = own ? own->data() : kZeroPage.data();
        if (!own && mapping->object) {
            const MemoryObject* object = objects.find(mapping->object);
            bytes = object ? object->page_for_read((at - mapping->begin + mapping->object_offset) / kPageSize)
                           : nullptr;
            if (!bytes) return false;
        }
        std::size_t n = std::min<std::size_t>(out.size() - done, kPageSize - at % kPageSize);
        std::memcpy(out.data() + done, bytes + at % kPageSize, n);
        done += n;
    }
    return true;
}

Digest AddressSpace::digest(DigestFunction function) const {
    cache_.mark_stale();
    const Digest maps = mappings_.digest([&](const std::vector<Mapping>& mappings) {
        std::vector<std::uint64_t> parts;
        parts.reserve(mappings.size() * 6);
        for (const Mapping& each : mappings)
            parts.insert(parts.end(), {each.begin, each.end, each.object_offset, each.limit,
                                       static_cast<std::uint64_t>(each.object.value),
                                       std::uint64_t{each.protection} | std::uint64_t{each.most} << 3 |
                                           std::uint64_t{each.is_shared} << 8 |
                                           std::uint64_t{static_cast<std::uint8_t>(each.use)} << 16 |
                                           std::uint64_t{each.grows_down} << 24});
        return function(parts.data(), parts.size() * sizeof(std::uint64_t));
    });
    const Digest pages = pages_.digest(function), shades = shades_.digest(function);
    const std::array parts{maps.low,    maps.high,   pages.low, pages.high,          shades.low,
                           shades.high, heap_begin_, break_,    mapped_limit_bytes_, resident_limit_bytes_};
    return function(parts.data(), sizeof parts);
}

namespace {

// Calls visit(host bytes, offset, count) for each piece of the range that lies in one page; stops at the
// first that `translate` refuses. Returns the bytes visited.
template <class Translate, class Visit>
std::uint64_t for_each_piece(std::uint64_t address, std::uint64_t bytes, Translate translate, Visit visit) {
    for (std::uint64_t done = 0; done < bytes;) {
        std::uint64_t at = address + done;
        auto* host = at < address ? nullptr : translate(at);
        if (!host) return done;
        std::uint64_t n = std::min(bytes - done, kPageSize - at % kPageSize);
        visit(host, done, n);
        done += n;
    }
    return bytes;
}

/// What the shades of these bytes have in common: fine, unset (something lives at each of them, be it without a value),
/// or anything else. Null: all is fine.
Shade united(const std::uint8_t* shades, std::size_t bytes) {
    if (!shades) return Shade::fine;
    std::uint8_t all = 0;
    for (std::size_t i = 0; i < bytes; ++i) all |= shades[i];
    return static_cast<Shade>(all);
}

}  // namespace

Result<void> UserMemory::read(std::uint64_t address, std::span<std::uint8_t> out) const {
    if (watcher) watcher->kernel_accesses({address, out.size(), false});
    const std::uint8_t* from = space.cache().readable(address, out.size());
    if (from && united(space.cache().shades(address), out.size()) <= Shade::unset) {
        std::copy_n(from, out.size(), out.data());  // not memcpy: nothing may be asked for, at no address
        return {};
    }
    // Structures are written with their padding: that it has no value is no mistake.
    if (const auto bad = space.check(address, out.size(), Access::read, AddressSpace::UnsetBytes::allowed))
        space.complain(*bad);
    Fault fault;
    auto done = for_each_piece(
        address, out.size(), [&](std::uint64_t at) { return space.for_read(at, objects, fault); },
        [&](const std::uint8_t* host, std::uint64_t offset, std::uint64_t n) {
            std::memcpy(out.data() + offset, host, n);
        });
    if (done < out.size()) return Errno::efault;
    return {};
}

Result<void> UserMemory::write(std::uint64_t address, std::span<const std::uint8_t> bytes) const {
    if (watcher) watcher->kernel_accesses({address, bytes.size(), true});
    std::uint8_t* to = space.cache().writable(address, bytes.size());
    const Shade shade = to ? united(space.cache().shades(address), bytes.size()) : Shade::fine;
    if (to && shade <= Shade::unset) {
        if (shade == Shade::unset) space.set(address, bytes.size());
        std::copy_n(bytes.data(), bytes.size(), to);
        return {};
    }
    if (const auto bad = space.check(address, bytes.size(), Access::write, AddressSpace::UnsetBytes::allowed))
        space.complain(*bad);
    space.set(address, bytes.size());
    Fault fault;
    auto done = for_each_piece(
        address, bytes.size(), [&](std::uint64_t at) { return space.for_write(at, objects, fault); },
        [&](std::uint8_t* host, std::uint64_t offset, std::uint64_t n) {
            std::memcpy(host, bytes.data() + offset, n);
        });
    if (done < bytes.size()) return Errno::efault;
    return {};
}

std::uint64_t UserMemory::readable_bytes(std::uint64_t address, std::uint64_t bytes) const {
    Fault fault;
    return for_each_piece(
        address, bytes, [&](std::uint64_t at) { return space.for_read(at, objects, fault); },
        [](const std::uint8_t*, std::uint64_t, std::uint64_t) {});
}

std::uint64_t UserMemory::writable_bytes(std::uint64_t address, std::uint64_t bytes) const {
    Fault fault;
    return for_each_piece(
        address, bytes, [&](std::uint64_t at) { return space.for_write(at, objects, fault); },
        [](std::uint8_t*, std::uint64_t, std::uint64_t) {});
}

Result<std::string> UserMemory::read_string(std::uint64_t address, std::size_t max_bytes) const {
    std::string text;
    Fault fault;
    for (std::uint64_t at = address; at >= address;) {
        const std::uint8_t* host = space.for_read(at, objects, fault);
        if (!host) return Errno::efault;
        std::uint64_t in_page = kPageSize - at % kPageSize;
        const void* end = std::memchr(host, 0, in_page);
        std::uint64_t n =
            end ? static_cast<std::uint64_t>(static_cast<const std::uint8_t*>(end) - host) : in_page;
        if (watcher) watcher->kernel_accesses({at, n, false});
        if (text.size() + n > max_bytes) return Errno::enametoolong;
        text.append(reinterpret_cast<const char*>(host), n);
        if (end) return text;
        at += n;
    }
    return Errno::efault;
}

}  // namespace ipclab::kernel
