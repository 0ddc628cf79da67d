#include <algorithm>

#include "sim/cc/warnings.h"

namespace ipclab::cc {

namespace {

constexpr WarningLevel kAll = WarningLevel::all, kExtra = WarningLevel::extra;

// gcc(1): -Wall's, and what gcc warns of anyway, are on; -Wextra's only with it. So is -Wunused-result: gcc has it without
// asking, but glibc marks its functions only for programs that are optimised, and the manual's own examples do not look.
constexpr WarningKind kKinds[] = {
    {"-Waddress", kAll, "an address that is never null as a condition; strings compared with =="},
    {"-Warray-bounds", kAll, "a constant index outside of the array"},
    {"-Wattributes", kAll, "an attribute that is not known: it is ignored"},
    {"-Wcast-function-type", kExtra, "a pointer to a function cast to that of another kind of function"},
    {"-Wchar-subscripts", kAll, "an index of type char, which may be negative"},
    {"-Wcpp", kAll, "#warning"},
    {"-Wdangling-else", kAll, "an else that seems to belong to another if"},
    {"-Wdiscarded-qualifiers", kAll, "a const or volatile that a conversion drops"},
    {"-Wdiv-by-zero", kAll, "division by a constant zero"},
    {"-Wempty-body", kExtra, "'if (x);' and 'else;'"},
    {"-Wformat", kAll, "arguments of the printf and scanf families that do not fit the format"},
    {"-Wformat-extra-args", kAll, "more arguments than the format has conversions"},
    {"-Wformat-zero-length", kAll, "an empty format"},
    {"-Wignored-qualifiers", kExtra, "const or volatile on a function's result"},
    {"-Wimplicit-fallthrough", kExtra, "a case that runs on into the next one"},
    {"-Wimplicit-function-declaration", kAll, "a function that is called without a declaration"},
    {"-Wimplicit-int", kAll, "a declaration without a type"},
    {"-Wincompatible-pointer-types", kAll, "pointers to different types assigned to each other"},
    {"-Wint-conversion", kAll, "pointers and integers converted to each other without a cast"},
    {"-Wlogical-not-parentheses", kAll, "'!a == b', which is (!a) == b"},
    {"-Wmain", kAll, "a main with odd parameters or result"},
    {"-Wmaybe-uninitialized", kAll, "a variable that is read, on some way, before it has a value"},
    {"-Wmemset-transposed-args", kAll, "memset with a length of 0"},
    {"-Wmisleading-indentation", kAll, "a statement indented as if the one above guarded it"},
    {"-Wmissing-field-initializers", kExtra, "members that an initialiser leaves out"},
    {"-Wmultichar", kAll, "'ab'"},
    {"-Wnonnull", kAll, "a null pointer passed to a function of the library that needs an object"},
    {"-Woverflow", kAll, "a constant that does not fit where it is stored, or overflows"},
    {"-Wparentheses", kAll, "precedences that few remember; assignments as conditions"},
    {"-Wpointer-sign", kAll, "pointers to signed and unsigned assigned to each other"},
    {"-Wreturn-local-addr", kAll, "the address of a local variable returned"},
    {"-Wreturn-type", kAll, "a function that ends without the value it promises"},
    {"-Wsequence-point", kAll, "an object that is changed and used in an order that C leaves open"},
    {"-Wshift-count-negative", kAll, "a shift by less than nothing"},
    {"-Wshift-count-overflow", kAll, "a shift by more bits than there are"},
    {"-Wsign-compare", kExtra, "signed and unsigned compared"},
    {"-Wsizeof-pointer-memaccess", kAll,
     "the size of a pointer where that of what it points to is meant"},
    {"-Wswitch", kAll, "a value of an enumeration that a switch leaves out"},
    {"-Wtautological-compare", kAll, "something compared with itself"},
    {"-Wtype-limits", kExtra, "comparisons that are always true or always false"},
    {"-Wuninitialized", kAll, "a variable that is read before it has a value"},
    {"-Wunused-but-set-parameter", kExtra, "a parameter that is only written"},
    {"-Wunused-but-set-variable", kAll, "a variable that is only written"},
    {"-Wunused-const-variable", kAll, "a static constant that nothing uses"},
    {"-Wunused-function", kAll, "a static function that nothing calls"},
    {"-Wunused-label", kAll, "a label that no goto names"},
    {"-Wunused-local-typedefs", kAll, "a type of a function that nothing uses"},
    {"-Wunused-parameter", kExtra, "a parameter that nothing uses"},
    {"-Wunused-result", kExtra,
     "results that tell of errors, dropped: those that glibc marks (_FORTIFY_SOURCE)"},
    {"-Wunused-value", kAll, "a value that nothing uses"},
    {"-Wunused-variable", kAll, "a variable that nothing uses"},
    {"-Wvarargs", kAll, "va_start with a wrong parameter, va_arg with a type that no argument has"},
};

static_assert(std::ranges::is_sorted(kKinds, {}, &WarningKind::name));

}  // namespace

std::span<const WarningKind> warning_kinds() {
    return kKinds;
}

const WarningKind* find_warning(std::string_view name) {
    const auto found = std::ranges::lower_bound(kKinds, name, {}, &WarningKind::name);
    return found != std::end(kKinds) && found->name == name ? &*found : nullptr;
}

}  // namespace ipclab::cc
