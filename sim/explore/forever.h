// What goes on for ever while something moves: partial deadlock, livelock, starvation.
//
// Partial deadlock: a task waits, and whatever goes next it will never do anything again, while others go on or end. A thread
// that the end of its process finds waiting counts only where it waits for a lock or for another thread: to wait for work
// until then is common.
//
// The other two are cycles of states that a fair scheduler can stay in: one under which each task that could always go on goes
// on (weak fairness), and time passes. As the output is part of a state, nothing is written in a cycle, and nobody ends.
//
// Livelock: such a cycle in which every task either goes on or waits for what does not come in it, although the program can
// end. Where it never does by its nature, a livelock is a cycle that cannot be left and in which several tasks only look:
// nothing is changed any more.
//
// Starvation: a task waits (asleep, or looking again and again), others get on, and the task could have had what it
// waits for in some state of the cycle: somebody else was there first each time.
#pragma once

#include "sim/explore/explore.h"
#include "sim/explore/full_graph.h"

namespace ipclab::explore {

/// Adds to the findings of an exhaustive search.
void look_for_ever(FullGraph& graph, Result& result);

}  // namespace ipclab::explore
