// Schedule files on the command line (sim/engine/schedule_file.h): what is explored, and how it is replayed.
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

/// `buffered`: of the machine whose schedule it is; may be null.
std::string schedule_file(const CommonOptions& options, const SimulationOptions& simulation,
                          const vm::SharedPlaces* buffered, const engine::Stretches& schedule);

/// Sets up the options for the run that a schedule file describes, its policy included. An error is a sentence.
std::optional<std::string> prepare_replay(const std::string& file, const Loaded& loaded,
                                          SimulationOptions& simulation);

/// The command line's files, programs and arguments, as a shell would want them.
std::string words_of(const CommonOptions& options);
/// A word as a shell would want it.
std::string quoted(const std::string& word);

}  // namespace ipclab::session
