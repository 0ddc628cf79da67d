#include "benchmarks/times.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/programs.h"
#include "sim/engine/policy.h"
#include "sim/host/real.h"
#include "sim/session/costs.h"

namespace ipclab::bench {

namespace {

constexpr int kRuns = 7;  // odd: the median is one of them

/// Words of benchmarks/programs/exchange.c.
struct Exchange {
    const char* mechanism;
    int bytes;
    int times;
};
constexpr Exchange kExchanges[] = {
    {"yield", 1, 5000},           {"pipe", 1, 5000},          {"pipe", 4096, 5000},
    {"pipe", 65536, 1000},        {"stream", 65536, 1000},    {"unix-stream", 1, 5000},
    {"unix-stream", 4096, 5000},  {"unix-datagram", 1, 5000}, {"tcp", 1, 5000},
    {"tcp", 16384, 2000},         {"udp", 1, 5000},           {"sysv-queue", 1, 5000},
    {"sysv-queue", 8192, 5000},   {"posix-queue", 1, 5000},   {"sysv-semaphore", 1, 5000},
    {"posix-semaphore", 1, 5000}, {"eventfd", 8, 5000},       {"signal", 1, 5000},
};

std::vector<std::string> words(const Exchange& exchange) {
    return {exchange.mechanism, std::to_string(exchange.bytes), std::to_string(exchange.times)};
}

std::optional<double> simulated(const Exchange& exchange, const kernel::Costs& costs) {
    engine::MachineOptions options;
    options.arguments = words(exchange);
    options.arguments.insert(options.arguments.begin(), "exchange");
    options.boot.costs = costs;
    engine::Machine machine =
        engine::make_machine(engine::ProgramSet{compiled("exchange")}, 0, options, nullptr);
    engine::Policy policy = engine::TimedPolicy{};
    while (auto choice = engine::next_choice(machine, policy)) engine::step(machine, *choice, nullptr);
    return printed_ns(engine::outcome(machine).standard_output);
}

std::optional<double> real(const Exchange& exchange, std::shared_ptr<const host::Build>& built,
                           std::string& error) {
    std::vector<double> found;
    for (int i = 0; i < kRuns; ++i) {
        host::RealRequest request;
        request.build = exchange_for_real();
        request.built = built;
        request.arguments = words(exchange);
        request.mode = host::RunMode::free;
        const host::RealResult result = host::run_real(request);
        built = result.built;
        error = result.ok() ? result.standard_error : result.error + result.build_messages;
        const auto value = printed_ns(result.standard_output);
        if (!value) return std::nullopt;
        found.push_back(*value);
    }
    std::nth_element(found.begin(), found.begin() + kRuns / 2, found.end());
    return found[kRuns / 2];
}

}  // namespace

int compare_times() {
    kernel::Costs costs;
    if (const std::string wrong = session::measure_costs(costs); !wrong.empty()) {
        fmt::print(stderr, "{}\n", wrong);
        return 1;
    }
    fmt::print("{}\n{:<18}{:>8}{:>14}{:>14}{:>9}\n", session::costs_text(costs), "exchange", "bytes",
               "real ns", "simulated ns", "error");
    std::shared_ptr<const host::Build> built;
    std::vector<double> errors;
    for (const Exchange& exchange : kExchanges) {
        std::string error;
        const auto there = real(exchange, built, error);
        const auto here = simulated(exchange, costs);
        if (!there || !here) {
            fmt::print(stderr, "{}: no figure: {}\n", exchange.mechanism, error);
            return 1;
        }
        errors.push_back(std::abs(*here - *there) / *there);
        fmt::print("{:<18}{:>8}{:>14.0f}{:>14.0f}{:>8.0f}%\n", exchange.mechanism, exchange.bytes, *there,
                   *here, 100 * (*here - *there) / *there);
        std::fflush(stdout);
    }
    std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2),
                     errors.end());
    fmt::print("median error: {:.0f}%, of {} exchanges; real times are medians of {} runs, untraced\n",
               100 * errors[errors.size() / 2], errors.size(), kRuns);
    return 0;
}

}  // namespace ipclab::bench
