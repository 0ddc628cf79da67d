#include "sim/session/limits.h"

#include <fmt/format.h>

#include <charconv>

#include "sim/cc/spell.h"
#include "sim/session/commands.h"

namespace ipclab::session {

std::string set_limit(kernel::Limits& limits, const std::string& assignment) {
    const auto equals = assignment.find('=');
    const std::string name = assignment.substr(0, equals);
    const kernel::LimitSpec* spec = kernel::limit_named(name);
    if (!spec) {
        cc::Speller speller(name);
        for (const kernel::LimitSpec& each : kernel::limit_specs()) speller.offer(each.name);
        const std::string near = speller.suggestion();
        return fmt::format("there is no limit '{}'{}", name,
                           near.empty() ? "; 'ipclab limits' lists them" : near);
    }
    std::uint64_t value = 0;
    const char* const begin =
        assignment.data() + (equals == assignment.npos ? assignment.size() : equals + 1);
    const char* const end = assignment.data() + assignment.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (begin == end || stop != end || error != std::errc{} || value < spec->smallest ||
        value > spec->largest)
        return fmt::format("{} is a whole number from {} to {}: {}={}", name, spec->smallest, spec->largest,
                           name, spec->usual);
    spec->set(limits, value);
    return {};
}

std::string limits_table() {
    std::string text;
    for (const kernel::LimitSpec& spec : kernel::limit_specs())
        text += fmt::format("{:<22}{:>22}  {}\n", spec.name, spec.usual, spec.what);
    return text;
}

int limits_command(const CommonOptions&) {
    fmt::print("{}", limits_table());
    return 0;
}

}  // namespace ipclab::session
