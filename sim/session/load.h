// From a request to compiled programs for the simulated kernel.
#pragma once

#include <string>
#include <vector>

#include "sim/cc/cc.h"
#include "sim/cc/diagnostic.h"
#include "sim/engine/machine.h"
#include "sim/session/request.h"

namespace ipclab::session {

/// Compiled and ready to boot.
struct Loaded {
    engine::ProgramSet programs;
    std::size_t first = 0;               ///< index of the program to start
    std::vector<std::string> arguments;  ///< argv of the first process
    std::vector<ProgramSpec> specs;      ///< of all `programs`, in their order: the real run builds the same
    std::vector<cc::Diagnostic> diagnostics;  ///< of all of them
    std::string error;                        ///< a file that cannot be read, a name that is not known
    bool ok() const { return error.empty() && !cc::has_errors(diagnostics); }
};

/// Reads and compiles the request's programs and the toy programs that it needs.
Loaded load(const Request& request);

/// Compiles the request's own programs only: to see whether they are right, not to run them.
Loaded load_own(const Request& request);

}  // namespace ipclab::session
