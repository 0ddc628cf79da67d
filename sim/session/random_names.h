// Names that mkstemp() and mkdtemp() invent: each kernel other ones.
#pragma once

#include "kernel/event.h"
#include "sim/trace/left_behind.h"

namespace ipclab::session {

/// Makes the six letters XXXXXX again, wherever a path of the trace, or of what was left behind, has them, so that both
/// can be compared. Such a name is told by the call that made it: open with O_RDWR | O_CREAT | O_EXCL and mode 0600, or
/// mkdir with mode 0700.
void hide_random_names(kernel::Trace& trace, trace::LeftBehind& left);

}  // namespace ipclab::session
