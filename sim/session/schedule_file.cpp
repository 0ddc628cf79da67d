#include "sim/session/schedule_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "sim/explore/explore.h"
#include "sim/session/limits.h"
#include "sim/session/report.h"

namespace ipclab::session {

namespace {

constexpr std::array<std::string_view, 3> kStreamNames{"terminal", "pipe", "file"};
constexpr std::array kStreamKinds{kernel::StreamKind::terminal, kernel::StreamKind::pipe,
                                  kernel::StreamKind::file};

std::string_view name_of(kernel::StreamKind kind) {
    const auto at = std::find(kStreamKinds.begin(), kStreamKinds.end(), kind);
    return kStreamNames[static_cast<std::size_t>(at - kStreamKinds.begin())];
}

std::string to_hex(std::string_view bytes) {
    std::string text;
    for (const char each : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(each));
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    std::string bytes;
    const auto digit = [](char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    if (text.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        if (digit(text[i]) < 0 || digit(text[i + 1]) < 0) return std::nullopt;
        bytes += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
    }
    return bytes;
}

/// As a shell would want it.
std::string quoted(const std::string& word) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,+:";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
    std::string text = "'";
    for (const char each : word) text += each == '\'' ? std::string("'\\''") : std::string(1, each);
    return text + "'";
}

}  // namespace

bool prepare_input(const CommonOptions& options, SimulationOptions& simulation) {
    simulation.boot.standard_streams[0] = kernel::StreamKind::file;
    simulation.input_from = Input::given;
    if (options.input_file.empty()) return true;
    std::string error;
    auto text = read_file(options.input_file, error);
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
    return engine::make_machine(loaded.programs, loaded.first, boot, nullptr);
}

std::string schedule_file(const CommonOptions& options, const SimulationOptions& simulation,
                          const engine::Stretches& schedule) {
    std::string text = fmt::format("# ipclab run --replay THIS-FILE {}\nstreams", words_of(options));
    for (const kernel::StreamKind kind : simulation.boot.standard_streams)
        text += fmt::format(" {}", name_of(kind));
    text += '\n';
    for (const std::string& each : options.limits) text += fmt::format("limit {}\n", each);
    if (!simulation.input.empty()) text += fmt::format("input {}\n", to_hex(simulation.input));
    text += "schedule\n";
    for (const engine::Stretch& each : schedule) text += engine::to_text({each}) + '\n';
    return text;
}

std::optional<std::string> prepare_replay(const std::string& file, const Loaded& loaded,
                                          SimulationOptions& simulation) {
    std::string error;
    const auto text = read_file(file, error);
    if (!text) return error;
    std::istringstream lines(*text);
    const auto wrong = [&](std::string_view line) {
        return fmt::format("{}: '{}' is no line of a schedule file; 'ipclab explore --save DIR' writes them",
                           file, line);
    };
    simulation.boot.standard_streams[0] = kernel::StreamKind::file;
    simulation.input_from = Input::given;
    std::string line;
    bool has_schedule = false;
    while (!has_schedule && std::getline(lines, line)) {
        if (line.empty() || line.front() == '#') continue;
        std::istringstream words(line);
        std::string name, word;
        words >> name;
        if (name == "schedule") {
            has_schedule = true;
        } else if (name == "streams") {
            for (kernel::StreamKind& kind : simulation.boot.standard_streams) {
                words >> word;
                const auto at = std::find(kStreamNames.begin(), kStreamNames.end(), word);
                if (at == kStreamNames.end()) return wrong(line);
                kind = kStreamKinds[static_cast<std::size_t>(at - kStreamNames.begin())];
            }
        } else if (name == "limit" && words >> word) {
            if (!set_limit(simulation.boot.limits, word).empty()) return wrong(line);
        } else if (name == "input" && words >> word) {
            auto bytes = from_hex(word);
            if (!bytes) return wrong(line);
            simulation.input = std::move(*bytes);
        } else {
            return wrong(line);
        }
    }
    if (!has_schedule) return fmt::format("{}: there is no schedule in it", file);
    const std::string rest(std::istreambuf_iterator<char>(lines), {});
    const auto stretches = engine::stretches_from(rest, error);
    if (!stretches) return fmt::format("{}: {}", file, error);
    simulation.boot.costs = kernel::Costs::none();
    auto schedule = engine::schedule_of(machine_to_explore(loaded, simulation), *stretches);
    if (!schedule)
        return fmt::format(
            "{}: the schedule is not of this program: other source, other arguments, or another ipclab",
            file);
    simulation.policy = engine::ReplayPolicy{std::move(*schedule), 0};
    return std::nullopt;
}

std::string words_of(const CommonOptions& options) {
    std::string text;
    const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    for (const std::string& each : options.programs) add("--program " + quoted(each));
    for (const std::string& each : options.defines) add("-D " + quoted(each));
    for (const std::string& each : options.include_directories) add("-I " + quoted(each));
    if (!options.shell_line.empty()) add("--sh " + quoted(options.shell_line));
    for (const std::string& each : options.files) add(quoted(each));
    if (!options.arguments.empty()) add("--");
    for (const std::string& each : options.arguments) add(quoted(each));
    return text;
}

}  // namespace ipclab::session
