#include "benchmarks/programs.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sim/cc/cc.h"

namespace ipclab::bench {

std::shared_ptr<const vm::Program> compiled(const std::string& name) {
    const std::string file = name + ".c";
    std::ifstream in(std::string(IPCLAB_SOURCE_DIR "/benchmarks/programs/") + file);
    std::ostringstream text;
    text << in.rdbuf();
    const cc::Result result = cc::compile(name, {{file, text.str()}});
    if (result.program) return result.program;
    for (const cc::Diagnostic& diagnostic : result.diagnostics)
        std::fprintf(stderr, "%s: %s\n", file.c_str(), diagnostic.message.c_str());
    std::exit(1);
}

engine::Machine machine_of(const std::string& name) {
    return engine::make_machine({compiled(name)}, 0, {}, nullptr);
}

host::BuildRequest exchange_for_real() {
    host::BuildRequest request;
    request.programs = {{"exchange", {{IPCLAB_SOURCE_DIR "/benchmarks/programs/exchange.c", {}}}, {}}};
    return request;
}

std::optional<double> printed_ns(const std::string& output) {
    char* end = nullptr;
    const double value = std::strtod(output.c_str(), &end);
    return end == output.c_str() ? std::nullopt : std::optional(value);
}

}  // namespace ipclab::bench
