// What tasks share, found out while exploring: who has touched which bytes and which things of the kernel. What only one
// task ever touches makes no difference to the others, and the explorer passes over it.
//
// It only ever grows. Whenever it turns out that two tasks touch the same after all (one of them writing), the search
// begins anew with what is known now, until it ends without such a surprise: then nothing was passed over wrongly. For
// take the shortest run to the first conflict that was missed: everything before it was seen rightly, so the search made
// an equivalent run, and came to both accesses.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::explore {

/// Locks and semaphores that a task holds, by where they are; more than fit are left out.
struct LocksHeld {
    static constexpr std::size_t kMost = 4;
    std::array<std::uint64_t, kMost> places{};  ///< 0: none
    bool operator==(const LocksHeld&) const = default;
    bool contains(std::uint64_t place) const {
        return std::find(places.begin(), places.end(), place) != places.end();
    }
    void add(std::uint64_t place) {
        if (contains(place)) return;
        if (const auto free = std::find(places.begin(), places.end(), 0u); free != places.end())
            *free = place;
        std::sort(places.begin(), places.end());
    }
    void remove(std::uint64_t place) {
        std::replace(places.begin(), places.end(), place, std::uint64_t{0});
        std::sort(places.begin(), places.end());
    }
    bool is_empty() const { return places.back() == 0; }
};

/// Something that tasks can have in common, and who has read or written it. A bit for each actor: two for a task, its own
/// code and its signal handlers, which come between its own accesses as another task's do.
///
/// What comes before another actor is born, or after it has ended, in every run, is ordered by that: such two do not
/// conflict. So with each access is kept who could have acted at the same time.
struct Touched {
    std::uint64_t readers = 0, writers = 0;
    std::uint64_t beside_readers = 0,
                  beside_writers = 0;  ///< who was there, or could come to be, at some such access
    bool by_locks = false,
         by_others = false;    ///< by a function of Sections, by something else that concerns others
    bool is_buffered = false;  ///< somebody stores there whose stores others could see late
    /// Locks that everybody has held so far who could have come into conflict here; known: somebody could.
    LocksHeld locks;
    bool is_known = false;
};

/// Things of the kernel that system calls touch, besides those that are always thought to be shared.
enum class Thing : std::uint8_t {
    ids,       ///< the next process id
    mappings,  ///< of an address space: what is mapped where
    terminal,  ///< its attributes
    pipe_out,  ///< of a pipe: what is read from it
};

/// What an access to memory is about.
using vm::Place;

class Sharing {
  public:
    static constexpr std::size_t kActors = 64;

    /// The bit of a task's own code, or of its handlers. Very many tasks share the last two, which conflict with everybody.
    static std::uint64_t actor(kernel::Tid task, bool in_handler) {
        const int index = task.value - kFirstTask;
        const int number = index >= 0 && index < kMostTasks ? index : kMostTasks;
        return std::uint64_t{1} << (2 * number + (in_handler ? 1 : 0));
    }
    static std::uint64_t both(kernel::Tid task) { return actor(task, false) | actor(task, true); }
    static constexpr std::uint64_t kCrowd = std::uint64_t{3} << 62;

    /// Whether somebody else touches the same and one of both writes: one who could do so at the same time, in some run; and
    /// whether one of those is among the `others` that can do so from here on.
    struct Conflict {
        bool ever = false, now = false;
    };

    /// The actor touches these bytes.
    /// `beside`: those who could do so at the same time as this access, in some run.
    Conflict touch(const Place& place, bool writes, std::uint64_t actor, std::uint64_t others,
                   std::uint64_t beside);
    /// True where that is a conflict now.
    bool touch(Thing thing, std::int32_t id, bool writes, std::uint64_t actor, std::uint64_t others,
               std::uint64_t beside);
    /// All bytes of a memory object, by a system call on the file that it is.
    bool touch_object(std::uint64_t object, bool writes, std::uint64_t actor, std::uint64_t others,
                      std::uint64_t beside);

