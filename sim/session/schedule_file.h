// Schedules in files: what `ipclab explore --save` writes and `ipclab run --replay` reads. A text: lines that begin with
// '#' say what was explored, how the machine was set up follows as NAME VALUE, then the schedule (sim/engine/stretches.h).
//
//     streams file terminal terminal
//     limit pipe_size=16
//     input 68690a
//     schedule
//     2:5120 3:77 2:0+1
#pragma once

#include <optional>
#include <string>

#include "sim/engine/stretches.h"
#include "sim/session/commands.h"
#include "sim/session/load.h"
#include "sim/session/simulate.h"

namespace ipclab::session {

/// Standard input of a program whose runs are explored or replayed: the file that --input names, or none. False, and
/// said, where it cannot be read.
bool prepare_input(const CommonOptions& options, SimulationOptions& simulation);

/// The machine at its start: nothing takes time but deadlines (kernel::Costs::none()).
engine::Machine machine_to_explore(const Loaded& loaded, const SimulationOptions& simulation);

std::string schedule_file(const CommonOptions& options, const SimulationOptions& simulation,
                          const engine::Stretches& schedule);

/// Sets up the options for the run that a schedule file describes, its policy included. An error is a sentence.
std::optional<std::string> prepare_replay(const std::string& file, const Loaded& loaded,
                                          SimulationOptions& simulation);

/// The command line's files, programs and arguments, as a shell would want them.
std::string words_of(const CommonOptions& options);

}  // namespace ipclab::session
