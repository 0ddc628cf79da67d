#include "sim/cc/headers.h"

#include <utility>

#include "sim/libc/embedded.h"

namespace ipclab::cc {

namespace {

// Names that several headers declare, with the one that programs should include for them.
constexpr std::pair<std::string_view, std::string_view> kUsual[] = {
    {"NULL", "stddef.h"},     {"size_t", "stddef.h"},     {"ptrdiff_t", "stddef.h"},
    {"wchar_t", "stddef.h"},  {"bool", "stdbool.h"},      {"true", "stdbool.h"},
    {"false", "stdbool.h"},   {"va_list", "stdarg.h"},    {"int8_t", "stdint.h"},
    {"int16_t", "stdint.h"},  {"int32_t", "stdint.h"},    {"int64_t", "stdint.h"},
    {"uint8_t", "stdint.h"},  {"uint16_t", "stdint.h"},   {"uint32_t", "stdint.h"},
    {"uint64_t", "stdint.h"}, {"intptr_t", "stdint.h"},   {"uintptr_t", "stdint.h"},
    {"pid_t", "sys/types.h"}, {"ssize_t", "sys/types.h"}, {"uid_t", "sys/types.h"},
    {"gid_t", "sys/types.h"}, {"mode_t", "sys/types.h"},  {"off_t", "sys/types.h"},
    {"key_t", "sys/types.h"}, {"time_t", "time.h"},       {"FILE", "stdio.h"},
    {"sigset_t", "signal.h"}, {"exit", "stdlib.h"},       {"sem_t", "semaphore.h"},
    {"SEEK_SET", "stdio.h"},  {"SEEK_END", "stdio.h"},
};

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Whether the text declares the name at column 0: "int name(", "typedef ... name;", "#define name".
bool declares(std::string_view text, std::string_view name) {
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if (end >= text.size() || is_word(text[end]) || at == 0 || is_word(text[at - 1])) continue;
        const std::size_t newline = text.rfind('\n', at);
        const std::string_view line = text.substr(newline == std::string_view::npos ? 0 : newline + 1);
        if (line.starts_with("#")) {
            if (line.starts_with("#define ") && line.substr(8).starts_with(name)) return true;
            continue;
        }
        if (line.starts_with("typedef") || line.starts_with("}")) {
            if (text[end] == ';' || text[end] == '[') return true;
            continue;
        }
        if (is_word(line[0]) && text[end] == '(' && (text[at - 1] == ' ' || text[at - 1] == '*')) return true;
    }
    return false;
}

}  // namespace

std::string_view header_of(std::string_view name) {
    for (const auto& [usual, header] : kUsual)
        if (usual == name) return header;
    if (name.empty() || name.starts_with('_')) return {};
    for (const libc::EmbeddedFile& header : libc::headers()) {
        if (header.name.starts_with("bits/") || header.name.starts_with("asm/")) continue;
        if (declares(header.text, name)) return header.name;
    }
    return {};
}

}  // namespace ipclab::cc
