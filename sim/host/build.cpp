#include "sim/host/build.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "sim/host/launcher_image.h"
#include "sim/host/recorder_protocol.h"

namespace ipclab::host {

namespace fs = std::filesystem;

namespace {

bool is_program_name(const std::string& name) {
    return !name.empty() && name.size() < 200 && name != "." && name != ".." &&
           name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

/// Where a text is written: under its own relative name where that stays inside `directory`, so that the
/// files of a program find each other's headers.
fs::path place_for(const fs::path& directory, const std::string& name) {
    const fs::path normal = fs::path(name).lexically_normal();
    const bool stays_inside = normal.is_relative() && !normal.empty() && *normal.begin() != "..";
    return stays_inside ? directory / normal : directory / normal.filename();
}

constexpr const char* kRecorderFile = "recorder.o";

/// One program's compiler command line, and the files written for it.
struct Compilation {
    std::vector<std::string> arguments;
    BuiltProgram program;
    std::string error;
    std::vector<std::pair<std::string, std::string>> shown_as;  ///< path -> name, for messages

    bool add_text(const fs::path& directory, const SourceText& source, fs::path& where) {
        std::error_code failure;
        if (!source.text) {
            where = fs::absolute(source.name, failure);
            if (failure || !fs::is_regular_file(where, failure))
                return error = fmt::format("{}: no such file\n", source.name), false;
        } else {
            where = place_for(directory, source.name);
            fs::create_directories(where.parent_path(), failure);
            if (failure || !write_file(where, *source.text))
                return error = fmt::format("{}: cannot be written to {}\n", source.name, where.string()),
                       false;
            // A text that stands for a file on disk (an editor's buffer) still finds that file's headers.
            const fs::path parent = fs::absolute(source.name, failure).parent_path();
            if (!failure && fs::is_directory(parent, failure)) {
                arguments.push_back("-iquote");
                arguments.push_back(parent.string());
            }
        }
        shown_as.emplace_back(where.string(), source.name);
        arguments.push_back(fmt::format("-fmacro-prefix-map={}={}", where.string(), source.name));
        program.files.push_back({where.string(), source.name});
        return true;
    }
};

Compilation prepare(const BuildRequest& request, const ProgramSource& source, const fs::path& root) {
    Compilation made;
    made.program.name = source.name;
    made.arguments = {request.compiler, "-std=gnu17", "-g", "-no-pie", "-pthread", "-fno-omit-frame-pointer"};
    made.arguments.insert(made.arguments.end(), request.options.begin(), request.options.end());
    for (const std::string& directory : request.include_directories) {
        std::error_code failure;
        made.arguments.push_back("-I" + fs::absolute(directory, failure).string());
    }
    if (!is_program_name(source.name)) {
        made.error = fmt::format("'{}' cannot be a program's name: it has to be a file name\n", source.name);
        return made;
    }
    if (source.files.empty()) {
        made.error = fmt::format("program {}: no C file given\n", source.name);
        return made;
    }
    const fs::path directory = root / "src" / source.name;
    std::error_code failure;
    fs::create_directories(directory, failure);
    std::vector<std::string> inputs;
    fs::path where;
    for (const SourceText& file : source.files) {
        if (!made.add_text(directory, file, where)) return made;
        inputs.push_back(where.string());
    }
    for (const SourceText& header : source.headers)
        if (!made.add_text(directory, header, where)) return made;
    // -x c: a file is C whatever its name is, and no name is taken for an option.
    made.arguments.insert(made.arguments.end(), {"-x", "c"});
    made.arguments.insert(made.arguments.end(), inputs.begin(), inputs.end());
    made.arguments.insert(made.arguments.end(), {"-x", "none"});
    // At a fixed address, that position-independent programs do not have.
    const bool has_addresses =
        std::none_of(request.options.begin(), request.options.end(), [](const std::string& option) {
            return option.find("-pie") != std::string::npos && option != "-no-pie";
        });
    if (has_addresses)
        made.arguments.insert(made.arguments.end(),
                              {(root / kRecorderFile).string(),
                               fmt::format("-Wl,--section-start={}={:#x}", RECORDER_SECTION, RECORDER_CODE)});
    made.arguments.insert(made.arguments.end(), {"-o", (root / "bin" / source.name).string(), "-lm", "-lrt"});
    return made;
}

std::string with_shown_names(std::string text, const Compilation& made) {
    for (const auto& [path, name] : made.shown_as)
        for (std::size_t at = 0; (at = text.find(path, at)) != std::string::npos; at += name.size())
            text.replace(at, path.size(), name);
    return text;
}

}  // namespace

Build build_programs(const BuildRequest& request) {
    Build build;
    const fs::path root = build.directory_.path();
    if (root.empty()) {
        build.messages_ = fmt::format("cannot make a temporary directory: {}\n", std::strerror(errno));
        return build;
    }
    // Programs run under another user id where ipclab is root: they must be able to reach the directory.
    chmod(root.c_str(), 0711);
    std::error_code failure;
    fs::create_directories(build.bin_directory(), failure);
    const auto recorder = recorder_image();
    if (!write_file(root / kRecorderFile,
                    {reinterpret_cast<const char*>(recorder.data()), recorder.size()})) {
        build.messages_ = fmt::format("cannot write to {}\n", root.string());
        return build;
    }

    std::set<std::string> names;
    for (const ProgramSource& source : request.programs) {
        if (!names.insert(source.name).second) {
            build.messages_ += fmt::format("two programs are called {}\n", source.name);
            return build;
        }
        Compilation made = prepare(request, source, root);
        if (!made.error.empty()) {
            build.messages_ += made.error;
            return build;
        }
        const CommandResult result =
            run_command(made.arguments, root / "src" / source.name, request.timeout_ns);
        build.messages_ += with_shown_names(result.output, made);
        if (result.start_error != 0)
            build.messages_ +=
                fmt::format("cannot run the C compiler '{}': {}; install it with: apt-get install gcc\n",
                            request.compiler, std::strerror(result.start_error));
        else if (result.timed_out)
            build.messages_ += fmt::format("{}: the compiler was stopped after {} s\n", source.name,
                                           request.timeout_ns / 1'000'000'000);
        else if (!result.ok() && result.output.empty())
            build.messages_ += fmt::format("{}: the compiler failed without a message\n", source.name);
        if (!result.ok()) return build;
        chmod((build.bin_directory() / source.name).c_str(), 0755);
        build.programs_.push_back(std::move(made.program));
    }
    build.ok_ = true;
    return build;
}

}  // namespace ipclab::host
