#include "sim/explore/sharing.h"

#include <algorithm>

namespace ipclab::explore {

bool Sharing::touch(Touched& touched, bool writes, std::uint64_t actor, std::uint64_t others) {
    const auto conflicting = [&](std::uint64_t readers, std::uint64_t writers) {
        return writes ? readers | writers : writers;
    };
    // Two of the crowd may be two tasks or one.
    const std::uint64_t against = conflicting(touched.readers, touched.writers) & ~(actor & ~kCrowd);
    const bool is_beside = (conflicting(touched.beside_readers, touched.beside_writers) & actor) != 0;
    std::uint64_t& mine = writes ? touched.writers : touched.readers;
    std::uint64_t& beside = writes ? touched.beside_writers : touched.beside_readers;
    const std::uint64_t fresh = others & ~beside;
    if (!is_frozen_ && ((mine & actor) == 0 || fresh != 0)) {
        // Something new: does it make a conflict with what was passed over before?
        const bool is_first = (mine & actor) == 0;
        mine |= actor;
        beside |= others;
        if ((is_first && is_beside && against != 0) || (fresh & against) != 0) is_surprised_ = true;
    }
    return is_beside && (against & others) != 0;
}

Sharing::PageOfTouched& Sharing::page(std::uint64_t object, std::uint64_t number) {
    constexpr int kPageBits = 36;
    const std::uint64_t key = object << kPageBits | number;
    if (key == last_key_) return *last_page_;
    auto& found = pages_[key];
    if (!found) found = std::make_unique<PageOfTouched>();
    last_key_ = key;
    last_page_ = found.get();
    return *found;
}

bool Sharing::touch(const Place& place, bool writes, std::uint64_t actor, std::uint64_t others) {
    bool conflicts = false;
    const std::uint64_t end = place.begin + place.bytes;
    for (std::uint64_t at = place.begin / kGranule * kGranule; at < end; at += kGranule) {
        PageOfTouched& found = page(place.object, at / kernel::kPageSize);
        conflicts |= touch(found[at % kernel::kPageSize / kGranule], writes, actor, others);
    }
    if (objects_.empty()) return conflicts;
    if (const auto whole = objects_.find(place.object); whole != objects_.end()) {
        // Whoever uses it as a file may touch any byte.
        const Touched& calls = whole->second;
        const std::uint64_t against = (writes ? calls.readers | calls.writers : calls.writers) & ~actor;
        conflicts |= (against & others) != 0;
    }
    return conflicts;
}

bool Sharing::touch(Thing thing, std::int32_t id, bool writes, std::uint64_t actor, std::uint64_t others) {
    return touch(things_[{thing, id}], writes, actor, others);
}

bool Sharing::touch_object(std::uint64_t object, bool writes, std::uint64_t actor, std::uint64_t others) {
    Touched& calls = objects_[object];
    std::uint64_t& mine = writes ? calls.writers : calls.readers;
    if (!is_frozen_ && (mine & actor) == 0) {
        mine |= actor;
        is_surprised_ = true;
    }
    return (((calls.readers | calls.writers) & ~actor) & others) != 0;
}

void Sharing::note_creation(kernel::Tid parent, kernel::Tid child) {
    if (is_frozen_) return;
    std::uint64_t& creators = creators_[child];
    if ((creators & both(parent)) != 0) return;
    creators |= both(parent);
    is_surprised_ = true;
    // Who could act beside whom was not known rightly before.
    pages_.clear();
    last_key_ = ~0ull;
    objects_.clear();
    things_.clear();
}

std::uint64_t Sharing::others_of(const engine::Machine& machine, kernel::Tid task) const {
    std::uint64_t dead = 0;  // those below the next id; who is still there is taken out again
    const std::int32_t born = machine.kernel.last_pid - kFirstTask + 1;
    if (born > 0) dead = born >= kMostTasks ? ~kCrowd : (std::uint64_t{1} << 2 * born) - 1;
    for (const auto& [tid, each] : machine.kernel.tasks)
        if (each->state != kernel::TaskState::zombie) dead &= ~both(tid);
    // Children to come: whatever the task does before it makes them comes before all that they do.
    std::uint64_t own = both(task), own_children = 0;
    for (const auto& [child, creators] : creators_)
        if (child.value > machine.kernel.last_pid && (creators & ~(own | own_children)) == 0)
            own_children |= both(child);
    return (~(dead | own_children) & ~own) | (own & kCrowd);
}

}  // namespace ipclab::explore
