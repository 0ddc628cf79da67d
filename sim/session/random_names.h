// Names that mkstemp() and mkdtemp() invent: each kernel other ones.
#pragma once

#include "kernel/event.h"

namespace ipclab::session {

/// Makes the six letters XXXXXX again, wherever a path of the trace has them, so that traces can be compared. Such a
/// name is told by the call that made it: open with O_RDWR | O_CREAT | O_EXCL and mode 0600, or mkdir with mode 0700.
void hide_random_names(kernel::Trace& trace);

}  // namespace ipclab::session
