// The table of costs as words: files that `ipclab calibrate` writes and `--costs FILE` reads.
//
// A line is NAME = VALUE, with the names of kernel/costs.def; what follows # is for people. Rows that are missing keep
// their usual values.
#pragma once

#include <string>
#include <string_view>

#include "kernel/costs.h"

namespace ipclab::session {

/// Sets what the text says. Empty, or a sentence: the line that is wrong, and why.
std::string set_costs(kernel::Costs& costs, std::string_view text);

/// The same from a file.
std::string read_costs(kernel::Costs& costs, const std::string& path);

/// A text that set_costs() reads.
std::string costs_text(const kernel::Costs& costs);

/// Measures this machine by running sim/session/probes.c in the sandbox; some seconds. Empty, or why that cannot be done.
std::string measure_costs(kernel::Costs& costs);

}  // namespace ipclab::session
