#include "tests/support/simulated.h"

#include <sys/wait.h>

#include <algorithm>
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
    const kernel::ObjectRef standard_input = kernel::ref(kernel::standard_stream(0));
    bool is_over = false;
    for (std::uint64_t steps = 0; steps < most_steps; ++steps) {
        // The input is at hand before any time passes, as that of a pipe is.
        if (!is_over && !kernel::waiters(machine.kernel, standard_input, kernel::WaitFor::readable).empty()) {
            is_over = input.empty();
            engine::step(machine, engine::Choice::input(std::move(input)), nullptr);
            input.clear();
        }
        const auto choice = engine::next_choice(machine, policy);
        if (!choice) return;
        engine::step(machine, *choice, nullptr);
    }
}

/// The programs of lessons/bin, compiled once.
const engine::ProgramSet& toy_programs_of_bin() {
    static const engine::ProgramSet programs = [] {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/lessons/bin"))
            if (entry.path().extension() == ".c") files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        engine::ProgramSet compiled;
        for (const auto& file : files) {
            cc::Result result =
                cc::compile(file.stem().string(), {{file.string(), read_text(file.string())}});
            if (!result.program) throw std::runtime_error(cc::format(result.diagnostics));
            compiled.push_back(std::move(result.program));
        }
        return compiled;
    }();
    return programs;
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
        std::error_code ignored;  // a name that is too long, as mutated programs have
        if (!fs::is_regular_file(file, ignored)) return std::nullopt;
        return cc::Source{file.string(), read_text(file.string())};
    };
    return options;
}

SimulatedResult run_simulated(const std::vector<cc::Source>& sources, const SimulatedSetting& setting) {
    const cc::Result compiled = cc::compile("program", sources, setting.options);
    SimulatedResult result;
    result.diagnostics = cc::format(compiled.diagnostics);
    if (!compiled.program) return result;
    engine::ProgramSet programs{compiled.program};
    if (setting.bin == Bin::toy_programs)
        programs.insert(programs.end(), toy_programs_of_bin().begin(), toy_programs_of_bin().end());
    engine::MachineOptions boot;
    boot.arguments = {setting.name};
    boot.arguments.insert(boot.arguments.end(), setting.arguments.begin(), setting.arguments.end());
    boot.environment = setting.environment;
    boot.boot.standard_streams.fill(kernel::StreamKind::pipe);
    engine::Machine machine = engine::make_machine(std::move(programs), 0, boot, nullptr);
    run(machine, setting.input, setting.most_steps);
    const engine::Outcome outcome = engine::outcome(machine);
    result.out = outcome.standard_output;
    result.err = outcome.standard_error;
    result.status = shell_status(outcome.wait_status);
    result.rest = engine::rest(machine);
    return result;
}

SimulatedResult run_simulated(const std::vector<cc::Source>& sources,
                              const std::vector<std::string>& arguments, const std::string& input,
                              std::uint64_t most_steps) {
    SimulatedSetting setting;
    setting.arguments = arguments;
    setting.input = input;
    setting.most_steps = most_steps;
    return run_simulated(sources, setting);
}

SimulatedResult run_simulated(const std::string& text) {
    return run_simulated({{"test.c", text}});
}

}  // namespace ipclab::testing
