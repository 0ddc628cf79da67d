#include "sim/cc/language.h"

#include <algorithm>

#include "sim/cc/token.h"

namespace ipclab::cc {

namespace {

constexpr std::string_view kRefusedTexts[] = {
#define R(name, text) text,
    IPCLAB_REFUSED(R)
#undef R
};

/// What gcc(1) knows for C on x86-64 and what changes no program's meaning here; sorted.
constexpr std::string_view kAcceptedAttributes[] = {
    "access",
    "alloc_align",
    "alloc_size",
    "always_inline",
    "artificial",
    "assume_aligned",
    "cold",
    "const",
    "copy",
    "deprecated",
    "error",
    "externally_visible",
    "fallthrough",
    "fd_arg",
    "flatten",
    "format_arg",
    "gnu_inline",
    "hot",
    "leaf",
    "malloc",
    "may_alias",
    "no_icf",
    "no_instrument_function",
    "no_profile_instrument_function",
    "no_reorder",
    "no_sanitize_undefined",
    "no_split_stack",
    "no_stack_limit",
    "no_stack_protector",
    "noclone",
    "nocommon",
    "noinit",
    "noinline",
    "noipa",
    "nonnull",
    "nonstring",
    "nothrow",
    "null_terminated_string_arg",
    "optimize",
    "patchable_function_entry",
    "pure",
    "retain",
    "returns_nonnull",
    "returns_twice",
    "section",
    "sentinel",
    "simd",
    "stack_protect",
    "sysv_abi",
    "tls_model",
    "unavailable",
    "unused",
    "used",
    "visibility",
    "warn_if_not_aligned",
    "warning",
    "zero_call_used_regs",
};
static_assert(std::ranges::is_sorted(kAcceptedAttributes));

constexpr std::string_view kObeyedAttributes[] = {
    "aligned",  "constructor", "destructor",         "format", "no_sanitize", "no_sanitize_address",
    "noreturn", "packed",      "warn_unused_result", "weak",
};
static_assert(std::ranges::is_sorted(kObeyedAttributes));

constexpr std::string_view kRefusedAttributes[] = {
    "alias",       "cleanup", "ifunc",
    "interrupt",   "mode",    "ms_abi",
    "ms_struct",   "naked",   "scalar_storage_order",
    "symver",      "target",  "transparent_union",
    "vector_size", "weakref",
};
static_assert(std::ranges::is_sorted(kRefusedAttributes));

constexpr std::string_view kKeywords[] = {
#define K(name, text) text,
    IPCLAB_KEYWORDS(K)
#undef K
};

}  // namespace

std::string_view refused_text(Refused what) {
    return kRefusedTexts[static_cast<std::size_t>(what)];
}

std::span<const std::string_view> refused_texts() {
    return kRefusedTexts;
}

std::span<const std::string_view> obeyed_attributes() {
    return kObeyedAttributes;
}

std::span<const std::string_view> accepted_attributes() {
    return kAcceptedAttributes;
}

std::span<const std::string_view> refused_attributes() {
    return kRefusedAttributes;
}

std::span<const RefusedHeader> refused_headers() {
    static constexpr RefusedHeader kHeaders[] = {
        {"complex.h", "complex numbers"},
        {"crypt.h", "passwords' encryption"},
        {"dlfcn.h", "libraries that are loaded by a running program"},
        {"fenv.h", "the floating-point environment"},
        {"iconv.h", "conversions of character sets"},
        {"ifaddrs.h", "lists of network interfaces"},
        {"monetary.h", "amounts of money"},
        {"tgmath.h", "mathematics for any type"},
        {"uchar.h", "wide characters"},
        {"ucontext.h", "contexts that a program switches by itself"},
        {"utmpx.h", "records of who is logged in"},
        {"wchar.h", "wide characters"},
        {"wctype.h", "wide characters"},
        {"wordexp.h", "the shell's expansion of words"},
    };
    return kHeaders;
}

std::vector<std::string_view> keywords() {
    std::vector<std::string_view> sorted(std::begin(kKeywords), std::end(kKeywords));
    std::ranges::sort(sorted);
    return sorted;
}

}  // namespace ipclab::cc
