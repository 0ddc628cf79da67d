// Compiles toy programs with the system's C compiler into a private directory, which goes when the Build
// goes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/host/command.h"

namespace ipclab::host {

/// A C file: read from `name` where there is no text. The name is what __FILE__ gives.
struct SourceText {
    std::string name;
    std::optional<std::string> text;
};

/// One executable, of one or more C files linked together. Installed as /bin/NAME in the sandbox.
struct ProgramSource {
    std::string name;
    std::vector<SourceText> files;
    std::vector<SourceText> headers;  ///< texts that the files include by name; not compiled by themselves
};

struct BuildRequest {
    std::vector<ProgramSource> programs;
    std::vector<std::string> include_directories;
    std::string compiler = "cc";
    /// -std=gnu17 -g -no-pie -pthread and frame pointers always come first; -lm -lrt last.
    std::vector<std::string> options = {"-O0"};
    std::int64_t timeout_ns = 60'000'000'000;  ///< for each program
};

/// Where a program's source lines are: DWARF's absolute path and the name to show, in the order of the
/// request.
struct BuiltFile {
    std::string path, name;
};
struct BuiltProgram {
    std::string name;
    std::vector<BuiltFile> files;
};

/// The compiled programs. Movable; keeps the directory alive.
class Build {
  public:
    bool ok() const { return ok_; }
    /// What the compiler said: errors where !ok(), else warnings or nothing. Names as in the request.
    const std::string& messages() const { return messages_; }
    /// Holds one executable for each program.
    std::filesystem::path bin_directory() const { return directory_.path() / "bin"; }
    const std::vector<BuiltProgram>& programs() const { return programs_; }

  private:
    friend Build build_programs(const BuildRequest& request);
    TempDir directory_{"build"};
    std::vector<BuiltProgram> programs_;
    std::string messages_;
    bool ok_ = false;
};

/// Compiles everything, stopping at the first program with errors.
Build build_programs(const BuildRequest& request);

}  // namespace ipclab::host
