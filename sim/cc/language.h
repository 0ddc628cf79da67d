// What of C and GNU C is supported and what is refused by name, as tables: the parser obeys them, the manual lists them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab::cc {

// REFUSED(name, what the message calls it). Builtins and attributes have lists of their own.
// clang-format off
#define IPCLAB_REFUSED(R) \
    R(inline_assembler, "inline assembler") \
    R(assembler_names, "assembler names on declarations") \
    R(nested_functions, "functions inside functions") \
    R(label_addresses, "addresses of labels") \
    R(computed_goto, "computed goto") \
    R(local_labels, "labels that are declared with __label__") \
    R(wide_characters, "wide character constants") \
    R(wide_strings, "wide strings") \
    R(complex_numbers, "complex numbers") \
    R(int128, "__int128: the widest integer has 64 bits") \
    R(atomic_records, "atomic structures, unions and long doubles") \
    R(large_alignment, "alignments over 4096 bytes") \
    R(auto_type_result, "'__auto_type' as a function's result") \
    R(auto_type_global, "'__auto_type' outside of functions") \
    R(old_style_vla, "variable-length arrays as parameters of functions in the old style")
// clang-format on

enum class Refused : std::uint8_t {
#define R(name, text) name,
    IPCLAB_REFUSED(R)
#undef R
};

std::string_view refused_text(Refused what);
std::span<const std::string_view> refused_texts();

/// GNU C's attributes, sorted: those that are obeyed; those that change no program's meaning here; those that would.
std::span<const std::string_view> obeyed_attributes();
std::span<const std::string_view> accepted_attributes();
std::span<const std::string_view> refused_attributes();

/// Headers of C11, POSIX and glibc that are refused, and what is in them.
struct RefusedHeader {
    std::string_view name, what;  ///< "wchar.h", "wide characters"
};
std::span<const RefusedHeader> refused_headers();

/// "__builtin_expect", sorted; the families __atomic_* and __sync_* are gcc's, whole.
std::vector<std::string> builtin_names();

/// C's and GNU C's words without their other spellings, sorted.
std::vector<std::string_view> keywords();

}  // namespace ipclab::cc
