#include "sim/session/costs.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

#include "embedded/probes_text.h"
#include "sim/session/load.h"
#include "sim/session/simulate.h"

namespace ipclab::session {

namespace {

/// What the probes measure on a simulated kernel with these costs.
std::map<std::string, double> probed(const kernel::Costs& costs, int cpus) {
    const cc::Result compiled = cc::compile("probes", {{"probes.c", std::string(kProbes)}});
    REQUIRE(compiled.program);
    SimulationOptions options;
    options.boot.costs = costs;
    options.boot.limits.cpus = cpus;
    options.output_to = Output::none;
    options.input_from = Input::given;
    Loaded loaded;
    loaded.programs = {compiled.program};
    loaded.arguments = {"probes", "100", "2"};
    const SimulationResult result = simulate(loaded, options);
    REQUIRE(result.end == RunEnd::finished);
    CHECK(result.outcome.standard_error == "");
    std::istringstream lines(result.outcome.standard_output);
    std::map<std::string, double> found;
    std::string name;
    double value = 0;
    while (lines >> name >> value) found[name] = value;
    return found;
}

void check_probes(const kernel::Costs& costs, const std::set<std::string>& left_out = {}) {
    const auto found = probed(costs, 2);
    for (const kernel::CostSpec& spec : kernel::cost_specs()) {
        const std::string name(spec.name);
        if (left_out.contains(name)) continue;
        CAPTURE(name);
        REQUIRE(found.contains(name));
        const auto said = static_cast<double>(costs.*spec.member);
        // The program's own instructions around each step cost something, too.
        const double around = 120 * static_cast<double>(costs.instruction_ps) / 1000;
        CHECK(found.at(name) >= said * 0.9 - around);
        CHECK(found.at(name) <= said * 1.1 + around);
    }
    CHECK(found.size() == kernel::cost_specs().size());
}

}  // namespace

TEST_SUITE("costs") {
    TEST_CASE("what the probes of calibrate measure on the simulated kernel is what its table says") {
        check_probes({});
    }

    TEST_CASE("another table gives other times: every single step counts by itself") {
        kernel::Costs costs;
        kernel::Time more = 2'000;
        for (const kernel::CostSpec& spec : kernel::cost_specs())
            if (spec.name != "instruction" && spec.name != "copy") costs.*spec.member += more += 100;
        // What the probes of these are made of besides is not all known: page faults of a new stack ...
        check_probes(costs, {"fork", "exit", "exec", "thread", "signal", "idle_wakeup"});
    }

    TEST_CASE("a table that is printed can be read, and is the same") {
        kernel::Costs costs, read;
        costs.pipe_ns = 12'345;
        CHECK(set_costs(read, costs_text(costs)) == "");
        CHECK(read == costs);
    }

    TEST_CASE("a table that is wrong says where, and changes nothing") {
        kernel::Costs costs;
        CHECK(set_costs(costs, "# mine\nsyscall = 1\npipes = 5\n") ==
              "line 3: there is no cost 'pipes'; did you mean 'pipe'?");
        CHECK(set_costs(costs, "syscall 5") == "line 1: NAME = VALUE was expected: syscall 5");
        CHECK(set_costs(costs, "pipe = -1") ==
              "line 1: pipe is a whole number from 0 to 1000000000: pipe = 67");
        CHECK(set_costs(costs, "pipe =") == "line 1: pipe is a whole number from 0 to 1000000000: pipe = 67");
        CHECK(set_costs(costs, "instruction = 0") ==
              "line 1: instruction is a whole number from 1 to 1000000000: instruction = 1000");
        CHECK(set_costs(costs, "syscall = 1") == "");
        CHECK(costs.syscall_ns == 1);
        CHECK(read_costs(costs, "/nowhere/at.all") ==
              "/nowhere/at.all cannot be read: No such file or directory");
    }
}

}  // namespace ipclab::session
