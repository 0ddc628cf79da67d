// The compiler: source to linked program, headers and the library's units that the program needs included. The lines
// counted are the program's own.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/cc/cc.h"

namespace ipclab::bench {

namespace {

std::string text_of(const std::string& file) {
    std::ifstream in(std::string(IPCLAB_SOURCE_DIR) + "/" + file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void compile(benchmark::State& state, const std::string& source) {
    for (auto _ : state) {
        const cc::Result result = cc::compile("program", {{"program.c", source}});
        if (!result.program) state.SkipWithError(cc::format(result.diagnostics).c_str());
        benchmark::DoNotOptimize(result.program);
    }
    const auto lines = static_cast<double>(std::ranges::count(source, '\n'));
    state.counters["lines"] = lines;
    state.counters["lines/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * lines, benchmark::Counter::kIsRate);
}

/// The toy shell: 1,200 lines, 15 headers, printf and malloc.
void compile_shell(benchmark::State& state) {
    compile(state, text_of("lessons/bin/sh.c"));
}

/// What every program costs, however short it is.
void compile_hello(benchmark::State& state) {
    compile(state, "#include <stdio.h>\nint main(void) {\n    printf(\"hello\\n\");\n    return 0;\n}\n");
}

/// The compiler alone: no headers, next to nothing of the library.
void compile_bare(benchmark::State& state) {
    std::string source = "static int add(int a, int b) { return a + b; }\n";
    for (int i = 0; i < 100; ++i)
        source += fmt::format(
            "struct s{0} {{ int a, b; char text[16]; }};\nint f{0}(struct s{0} *s, int n) {{\n    int sum = "
            "0;\n"
            "    for (int i = 0; i < n; i++) {{\n        if (s[i].a > i && s[i].b != 0)\n"
            "            sum += add(s[i].a * 3, s[i].b);\n        else\n"
            "            s[i].text[i & 15] = (char)(sum >> 2);\n    }}\n    return sum;\n}}\n",
            i);
    compile(state, source + "int main(void) { return 0; }\n");
}

BENCHMARK(compile_hello)->Unit(benchmark::kMillisecond);
BENCHMARK(compile_bare)->Unit(benchmark::kMillisecond);
BENCHMARK(compile_shell)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace ipclab::bench
