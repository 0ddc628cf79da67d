#include "kernel/shade.h"

#include <algorithm>
#include <cstring>

#include "kernel/address_space.h"

namespace ipclab::kernel {

namespace {

/// Of a longer range only the beginning is looked at: a program may name any length.
constexpr std::uint64_t kMostBytes = 16 << 20;

/// Calls visit(page number, offset in the page, bytes) for each page that the range touches.
template <class Visit>
void for_each_page(std::uint64_t address, std::uint64_t bytes, Visit visit) {
    if (address >= kUserTop) return;
    bytes = std::min({bytes, kMostBytes, kUserTop - address});
    while (bytes > 0) {
        const std::uint64_t offset = address % kPageSize, here = std::min(bytes, kPageSize - offset);
        visit(address / kPageSize, offset, here);
        address += here;
        bytes -= here;
    }
}

}  // namespace

Page& AddressSpace::own_shades(std::uint64_t page_number) {
    Page& own = shades_.write(page_number);
    cache_.move_shades(page_number * kPageSize, own.data());
    return own;
}

void AddressSpace::shade(std::uint64_t address, std::uint64_t bytes, Shade shade) {
    for_each_page(address, bytes, [&](std::uint64_t page, std::uint64_t offset, std::uint64_t here) {
        if (shade == Shade::fine && !shades_.find(page)) return;
        std::memset(own_shades(page).data() + offset, static_cast<int>(shade), here);
    });
}

void AddressSpace::shade(std::uint64_t address, std::span<const std::uint8_t> shades) {
    for_each_page(address, shades.size(), [&](std::uint64_t page, std::uint64_t offset, std::uint64_t here) {
        std::memcpy(own_shades(page).data() + offset, shades.data(), here);
        shades = shades.subspan(here);
    });
}

Shade AddressSpace::shade_at(std::uint64_t address) const {
    const Page* page = shades_.find(address / kPageSize);
    return page ? static_cast<Shade>((*page)[address % kPageSize]) : Shade::fine;
}

std::optional<BadAccess> AddressSpace::check(std::uint64_t address, std::uint64_t bytes, Access access,
                                             UnsetBytes unset) const {
    std::optional<BadAccess> found;
    if (shades_.count() == 0) return found;
    const auto worst_allowed = unset == UnsetBytes::allowed ? Shade::unset : Shade::fine;
    for_each_page(address, bytes, [&](std::uint64_t number, std::uint64_t offset, std::uint64_t here) {
        const Page* page = found ? nullptr : shades_.find(number);
        if (!page) return;
        const auto begin = page->begin() + static_cast<std::ptrdiff_t>(offset);
        const auto end = begin + static_cast<std::ptrdiff_t>(here);
        const auto bad = std::find_if(
            begin, end, [&](std::uint8_t s) { return s > static_cast<std::uint8_t>(worst_allowed); });
        if (bad == end) return;
        const std::uint64_t at = number * kPageSize + static_cast<std::uint64_t>(bad - page->begin());
        found = BadAccess{at, address, bytes, access, static_cast<Shade>(*bad)};
    });
    return found;
}

void AddressSpace::set(std::uint64_t address, std::uint64_t bytes) {
    if (shades_.count() == 0) return;
    for_each_page(address, bytes, [&](std::uint64_t number, std::uint64_t offset, std::uint64_t here) {
        const Page* page = shades_.find(number);
        if (!page || !std::memchr(page->data() + offset, static_cast<int>(Shade::unset), here)) return;
        Page& own = own_shades(number);
        std::replace(own.begin() + static_cast<std::ptrdiff_t>(offset),
                     own.begin() + static_cast<std::ptrdiff_t>(offset + here),
                     static_cast<std::uint8_t>(Shade::unset), static_cast<std::uint8_t>(Shade::fine));
    });
}

void AddressSpace::copy_shades(std::uint64_t to, std::uint64_t from, std::uint64_t bytes) {
    if (shades_.count() == 0) return;
    std::vector<std::uint8_t> source(std::min(bytes, kMostBytes));
    std::uint64_t done = 0;
    for_each_page(from, bytes, [&](std::uint64_t number, std::uint64_t offset, std::uint64_t here) {
        if (const Page* page = shades_.find(number))
            std::memcpy(source.data() + done, page->data() + offset, here);
        done += here;
    });
    constexpr int kUnset = static_cast<int>(Shade::unset);
    done = 0;
    for_each_page(to, bytes, [&](std::uint64_t number, std::uint64_t offset, std::uint64_t here) {
        const std::uint8_t* unset = source.data() + done;
        done += here;
        const Page* page = shades_.find(number);  // a page without shades takes none: it may be shared memory
        if (!page || (!std::memchr(unset, kUnset, here) && !std::memchr(page->data() + offset, kUnset, here)))
            return;
        std::uint8_t* own = own_shades(number).data() + offset;
        for (std::uint64_t i = 0; i < here; ++i)
            if (own[i] <= kUnset) own[i] = unset[i] == kUnset;
    });
}

}  // namespace ipclab::kernel
