// A simulated run from beginning to end, without going back: what `ipclab run` and `ipclab compare` do.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/event.h"
#include "sim/engine/machine.h"
#include "sim/engine/policy.h"
#include "sim/session/load.h"
#include "sim/trace/left_behind.h"

namespace ipclab::session {

/// What descriptors 0, 1 and 2 of this process are: a terminal, a pipe (sockets count as one) or a file.
std::array<kernel::StreamKind, 3> own_streams();

/// All of standard input, where it is a pipe or a file: for runs that are not to be waited for by a person. At most 64 MB.
std::string own_input();

/// Where standard input comes from.
enum class Input : std::uint8_t {
    own,    ///< ipclab's: a file is read at the start, a pipe where somebody wants more, a terminal by lines
    given,  ///< SimulationOptions::input, then its end
};
/// Where standard output and error go, besides into the outcome and the events.
enum class Output : std::uint8_t {
    own,        ///< ipclab's, at once
    on_demand,  ///< only to a person from whom input is awaited: what was written so far
    none,
};

struct SimulationOptions {
    engine::Policy policy{};
    kernel::BootOptions boot{};                        ///< standard streams, scheduling, limits, costs
    std::shared_ptr<const vm::SharedPlaces> buffered;  ///< engine::Machine::buffered
    std::vector<std::string> refused;  ///< explorer: "malloc", "fork": what can fail (engine::Refusals)
    kernel::Time quantum_ns = 0;       ///< 0: the scheduler's own
    std::uint64_t max_instructions = 5'000'000'000;  ///< then it is stopped; each step counts as some hundred
    std::uint64_t max_events = UINT64_MAX;           ///< likewise
    bool stops_at_mistake = false;                   ///< RunEnd::mistake; else the run goes on as on Linux
    bool reports_leaks = false;  ///< what is not freed or closed at an exit counts as a mistake
    std::function<void(const kernel::Trace&)> on_events;  ///< gets each batch of events; empty: not wanted
    /// At a terminal, where only ^C can wake somebody: called before waiting for it.
    std::function<void()> on_wait_for_interrupt;
    Input input_from = Input::own;
    Output output_to = Output::own;
    std::string input;
};

enum class RunEnd : std::uint8_t { finished, stuck, stopped, too_long, mistake };

struct SimulationResult {
    RunEnd end = RunEnd::finished;
    engine::Outcome outcome;
    std::vector<std::string>
        stuck;  ///< a sentence for each task: for what it waits for ever; of a run that is too long: where it is
    kernel::Time simulated_ns = 0;
    std::uint64_t instructions = 0;
    std::string input;           ///< what was read from outside; an end that a person typed is a ^D (byte 4)
    bool is_input_over = false;  ///< nothing more will come from there
    /// Of a run that is finished: what it has left, but for what its trace says of processes.
    trace::LeftBehind left;
};

/// Runs to the end.
///
/// At a terminal the program is run as a person expects: while somebody waits for input, simulated sleeps take as long
/// as real ones, and ^C goes to the program as SIGINT (^\ still ends ipclab).
SimulationResult simulate(const Loaded& loaded, const SimulationOptions& options);

/// Adds the events of one trace to another.
void append(kernel::Trace& to, const kernel::Trace& from);

/// Writes all of it to one of our own descriptors. False where the reader has gone.
bool write_out(int descriptor, std::string_view bytes);

/// The exit status that ipclab gives for a wait status: the program's own, or 128 + signal, as shells do.
int exit_status(std::int32_t wait_status);

}  // namespace ipclab::session
