#include "sim/explore/sharing.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace ipclab::explore {

Sharing::Conflict Sharing::touch(Touched& touched, bool writes, std::uint64_t actor, std::uint64_t others,
                                 std::uint64_t now_beside) {
    const auto conflicting = [&](std::uint64_t readers, std::uint64_t writers) {
        return writes ? readers | writers : writers;
    };
    const std::uint64_t alike = with_twins(actor);
    now_beside = with_twins(now_beside);
    // Two of the crowd may be two tasks or one.
    const std::uint64_t against =
        (conflicting(touched.readers, touched.writers) | (writes && alike != actor ? alike : 0)) &
        ~(actor & ~kCrowd);
    const bool is_beside = ((conflicting(touched.beside_readers, touched.beside_writers) |
                             (writes && alike != actor ? now_beside : 0)) &
                            actor) != 0;
    std::uint64_t& mine = writes ? touched.writers : touched.readers;
    std::uint64_t& beside = writes ? touched.beside_writers : touched.beside_readers;
    const std::uint64_t fresh = now_beside & ~beside;
    if (!is_frozen_ && ((mine & actor) == 0 || fresh != 0)) {
        // Something new: does it make a conflict with what was passed over before?
        const bool is_first = (mine & actor) == 0;
        mine |= alike;
        beside |= now_beside;
        has_news_ = true;
        if ((is_first && is_beside && against != 0) || (fresh & against) != 0) is_surprised_ = true;
    }
    return {is_beside && against != 0, is_beside && (against & others) != 0};
}

Sharing::PageOfTouched& Sharing::page(std::uint64_t object, std::uint64_t number) {
    const std::uint64_t key = object << kPageBits | number;
    if (key == last_.key) return *last_.page;
    PageOfTouched& found = pages_[key];
    last_.key = key;
    last_.page = &found;
    return found;
}

Sharing::Conflict Sharing::touch(const Place& place, bool writes, std::uint64_t actor, std::uint64_t others,
                                 std::uint64_t beside) {
    Conflict conflicts;
    const std::uint64_t end = place.begin + place.bytes;
    for (std::uint64_t at = place.begin / kGranule * kGranule; at < end; at += kGranule) {
        PageOfTouched& found = page(place.object, at / kernel::kPageSize);
        const Conflict each = touch(found[at % kernel::kPageSize / kGranule], writes, actor, others, beside);
        conflicts.ever |= each.ever;
        conflicts.now |= each.now;
    }
    if (objects_.empty()) return conflicts;
    if (const auto whole = objects_.find(place.object); whole != objects_.end()) {
        // Whoever uses it as a file may touch any byte.
        const Touched& calls = whole->second;
        const std::uint64_t against = (writes ? calls.readers | calls.writers : calls.writers) & ~actor;
        conflicts.ever |= against != 0;
        conflicts.now |= (against & others) != 0;
    }
    return conflicts;
}

void Sharing::note_lock(const Place& place, bool is_lock) {
    for (std::uint64_t at = place.begin / kGranule * kGranule; at < place.begin + place.bytes;
         at += kGranule) {
        Touched& touched = page(place.object, at / kernel::kPageSize)[at % kernel::kPageSize / kGranule];
        has_news_ |= !std::exchange(is_lock ? touched.by_locks : touched.by_others, true);
        if (touched.by_locks && touched.by_others) learn_of_tried_locks();
    }
}

void Sharing::note_buffered(const Place& place) {
    if (is_frozen_) return;
    for (std::uint64_t at = place.begin / kGranule * kGranule; at < place.begin + place.bytes;
         at += kGranule) {
        Touched& touched = page(place.object, at / kernel::kPageSize)[at % kernel::kPageSize / kGranule];
        is_surprised_ |= !std::exchange(touched.is_buffered, true);
    }
}

template <class Is>
vm::SharedPlaces Sharing::places_that(Is is) const {
    vm::SharedPlaces places;
    for (const auto& [key, granules] : pages_)
        for (std::size_t i = 0; i < kGranulesOfPage; ++i)
            if (is(granules[i]))
                places.add({key >> kPageBits,
                            (key & ((std::uint64_t{1} << kPageBits) - 1)) * kernel::kPageSize + i * kGranule,
                            kGranule});
    return places;
}

