// Signal handlers that call what must not be called there: a function that signal-safety(7) does not list, while the code
// that was interrupted is inside such a function, too, and may have left its data half done.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::explore {

/// Whether a task stands in such a call: the two functions and their lines name it.
struct UnsafeCall {
    std::string function, line;                 ///< that the handler calls, and where
    std::string interrupted, interrupted_line;  ///< that was being executed, and from where it was called
    std::string handler;
};
std::vector<std::string> describe(const UnsafeCall& call, std::string_view process, kernel::Pid pid);
std::optional<UnsafeCall> unsafe_call(const vm::Program& program, const vm::Context& context);

/// signal-safety(7): whether the function may be called in a handler, whatever was interrupted.
bool is_safe_in_handlers(std::string_view function);

}  // namespace ipclab::explore
