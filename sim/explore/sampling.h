// Schedules that are drawn at random, where there are too many to go through them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/explore/mover.h"

namespace ipclab::explore {

struct Sampling {
    enum class How : std::uint8_t {
        uniform,  ///< at each place anybody who can go is as likely as the others
        /// Each task has a random priority and the highest goes on, but at `depth` - 1 random moves the one that goes gets
        /// one of the lowest. Of a program with n tasks that makes k moves, each such schedule shows a mistake that needs `depth`
        /// orderings with probability 1 / (n * k^(depth-1)) at least (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A
        /// randomized scheduler with probabilistic guarantees of finding bugs", 2010).
        priorities,
    } how = How::uniform;
    std::uint64_t schedules = 0;
    std::uint64_t seed = 1;
    std::uint32_t depth = 3;  ///< at least 1
};

/// Who goes first, at each place of one schedule after the other.
class Draw {
  public:
    explicit Draw(const Sampling& sampling) : sampling_(sampling), random_(sampling.seed) {}

    /// A new schedule begins.
    void begin();
    /// Puts those who can go into the order in which they are to be tried.
    void order(std::vector<Actor>& actors);
    /// The move has been made. `is_new`: it has led to a state in which this schedule has not been before.
    void note(Actor made, bool is_new);

  private:
    std::uint64_t below(std::uint64_t count);
    std::int64_t& priority(Actor actor);

    const Sampling sampling_;
    std::uint64_t random_;
    std::uint64_t moves_ = 0, longest_ = 0;  // of this schedule, of those before
    std::map<Actor, std::int64_t> priorities_;
    std::map<std::uint64_t, std::int64_t> changes_;  // at which moves, and to which priority
    std::int64_t lowest_ = 0;
};

}  // namespace ipclab::explore
