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

/// Arguments that must not be null, a bit each from the first: what glibc's headers and gcc's own table say.
struct NeedsObjects {
    std::string_view function;
    unsigned arguments;
};
constexpr NeedsObjects kNeedObjects[] = {
    {"access", 1},      {"asctime", 1},     {"atof", 1},       {"atoi", 1},      {"atol", 1},
    {"atoll", 1},       {"bsearch", 19},    {"bzero", 1},      {"chdir", 1},     {"chmod", 1},
    {"chown", 1},       {"closedir", 1},    {"creat", 1},      {"execl", 3},     {"execle", 3},
    {"execlp", 3},      {"execv", 3},       {"execve", 1},     {"execvp", 3},    {"fprintf", 3},
    {"fputc", 2},       {"fputs", 3},       {"fwrite", 9},     {"getenv", 1},    {"link", 3},
    {"lstat", 3},       {"memchr", 1},      {"memcmp", 3},     {"memcpy", 3},    {"memmove", 3},
    {"memset", 1},      {"mkdir", 1},       {"mkfifo", 1},     {"mkstemp", 1},   {"open", 1},
    {"opendir", 1},     {"printf", 1},      {"pthread_create", 5}, {"pthread_mutex_lock", 1},
    {"pthread_mutex_unlock", 1}, {"putenv", 1}, {"puts", 1},   {"qsort", 9},     {"readdir", 1},
    {"readlink", 3},    {"rmdir", 1},       {"sem_init", 1},   {"sem_post", 1},  {"sem_wait", 1},
    {"setenv", 2},      {"sigaddset", 1},   {"sigdelset", 1},  {"sigemptyset", 1}, {"sigfillset", 1},
    {"sigismember", 1}, {"sigsuspend", 1},  {"snprintf", 4},   {"sprintf", 3},   {"stat", 3},
    {"strcasecmp", 3},  {"strcat", 3},      {"strchr", 1},     {"strcmp", 3},    {"strcoll", 3},
    {"strcpy", 3},      {"strcspn", 3},     {"strdup", 1},     {"strlen", 1},    {"strncasecmp", 3},
    {"strncat", 3},     {"strncmp", 3},     {"strncpy", 3},    {"strndup", 1},   {"strnlen", 1},
    {"strpbrk", 3},     {"strrchr", 1},     {"strspn", 3},     {"strstr", 3},    {"strtod", 1},
    {"strtok", 2},      {"strtok_r", 6},    {"strtol", 1},     {"strtoll", 1},   {"strtoul", 1},
    {"strtoull", 1},    {"symlink", 3},     {"unlink", 1},     {"unsetenv", 1},
};
static_assert(std::ranges::is_sorted(kNeedObjects, {}, &NeedsObjects::function));

/// gcc's c_safe_arg_type_equiv_p(): a caller that believes in one type may pass the other.
bool is_passed_alike(const Type* a, const Type* b) {
    a = a->unqualified, b = b->unqualified;
    if (is_pointer(a) && is_pointer(b)) return true;
    if (is_integer(a) && is_integer(b) && size_of(a) == size_of(b))
        return size_of(a) >= 4 || is_unsigned(a) == is_unsigned(b);
    return compatible(a, b);
}

/// void (*)(void) stands for any function.
bool is_any_function(const Type* function) {
    const FunctionInfo& info = *function->function;
    return is_void(function->base) && info.prototype && info.parameters.empty() && !info.variadic;
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
    check_sizes(function, arguments);
    check_nulls(function, arguments);
}

void Parser::check_nulls(const Obj* function, const List<Node*>& arguments) {
    const auto row =
        std::ranges::lower_bound(kNeedObjects, function->name->text, {}, &NeedsObjects::function);
    if (row == std::end(kNeedObjects) || row->function != function->name->text) return;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Node* value = without_casts(arguments[i]);
        if (i >= 32 || !(row->arguments >> i & 1) || value->kind != NodeKind::num || value->integer != 0) continue;
        warn(arguments[i]->span, "-Wnonnull",
             fmt::format("argument {} is null, and '{}' needs an object there", i + 1, row->function));
    }
}

/// -Wcast-function-type: a call through the result would pass or return something else.
void Parser::check_function_cast(const Type* from, const Type* to, Span span) {
    if (!is_pointer(from) || !is_pointer(to) || !is_function(from->base) || !is_function(to->base)) return;
    const Type *a = from->base, *b = to->base;
    if (is_any_function(a) || is_any_function(b)) return;
    bool is_safe = is_passed_alike(a->base, b->base);
    const FunctionInfo &had = *a->function, &has = *b->function;
    if (had.prototype && has.prototype) {
        const std::size_t both = std::min(had.parameters.size(), has.parameters.size());
        for (std::size_t i = 0; i < both; ++i)
            is_safe = is_safe && is_passed_alike(had.parameters[i].type, has.parameters[i].type);
        // The list of one that is not variadic ends where the other's goes on.
        if (had.parameters.size() > both && !has.variadic) is_safe = false;
        if (has.parameters.size() > both && !had.variadic) is_safe = false;
    }
    if (!is_safe)
        warn(span, "-Wcast-function-type",
             fmt::format("a function of type '{}' cannot be called as '{}'", type_name(from), type_name(to)));
}

/// Of destinations that are written with a size.
void Parser::check_sizes(const Obj* function, const List<Node*>& arguments) {
    const std::string_view name = function->name->text;
    const auto row = std::ranges::find(kSized, name, &SizedArgument::function);
    if (row == std::end(kSized) || row->size >= arguments.size() || row->source >= arguments.size()) return;
    const Node* size = without_casts(arguments[row->size]);
    if (size->kind != NodeKind::num) return;
    if (name == "memset" && size->integer == 0 && !size->lhs) {
        const Node* value = without_casts(arguments[1]);
        if (value->kind != NodeKind::num || value->integer != 0)
            warn(arguments[row->size]->span, "-Wmemset-transposed-args",
                 "'memset' used with constant zero length parameter; this could be due to transposed "
                 "parameters");
    }
    // A size that was written as sizeof knows its operand.
    if (!size->lhs || !is_pointer(size->lhs->type)) return;
    for (const auto& [index, what] : {std::pair{row->destination, "destination"}, {row->source, "source"}}) {
        if (!same_expression(without_casts(arguments[index]), size->lhs)) continue;
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
    const Node* node = without_casts(value);
    while (node->kind == NodeKind::ptr_add) node = without_casts(node->lhs);
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
