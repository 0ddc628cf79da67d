// The C library that toy programs include and link to, embedded in the executable as text.
//
// include/ holds the headers, src/ the C sources; the build turns both into embedded_files.cpp, and an index
// of which source defines which external symbol into embedded_index.cpp.
#pragma once

#include <span>
#include <string_view>

namespace ipclab::libc {

struct EmbeddedFile {
    std::string_view name;  ///< headers as in #include <...>: "sys/wait.h"; sources as "stdio/printf.c"
    std::string_view text;
};

struct SymbolHome {
    std::string_view symbol;
    std::string_view source;  ///< name of the source that defines it
};

std::span<const EmbeddedFile> headers();     ///< sorted by name
std::span<const EmbeddedFile> sources();     ///< sorted by name
std::span<const SymbolHome> symbol_index();  ///< sorted by symbol

}  // namespace ipclab::libc
