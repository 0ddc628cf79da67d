#include <algorithm>
#include <array>

#include "sim/vm/execution.h"

namespace ipclab::vm {

namespace {

std::size_t left_in_page(std::uint64_t address, std::uint64_t bytes) {
    return static_cast<std::size_t>(std::min(bytes, kernel::kPageSize - address % kernel::kPageSize));
}

bool is_in_page(std::uint64_t page, std::uint64_t address, std::uint64_t bytes) {
    return (address & ~(kernel::kPageSize - 1)) == page && left_in_page(address, bytes) == bytes;
}

/// Whether these shades, on the host, have nothing to say.
bool are_fine(std::uintptr_t shades, std::uint64_t bytes) {
    const auto* next = reinterpret_cast<const std::uint8_t*>(shades);
    const std::uint8_t* const end = next + bytes;
    std::uint64_t eight = 0, any = 0;
    if (bytes < sizeof eight) return std::all_of(next, end, [](std::uint8_t shade) { return shade == 0; });
    for (; end - next > std::ptrdiff_t{sizeof eight}; next += sizeof eight) {
        std::memcpy(&eight, next, sizeof eight);
        any |= eight;
    }
    std::memcpy(&eight, end - sizeof eight, sizeof eight);
    return (any | eight) == 0;
}

}  // namespace

using kernel::Access;
using UnsetBytes = kernel::AddressSpace::UnsetBytes;

bool MemoryPort::allows(std::uint64_t address, std::uint64_t bytes, Access access, UnsetBytes unset,
                        std::size_t alignment) {
    mistake_.reset();
    if (is_trusted_) return true;
    if (memory_.space.has_shades()) mistake_ = memory_.space.check(address, bytes, access, unset);
    if (!mistake_ && (address & (alignment - 1)) != 0 && memory_.space.mapping_at(address))
        mistake_ = kernel::BadAccess{address, address, bytes, access, kernel::Shade::fine};
    return !mistake_;
}

void MemoryPort::forgive() {
    if (mistake_->shade == kernel::Shade::unset) memory_.space.set(mistake_->begin, mistake_->bytes);
    mistake_.reset();
}

bool MemoryPort::may_read(std::uint64_t address, std::uint64_t bytes) {
    const auto& entry = entries_[kernel::TranslationCache::index(address)];
    if (is_in_page(entry.readable, address, bytes) &&
        (entry.shades == 0 || are_fine(entry.shades + address, bytes))) {
        mistake_.reset();
        return true;
    }
    return allows(address, bytes, Access::read, UnsetBytes::wrong);
}

std::uint8_t* MemoryPort::own_shades(std::uint64_t address) {
    const auto& entry = entries_[kernel::TranslationCache::index(address)];
    const bool is_there = (address & ~(kernel::kPageSize - 1)) == entry.writable && entry.shades != 0;
    return is_there ? reinterpret_cast<std::uint8_t*>(entry.shades + address) : nullptr;
}

void MemoryPort::shade(std::uint64_t address, std::uint64_t bytes, kernel::Shade shade) {
    while (bytes > 0) {
        const std::size_t length = left_in_page(address, bytes);
        if (std::uint8_t* shades = own_shades(address))
            std::memset(shades, static_cast<int>(shade), length);
        else
            memory_.space.shade(address, length, shade);
        address += length;
        bytes -= length;
    }
}

void MemoryPort::open_frame(std::uint64_t address, const Function& function) {
    if (function.frame_shades.empty()) return shade(address, function.frame_bytes, kernel::Shade::unset);
    std::span<const std::uint8_t> left = function.frame_shades;
    while (!left.empty()) {
        const std::size_t length = left_in_page(address, left.size());
        if (std::uint8_t* shades = own_shades(address))
            std::memcpy(shades, left.data(), length);
        else
            memory_.space.shade(address, left.first(length));
        address += length;
        left = left.subspan(length);
    }
}

bool MemoryPort::load_slowly(std::uint64_t address, void* out, std::size_t bytes, std::size_t alignment) {
    if (!allows(address, bytes, Access::read, UnsetBytes::wrong, alignment)) return false;
    return read(address, out, bytes);
}

bool MemoryPort::read(std::uint64_t address, void* out, std::size_t bytes) {
    auto* to = static_cast<std::uint8_t*>(out);
    while (bytes > 0) {
        const std::size_t length = left_in_page(address, bytes);
        const std::uint8_t* from = memory_.space.for_read(address, memory_.objects, fault_);
        if (!from) return false;
        std::memcpy(to, from, length);
        if (order_) [[unlikely]] {
            put_waiting_stores_over(address, to, length);
            forget_page(address);
        }
        to += length;
        address += length;
        bytes -= length;
    }
    return true;
}

bool MemoryPort::store_slowly(std::uint64_t address, const void* in, std::size_t bytes,
                              std::size_t alignment) {
    if (!allows(address, bytes, Access::write, UnsetBytes::allowed, alignment)) return false;
    memory_.space.set(address, bytes);
    return write(address, in, bytes);
}

bool MemoryPort::write(std::uint64_t address, const void* in, std::size_t bytes) {
    const auto* from = static_cast<const std::uint8_t*>(in);
    // Both pages of an access that straddles them are looked at before either is changed, as the processor does.
    if (left_in_page(address, bytes) < bytes &&
        !memory_.space.for_write(address + bytes - 1, memory_.objects, fault_))
        return false;
    if (order_) [[unlikely]]
        return write_in_order(address, from, bytes);
    while (bytes > 0) {
        const std::size_t length = left_in_page(address, bytes);
        std::uint8_t* to = memory_.space.for_write(address, memory_.objects, fault_);
        if (!to) return false;
        std::memcpy(to, from, length);
        from += length;
        address += length;
        bytes -= length;
    }
    return true;
}

bool MemoryPort::copy_small(std::uint64_t to, std::uint64_t from, std::size_t bytes) {
    const auto& target = entries_[kernel::TranslationCache::index(to)];
    const auto& source = entries_[kernel::TranslationCache::index(from)];
    if (!is_in_page(target.writable, to, bytes) || !is_in_page(source.readable, from, bytes)) return false;
    if (target.shades != 0 || source.shades != 0) {
        std::array<std::uint8_t, kSmallCopy> unset{};
        std::uint8_t all = 0;
        if (source.shades != 0)
            std::memcpy(unset.data(), reinterpret_cast<const void*>(source.shades + from), bytes);
        for (std::size_t i = 0; i < bytes; ++i) all |= unset[i];
        if (target.shades == 0 && all != 0) return false;
        auto* shades = reinterpret_cast<std::uint8_t*>(target.shades + to);
        if (target.shades != 0) {
            for (std::size_t i = 0; i < bytes; ++i) all |= shades[i];
            if (all > static_cast<std::uint8_t>(kernel::Shade::unset)) return false;
            std::memcpy(shades, unset.data(), bytes);
        }
    }
    std::memmove(reinterpret_cast<void*>(target.host + to), reinterpret_cast<const void*>(source.host + from),
                 bytes);
    return true;
}

bool MemoryPort::copy(std::uint64_t to, std::uint64_t from, std::uint64_t bytes) {
    if (bytes <= kSmallCopy && copy_small(to, from, static_cast<std::size_t>(bytes))) return true;
    if (!allows(from, bytes, Access::read, UnsetBytes::allowed)) return false;
    if (!allows(to, bytes, Access::write, UnsetBytes::allowed)) return false;
    memory_.space.copy_shades(to, from, bytes);
    std::array<std::uint8_t, kernel::kPageSize> buffer;
    const bool backwards = to > from && to - from < bytes;  // overlapping: the end first
    while (bytes > 0) {
        const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, buffer.size()));
        const std::uint64_t skip = backwards ? bytes - length : 0;
        if (!read(from + skip, buffer.data(), length)) return false;
        if (!write(to + skip, buffer.data(), length)) return false;
        bytes -= length;
        if (backwards) continue;
        to += length;
        from += length;
    }
    return true;
}

