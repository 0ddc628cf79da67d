// A trace for ui.perfetto.dev and chrome://tracing: the Trace Event Format (JSON object form).
//
// Each process is a group of tracks, each task a track: calls are slices, the time that a call was blocked is
// a slice inside it, named after what it waited for. Wake-ups are flow arrows from the waker to the woken.
// Signals, forks and exits are instants. The group "CPUs" has a track for each CPU with who ran on it when.
#pragma once

#include <string>

#include "kernel/event.h"

namespace ipclab::trace {

std::string to_perfetto(const kernel::Trace& trace);

}  // namespace ipclab::trace
