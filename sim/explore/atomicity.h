// Atomicity violations: a task reads something and later writes what it has made of it, each time alone (it holds a lock, or the
// access is atomic), but another one writes in between.
//
// Such a pair is found on the way to an outcome (Lu et al., "AVIO: detecting atomicity violations via access interleaving
// invariants", 2006: the cases in which what was read is no longer true). It is told only where it makes a difference: where
// the outcome cannot come when nobody else moves between the two, with all else free.
#pragma once

#include "sim/explore/explore.h"
#include "sim/explore/full_graph.h"

namespace ipclab::explore {

/// Adds to the findings of an exhaustive search.
void look_for_atomicity(FullGraph& graph, Result& result);

}  // namespace ipclab::explore
