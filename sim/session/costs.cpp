#include "sim/session/costs.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "embedded/probes_text.h"
#include "sim/cc/spell.h"
#include "sim/engine/text.h"
#include "sim/session/commands.h"
#include "sim/session/real_run.h"
#include "sim/session/report.h"

namespace ipclab::session {

namespace {

/// More than anything may cost: a second.
constexpr kernel::Time kMostCost = kernel::kSecond;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string set_cost(kernel::Costs& costs, std::string_view name, std::string_view value) {
    const kernel::CostSpec* spec = kernel::cost_named(name);
    if (!spec) {
        cc::Speller speller{std::string(name)};
        for (const kernel::CostSpec& each : kernel::cost_specs()) speller.offer(each.name);
        const std::string near = speller.suggestion();
        return fmt::format("there is no cost '{}'{}", name,
                           near.empty() ? "; 'ipclab costs' lists them" : near);
    }
    // Without it a busy loop would never come to the end of its time slice.
    const kernel::Time least = spec->member == &kernel::Costs::instruction_ps ? 1 : 0;
    kernel::Time number = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (value.empty() || stop != value.data() + value.size() || error != std::errc{} || number < least ||
        number > kMostCost)
        return fmt::format("{} is a whole number from {} to {}: {} = {}", name, least, kMostCost, name,
                           spec->usual);
    costs.*spec->member = number;
    return {};
}

}  // namespace

std::string set_costs(kernel::Costs& costs, std::string_view text) {
    kernel::Costs result = costs;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, std::min(end, text.find('#'))));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) continue;
        const auto equals = line.find('=');
        if (equals == line.npos)
            return fmt::format("line {}: NAME = VALUE was expected: {}", number,
                               engine::shortened(engine::printable(line), 60));
        const std::string wrong =
            set_cost(result, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
        if (!wrong.empty()) return fmt::format("line {}: {}", number, wrong);
    }
    costs = result;
    return {};
}

std::string read_costs(kernel::Costs& costs, const std::string& path) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) return fmt::format("{} cannot be read: {}", path, std::strerror(errno));
    const std::string wrong = set_costs(costs, text);
    return wrong.empty() ? "" : path + ": " + wrong;
}

std::string costs_text(const kernel::Costs& costs) {
    std::string text =
        "# What each operation costs in simulated time, in nanoseconds unless it says picoseconds.\n";
    for (const kernel::CostSpec& spec : kernel::cost_specs())
        text += fmt::format("{:<16} = {:>7}  # {}\n", spec.name, costs.*spec.member, spec.what);
    return text;
}

std::string measure_costs(kernel::Costs& costs) {
    host::RealRequest real;
    real.build.programs = {{"probes", {{"probes.c", std::string(kProbes)}}, {}}};
    real.arguments = {"2000", "15"};
    real.mode = host::RunMode::free;
    real.cpus = host::Cpus::all;
    real.limits.deadline_ns = 60 * kernel::kSecond;
    RealRun run = run_real(std::move(real), false);
    die_if_stopped(run);
    if (!run.result.ok()) return run.result.error;
    if (run.result.limit) return run.result.limit->text;
    if (run.result.wait_status != 0) return "the program that measures failed: " + run.result.standard_error;
    std::istringstream lines(run.result.standard_output);
    std::string name, value;
    while (lines >> name >> value)
        if (const std::string wrong = set_cost(costs, name, value); !wrong.empty()) return wrong;
    return {};
}

int costs_command(const CommonOptions&) {
    fmt::print("{}", costs_text({}));
    return 0;
}

int calibrate_command(const CommonOptions&) {
    kernel::Costs costs;
    if (const std::string wrong = measure_costs(costs); !wrong.empty()) {
        complain(wrong);
        return kExitUsage;
    }
    fmt::print("{}", costs_text(costs));
    return 0;
}

}  // namespace ipclab::session
