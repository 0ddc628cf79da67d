#include "benchmarks/tracer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/programs.h"
#include "sim/host/command.h"
#include "sim/host/real.h"

namespace ipclab::bench {

namespace {

constexpr int kRuns = 5;  // odd: the median is one of them
constexpr std::int64_t kTimeout = 60'000'000'000;
/// Words of benchmarks/programs/exchange.c, which would stay on one CPU by itself.
const std::vector<std::string> kExchange{"pipe", "1", "5000", "anywhere"};

std::optional<double> ours(const std::shared_ptr<const host::Build>& built, host::RunMode mode,
                           host::Cpus cpus) {
    host::RealRequest request;
    request.built = built;
    request.arguments = kExchange;
    request.mode = mode;
    request.cpus = cpus;
    if (cpus == host::Cpus::one) request.allowed_cpus = {0};
    const host::RealResult result = host::run_real(request);
    if (!result.ok()) fmt::print(stderr, "{}\n", result.error);
    return printed_ns(result.standard_output);
}

std::optional<double> strace(const std::string& executable, host::Cpus cpus) {
    std::vector<std::string> words;
    if (cpus == host::Cpus::one) words = {"taskset", "-c", "0"};
    for (const char* word : {"strace", "-f", "-o", "/dev/null"}) words.emplace_back(word);
    words.push_back(executable);
    words.insert(words.end(), kExchange.begin(), kExchange.end());
    const host::CommandResult result = host::run_command(words, {}, kTimeout);
    if (!result.ok())
        fmt::print(stderr, "{}strace: no figure (status {})\n", result.output, result.wait_status);
    return printed_ns(result.output);
}

}  // namespace

int tracer_beside_strace() {
    const auto built = std::make_shared<const host::Build>(host::build_programs(exchange_for_real()));
    if (!built->ok()) {
        fmt::print(stderr, "{}\n", built->messages());
        return 1;
    }
    const std::string executable = built->bin_directory() / "exchange";
    fmt::print("{:<10}{:>14}{:>20}{:>20}{:>18}\n", "", "untraced", "ipclab real", "strace -f",
               "ours / strace's");
    for (const auto& [name, cpus] : {std::pair{"one CPU", host::Cpus::one}, {"all CPUs", host::Cpus::all}}) {
        const std::array<std::function<std::optional<double>()>, 3> ways{
            [&] { return ours(built, host::RunMode::free, cpus); },
            [&] { return ours(built, host::RunMode::traced, cpus); },
            [&] { return strace(executable, cpus); }};
        std::array<std::vector<double>, 3> times;
        for (int run = 0; run < kRuns; ++run)  // in turn: noise meets all alike
            for (std::size_t way = 0; way < ways.size(); ++way) {
                const auto time = ways[way]();
                if (!time) return 1;
                times[way].push_back(*time);
            }
        for (std::vector<double>& each : times)
            std::nth_element(each.begin(), each.begin() + kRuns / 2, each.end());
        const double free = times[0][kRuns / 2], traced = times[1][kRuns / 2], peer = times[2][kRuns / 2];
        fmt::print("{:<10}{:>11.1f} us{:>11.1f} us{:>5.1f}x{:>11.1f} us{:>5.1f}x{:>17.2f}x\n", name,
                   free / 1e3, traced / 1e3, traced / free, peer / 1e3, peer / free, traced / peer);
        std::fflush(stdout);
    }
    fmt::print(
        "Round trips of one byte through two pipes; medians of {} runs in turn. On one CPU all is pinned to "
        "the first\n"
        "one, tracers too (ipclab shares one with the program by itself); on all CPUs nothing is.\n",
        kRuns);
    return 0;
}

}  // namespace ipclab::bench
