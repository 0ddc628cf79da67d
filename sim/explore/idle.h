// Moves in which a task gets nowhere: it looks, sleeps or waits, and nobody else can tell afterwards that it has moved.
//
// In such a move a task may change its own registers and memory: a compare-and-exchange that fails puts what it has found
// into a local variable. It may sleep for a while or be woken. What changes memory that tasks share, what is in the kernel,
// or puts a store into a buffer from which it will reach memory, is no idle move.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "sim/explore/collapse.h"
#include "sim/explore/sharing.h"

namespace ipclab::explore {

class Idle {
  public:
    /// `sharing`: when all that tasks share is known.
    Idle(const Collapse& collapse, const Sharing& sharing)
        : collapse_(collapse),
          shared_(sharing.shared()),
          identity_{.with_time = sharing.reads_clock(), .with_dead_registers = false} {}

    /// Of the task's move between these states; `sleeps`: it has fallen asleep.
    bool is_idle(TupleView from, TupleView to, kernel::Tid task, bool sleeps);

  private:
    /// Of the kernel, whether or not this task sleeps or is in a call.
    kernel::Digest without_wait(TupleView state, kernel::Tid task);
    /// Whether memory that threads share is the same in both.
    bool looks_the_same(TupleView from, TupleView to, std::size_t place, kernel::SpaceId id);

    const Collapse& collapse_;
    const vm::SharedPlaces shared_;
    const Identity identity_;
    std::map<std::pair<Number, kernel::Tid>, kernel::Digest> digests_;
    std::map<std::pair<Number, Number>, bool> spaces_;
};

}  // namespace ipclab::explore
