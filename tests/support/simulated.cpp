#include "tests/support/simulated.h"

#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "sim/engine/policy.h"

namespace ipclab::testing {

namespace {

namespace fs = std::filesystem;

int shell_status(std::int32_t wait_status) {
    if (wait_status < 0) return -1;
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

void run(engine::Machine& machine, std::string input, std::uint64_t most_steps) {
    engine::Policy policy = engine::TimedPolicy{};
    bool is_over = false;
    for (std::uint64_t steps = 0; steps < most_steps; ++steps) {
        if (const auto choice = engine::next_choice(machine, policy)) {
            engine::step(machine, *choice, nullptr);
        } else {
            if (engine::rest(machine) != engine::Rest::wants_input || is_over) return;
            is_over = input.empty();
            engine::step(machine, engine::Choice::input(std::move(input)), nullptr);
            input.clear();
        }
    }
}

}  // namespace

std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

cc::Options options_for_tests() {
    cc::Options options;
    options.include = [](const std::string& name, const std::string& includer) -> std::optional<cc::Source> {
        const fs::path file = fs::path(includer).parent_path() / name;
        if (!fs::is_regular_file(file)) return std::nullopt;
        return cc::Source{file.string(), read_text(file.string())};
    };
    return options;
}

SimulatedResult run_simulated(const std::vector<cc::Source>& sources, const std::vector<std::string>& arguments,
                              const std::string& input, std::uint64_t most_steps) {
    const cc::Options options = options_for_tests();
    const cc::Result compiled = cc::compile("program", sources, options);
    SimulatedResult result;
    result.diagnostics = cc::format(compiled.diagnostics);
    if (!compiled.program) return result;
    engine::MachineOptions boot;
    boot.arguments = {"program"};
    boot.arguments.insert(boot.arguments.end(), arguments.begin(), arguments.end());
    boot.boot.standard_streams.fill(kernel::StreamKind::pipe);
    engine::Machine machine = engine::make_machine({compiled.program}, 0, boot, nullptr);
    run(machine, input, most_steps);
    const engine::Outcome outcome = engine::outcome(machine);
    result.out = outcome.standard_output;
    result.err = outcome.standard_error;
    result.status = shell_status(outcome.wait_status);
    result.rest = engine::rest(machine);
    return result;
}

SimulatedResult run_simulated(const std::string& text) {
    return run_simulated({{"test.c", text}});
}

}  // namespace ipclab::testing
