// Runs C programs on the simulated kernel for tests: sources in, what the run leaves behind out.
#pragma once

#include <string>
#include <vector>

#include "sim/cc/cc.h"
#include "sim/engine/machine.h"

namespace ipclab::testing {

struct SimulatedResult {
    std::string out, err;
    int status = -1;  ///< as a shell's $?; -1 where the run did not end
    engine::Rest rest = engine::Rest::finished;
    std::string diagnostics;  ///< of the compiler; the program ran only where these hold no error
};

/// `#include "..."` is looked up below the folder of the including file.
cc::Options options_for_tests();
/// The text of a file; fails the test where it cannot be read.
std::string read_text(const std::string& path);

/// Which programs stand in /bin beside the one under test.
enum class Bin {
    empty,
    toy_programs,  ///< those of lessons/bin: sh above all, which popen() and system() need
};

/// The run's surroundings.
struct SimulatedSetting {
    std::string name = "program";        ///< argv[0]; the program is installed as /bin/program
    std::vector<std::string> arguments;  ///< without argv[0]
    std::string input;                   ///< standard input, then its end
    Bin bin = Bin::empty;
    std::vector<std::string> environment;  ///< the machine's own where empty
    std::uint64_t most_steps = 20'000'000;
    cc::Options options = options_for_tests();  ///< of the compiler
};

/// Compiles and runs to the end (or `most_steps`) with standard input and output being pipes. Timed policy.
SimulatedResult run_simulated(const std::vector<cc::Source>& sources, const SimulatedSetting& setting);
SimulatedResult run_simulated(const std::vector<cc::Source>& sources, const std::vector<std::string>& arguments = {},
                              const std::string& input = "", std::uint64_t most_steps = 20'000'000);
SimulatedResult run_simulated(const std::string& text);

}  // namespace ipclab::testing