vm::SharedPlaces Sharing::buffered() const {
    return places_that([](const Touched& touched) { return touched.is_buffered; });
}

vm::SharedPlaces Sharing::shared() const {
    return places_that([](const Touched& touched) {
        // Those at whose accesses nobody else could be there, before others were born, meet nobody.
        const std::uint64_t meet =
            (touched.readers | touched.writers) & (touched.beside_readers | touched.beside_writers);
        return std::popcount(meet) > 1 && (meet & touched.writers) != 0;
    });
}

bool Sharing::can_notice(const Place& place, kernel::Tid task, std::uint64_t others) const {
    if (objects_.contains(place.object)) return true;
    for (std::uint64_t at = place.begin / kGranule * kGranule; at < place.begin + place.bytes;
         at += kGranule) {
        const auto found = pages_.find(place.object << kPageBits | at / kernel::kPageSize);
        if (found == pages_.end()) continue;
        const Touched& touched = found->second[at % kernel::kPageSize / kGranule];
        const bool is_beside = ((touched.beside_readers | touched.beside_writers) & both(task)) != 0;
        if (is_beside && ((touched.readers | touched.writers) & others & ~both(task)) != 0) return true;
    }
    return false;
}

bool Sharing::is_locked(const Place& place, const LocksHeld& held) {
    bool is_locked = true;
    for (std::uint64_t at = place.begin / kGranule * kGranule; at < place.begin + place.bytes;
         at += kGranule) {
        Touched& touched = page(place.object, at / kernel::kPageSize)[at % kernel::kPageSize / kGranule];
        if (!is_frozen_) {
            LocksHeld both;
            for (const std::uint64_t lock : (touched.is_known ? touched.locks : held).places)
                if (lock != 0 && held.contains(lock) && !no_locks_.contains(lock)) both.add(lock);
            // What was passed over before was not protected after all.
            if (touched.is_known && both.is_empty() && !touched.locks.is_empty()) is_surprised_ = true;
            has_news_ |= !touched.is_known || !(touched.locks == both);
            touched.locks = both;
            touched.is_known = true;
        }
        is_locked &= touched.is_known && !touched.locks.is_empty();
    }
    return is_locked && !tries_locks_;
}

bool Sharing::touch(Thing thing, std::int32_t id, bool writes, std::uint64_t actor, std::uint64_t others,
                    std::uint64_t beside) {
    return touch(things_[{thing, id}], writes, actor, others, beside).now;
}

bool Sharing::touch_object(std::uint64_t object, bool writes, std::uint64_t actor, std::uint64_t others,
                           std::uint64_t) {
    Touched& calls = objects_[object];
    std::uint64_t& mine = writes ? calls.writers : calls.readers;
    if (!is_frozen_ && (mine & actor) == 0) {
        mine |= with_twins(actor);
        is_surprised_ = true;
    }
    return (((calls.readers | calls.writers) & ~actor) & others) != 0;
}

void Sharing::note_creation(kernel::Tid parent, kernel::Tid child, Creation what) {
    if (is_frozen_) return;
    if (what == Creation::process) processes_ |= both(child);
    std::uint64_t& creators = creators_[child];
    if ((creators & both(parent)) != 0) return;
    creators |= both(parent);
    is_surprised_ = true;
    // Who could act beside whom was not known rightly before.
    pages_.clear();
    last_.forget();
    objects_.clear();
    things_.clear();
    find_twins();
}

/// Whatever was learned with them is forgotten, so that all comes out as if they had never been looked for.
void Sharing::part_twins() {
    if (is_frozen_ || !seeks_twins_) return;
    const bool was_shown_past = shows_past_;
    *this = {};
    shows_past_ = was_shown_past;
    is_surprised_ = true;
}

void Sharing::note_birth(kernel::Tid child, const kernel::Digest& what) {
    if (is_frozen_ || !seeks_twins_ || (both(child) & kCrowd) != 0) return;
    Birth& birth = births_[child];
    if (birth.search == searches_ && !(birth.what == kernel::Digest{})) {
        if (birth.what == what || !birth.is_always_alike) return;
        birth.is_always_alike = false;
    } else {
        if (birth.what == what) {
            birth.search = searches_;
            return;
        }
        birth.what = what;
        birth.search = searches_;
    }
    find_twins();
}

