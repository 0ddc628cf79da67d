// A simulated run from beginning to end, without going back: what `ipclab run` and `ipclab compare` do.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/event.h"
#include "sim/engine/machine.h"
#include "sim/engine/policy.h"
#include "sim/session/load.h"

namespace ipclab::session {

/// What descriptors 0, 1 and 2 of this process are: a terminal, a pipe (sockets count as one) or a file.
std::array<kernel::StreamKind, 3> own_streams();

struct SimulationOptions {
    engine::Policy policy{};
    kernel::BootOptions boot{};                           ///< standard streams, scheduling, limits, costs
    kernel::Time quantum_ns = 0;                          ///< 0: the scheduler's own
    std::uint64_t max_instructions = 20'000'000'000;      ///< then it is stopped: half a minute or more
    std::function<void(const kernel::Trace&)> on_events;  ///< gets each batch of events; empty: not wanted
    bool pass_through = true;                             ///< input and output are ipclab's own
    std::string input;                                    ///< not pass_through: standard input, then its end
};

enum class RunEnd : std::uint8_t { finished, stuck, stopped, too_long };

struct SimulationResult {
    RunEnd end = RunEnd::finished;
    engine::Outcome outcome;
    std::vector<std::string> stuck;  ///< a sentence for each task that waits for ever
    kernel::Time simulated_ns = 0;
    std::uint64_t instructions = 0;
};

/// Runs to the end. A terminal is read when somebody waits for it.
SimulationResult simulate(const Loaded& loaded, const SimulationOptions& options);

/// Writes all of it to one of our own descriptors; gives up silently where the reader has gone.
void write_out(int descriptor, std::string_view bytes);

/// The exit status that ipclab gives for a wait status: the program's own, or 128 + signal, as shells do.
int exit_status(std::int32_t wait_status);

}  // namespace ipclab::session
