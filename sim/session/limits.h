// Limits of the simulated system as words: `--set NAME=VALUE`, and the list of what can be set.
#pragma once

#include <string>

#include "kernel/limits.h"

namespace ipclab::session {

/// Sets what "NAME=VALUE" says. Empty, or a sentence: there is no such limit, or its value is out of range.
std::string set_limit(kernel::Limits& limits, const std::string& assignment);

/// A table: name, usual value, what it is.
std::string limits_table();

}  // namespace ipclab::session
