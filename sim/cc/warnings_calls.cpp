// Warnings about calls of library functions and about constant places: results dropped, wrong sizes, wrong indexes.
#include <fmt/format.h>

#include <algorithm>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

// What glibc's headers mark with __wur, as far as programs drop it: results that tell of errors, or the only way to
// what a function has made.
constexpr std::string_view kResultsWanted[] = {
    "aligned_alloc", "asprintf",       "brk",          "calloc",         "chdir",      "chown",
    "chroot",        "daemon",         "dup",          "faccessat",      "fchdir",     "fchown",
    "fchownat",      "fdopen",         "fgets",        "fmemopen",       "fopen",      "fread",
    "freopen",       "fscanf",         "ftell",        "ftello",         "ftruncate",  "getcwd",
    "getdelim",      "getdomainname",  "getgroups",    "getline",        "lchown",     "link",
    "linkat",        "lockf",          "malloc",       "mkdtemp",        "mkostemp",   "mkostemps",
    "mkstemp",       "mkstemps",       "nice",         "open_memstream", "pipe",       "pipe2",
    "popen",         "posix_memalign", "posix_openpt", "pread",          "pwrite",     "read",
    "readlink",      "readlinkat",     "realloc",      "reallocarray",   "realpath",   "scanf",
    "setegid",       "seteuid",        "setgid",       "sethostname",    "setregid",   "setresgid",
    "setresuid",     "setreuid",       "setuid",       "strdup",         "strerror_r", "strndup",
    "symlink",       "symlinkat",      "system",       "tempnam",        "tmpfile",    "tmpnam",
    "truncate",      "ttyname_r",      "valloc",       "vasprintf",      "vfscanf",    "vscanf",
    "write",
};
static_assert(std::ranges::is_sorted(kResultsWanted));

/// Which argument is how large: from 0.
struct SizedArgument {
    std::string_view function;
    std::size_t destination, source, size;  ///< source: that of the destination where there is none
};
constexpr SizedArgument kSized[] = {
    {"memcpy", 0, 1, 2},  {"memmove", 0, 1, 2}, {"memset", 0, 0, 2},    {"memcmp", 0, 1, 2},
    {"strncpy", 0, 1, 2}, {"strncat", 0, 1, 2}, {"strncmp", 0, 1, 2},   {"snprintf", 0, 0, 1},
    {"bzero", 0, 0, 1},   {"bcopy", 1, 0, 2},   {"vsnprintf", 0, 0, 1}, {"strndup", 0, 0, 1},
};

const Node* strip_casts(const Node* node) {
    while (node->kind == NodeKind::cast) node = node->lhs;
    return node;
}

}  // namespace

bool Parser::wants_result_used(const Obj* function) const {
    if (function->warn_unused_result) return true;
    return session_.is_library(function->span) &&
           std::ranges::binary_search(kResultsWanted, function->name->text);
}

std::span<const std::string_view> Parser::results_wanted() {
    return kResultsWanted;
}

void Parser::check_library_call(const Obj* function, const List<Node*>& arguments) {
    if (!function->name || unevaluated_ || !session_.is_library(function->span)) return;
    const std::string_view name = function->name->text;
    const auto row = std::ranges::find(kSized, name, &SizedArgument::function);
    if (row == std::end(kSized) || row->size >= arguments.size() || row->source >= arguments.size()) return;
    const Node* size = strip_casts(arguments[row->size]);
    if (size->kind != NodeKind::num) return;
    if (name == "memset" && size->integer == 0 && !size->lhs) {
        const Node* value = strip_casts(arguments[1]);
        if (value->kind != NodeKind::num || value->integer != 0)
            warn(arguments[row->size]->span, "-Wmemset-transposed-args",
                 "'memset' used with constant zero length parameter; this could be due to transposed "
                 "parameters");
    }
    // A size that was written as sizeof knows its operand.
    if (!size->lhs || !is_pointer(size->lhs->type)) return;
    for (const auto& [index, what] : {std::pair{row->destination, "destination"}, {row->source, "source"}}) {
        if (!same_expression(strip_casts(arguments[index]), size->lhs)) continue;
        warn(
            arguments[row->size]->span, "-Wsizeof-pointer-memaccess",
            fmt::format("argument to 'sizeof' in '{}' call is the same expression as the {}; did you mean to "
                        "provide an explicit length?",
                        name, what));
        return;
    }
}

/// -Warray-bounds: a constant index into an array that is known.
void Parser::check_bounds(const Node* node) {
    if (unevaluated_) return;
    for (; node->kind == NodeKind::deref || node->kind == NodeKind::member; node = node->lhs) {
        if (node->kind != NodeKind::deref) continue;
        const Node* sum = node->lhs;
        if (sum->kind != NodeKind::ptr_add || sum->third || sum->integer <= 0) continue;
        const Node *base = sum->lhs, *index = sum->rhs;
        if (base->kind != NodeKind::addr || !base->is_implicit || index->kind != NodeKind::num) continue;
        const Node* array = base->lhs;
        // The last member of a structure may stand for more than it says.
        if (array->kind != NodeKind::var || array->type->kind != TypeKind::array ||
            array->type->length == kUnknownLength || !array->object->name)
            continue;
        const bool below = index->integer < 0;
        if (!below && static_cast<std::uint64_t>(index->integer) < array->type->length) continue;
        return warn(node->span, "-Warray-bounds",
                    fmt::format("array subscript {} is {} array bounds of '{}'", index->integer,
                                below ? "below" : "above", type_name(array->type)));
    }
}

void Parser::check_divisor(BinaryOp op, const Node* divisor, Span op_span) {
    if ((op == BinaryOp::div || op == BinaryOp::rem) && divisor->kind == NodeKind::num &&
        divisor->integer == 0 && unevaluated_ == 0)
        warn(op_span, "-Wdiv-by-zero", "division by zero");
}

/// -Wreturn-local-addr
void Parser::check_returned_address(const Node* value) {
    const Node* node = strip_casts(value);
    while (node->kind == NodeKind::ptr_add) node = strip_casts(node->lhs);
    if (node->kind != NodeKind::addr) return;
    node = node->lhs;
    while (node->kind == NodeKind::member) node = node->lhs;
    if (node->kind == NodeKind::deref) {
        // An element of an array of arrays.
        const Node* sum = node->lhs;
        while (sum->kind == NodeKind::ptr_add) sum = sum->lhs;
        if (sum->kind != NodeKind::addr || !sum->is_implicit) return;
        node = sum->lhs;
    }
    if ((node->kind == NodeKind::var || node->kind == NodeKind::compound_literal) && node->object->is_local &&
        !node->object->is_static && !node->object->is_function)
        warn(value->span, "-Wreturn-local-addr", "function returns address of local variable");
}

}  // namespace ipclab::cc
