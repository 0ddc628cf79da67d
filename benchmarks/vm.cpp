// The interpreter, beside Lua 5.4 on the same loop.
#include <benchmark/benchmark.h>

#include <cstdio>

#include "benchmarks/programs.h"
#include "sim/vm/interpreter.h"

namespace ipclab::bench {

namespace {

void vm_loop(benchmark::State& state) {
    engine::Machine machine = machine_of("loop");
    kernel::Kernel& kernel = machine.kernel;
    const kernel::Tid task = kernel.tasks.begin()->first;
    const kernel::UserMemory memory{kernel.spaces.write(kernel.processes[kernel.tasks[task].process].space),
                                    kernel.memory};
    vm::Context& context = machine.contexts.write(task);
    const vm::Program& program = machine.program_of(task);
    std::uint64_t instructions = 0;
    for (auto _ : state) instructions += vm::run(program, context, memory, 5'000'000).instructions;
    state.counters["iterations/s"] = benchmark::Counter(static_cast<double>(instructions) / 5, benchmark::Counter::kIsRate);
}
BENCHMARK(vm_loop)->Unit(benchmark::kMillisecond);

void lua_loop(benchmark::State& state) {
    constexpr const char* kScript =
        "lua5.4 -e 'local t = os.clock() local s = 0 for r = 1, 1000 do for i = 0, 29999 do s = s + i * i % 7 end end "
        "print(os.clock() - t)'";
    double seconds = 0;
    std::int64_t iterations = 0;
    for (auto _ : state) {
        FILE* lua = popen(kScript, "r");
        double once = 0;
        if (!lua || std::fscanf(lua, "%lf", &once) != 1) state.SkipWithError("lua5.4 did not run");
        if (lua) pclose(lua);
        seconds += once;
        iterations += 30'000'000;
        state.SetIterationTime(once);
    }
    state.counters["iterations/s"] = benchmark::Counter(static_cast<double>(iterations), benchmark::Counter::kIsRate);
}
BENCHMARK(lua_loop)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace ipclab::bench
