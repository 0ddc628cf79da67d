// Whether something can still happen from here.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "sim/engine/machine.h"
#include "sim/explore/sharing.h"

namespace ipclab::explore {

enum class Reach : std::uint8_t {
    yes,
    no,       ///< under no schedule
    unknown,  ///< not among the states that were looked at, and there are more
};

using Goal = std::function<bool(const engine::Machine&)>;

struct ReachResult {
    Reach answer = Reach::unknown;
    std::uint64_t states = 0;  ///< that were looked at
};

/// Looks for a state in which `goal` holds, from `from` on. `known`: what is known of sharing by searches from the start of
/// this machine; it is added to. `goal` may look at nothing but what decides how the machine goes on, what it has written
/// and how its first process ended.
ReachResult can_reach(const engine::Machine& from, Sharing& known, const Goal& goal,
                      std::uint64_t most_states);

}  // namespace ipclab::explore