    enum class Creation : std::uint8_t { thread, process };
    void note_creation(kernel::Tid parent, kernel::Tid child, Creation what);

    // Twins (twins.h): processes that were born alike.
    /// From now on they are looked for.
    void seek_twins() { seeks_twins_ = true; }
    /// Whether that is still so: nothing has been learned by which the program could tell processes by their ids.
    bool seeks_twins() const { return seeks_twins_; }
    /// A process that has its memory to itself has come to its first place to stop at. What it is there.
    void note_birth(kernel::Tid child, const kernel::Digest& what);
    /// By their ids: at least two in each.
    const std::vector<std::vector<kernel::Tid>>& twins() const { return twins_; }
    /// The program is told ids of processes that can be twins.
    void learn_of_told_ids() { part_twins(); }

    /// Those that have ended, and may have done so sooner than they need have: what `task` does now is not ordered behind
    /// what they did, unless it has waited for them.
    std::uint64_t ended_beside(const engine::Machine& machine, kernel::Tid task) const;
    /// Whether nobody else creates tasks.
    bool only_creates(kernel::Tid task) const {
        return std::all_of(creators_.begin(), creators_.end(),
                           [&](const auto& each) { return (each.second & ~both(task)) == 0; });
    }
    /// The actors that can do something, now or later, at the same time as `task`: those that have not ended, and those to
    /// come, but for the task's own future children.
    std::uint64_t others_of(const engine::Machine& machine, kernel::Tid task) const;

    /// From now on nothing is learned any more, so that moves come out as they did.
    void freeze() { is_frozen_ = true; }

    /// A store to these bytes may wait in a store buffer, and others could notice.
    void note_buffered(const Place& place);
    /// All such bytes.
    vm::SharedPlaces buffered() const;
    /// What tasks share: one writes there, and another one that could be there reads or writes.
    vm::SharedPlaces shared() const;
    /// Whether one of the `others` can notice when the task's store to these bytes reaches memory.
    bool can_notice(const Place& place, kernel::Tid task, std::uint64_t others) const;

    /// From now on an access that was shared in some run is a place to stop at although nobody is left to come in.
    void show_past() { shows_past_ = true; }
    bool shows_past() const { return shows_past_; }

    // What else is learned of the program.
    bool reads_clock() const { return reads_clock_; }  ///< somebody asks what time it is
    bool has_signals() const { return has_signals_; }  ///< signals are sent or handled
    /// Somebody asks for processes by their ids.
    bool names_processes() const { return names_processes_; }
    /// A parent that waits for any child looks at which one it was.
    bool tells_children_apart() const { return tells_children_apart_; }
    /// Whether this call, which should touch nothing of others, does (by memory that it reads or writes).
    bool is_seen(std::uint64_t call) const { return seen_calls_.contains(call); }
    void learn_of_clock() { learn_of_difference(reads_clock_); }
    void learn_of_signals() { learn_of_difference(has_signals_); }
    /// Locks and semaphores are looked at in other ways than by waiting for them.
    bool tries_locks() const { return tries_locks_; }
    /// Calls are made besides the most common ones, which read, write, open, close, map, start and wait.
    bool has_other_calls() const { return has_other_calls_; }
    /// A pipe that can still be written to has lost its last reader.
    bool loses_readers() const { return loses_readers_; }
    void learn_of_tried_locks() { learn(tries_locks_); }
    void learn_of_other_calls() { learn_of_difference(has_other_calls_); }
    void learn_of_lost_readers() { learn(loses_readers_); }
    /// Somebody goes on for ever by what may as well come now: then it may not, so that others have their turns.
    void learn_of_endless_moves() { learn(has_endless_moves_); }
    bool has_endless_moves() const { return has_endless_moves_; }
    /// The actor comes to these bytes, where it could meet others, with these locks. True where everybody else who does
    /// holds one of them, too: then nobody can come in between.
    bool is_locked(const Place& place, const LocksHeld& held);
    /// What is there does not keep others out: it is a semaphore that more than one can take, or that somebody raises who
    /// has not taken it.
    void learn_of_no_lock(std::uint64_t place) {
        if (!is_frozen_) is_surprised_ |= no_locks_.insert(place).second;
    }
    static std::uint64_t lock_at(const Place& place) { return place.object << 40 | place.begin; }
    /// These bytes are of a lock, or are accessed in some other way.
    void note_lock(const Place& place, bool is_lock);
    void learn_of_named_processes() { learn_of_difference(names_processes_); }
    void learn_of_children() { learn_of_difference(tells_children_apart_); }
    void learn_of_call(std::uint64_t call) {
        if (!is_frozen_) is_surprised_ |= seen_calls_.insert(call).second;
    }

