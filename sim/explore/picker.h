// A person is the scheduler: who can go next, what it would do, and the steps that it then makes. Picks come at the same
// places as the explorer's choices: before what concerns others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/machine.h"
#include "sim/engine/stretches.h"
#include "sim/explore/mover.h"
#include "sim/explore/reach.h"
#include "sim/explore/sharing.h"

namespace ipclab::explore {

/// Who can go next.
struct Candidate {
    Actor actor{};           ///< none: time passes to the next deadline
    std::string who, where;  ///< "worker (3)", "main.c:12"
    std::string what;        ///< "writes 'counter' (now 1)", "read(3, 16)", "goes on in futex"
    bool would_sleep = false;
};

/// The steps of a move, as both kinds of schedules write them.
struct Moves {
    engine::Schedule choices;
    engine::Stretches stretches;
};

/// The machine, nothing run yet, with store buffers for what its first states show to be shared; as it is where it has none
/// (Machine::buffered).
engine::Machine with_shared_places(engine::Machine initial);

class Picker {
  public:
    /// Finds out what the tasks of this machine share, by going through its first states. `initial`: nothing run yet.
    explicit Picker(engine::Machine initial);

    /// What is to be done before anybody is picked: everybody goes to the first place that concerns others. Nothing where
    /// all stand there.
    Moves settle(const engine::Machine& machine);
    /// Of a machine in which everybody stands there, or as if everybody had gone there: by task, time last.
    std::vector<Candidate> candidates(const engine::Machine& machine);
    /// As settle(); then one of the candidates makes its move, and everybody it has woken or made goes to the next place.
    Moves move(const engine::Machine& machine, Actor actor);
    /// Whether a goal can still be reached (reach.h).
    ReachResult can_reach(const engine::Machine& machine,
                          const std::function<bool(const engine::Machine&)>& goal,
                          std::uint64_t most_states) {
        return explore::can_reach(untimed(machine), sharing_, goal, most_states);
    }

  private:
    static engine::Machine untimed(engine::Machine machine);
    Candidate describe(const State& state, kernel::Tid task);
    static Candidate describe_drain(const engine::Machine& machine, kernel::Tid task);

    Sharing sharing_;
};

}  // namespace ipclab::explore
