// `ipclab supported`: the page of the manual that lists what there is, made from the tables that the code obeys.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/syscalls.h"
#include "sim/cc/language.h"
#include "sim/cc/warnings.h"
#include "sim/libc/embedded.h"
#include "sim/session/commands.h"

namespace ipclab::session {

namespace {

template <typename List>
std::string in_code(const List& words) {
    std::string all;
    for (const auto& word : words) all += fmt::format("{}`{}`", all.empty() ? "" : ", ", word);
    return all;
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The functions of the library that a header declares: a declaration begins at the start of a line.
std::vector<std::string_view> functions_of(std::string_view header) {
    std::vector<std::string_view> found;
    for (std::size_t at = 0; at < header.size();) {
        const std::size_t end = std::min(header.find('\n', at), header.size());
        const std::string_view line = header.substr(at, end - at);
        at = end + 1;
        const std::size_t open = line.find('(');
        if (line.empty() || !is_word(line[0]) || open == std::string_view::npos) continue;
        std::size_t begin = open;
        while (begin > 0 && is_word(line[begin - 1])) --begin;
        const std::string_view name = line.substr(begin, open - begin);
        const auto index = libc::symbol_index();
        const auto home = std::ranges::lower_bound(index, name, {}, &libc::SymbolHome::symbol);
        if (home != index.end() && home->symbol == name && !name.starts_with("_")) found.push_back(name);
    }
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::string language() {
    std::string text =
        "## The language\n\n"
        "C11 with GNU C's extensions as gcc 12 has them (`-std=gnu17`), on x86-64: statement expressions, "
        "`typeof`, ranges of cases and of indexes, zero-length arrays, `?:` without its middle, K&R "
        "definitions, implicit `int`.\n\n";
    text += fmt::format("Words (some only to be refused, see below): {}.\n\n", in_code(cc::keywords()));
    text += fmt::format("Builtins: {}; the families `__atomic_*` and `__sync_*`.\n\n",
                        in_code(cc::builtin_names()));
    text += "Refused, by name and with the line:\n\n";
    for (const std::string_view what : cc::refused_texts()) text += fmt::format("- {}\n", what);
    return text + "- builtins and attributes that are not listed here as supported\n\n";
}

std::string attributes() {
    return fmt::format(
        "## Attributes\n\n- Obeyed: {}.\n- Without a meaning here, so accepted: {}.\n- Refused: {}.\n- "
        "Others: "
        "`-Wattributes`, and ignored, as by gcc.\n\n",
        in_code(cc::obeyed_attributes()), in_code(cc::accepted_attributes()),
        in_code(cc::refused_attributes()));
}

std::string warnings() {
    std::string text =
        "## Warnings\n\nNames and meanings are gcc's. Those of `-Wall` are on; those of `-Wextra` come with "
        "`-Wextra`; `-w` turns all off.\n\n| warning | with | finds |\n| --- | --- | --- |\n";
    for (const cc::WarningKind& kind : cc::warning_kinds())
        text += fmt::format("| `{}` | `{}` | {} |\n", kind.name,
                            kind.level == cc::WarningLevel::extra ? "-Wextra" : "-Wall", kind.what);
    return text + "\n";
}

std::string library() {
    std::string text =
        "## The library\n\nHeaders, and the functions that they declare (macros and types are not listed). A "
        "function whose "
        "system call is not modelled fails with `ENOSYS`.\n\n"
        "| header | functions |\n| --- | --- |\n";
    for (const libc::EmbeddedFile& header : libc::headers()) {
        constexpr std::array internal = {"bits/", "asm/", "gnu/"};
        if (std::ranges::any_of(internal,
                                [&](const char* folder) { return header.name.starts_with(folder); }))
            continue;
        text += fmt::format("| `<{}>` | {} |\n", header.name, in_code(functions_of(header.text)));
    }
    text += "\nRefused by name:";
    for (const cc::RefusedHeader& header : cc::refused_headers())
        text += fmt::format("{} `<{}>` ({})", text.ends_with(':') ? "" : ",", header.name, header.what);
    return text + ".\n\n";
}

std::string system_calls() {
    std::vector<std::string_view> present, missing;
    constexpr std::uint64_t kMostNumbers = 1024;
    for (std::uint64_t number = 0; number < kMostNumbers; ++number) {
        if (kernel::is_simulated(number))
            present.push_back(kernel::syscall_spec(number)->name);
        else if (const std::string_view name = kernel::linux_syscall_name(number); !name.empty())
            missing.push_back(name);
    }
    std::ranges::sort(present);
    std::ranges::sort(missing);
    return fmt::format(
        "## System calls\n\nModelled: {}.\n\nNot modelled; they fail with `ENOSYS`, and the trace names "
        "them: "
        "{}.\n",
        in_code(present), in_code(missing));
}

}  // namespace

std::string supported_page() {
    return "# What is supported\n\nMade by `ipclab supported` from the tables in the code; do not edit.\n\n" +
           language() + attributes() + warnings() + library() + system_calls();
}

int supported_command(const CommonOptions&) {
    fmt::print("{}", supported_page());
    return 0;
}

}  // namespace ipclab::session