bool MemoryPort::fill(std::uint64_t address, std::uint8_t value, std::uint64_t bytes) {
    if (!allows(address, bytes, Access::write, UnsetBytes::allowed)) return false;
    memory_.space.set(address, bytes);
    while (bytes > 0) {
        const std::size_t length = left_in_page(address, bytes);
        if (order_) [[unlikely]] {
            const std::vector<std::uint8_t> values(length, value);
            if (!write(address, values.data(), length)) return false;
            address += length;
            bytes -= length;
            continue;
        }
        std::uint8_t* to = memory_.space.for_write(address, memory_.objects, fault_);
        if (!to) return false;
        std::memset(to, value, length);
        address += length;
        bytes -= length;
    }
    return true;
}

const std::uint8_t* MemoryPort::piece(std::uint64_t address, std::uint64_t bytes, std::size_t& length) {
    length = left_in_page(address, bytes);
    const auto& entry = entries_[kernel::TranslationCache::index(address)];
    if (is_in_page(entry.readable, address, length))
        return reinterpret_cast<const std::uint8_t*>(entry.host + address);
    const std::uint8_t* found = memory_.space.for_read(address, memory_.objects, fault_);
    if (!found || !order_) [[likely]]
        return found;
    forget_page(address);
    if (context_.stores.empty()) return found;
    std::swap(pieces_[0], pieces_[1]);
    pieces_[0].assign(found, found + length);
    put_waiting_stores_over(address, pieces_[0].data(), length);
    return pieces_[0].data();
}