/// Among the processes that are born alike, those that start no others.
void Sharing::find_twins() {
    if (!seeks_twins_) return;
    std::uint64_t creators = 0;
    for (const auto& [child, each] : creators_) creators |= each;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<kernel::Tid>> alike;
    for (const auto& [child, birth] : births_)
        if (birth.is_always_alike && (both(child) & creators) == 0)
            alike[{birth.what.low, birth.what.high}].push_back(child);
    std::vector<std::vector<kernel::Tid>> found;
    for (auto& [what, all] : alike)
        if (all.size() > 1) found.push_back(std::move(all));
    std::ranges::sort(found);
    if (found == twins_) return;
    twins_ = std::move(found);
    is_surprised_ = true;
    twin_actors_.clear();
    for (const auto& all : twins_) {
        std::uint64_t& actors = twin_actors_.emplace_back(0);
        for (const kernel::Tid each : all) actors |= both(each);
    }
    const auto close = [&](Touched& touched) {
        for (std::uint64_t Touched::*actors :
             {&Touched::readers, &Touched::writers, &Touched::beside_readers, &Touched::beside_writers})
            touched.*actors = with_twins(touched.*actors);
    };
    for (auto& [key, page] : pages_)
        for (Touched& each : page) close(each);
    for (auto& [object, each] : objects_) close(each);
    for (auto& [thing, each] : things_) close(each);
}

std::uint64_t Sharing::ended_beside(const engine::Machine& machine, kernel::Tid task) const {
    const kernel::Kernel& kernel = machine.kernel;
    const kernel::Pid own = kernel.tasks[task].process;
    std::size_t threads = 0;
    for (const auto& [tid, each] : kernel.tasks) threads += each->process == own ? 1 : 0;
    // Where ends may come early (Mover::ends_alone()), a parent is told of one child as well as of another: only when it has
    // waited for all of them it has waited for each.
    const bool end_early = !has_other_calls_ && !names_processes_ && !tells_children_apart_,
               has_children = std::any_of(kernel.processes.begin(), kernel.processes.end(),
                                          [&](const auto&each) { return each.second->parent == own; });
    std::uint64_t ended = 0;
    for (const auto& [child, creators] : creators_) {
        if (child.value > kernel.last_pid || (processes_ & both(child)) == 0 || child == task) continue;
        if (const kernel::Task* living = kernel.tasks.find(child);
            living && living->state != kernel::TaskState::zombie)
            continue;
        const bool is_waited_for = threads == 1 && (creators & ~both(task)) == 0 &&
                                   !(end_early && has_children) &&
                                   !kernel.processes.contains(kernel::Pid{child.value});
        if (!is_waited_for) ended |= both(child);
    }
    return ended;
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

void Sharing::merge(Touched& touched, const Touched& other) {
    for (std::uint64_t left = other.readers; left != 0; left &= left - 1)
        touch(touched, false, left & ~(left - 1), 0, other.beside_readers);
    for (std::uint64_t left = other.writers; left != 0; left &= left - 1)
        touch(touched, true, left & ~(left - 1), 0, other.beside_writers);
    touched.by_locks |= other.by_locks;
    touched.by_others |= other.by_others;
    if (touched.by_locks && touched.by_others) learn_of_tried_locks();
    if (!other.is_known) return;
    if (!touched.is_known) {
        touched.locks = other.locks;
        touched.is_known = true;
        return;
    }
    LocksHeld both;
    for (const std::uint64_t lock : touched.locks.places)
        if (lock != 0 && other.locks.contains(lock)) both.add(lock);
    // One of the two has passed over what was not protected after all.
    if (both.is_empty() && !(touched.locks.is_empty() && other.locks.is_empty())) is_surprised_ = true;
    touched.locks = both;
}

// All else that is learned is a surprise to whoever learns it.
void Sharing::merge(const Sharing& other) {
    for (const auto& [key, granules] : other.pages_) {
        PageOfTouched& own = pages_[key];
        for (std::size_t i = 0; i < kGranulesOfPage; ++i) merge(own[i], granules[i]);
    }
    for (const auto& [key, touched] : other.things_) merge(things_[key], touched);
}

}  // namespace ipclab::explore
