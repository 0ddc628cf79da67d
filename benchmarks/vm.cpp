// The interpreter on small programs; vm_peers.cpp compares it with others.
#include <benchmark/benchmark.h>

#include <string>

#include "benchmarks/programs.h"
#include "sim/engine/policy.h"

namespace ipclab::bench {

namespace {

void vm(benchmark::State& state, const std::string& program, const char* counter, double each) {
    const engine::Machine start = machine_of(program);
    for (auto _ : state) {
        engine::Machine machine = start;
        engine::Policy policy = engine::TimedPolicy{};
        while (auto choice = engine::next_choice(machine, policy)) engine::step(machine, *choice, nullptr);
        benchmark::DoNotOptimize(machine);
    }
    state.counters[counter] =
        benchmark::Counter(static_cast<double>(state.iterations()) * each, benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(vm, loop, "loop", "iterations/s", 30e6)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(vm, sum, "sum", "elements/s", 20e6)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(vm, calls, "calls", "function_calls/s", 2'692'537)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(vm, strings, "strings", "strcats/s", 2.4e6)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace ipclab::bench
