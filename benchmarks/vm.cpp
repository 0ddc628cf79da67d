// The interpreter on small programs, and Lua 5.4 on the same ones.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>

#include "benchmarks/programs.h"
#include "sim/engine/policy.h"

namespace ipclab::bench {

namespace {

constexpr double kLoopIterations = 30e6, kCalls = 2'692'537;

benchmark::Counter rate(benchmark::State& state, double each) {
    return {static_cast<double>(state.iterations()) * each, benchmark::Counter::kIsRate};
}

void on_our_vm(benchmark::State& state, const std::string& program, const char* counter, double each) {
    const engine::Machine start = machine_of(program);
    for (auto _ : state) {
        engine::Machine machine = start;
        engine::Policy policy = engine::TimedPolicy{};
        while (auto choice = engine::next_choice(machine, policy)) engine::step(machine, *choice, nullptr);
        benchmark::DoNotOptimize(machine);
    }
    state.counters[counter] = rate(state, each);
}

/// Runs programs/NAME.lua, which prints the time that it took.
void on_lua(benchmark::State& state, const std::string& program, const char* counter, double each) {
    const std::string command = "lua5.4 " IPCLAB_SOURCE_DIR "/benchmarks/programs/" + program + ".lua";
    for (auto _ : state) {
        FILE* lua = popen(command.c_str(), "r");
        double seconds = 0;
        if (!lua || std::fscanf(lua, "%lf", &seconds) != 1) state.SkipWithError("lua5.4 did not run");
        if (lua) pclose(lua);
        state.SetIterationTime(seconds);
    }
    state.counters[counter] = rate(state, each);
}

BENCHMARK_CAPTURE(on_our_vm, loop, "loop", "iterations/s", kLoopIterations)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(on_lua, loop, "loop", "iterations/s", kLoopIterations)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(on_our_vm, calls, "calls", "function_calls/s", kCalls)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(on_lua, calls, "calls", "function_calls/s", kCalls)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace ipclab::bench
