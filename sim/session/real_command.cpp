// `ipclab real`: the program on real Linux, in a sandbox, traced.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "sim/host/real.h"
#include "sim/session/commands.h"
#include "sim/session/report.h"
#include "sim/session/request.h"

namespace ipclab::session {

namespace {

host::RealRequest real_request(const Request& request, const CommonOptions& options) {
    host::RealRequest real;
    std::vector<ProgramSpec> specs = request.programs;
    for (ProgramSpec& toy : needed_toy_programs(request)) specs.push_back(std::move(toy));
    for (const ProgramSpec& spec : specs) {
        host::ProgramSource source{spec.name, {}, {}};
        for (const auto& file : spec.files) source.files.push_back({file.string(), std::nullopt});
        real.build.programs.push_back(std::move(source));
    }
    for (const std::string& define : options.defines) real.build.options.push_back("-D" + define);
    real.program = request.shell_line.empty() ? request.programs.front().name : "sh";
    real.arguments = request.arguments;
    real.shell_line = request.shell_line;
    return real;
}

host::StdioKind stdio_kind(int descriptor) {
    switch (own_streams()[static_cast<std::size_t>(descriptor)]) {
        case kernel::StreamKind::terminal:
            return host::StdioKind::terminal;
        case kernel::StreamKind::pipe:
            return host::StdioKind::pipe;
        case kernel::StreamKind::file:
            return host::StdioKind::file;
    }
    return host::StdioKind::pipe;
}

}  // namespace

int real_command(const CommonOptions& options) {
    const ParsedRequest parsed =
        parse_request(options.files, options.arguments, options.programs, options.shell_line);
    if (!parsed.error.empty()) {
        complain(parsed.error);
        return kExitUsage;
    }
    for (const ProgramSpec& spec : parsed.request.programs)
        for (const auto& file : spec.files) {
            std::string error;
            if (read_file(file, error)) continue;
            complain(error);
            return kExitUsage;
        }
    TraceWriter trace(options, {});
    if (trace.failed()) return kExitUsage;

    host::RealRequest request = real_request(parsed.request, options);
    request.stdio = {stdio_kind(0), stdio_kind(1), stdio_kind(2), {}, 0};
    request.mode = trace.wanted() ? host::RunMode::traced : host::RunMode::free;
    request.on_output = [](int stream, std::string_view bytes) { write_out(stream, bytes); };
    const host::RealResult result = host::run_real(request);
    fmt::print(stderr, "{}", result.build_messages);
    if (!result.ok()) {
        complain(result.error);
        return result.build_messages.empty() ? kExitUsage : kExitCompile;
    }
    trace.add(result.trace);
    trace.finish();
    if (result.limit) {
        complain(result.limit->text);
        return kExitLimit;
    }
    return exit_status(result.wait_status);
}

}  // namespace ipclab::session
