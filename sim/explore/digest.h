// The identity of a machine's state: what decides how it can go on, as 128 bits.
//
// Left out is what only measures (clocks, CPU time, counters, the scheduler's queue), what explains (origins, reported
// mistakes), and what nobody can look at any more: registers that are written before they are read. Times are counted
// from now, waiters by who came first. Components keep their digests (kernel/digest.h), so that only what changed is
// hashed anew.
#pragma once

#include "kernel/digest.h"
#include "sim/engine/machine.h"
#include "sim/explore/liveness.h"

namespace ipclab::explore {

/// What belongs to a state's identity besides the machine itself.
struct Identity {
    bool with_time = false;            ///< the clock is read somewhere: its time tells states apart
    bool with_dead_registers = false;  ///< for comparison: all registers count
};

/// `liveness` of the machine's program set.
kernel::Digest digest(const engine::Machine& machine, Liveness& liveness, const Identity& identity);

}  // namespace ipclab::explore