    /// Somebody has been found to touch what another one has touched: what was passed over before may have been wrong.
    bool take_surprise() {
        searches_ += is_surprised_ ? 1 : 0;
        return std::exchange(is_surprised_, false);
    }
    /// The same, and it stays so.
    bool is_surprised() const { return is_surprised_; }

    /// Something has been learned since this was last asked, which may be no surprise.
    bool take_news() { return std::exchange(has_news_, false); }
    /// What another search of the same program has learned, which began with the same knowledge and has not been surprised.
    /// It is a surprise where both together know of a conflict that each alone does not.
    void merge(const Sharing& other);

  private:
    void learn(bool& fact) {
        if (is_frozen_) return;
        is_surprised_ |= !fact;
        fact = true;
    }
    void learn_of_difference(bool& fact) {
        if (fact) return;
        part_twins();
        learn(fact);
    }
    void part_twins();
    void find_twins();
    /// With the twins of each of these actors: what one does another can do as well.
    std::uint64_t with_twins(std::uint64_t actors) const {
        std::uint64_t all = actors;
        for (const std::uint64_t each : twin_actors_)
            if ((each & actors) != 0) all |= each;
        return all;
    }
    static constexpr int kFirstTask = 2, kMostTasks = 31;
    static constexpr int kPageBits = 36;  // of a page's number, in the key
    static constexpr std::uint64_t kGranule = 4, kGranulesOfPage = kernel::kPageSize / kGranule;
    using PageOfTouched = std::array<Touched, kGranulesOfPage>;

    Conflict touch(Touched& touched, bool writes, std::uint64_t actor, std::uint64_t others,
                   std::uint64_t beside);
    PageOfTouched& page(std::uint64_t object, std::uint64_t number);
    void merge(Touched& touched, const Touched& other);
    template <class Is>
    vm::SharedPlaces places_that(Is is) const;

    std::unordered_map<std::uint64_t, PageOfTouched> pages_;
    /// The page that was looked up last; a copy has pages of its own.
    struct LastPage {
        std::uint64_t key = ~0ull;
        PageOfTouched* page = nullptr;
        LastPage() = default;
        LastPage(const LastPage&) {}
        LastPage& operator=(const LastPage&) { return forget(); }
        LastPage& forget() {
            key = ~0ull;
            return *this;
        }
    };
    LastPage last_;
    std::map<std::uint64_t, Touched> objects_;
    std::map<std::pair<Thing, std::int32_t>, Touched> things_;
    std::map<kernel::Tid, std::uint64_t> creators_;
    std::uint64_t processes_ = 0;  // those that are not threads of another one
    struct Birth {
        kernel::Digest what;
        std::uint64_t search = 0;
        bool is_always_alike = true;  // in one search
    };
    std::map<kernel::Tid, Birth> births_;
    std::vector<std::vector<kernel::Tid>> twins_;
    std::vector<std::uint64_t> twin_actors_;  // of each of these
    std::uint64_t searches_ = 0;
    bool seeks_twins_ = false;
    bool reads_clock_ = false, has_signals_ = false, names_processes_ = false, tells_children_apart_ = false,
         tries_locks_ = false, has_other_calls_ = false, loses_readers_ = false, has_endless_moves_ = false;
    std::set<std::uint64_t> seen_calls_, no_locks_;
    bool is_surprised_ = false, has_news_ = false, is_frozen_ = false, shows_past_ = false;
};

}  // namespace ipclab::explore