void MemoryPort::drain_buffer() {
    if (context_.stores.empty()) return;
    vm::drain(context_.stores, memory_);
    memory_.space.cache().flush();  // pages of objects may lie elsewhere now
}

bool MemoryPort::may_wait(const Place& place) const {
    if (place.object == 0) return false;
    if (order_->places.is_everything() ? place.object % 2 == 0 || order_->is_space_shared
                                       : order_->places.overlap(place))
        return true;
    // Or it would come before an older one to the same bytes.
    return std::any_of(context_.stores.begin(), context_.stores.end(),
                       [&](const WaitingStore& each) { return each.place.overlaps(place); });
}

bool MemoryPort::would_drain(std::uint64_t address, std::uint64_t bytes) const {
    return has_waiting_stores() && !makes_own_accesses(program_.functions[context_.frames.back().function]) &&
           may_wait(place_of(memory_.space, order_->space, address, bytes));
}

/// A store to several pages is one store where these lie side by side for whoever shares them, too.
bool MemoryPort::write_in_order(std::uint64_t address, const std::uint8_t* in, std::size_t bytes) {
    const bool waits = makes_own_accesses(program_.functions[context_.frames.back().function]);
    while (bytes > 0) {
        std::size_t length = left_in_page(address, bytes);
        Place place = place_of(memory_.space, order_->space, address, length);
        for (bool goes_on = true; goes_on && length < bytes;) {
            const std::size_t next = left_in_page(address + length, bytes - length);
            const Place there = place_of(memory_.space, order_->space, address + length, next);
            goes_on = there.object == place.object && there.begin == place.begin + length;
            if (!goes_on) break;
            length += next;
            place.bytes = length;
        }
        if (!may_wait(place)) {
            for (std::size_t done = 0; done < length;) {
                const std::size_t some = left_in_page(address + done, length - done);
                std::uint8_t* to = memory_.space.for_write(address + done, memory_.objects, fault_);
                if (!to) return false;
                std::memcpy(to, in + done, some);
                forget_page(address + done);
                done += some;
            }
        } else {
            for (std::size_t done = 0; done < length; done += left_in_page(address + done, length - done))
                if (!memory_.space.for_write(address + done, memory_.objects, fault_)) return false;
            memory_.space.cache().flush();
            if (!waits) drain_buffer();
            if (context_.stores.size() >= order_->capacity) drain_one(context_.stores, memory_);
            context_.stores.push_back({place, std::string(in, in + length)});
            if (!waits) drain_buffer();
        }
        address += length;
        in += length;
        bytes -= length;
    }
    return true;
}

void MemoryPort::put_waiting_stores_over(std::uint64_t address, std::uint8_t* bytes,
                                         std::size_t count) const {
    if (context_.stores.empty()) return;
    const Place place = place_of(memory_.space, order_->space, address, count);
    for (const WaitingStore& each : context_.stores) {
        if (!each.place.overlaps(place)) continue;
        const std::uint64_t begin = std::max(each.place.begin, place.begin),
                            end = std::min(each.place.begin + each.place.bytes, place.begin + place.bytes);
        std::memcpy(bytes + (begin - place.begin), each.bytes.data() + (begin - each.place.begin),
                    end - begin);
    }
}

/// What may wait on this page is looked at each time.
void MemoryPort::forget_page(std::uint64_t address) {
    const std::uint64_t page = address & ~(kernel::kPageSize - 1);
    if (may_wait(place_of(memory_.space, order_->space, page, kernel::kPageSize)))
        entries_[kernel::TranslationCache::index(address)] = {};
}

std::optional<std::uint64_t> MemoryPort::find(std::uint64_t address, std::uint8_t value,
                                              std::uint64_t limit) {
    for (std::uint64_t position = 0; position < limit;) {
        std::size_t length = 0;
        const std::uint8_t* bytes = piece(address + position, limit - position, length);
        if (!bytes) return std::nullopt;
        const auto* found = static_cast<const std::uint8_t*>(std::memchr(bytes, value, length));
        const std::uint64_t looked_at = found ? static_cast<std::uint64_t>(found - bytes) + 1 : length;
        if (!may_read(address + position, looked_at)) return std::nullopt;
        position += looked_at;
        if (found) return position - 1;
    }
    return limit;
}

}  // namespace ipclab::vm
