// Schedules with as few context switches as there can be.
#pragma once

#include "sim/explore/collapse.h"
#include "sim/explore/collector.h"

namespace ipclab::explore {

/// Searches again from the start, first all that happens without a switch, then with one, and so on, until everything that
/// `wanted` holds has been found or a limit of work is reached. What it finds is found by its shortest schedule.
Collector find_shortest(Collapse& states, const Collector& wanted, std::uint64_t most_moves);

}  // namespace ipclab::explore
