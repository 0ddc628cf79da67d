// Names that mkstemp() and mkdtemp() invent: each kernel other ones.
#pragma once

#include "kernel/event.h"
#include "sim/trace/left_behind.h"

namespace ipclab::session {

/// A run as its trace and what it has left tell of it.
struct NamedRun {
    kernel::Trace& trace;
    trace::LeftBehind& left;
};

/// Makes the six letters XXXXXX again, wherever a path of a trace, or of what was left behind, has them, so that both runs
/// can be compared. Such a name is told by the call that made it - open with O_RDWR | O_CREAT | O_EXCL and mode 0600, or mkdir
/// with mode 0700 - and by the other run, which has made one that differs in these letters only: a name that the program
/// chose is the same in both.
void hide_random_names(NamedRun one, NamedRun other);

}  // namespace ipclab::session
