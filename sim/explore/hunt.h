// Whether a certain outcome can happen, where there are too many states to go through them all: a part of them shows it as
// well.
//
// Schedules are drawn at random and given up as soon as something is written with which the outcome does not go on. Where a
// schedule has written more of it, the next ones go on from there: from the farthest such places mostly, and now and then
// from any, for what can no longer be may have been decided long before it shows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/explore/explore.h"

namespace ipclab::explore {

struct Hunt {
    std::optional<FoundOutcome> found;
    std::uint64_t schedules = 0, moves = 0;  ///< that were tried
};

/// `initial` as for explore(). For each outcome that is wanted; the same for the same seed. Where nothing is found in
/// `most_moves` for one of them, that shows nothing.
std::vector<Hunt> hunt(const engine::Machine& initial, const std::vector<engine::Outcome>& wanted,
                       std::uint64_t most_moves, std::uint64_t seed = 1);

}  // namespace ipclab::explore
