// What waits in a task's store buffer, in words.
#pragma once

#include <string>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::engine {

/// The oldest first: "turn = 1", "8 bytes at 0x404010 = 7"; of more than 8 bytes, how many.
std::vector<std::string> describe_stores(const Machine& machine, kernel::Tid task);

}  // namespace ipclab::engine
