#include <benchmark/benchmark.h>

#include <string_view>

#include "benchmarks/vm_peers.h"

int main(int count, char** arguments) {
    if (count == 2 && std::string_view(arguments[1]) == "--vm") return ipclab::bench::compare_with_peers();
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
