// Programs that talk between hosts, on both kernels: tests/network/programs.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/host/real.h"
#include "sim/session/compare_run.h"
#include "sim/session/limits.h"

using namespace ipclab;
using namespace ipclab::session;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> programs() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/tests/network/programs"))
        found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

Request request_for(const fs::path& program) {
    Request request;
    request.programs = {{program.stem().string(), {program}}};
    for (const char* host : {"client=10.0.0.1", "server=10.0.0.2", "other=10.0.0.3"})
        CHECK(kernel::add_host(request.hosts, host) == "");
    return request;
}

SimulationOptions options_for(const Request& request) {
    SimulationOptions options;
    options.input_from = Input::given;
    options.output_to = Output::none;
    options.boot.standard_streams.fill(kernel::StreamKind::pipe);
    options.boot.hosts = request.hosts;
    return options;
}

std::string output_over_bad_link(const Request& request, std::uint64_t seed) {
    SimulationOptions options = options_for(request);
    for (const char* limit : {"net_loss_percent=10", "net_duplicate_percent=10", "net_reorder_percent=10"})
        CHECK(set_limit(options.boot.limits, limit) == "");
    options.boot.limits.network_seed = seed;
    const Loaded loaded = load(request);
    REQUIRE(loaded.ok());
    const SimulationResult result = simulate(loaded, options);
    CHECK(result.end == RunEnd::finished);
    return result.outcome.standard_output;
}

}  // namespace

TEST_CASE("programs that talk between hosts do the same on both kernels") {
    if (const std::string missing = host::check_availability().summary(); !missing.empty()) {
        MESSAGE("skipped: " << missing);
        return;
    }
    CHECK(programs().size() >= 3);
    for (const fs::path& program : programs()) {
        CAPTURE(program.filename().string());
        const Request request = request_for(program);
        const Loaded loaded = load(request);
        CHECK(cc::format(loaded.diagnostics) == "");
        REQUIRE(loaded.ok());
        const BothRuns runs = run_both(request, loaded, options_for(request));
        CHECK(runs.real.result.error == "");
        CHECK(runs.simulated.outcome.standard_output == runs.real.result.standard_output);
        CHECK(runs.simulated.outcome.standard_error == runs.real.result.standard_error);
        CHECK(runs.simulated.outcome.wait_status == runs.real.result.wait_status);
    }
}

TEST_CASE("what TCP carries is the same over a link that loses, doubles and reorders packets") {
    const Request request = request_for(IPCLAB_SOURCE_DIR "/tests/network/programs/stream.c");
    const Loaded loaded = load(request);
    REQUIRE(loaded.ok());
    const std::string good = simulate(loaded, options_for(request)).outcome.standard_output;
    CHECK(good.find("200000 bytes from 10.0.0.1") != good.npos);
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        CHECK(output_over_bad_link(request, seed) == good);
    }
}

TEST_CASE("the same seed of the network gives the same run") {
    const Request request = request_for(IPCLAB_SOURCE_DIR "/tests/network/programs/stream.c");
    CHECK(output_over_bad_link(request, 3) == output_over_bad_link(request, 3));
}

TEST_CASE("a program in the sandbox may do no more to the network than without hosts") {
    if (const std::string missing = host::check_availability().summary(); !missing.empty()) return;
    host::RealRequest real;
    real.build.programs.push_back(
        {"tries",
         {{"tries.c", "#include <stdio.h>\n#include <string.h>\n#include <unistd.h>\n"
                      "int main(void) { char line[256]; FILE* f = fopen(\"/proc/self/status\", \"r\");\n"
                      "  while (fgets(line, sizeof line, f)) if (!strncmp(line, \"CapEff\", 6) || !strncmp(line, "
                      "\"CapPrm\", 6)) fputs(line, stdout);\n"
                      "  return 0; }\n"}},
         {}});
    CHECK(kernel::add_host(real.hosts, "server=10.0.0.2") == "");
    const host::RealResult result = host::run_real(real);
    CHECK(result.error == "");
    CHECK(result.standard_output == "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n");
}
