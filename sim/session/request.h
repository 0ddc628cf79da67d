// What a person asks for: files, programs, a shell line. The command and the window share this; the host's file system
// is read here and never by sim/cc.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kernel/network.h"
#include "sim/cc/cc.h"
#include "sim/lesson/lesson.h"

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
    std::vector<std::string> tools;    ///< toy programs that are needed, whoever mentions them
    std::vector<std::string> include_directories = {};  ///< as -I
    std::vector<kernel::Host> hosts = {};               ///< of the modelled network
    cc::WarningLevel warnings = cc::WarningLevel::all;  ///< about the programs, not the toy programs
};

/// A request from a command line: `files` are the C files of one program, then its arguments; `programs` are
/// texts of the form NAME=FILE.c[,FILE2.c]. An error is a sentence that says what to do.
struct ParsedRequest {
    Request request;
    std::string error;
};
ParsedRequest parse_request(const std::vector<std::string>& files, const std::vector<std::string>& arguments,
                            const std::vector<std::string>& programs, const std::string& shell_line);

/// What one of a lesson's machines runs, in the words of a command line.
Request request_of(const lesson::Lesson& lesson, const lesson::Setup& setup);

/// The folder `lessons` that belongs to this ipclab: $IPCLAB_LESSONS, else the nearest above the executable, else that of
/// the source tree. Empty where there is none.
std::filesystem::path lessons_directory();

/// Toy programs of lessons/bin, by name.
std::vector<ProgramSpec> toy_programs();

/// Those toy programs that the request may execute: named in the shell line, the arguments or a string of the sources;
/// all of them where a program executes names that it computes (a shell). Programs of the request's own hide them.
std::vector<ProgramSpec> needed_toy_programs(const Request& request);

/// Programs and needed toy programs: all that has to be compiled.
std::vector<ProgramSpec> all_programs(const Request& request);

/// Where a shell line is to be run and there is no shell: a sentence that says so.
std::string missing_shell(const Request& request);

/// What a file is to hold: C source, other text, or anything (what a program reads; pipes and devices, too).
enum class Content { c_source, text, bytes };
/// What a file holds, or nothing and a sentence that says why not and what to do. At most 16 MB.
std::optional<std::string> read_file(const std::filesystem::path& file, std::string& error,
                                     Content content = Content::c_source);
/// Where it is not there yet. Empty, or a sentence that says why no file can be put into it.
std::string make_directory(const std::filesystem::path& directory);
/// Empty, or a sentence that says why the file cannot be written; then there is none, or the one from before.
std::string write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace ipclab::session
