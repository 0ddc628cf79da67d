// From what a person asks for - files, programs, a shell line - to compiled programs, for both kernels.
//
// The command and the window share this. It reads source files from the host's file system; sim/cc never
// does.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/cc/cc.h"
#include "sim/cc/diagnostic.h"
#include "sim/engine/machine.h"

namespace ipclab::session {

/// One executable and the C files that are linked into it, as cc does.
struct ProgramSpec {
    std::string name;
    std::vector<std::filesystem::path> files;
};

/// What to run.
struct Request {
    std::vector<ProgramSpec> programs;   ///< on the PATH of the simulated machine, besides the toy programs
    std::vector<std::string> arguments;  ///< of the first program, without argv[0]
    std::string shell_line;  ///< not empty: the toy shell runs this line instead of the first program
    std::vector<std::string> defines;  ///< as -D
};

/// A request from a command line: `files` are the C files of one program, then its arguments; `programs` are
/// texts of the form NAME=FILE.c[,FILE2.c]. An error is a sentence that says what to do.
struct ParsedRequest {
    Request request;
    std::string error;
};
ParsedRequest parse_request(const std::vector<std::string>& files, const std::vector<std::string>& arguments,
                            const std::vector<std::string>& programs, const std::string& shell_line);

/// The folder `lessons` that belongs to this ipclab: $IPCLAB_LESSONS, else the nearest above the executable.
/// Empty where there is none.
std::filesystem::path lessons_directory();

/// Compiled and ready to boot.
struct Loaded {
    engine::ProgramSet programs;
    std::size_t first = 0;               ///< index of the program to start
    std::vector<std::string> arguments;  ///< argv of the first process
    std::vector<ProgramSpec> specs;      ///< of all `programs`, in their order: the real run builds the same
    std::vector<cc::Diagnostic> diagnostics;  ///< of all of them
    std::string error;                        ///< a file that cannot be read, a name that is not known
    bool ok() const { return error.empty() && !cc::has_errors(diagnostics); }
};

/// Reads and compiles. Of the toy programs in lessons/bin those are compiled whose names the request mentions
/// anywhere: in the shell line, the arguments or the sources.
Loaded load(const Request& request);

/// The text of a file, or nothing and a sentence that says why not. At most 16 MB.
std::optional<std::string> read_file(const std::filesystem::path& file, std::string& error);

}  // namespace ipclab::session
