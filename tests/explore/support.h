// Compiles a program and explores it, for tests.
#pragma once

#include <set>
#include <string>

#include "sim/explore/explore.h"

namespace ipclab::testing {

/// The machine that runs this C text, at its start. Standard output is a pipe.
engine::Machine machine_to_explore(const std::string& text);
explore::Result explore_text(const std::string& text, bool reduces = true);

/// What the outcomes print, each followed by '/' and the exit status where that is not 0.
std::set<std::string> printed(const explore::Result& result);
/// The number of findings of a kind.
std::size_t count(const explore::Result& result, explore::FindingKind kind);
/// Everything that the findings of a kind say.
std::string told(const explore::Result& result, explore::FindingKind kind);

}  // namespace ipclab::testing
