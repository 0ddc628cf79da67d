// Lost wake-ups: a task sleeps for ever, because what would have woken it came before it slept, or because of a store that
// waited in a buffer.
#pragma once

#include "sim/explore/explore.h"

namespace ipclab::explore {

/// Adds a finding for each sleeper in a deadlock or partial deadlock whose wake-up is lost. Lost is a signal to a condition
/// variable, a FUTEX_WAKE, or a signal that was handled, that came when the task did not sleep yet, where the task would go on
/// if it came now: whoever looks again at what it waits for and sleeps on has lost nothing. Where stores wait in buffers, so
/// is what was not sent, or not waited for, because of a read that found the value from before, where the task would sleep
/// no more if the same read had found the new one.
void add_lost_wakeups(const engine::Machine& initial, Result& result);

}  // namespace ipclab::explore
