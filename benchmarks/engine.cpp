// The engine: simulated system calls, snapshots, steps back.
#include <benchmark/benchmark.h>

#include <ctime>

#include "benchmarks/programs.h"
#include "sim/engine/policy.h"
#include "sim/engine/timeline.h"

namespace ipclab::bench {

namespace {

using engine::Machine;
using engine::TimedPolicy;

void advance(Machine& machine, engine::Policy& policy, kernel::Trace* trace) {
    engine::step(machine, *engine::next_choice(machine, policy), trace);
}

constexpr int kRoundTripsAtATime = 1000;
constexpr int kWarmUpSteps = 1000;

void pipe_round_trips(benchmark::State& state) {
    Machine machine = machine_of("ping_pong");
    engine::Policy policy = TimedPolicy{};
    kernel::Trace trace;
    kernel::Trace* wanted = state.range(0) ? &trace : nullptr;
    for (int i = 0; i < kWarmUpSteps; ++i) advance(machine, policy, nullptr);
    const kernel::PipeId first = machine.kernel.pipes.begin()->first;
    std::int64_t steps = 0, round_trips = 0;
    for (auto _ : state) {
        const std::uint64_t goal = machine.kernel.pipes[first].bytes_read + kRoundTripsAtATime;
        while (machine.kernel.pipes[first].bytes_read < goal) {
            advance(machine, policy, wanted);
            ++steps;
        }
        round_trips += kRoundTripsAtATime;
        trace.clear();
    }
    state.counters["round_trips/s"] =
        benchmark::Counter(static_cast<double>(round_trips), benchmark::Counter::kIsRate);
    state.counters["system_calls/s"] =
        benchmark::Counter(4.0 * static_cast<double>(round_trips), benchmark::Counter::kIsRate);
    state.counters["steps/trip"] = static_cast<double>(steps) / static_cast<double>(round_trips);
}
BENCHMARK(pipe_round_trips)->ArgName("events")->Arg(0)->Arg(1);

/// The same in a timeline, which keeps all events, choices and snapshots.
void recorded_round_trips(benchmark::State& state) {
    std::int64_t events = 0;
    for (auto _ : state) {
        engine::Timeline timeline(machine_of("ping_pong"), TimedPolicy{}, {});
        while (timeline.trace().events.size() < 1'000'000) timeline.step_forward();
        events += static_cast<std::int64_t>(timeline.trace().events.size());
    }
    state.counters["events/s"] = benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
    state.counters["round_trips/s"] =
        benchmark::Counter(static_cast<double>(events) / 10, benchmark::Counter::kIsRate);
}
BENCHMARK(recorded_round_trips);

void snapshots(benchmark::State& state) {
    Machine machine = machine_of("ping_pong");
    engine::Policy policy = TimedPolicy{};
    for (int i = 0; i < kWarmUpSteps; ++i) advance(machine, policy, nullptr);
    for (auto _ : state) {
        Machine copy = machine;
        advance(machine, policy, nullptr);
        benchmark::DoNotOptimize(copy);
    }
    state.counters["snapshots/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(snapshots);

void steps_back(benchmark::State& state) {
    engine::Timeline timeline(machine_of("ping_pong"), TimedPolicy{}, {});
    while (timeline.trace().events.size() < 1'000'000) timeline.step_forward();
    std::uint64_t random = 1;
    double worst = 0;
    for (auto _ : state) {
        state.PauseTiming();
        random = random * 6364136223846793005u + 1442695040888963407u;
        timeline.seek({(random >> 32) % timeline.recorded_steps() + 1, 0});
        state.ResumeTiming();
        const std::clock_t begin = std::clock();
        timeline.step_back();
        worst = std::max(worst, 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    state.counters["steps_back/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
    state.counters["worst_ms"] = worst;
}
BENCHMARK(steps_back)->Unit(benchmark::kMicrosecond);

/// In a program that computes: 200 steps of a million instructions each.
void steps_back_in_long_steps(benchmark::State& state, bool (engine::Timeline::*back)()) {
    engine::Timeline timeline(machine_of("loop"), TimedPolicy{}, {});
    timeline.run_to_end(150);
    for (auto _ : state) {
        state.PauseTiming();
        timeline.seek_recorded_end();
        timeline.step_back();
        for (int i = 0; i < 20; ++i) timeline.instruction_back();
        state.ResumeTiming();
        (timeline.*back)();
    }
    state.counters["steps_back/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(steps_back_in_long_steps, instruction, &engine::Timeline::instruction_back)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(steps_back_in_long_steps, line, &engine::Timeline::line_back)
    ->Unit(benchmark::kMicrosecond);

}  // namespace

}  // namespace ipclab::bench
