#include "sim/session/schedule_file.h"

#include <fmt/format.h>

#include <string_view>

#include "sim/engine/schedule_file.h"
#include "sim/session/report.h"

namespace ipclab::session {

std::string quoted(const std::string& word) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,+:";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
    std::string text = "'";
    for (const char each : word) text += each == '\'' ? std::string("'\\''") : std::string(1, each);
    return text + "'";
}

bool prepare_input(const CommonOptions& options, SimulationOptions& simulation) {
    simulation.boot.standard_streams[0] = kernel::StreamKind::file;
    simulation.input_from = Input::given;
    if (options.input_file.empty()) return true;
    std::string error;
    auto text = read_file(options.input_file, error, Content::bytes);
    if (!text) {
        complain(error);
        return false;
    }
    simulation.input = std::move(*text);
    return true;
}

engine::Machine machine_to_explore(const Loaded& loaded, const SimulationOptions& simulation) {
    engine::MachineOptions boot;
    boot.arguments = loaded.arguments;
    boot.boot = simulation.boot;
    boot.boot.costs = kernel::Costs::none();
    boot.boot.input = simulation.input;
    boot.buffered = simulation.buffered;
    engine::Machine machine = engine::make_machine(loaded.programs, loaded.first, boot, nullptr);
    for (const std::string& each : simulation.refused)
        (each == "malloc" ? machine.refusals.memory : machine.refusals.tasks) = true;
    return machine;
}

std::string schedule_file(const CommonOptions& options, const SimulationOptions& simulation,
                          const vm::SharedPlaces* buffered, const engine::Stretches& schedule) {
    kernel::BootOptions boot = simulation.boot;
    boot.input = simulation.input;
    return fmt::format("# ipclab run --replay THIS-FILE {}\n", words_of(options)) +
           engine::schedule_file_text(boot, options.limits, buffered, schedule);
}

std::optional<std::string> prepare_replay(const std::string& file, const Loaded& loaded,
                                          SimulationOptions& simulation) {
    std::string error;
    const auto text = read_file(file, error, Content::text);
    if (!text) return error;
    const auto said = engine::schedule_file_from(*text, error);
    if (!said) return fmt::format("{}: {}", file, error);
    if (!simulation.boot.hosts.empty() && !said->hosts.empty() && simulation.boot.hosts != said->hosts)
        return fmt::format("{}: the schedule was made with other hosts; leave --host out", file);
    said->set_up(simulation.boot);
    simulation.input_from = Input::given;
    simulation.input = said->input;
    simulation.buffered = said->buffered;
    auto schedule = engine::schedule_of(machine_to_explore(loaded, simulation), said->schedule);
    if (!schedule) return fmt::format("{}: {}", file, engine::kForeignSchedule);
    simulation.policy = engine::ReplayPolicy{std::move(*schedule), 0};
    return std::nullopt;
}

std::string words_of(const CommonOptions& options) {
    std::string text;
    const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    for (const std::string& each : options.programs) add("--program " + quoted(each));
    for (const std::string& each : options.defines) add("-D " + quoted(each));
    for (const std::string& each : options.include_directories) add("-I " + quoted(each));
    for (const std::string& each : options.hosts) add("--host " + quoted(each));
    if (!options.shell_line.empty()) add("--sh " + quoted(options.shell_line));
    for (const std::string& each : options.files) add(quoted(each));
    if (!options.arguments.empty()) add("--");
    for (const std::string& each : options.arguments) add(quoted(each));
    return text;
}

}  // namespace ipclab::session
