// Names for places in a process's memory: the variables that lie there, or that point there.
#pragma once

#include <cstdint>
#include <string>

#include "sim/engine/machine.h"

namespace ipclab::engine {

/// The variable of the program's own that lies at this address of a process, as one would write it: "'forks[2]' (global)",
/// "'sum' (in worker)"; else what a pointer variable points to: "'*balance' (in main)", "'queue->items[3]' (global)". Empty
/// where there is none.
std::string name_of_address(const Machine& machine, kernel::Pid process, std::uint64_t address);

}  // namespace ipclab::engine
