#include <benchmark/benchmark.h>

#include <string_view>

#include "benchmarks/explore_peers.h"
#include "benchmarks/times.h"
#include "benchmarks/tracer.h"
#include "benchmarks/vm_peers.h"

int main(int count, char** arguments) {
    if (count == 2 && std::string_view(arguments[1]) == "--vm") return ipclab::bench::compare_with_peers();
    if (count >= 2 && std::string_view(arguments[1]) == "--explore")
        return ipclab::bench::explore_beside_spin(count > 2 ? arguments[2] : "");
    if (count == 2 && std::string_view(arguments[1]) == "--time") return ipclab::bench::compare_times();
    if (count == 2 && std::string_view(arguments[1]) == "--tracer")
        return ipclab::bench::tracer_beside_strace();
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
