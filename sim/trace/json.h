// A trace as JSON: one object a line, and back again without loss.
//
// Fields (those that are 0 or empty are left out, but for the first four):
//   time_ns     when it happened                     event    name of the kind: "syscall", "blocked", "woken"
//   ... task        whom it happened to                  process  its process start_ns    calls: when it was
//   entered           cpu      on which CPU number      of the system call or signal         other    a task
//   or process, see kernel::EventKind result      of the call (-errno), status, action args        six
//   numbers                          object   {"kind": "pipe", "id": 7} source      {"file": 0, "line": 12},
//   file being an index into the program's files payload     [{"argument": 1, "text": "hello\n"},
//   {"argument": 2, "hex": "00ff"}]: captured memory, as text
//               where it is ASCII; "full_bytes" where it was cut
// For the reader's eye, and ignored when read back:
//   call        name of the system call              signal   name of the signal
//   errno       name of the error                    line     the call in strace's form
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/event.h"

namespace ipclab::trace {

/// Appends one event as one line with its newline.
void append_json(std::string& out, const kernel::Trace& trace, const kernel::Event& event);
/// The whole trace.
std::string to_json(const kernel::Trace& trace);

struct JsonError {
    std::size_t line = 0;  ///< from 1
    std::string field;     ///< "args"; empty where the line as a whole is wrong
    std::string message;   ///< what is wrong, for a person
    std::string text() const;
};
struct JsonTrace {
    kernel::Trace trace;             ///< what was read before the error
    std::optional<JsonError> error;  ///< none: all lines are fine
};
/// Reads lines of JSON objects; empty lines are skipped, unknown fields are ignored.
JsonTrace from_json(std::string_view lines);

/// Appends a JSON string with its quotes. What is not valid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace ipclab::trace
