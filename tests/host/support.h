// What the tests of the real OS share: running a text of C, and skipping with a reason where a machine
// cannot.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/host/real.h"

namespace ipclab::host::test {

/// What this machine offers, looked at once.
const Availability& machine();

/// A request for one program, called prog, of this text.
RealRequest request_for(std::string text);
RealResult run_text(std::string text, RunMode mode = RunMode::traced);

/// "pipe2 clone close read ...": the calls of one task, in order, each with `!` where it blocked.
std::string calls_of(const kernel::Trace& trace, int task);
/// The kinds of one task's events, without its calls: "executed forked reaped exited".
std::string kinds_of(const kernel::Trace& trace, int task);
const kernel::Event* find_event(const kernel::Trace& trace, kernel::EventKind kind, int task,
                                int number = -1);

/// The processes and files of a run that are still there, in words; empty: none.
std::string leftovers();

}  // namespace ipclab::host::test

/// Ends the test, saying why, where the machine lacks a piece.
#define NEEDS(piece)                                                       \
    do {                                                                   \
        if (!::ipclab::host::test::machine().piece.empty()) {              \
            MESSAGE("skipped: " << ::ipclab::host::test::machine().piece); \
            return;                                                        \
        }                                                                  \
    } while (false)
#define NEEDS_TRACED_RUNS() \
    NEEDS(compiler);        \
    NEEDS(sandbox);         \
    NEEDS(tracing)
#define NEEDS_RUNS() \
    NEEDS(compiler); \
    NEEDS(sandbox)
