// The C compiler's front door: C sources in, a linked program and diagnostics out.
//
// A program is linked like a static executable: its own translation units, then from the embedded C library
// only the translation units that define symbols still missing (sim/libc; an index says which file defines
// what).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/cc/diagnostic.h"
#include "sim/vm/program.h"

namespace ipclab::cc {

struct Source {
    std::string name;  ///< as the user wrote it: "server.c"
    std::string text;
};

/// Finds a file that `#include "NAME"` asks for, relative to the including file, or in a directory of -I; nothing where there
/// is none.
/// sim/cc itself never touches the host's file system.
using IncludeResolver =
    std::function<std::optional<Source>(const std::string& name, const std::string& includer)>;

/// As gcc's -w, -Wall, and -Wall -Wextra.
enum class WarningLevel : std::uint8_t { none, all, extra };

struct Options {
    std::vector<std::string> defines;  ///< "NAME" or "NAME=VALUE", as -D
    IncludeResolver include = nullptr;
    WarningLevel warnings = WarningLevel::all;
};

struct Result {
    std::shared_ptr<const vm::Program> program;  ///< null where there were errors
    std::vector<Diagnostic> diagnostics;         ///< in source order; warnings too
};

/// Compiles and links `sources` into the program called `name`. Never throws, takes time linear in the
/// sources' size.
Result compile(const std::string& name, const std::vector<Source>& sources, const Options& options = {});

}  // namespace ipclab::cc
