// Programs that were compiled for the window, or why there are none.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/cc/diagnostic.h"
#include "sim/engine/machine.h"

namespace ipclab::visualizer {

struct Compiled {
    engine::ProgramSet programs;
    std::size_t first = 0;                    ///< index of the one that is started
    std::vector<std::string> arguments;       ///< argv of the first process
    std::vector<cc::Diagnostic> diagnostics;  ///< of all of them; warnings too
    std::string error;                        ///< a sentence: a file that cannot be read
    bool ok() const { return error.empty() && !cc::has_errors(diagnostics) && !programs.empty(); }
};

}  // namespace ipclab::visualizer
