#include "sim/vm/store_buffer.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "kernel/syscalls.h"
#include "sim/vm/interpreter.h"

namespace ipclab::vm {

Place place_of(const kernel::AddressSpace& space, kernel::SpaceId id, std::uint64_t address,
               std::uint64_t bytes) {
    const kernel::Mapping* mapping = space.mapping_at(address);
    if (!mapping) return {};
    if (mapping->object && mapping->is_shared)
        return {static_cast<std::uint64_t>(mapping->object.value) * 2,
                address - mapping->begin + mapping->object_offset, bytes};
    return {static_cast<std::uint64_t>(id.value) * 2 + 1, address, bytes};
}

SharedPlaces SharedPlaces::everything() {
    SharedPlaces places;
    places.is_everything_ = true;
    return places;
}

void SharedPlaces::add(const Place& place) {
    if (place.bytes == 0) return;
    Place whole = place;
    // Those that it overlaps or touches become part of it.
    const auto touches = [&](const Place& each) {
        return each.object == whole.object && each.begin <= whole.begin + whole.bytes &&
               whole.begin <= each.begin + each.bytes;
    };
    const auto first = std::find_if(places_.begin(), places_.end(), touches);
    auto last = first;
    for (; last != places_.end() && touches(*last); ++last) {
        const std::uint64_t end = std::max(whole.begin + whole.bytes, last->begin + last->bytes);
        whole.begin = std::min(whole.begin, last->begin);
        whole.bytes = end - whole.begin;
    }
    const auto at = places_.erase(first, last);
    const auto before = [](const Place& a, const Place& b) {
        return a.object != b.object ? a.object < b.object : a.begin < b.begin;
    };
    places_.insert(first == last ? std::lower_bound(places_.begin(), places_.end(), whole, before) : at,
                   whole);
}

bool SharedPlaces::overlap(const Place& place) const {
    // The last one that begins before the place ends.
    auto after = std::partition_point(places_.begin(), places_.end(), [&](const Place& each) {
        return each.object != place.object ? each.object < place.object
                                           : each.begin < place.begin + place.bytes;
    });
    return after != places_.begin() && (--after)->overlaps(place);
}

void reach_memory(const WaitingStore& store, kernel::UserMemory memory) {
    const bool is_object = store.place.object % 2 == 0;
    const kernel::MemoryId id{static_cast<decltype(kernel::MemoryId::value)>(store.place.object / 2)};
    if (is_object && !memory.objects.contains(id)) return;
    for (std::size_t done = 0; done < store.bytes.size();) {
        const std::uint64_t at = store.place.begin + done, in_page = at % kernel::kPageSize;
        const std::size_t length = std::min(store.bytes.size() - done, kernel::kPageSize - in_page);
        kernel::Fault fault;
        std::uint8_t* to = nullptr;
        if (!is_object)
            to = memory.space.for_write(at, memory.objects, fault);
        else if (std::uint8_t* page = memory.objects.write(id).page_for_write(at / kernel::kPageSize))
            to = page + in_page;
        if (to) std::memcpy(to, store.bytes.data() + done, length);
        done += length;
    }
}

void drain_one(StoreBuffer& buffer, kernel::UserMemory memory) {
    reach_memory(buffer.front(), memory);
    buffer.erase(buffer.begin());
}

void drain(StoreBuffer& buffer, kernel::UserMemory memory) {
    for (const WaitingStore& each : buffer) reach_memory(each, memory);
    buffer.clear();
}

bool makes_own_accesses(const Function& function) {
    const std::string_view name = function.name;
    return !function.is_library || name.starts_with("mem") || name.starts_with("str") ||
           name.starts_with("stp");
}

bool waits_for_buffer(const Program& program, const Context& context) {
    const Frame& frame = context.frames.back();
    const Function& function = program.functions[frame.function];
    const Instruction& at = function.code[frame.pc];
    switch (at.op) {
        case Opcode::ret:
        case Opcode::retv:
            return context.frames.size() == 1 && frame.kind == Frame::Kind::normal;
        case Opcode::syscall:
            return drains_buffer(context.registers[frame.register_base + at.a]);
        case Opcode::intrinsic:
            switch (static_cast<Intrinsic>(at.b)) {
                case Intrinsic::atomic_store:
                case Intrinsic::atomic_exchange:
                case Intrinsic::atomic_cas:
                case Intrinsic::atomic_add:
                case Intrinsic::atomic_and:
                case Intrinsic::atomic_or:
                case Intrinsic::atomic_xor:
                case Intrinsic::fence:
                    return true;
                case Intrinsic::atomic_load:
                case Intrinsic::atomic_put:
                    return false;
                default:
                    return !makes_own_accesses(function);
            }
        default:
            return is_store(at.op) && !makes_own_accesses(function);
    }
}

bool drains_buffer(std::uint64_t system_call) {
    switch (static_cast<kernel::Sys>(system_call)) {
        case kernel::Sys::getpid:
        case kernel::Sys::gettid:
        case kernel::Sys::getppid:
        case kernel::Sys::getuid:
        case kernel::Sys::geteuid:
        case kernel::Sys::getgid:
        case kernel::Sys::getegid:
            return false;
        default:
            return true;
    }
}

}  // namespace ipclab::vm
