// From what was asked for to programs that the window can run, and to the same programs on real Linux.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "sim/lesson/lesson.h"
#include "sim/session/load.h"
#include "visualizer/model/compiled.h"
#include "visualizer/model/real_run.h"

namespace ipclab::visualizer {

using session::request_of;

Compiled compiled_of(const session::Loaded& loaded);

/// What a real run is given besides the programs.
struct RealWorld {
    std::string shell_line;
    std::array<kernel::StreamKind, 3> streams{};  ///< of descriptors 0, 1, 2: as in the simulated run
    std::string input;
    std::vector<std::pair<std::string, std::string>> files;  ///< there at the start: path and content
    std::vector<kernel::Host> hosts;                         ///< of the modelled network
};

/// A traced run in the sandbox, to be started by RealRun.
RealRun::Job real_job(const session::Loaded& loaded, const RealWorld& world);

}  // namespace ipclab::visualizer
