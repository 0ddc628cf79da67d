#include "sim/session/load.h"

#include <algorithm>

namespace ipclab::session {

namespace fs = std::filesystem;

namespace {

/// As cc: beside the including file, then in the directories of -I.
cc::IncludeResolver resolver(const std::vector<std::string>& directories) {
    return [&directories](const std::string& name, const std::string& includer) -> std::optional<cc::Source> {
        std::string error;
        fs::path file = fs::path(includer).parent_path() / name;
        if (auto text = read_file(file, error)) return cc::Source{file.string(), std::move(*text)};
        for (const std::string& directory : directories) {
            file = fs::path(directory) / name;
            if (auto text = read_file(file, error)) return cc::Source{file.string(), std::move(*text)};
        }
        return std::nullopt;
    };
}

std::vector<cc::Source> read_sources(const ProgramSpec& spec, std::string& error) {
    std::vector<cc::Source> sources;
    for (const fs::path& file : spec.files) {
        auto text = read_file(file, error);
        if (!text) return {};
        sources.push_back({file.string(), std::move(*text)});
    }
    return sources;
}

/// All programs are compiled even where one has errors: a person wants to see all of them at once.
Loaded compile_all(const Request& request, const std::vector<ProgramSpec>& specs) {
    Loaded loaded;
    cc::Options options;
    options.defines = request.defines;
    options.include = resolver(request.include_directories);
    for (const ProgramSpec& spec : specs) {
        const auto sources = read_sources(spec, loaded.error);
        if (!loaded.error.empty()) return loaded;
        const bool is_own = &spec < specs.data() + request.programs.size();
        options.warnings = is_own ? request.warnings : cc::WarningLevel::none;
        cc::Result result = cc::compile(spec.name, sources, options);
        loaded.diagnostics.insert(loaded.diagnostics.end(), result.diagnostics.begin(),
                                  result.diagnostics.end());
        if (!result.program) continue;
        loaded.programs.push_back(std::move(result.program));
        loaded.specs.push_back(spec);
    }
    return loaded;
}

}  // namespace

Loaded load_own(const Request& request) {
    return compile_all(request, request.programs);
}

Loaded load(const Request& request) {
    Loaded loaded = compile_all(request, all_programs(request));
    if (!loaded.ok()) return loaded;
    if (request.shell_line.empty()) {
        loaded.arguments = {request.programs.front().name};
        loaded.arguments.insert(loaded.arguments.end(), request.arguments.begin(), request.arguments.end());
        return loaded;
    }
    loaded.error = missing_shell(request);
    if (!loaded.error.empty()) return loaded;
    const auto shell = std::ranges::find(loaded.specs, "sh", &ProgramSpec::name);
    loaded.first = static_cast<std::size_t>(shell - loaded.specs.begin());
    loaded.arguments = {"sh", "-c", request.shell_line};
    return loaded;
}

}  // namespace ipclab::session
