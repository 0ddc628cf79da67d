// What a person asks for: files, programs, a shell line. The command and the window share this; the host's file system
// is read here and never by sim/cc.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

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

/// Toy programs of lessons/bin, by name.
std::vector<ProgramSpec> toy_programs();

/// Those toy programs that the request mentions anywhere: in the shell line, the arguments or the sources. Programs of the
/// request's own hide them.
std::vector<ProgramSpec> needed_toy_programs(const Request& request);

/// The text of a file, or nothing and a sentence that says why not. At most 16 MB.
std::optional<std::string> read_file(const std::filesystem::path& file, std::string& error);

}  // namespace ipclab::session
