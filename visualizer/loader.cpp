#include "visualizer/loader.h"

#include "sim/host/real.h"

namespace ipclab::visualizer {

namespace {

host::StdioKind kind_of(kernel::StreamKind kind) {
    switch (kind) {
        case kernel::StreamKind::terminal:
            return host::StdioKind::terminal;
        case kernel::StreamKind::pipe:
            return host::StdioKind::pipe;
        case kernel::StreamKind::file:
            return host::StdioKind::file;
    }
    return host::StdioKind::terminal;
}

/// The timeline has room for sentences, not for lines.
std::string in_one_line(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;) text.replace(at, 1, ".  ");
    return text;
}

RealResult run(const host::RealRequest& request) {
    if (const host::Availability available = host::check_availability();
        !available.can_build() || !available.can_isolate() || !available.can_trace())
        return {{}, in_one_line(available.summary()), false};
    host::RealResult real = host::run_real(request);
    RealResult result;
    result.ok = real.ok();
    result.message = real.ok() ? (real.limit ? real.limit->text : "") : real.error;
    if (!real.ok() && !real.build_messages.empty()) result.message += ": " + real.build_messages;
    result.message = in_one_line(result.message);
    result.trace = std::move(real.trace);
    return result;
}

}  // namespace

Compiled compiled_of(const session::Loaded& loaded) {
    return {loaded.programs, loaded.first, loaded.arguments, loaded.diagnostics, loaded.error};
}

RealRun::Job real_job(const session::Loaded& loaded, const RealWorld& world) {
    host::RealRequest request;
    for (const session::ProgramSpec& spec : loaded.specs) {
        host::ProgramSource program{spec.name, {}, {}};
        for (const auto& file : spec.files) program.files.push_back({file.string(), std::nullopt});
        request.build.programs.push_back(std::move(program));
    }
    if (!loaded.arguments.empty()) {
        request.program = loaded.specs[loaded.first].name;
        // A shell line is given as such: the shell's own -c and line are not repeated.
        if (world.shell_line.empty())
            request.arguments.assign(loaded.arguments.begin() + 1, loaded.arguments.end());
    }
    request.shell_line = world.shell_line;
    request.stdio.in = kind_of(world.streams[0]);
    request.stdio.out = kind_of(world.streams[1]);
    request.stdio.err = kind_of(world.streams[2]);
    request.stdio.input = world.input;
    request.files = world.files;
    request.hosts = world.hosts;
    // A window shows a run that somebody watches: shorter and smaller than what the command allows.
    request.limits.events = 500'000;
    return [request = std::move(request)] { return run(request); };
}

}  // namespace ipclab::visualizer
