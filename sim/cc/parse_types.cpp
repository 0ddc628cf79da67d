// Declaration specifiers (C11 6.7.1 to 6.7.5) and typeof. Structures, enumerations and attributes are in
// parse_records.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "sim/cc/headers.h"
#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

// How often each word has been seen, two bits a word.
constexpr std::uint32_t kVoid = 1u << 0, kBool = 1u << 2, kChar = 1u << 4, kShort = 1u << 6, kInt = 1u << 8,
                        kLong = 1u << 10, kFloat = 1u << 12, kDouble = 1u << 14, kSigned = 1u << 16,
                        kUnsigned = 1u << 18;

std::uint32_t basic_word(Tok kind) {
    switch (kind) {
        case Tok::kw_void:
            return kVoid;
        case Tok::kw_bool:
            return kBool;
        case Tok::kw_char:
            return kChar;
        case Tok::kw_short:
            return kShort;
        case Tok::kw_int:
            return kInt;
        case Tok::kw_long:
            return kLong;
        case Tok::kw_float:
            return kFloat;
        case Tok::kw_double:
            return kDouble;
        case Tok::kw_signed:
            return kSigned;
        case Tok::kw_unsigned:
            return kUnsigned;
        default:
            return 0;  // no basic type
    }
}

std::uint8_t qualifier_word(Tok kind) {
    switch (kind) {
        case Tok::kw_const:
            return kConst;
        case Tok::kw_volatile:
            return kVolatile;
        case Tok::kw_restrict:
            return kRestrict;
        case Tok::kw_atomic:
            return kAtomic;
        default:
            return 0;  // no qualifier
    }
}

bool starts_specifier(Tok kind) {
    switch (kind) {
        case Tok::kw_typedef:
        case Tok::kw_extern:
        case Tok::kw_static:
        case Tok::kw_auto:
        case Tok::kw_register:
        case Tok::kw_inline:
        case Tok::kw_noreturn:
        case Tok::kw_thread_local:
        case Tok::kw_alignas:
        case Tok::kw_attribute:
        case Tok::kw_complex:
        case Tok::kw_imaginary:
        case Tok::kw_int128:
        case Tok::kw_struct:
        case Tok::kw_union:
        case Tok::kw_enum:
        case Tok::kw_typeof:
        case Tok::kw_auto_type:
        case Tok::kw_builtin_va_list:
            return true;
        default:
            return basic_word(kind) || qualifier_word(kind);
    }
}

}  // namespace

bool Parser::starts_type(const Token& token) const {
    if (token.kind != Tok::ident) return starts_specifier(token.kind);
    return token.ident->ordinary && token.ident->ordinary->kind == Binding::Kind::type;
}

/// declaration-specifiers = (storage-class | type-specifier | type-qualifier | function-specifier | alignment |
///                           attribute)*
DeclSpec Parser::declaration_specifiers(bool allow_storage) {
    Nesting nesting(*this);
    DeclSpec spec;
    spec.span = here();
    const std::size_t start = at_;
    std::uint32_t counts = 0;
    std::uint8_t quals = 0;
    while (!spec.unfinished && specifier(spec, counts, quals, allow_storage)) {
    }
    if (at_ > start) spec.span = join(spec.span, previous());
    if (!spec.type && counts) spec.type = basic_type(counts, spec.span);
    if (!spec.type) {
        spec.implicit_int = !spec.auto_type;
        spec.type = spec.auto_type ? types_.error : types_.int_;
    }
    if ((quals & kRestrict) && !is_pointer(spec.type) && !is_error(spec.type)) {
        error(spec.span, fmt::format("'restrict' is for pointers, not for '{}'", type_name(spec.type)));
        quals &= static_cast<std::uint8_t>(~kRestrict);
    }
    if ((quals & kAtomic) && (is_record(spec.type) || is_long_double(spec.type)))
        unsupported(spec.span, Refused::atomic_records);
    if (quals && !is_error(spec.type))
        spec.type = types_.qualified(spec.type, static_cast<std::uint8_t>(spec.type->qualifiers | quals));
    return spec;
}

/// One specifier; false where there is none.
bool Parser::specifier(DeclSpec& spec, std::uint32_t& counts, std::uint8_t& quals, bool allow_storage) {
    const Tok k = kind();
    const bool typed = spec.type || counts || spec.auto_type;
    if (const std::uint32_t word = basic_word(k)) {
        if (spec.type || spec.auto_type)
            syntax_error(here(),
                         fmt::format("'{}' after a type: a declaration has one type only (is a ';' or "
                                     "',' missing before?)",
                                     peek().text()));
        if ((counts & (word * 3)) != word * 3) counts += word;
    } else if (k == Tok::kw_atomic && peek(1).kind == Tok::lparen) {
        if (typed) syntax_error(here(), "'_Atomic(...)' after a type: a declaration has one type only");
        spec.type = atomic_specifier();
        spec.empty = false;
        return true;
    } else if (const std::uint8_t qualifier = qualifier_word(k)) {
        quals |= qualifier;
    } else if (k == Tok::kw_attribute) {
        attributes(spec.attributes);
        return true;
    } else if (k == Tok::kw_alignas) {
        spec.attributes.aligned = std::max(spec.attributes.aligned, alignas_specifier());
        spec.empty = false;
        return true;
    } else if (k == Tok::kw_extension) {
        if (!starts_type(peek(1)) && peek(1).kind != Tok::kw_extension) return false;
    } else if (k == Tok::ident) {
        if (typed) return false;
        if (looks_like_unknown_type()) unknown_type();
        if (!starts_type()) return false;
        spec.type = peek().ident->ordinary->type;
        peek().ident->ordinary->is_used = true;
    } else if (!starts_type()) {
        return false;
    } else if (k == Tok::kw_auto_type) {
        if (typed) syntax_error(here(), "'__auto_type' after a type: a declaration has one type only");
        spec.auto_type = true;
    } else if (k == Tok::kw_struct || k == Tok::kw_union || k == Tok::kw_enum || k == Tok::kw_typeof ||
               k == Tok::kw_builtin_va_list || k == Tok::kw_complex || k == Tok::kw_imaginary ||
               k == Tok::kw_int128) {
        if (typed && k != Tok::kw_complex)
            syntax_error(here(),
                         fmt::format("'{}' after a type: a declaration has one type only (is a ';' or "
                                     "',' missing before?)",
                                     peek().text()));
        spec.empty = false;
        spec.type = type_specifier(spec);
        return true;
    } else {
        storage_class(spec, allow_storage);
    }
    spec.empty = false;
    advance();
    return true;
}

/// A type specifier of more than one word, or one that is not supported.
Type* Parser::type_specifier(DeclSpec& spec) {
    switch (kind()) {
        case Tok::kw_struct:
        case Tok::kw_union:
            return record_specifier(spec);
        case Tok::kw_enum:
            return enum_specifier(spec);
        case Tok::kw_typeof:
            return typeof_specifier();
        case Tok::kw_builtin_va_list:
            advance();
            return types_.va_list;
        case Tok::kw_int128:
            unsupported(here(), Refused::int128);
        default:
            unsupported(here(), Refused::complex_numbers);
    }
}

/// C11 6.7.1p2: at most one storage class (_Thread_local apart). Leaves the word to be skipped.
void Parser::storage_class(DeclSpec& spec, bool allow_storage) {
    const Tok k = kind();
    const std::string_view text = peek().text();
    const bool in_prototype = prototype_scope_ != 0 && prototype_scope_ == scope_starts_.size();
    const bool is_function_specifier = k == Tok::kw_inline || k == Tok::kw_noreturn;
    if (!allow_storage && !(k == Tok::kw_register && in_prototype))
        error(here(), fmt::format("'{}' cannot stand here: only a type can", text));
    if (k == Tok::kw_thread_local) {
        if (spec.is_typedef || spec.is_register)
            error(here(), fmt::format("'{}' does not go together with the storage class before it", text));
        spec.is_thread_local = true;
        return;
    }
    const bool seen = spec.is_typedef || spec.is_static || spec.is_extern || spec.is_register;
    if (seen && !is_function_specifier)
        error(here(), fmt::format("'{}' does not go together with the storage class before it", text));
    switch (k) {
        case Tok::kw_typedef:
            spec.is_typedef = true;
            break;
        case Tok::kw_static:
            spec.is_static = true;
            break;
        case Tok::kw_extern:
            spec.is_extern = true;
            break;
        case Tok::kw_register:
            spec.is_register = true;
            break;
        case Tok::kw_inline:
            spec.is_inline = true;
            break;
        case Tok::kw_noreturn:
            spec.attributes.is_noreturn = true;
            break;
        default:
            if (at_file_scope()) error(here(), "'auto' is for variables in functions");
            break;
    }
}

/// C11 6.7.2p2: the words that make a type, in any order.
Type* Parser::basic_type(std::uint32_t counts, Span span) {
    switch (counts) {
        case kVoid:
            return types_.void_;
        case kBool:
            return types_.bool_;
        case kChar:
            return types_.char_;
        case kSigned + kChar:
            return types_.schar;
        case kUnsigned + kChar:
            return types_.uchar;
        case kShort:
        case kShort + kInt:
        case kSigned + kShort:
        case kSigned + kShort + kInt:
            return types_.short_;
        case kUnsigned + kShort:
        case kUnsigned + kShort + kInt:
            return types_.ushort;
        case kInt:
        case kSigned:
        case kSigned + kInt:
            return types_.int_;
        case kUnsigned:
        case kUnsigned + kInt:
            return types_.uint;
        case kLong:
        case kLong + kInt:
        case kSigned + kLong:
        case kSigned + kLong + kInt:
            return types_.long_;
        case kUnsigned + kLong:
        case kUnsigned + kLong + kInt:
            return types_.ulong;
        case kLong + kLong:
        case kLong + kLong + kInt:
        case kSigned + kLong + kLong:
        case kSigned + kLong + kLong + kInt:
            return types_.llong;
        case kUnsigned + kLong + kLong:
        case kUnsigned + kLong + kLong + kInt:
            return types_.ullong;
        case kFloat:
            return types_.float_;
        case kDouble:
            return types_.double_;
        case kLong + kDouble:
            return types_.ldouble;
        default:
            break;
    }
    const bool too_long = (counts & (kLong * 3)) == kLong * 3;
    error(span, too_long ? "'long long long' is too long: 'long long' is the longest integer type"
                         : "these words do not make a type together");
    return types_.error;
}

/// atomic-specifier = "_Atomic" "(" type-name ")"
Type* Parser::atomic_specifier() {
    const Span span = here();
    advance();
    const Span open = here();
    advance();
    Type* type = type_name_();
    expect_closing(Tok::rparen, open, "after the type");
    if (is_error(type)) return type;
    if (is_record(type) || is_long_double(type)) unsupported(span, Refused::atomic_records);
    if (is_array(type) || is_function(type) || type->qualifiers) {  // C11 6.7.2.4p3
        error(span, fmt::format("'_Atomic' cannot be applied to '{}'", type_name(type)));
        return types_.error;
    }
    return types_.qualified(type, kAtomic);
}

/// typeof = "typeof" "(" (type-name | expression) ")"
Type* Parser::typeof_specifier() {
    advance();
    const Span open = here();
    expect(Tok::lparen, "after 'typeof'");
    Type* type = nullptr;
    if (starts_type()) {
        type = type_name_();
    } else {
        ++unevaluated_;
        Node* node = expression();
        --unevaluated_;
        if (bitfield_of(node)) error(node->span, "'typeof' cannot be applied to a bit-field");
        type = node->type;
        if (is_atomic(type)) type = types_.qualified(type, type->qualifiers & ~kAtomic & 15);
    }
    expect_closing(Tok::rparen, open, "after the operand of 'typeof'");
    return too_deep(type, open) ? types_.error : type;
}

/// alignment = "_Alignas" "(" (type-name | constant) ")"
std::uint32_t Parser::alignas_specifier() {
    advance();
    const Span open = here();
    expect(Tok::lparen, "after '_Alignas'");
    std::uint32_t align = 0;
    if (starts_type())
        align = align_of(type_name_());
    else if (const std::int64_t value = constant_expression("an alignment"))
        align = checked_alignment(value, open);
    expect_closing(Tok::rparen, open, "after the alignment");
    return align;
}

std::uint32_t Parser::checked_alignment(std::int64_t value, Span span) {
    constexpr std::int64_t kMaxAlignment = 4096;  // a page: what the linker and the loader keep
    if (value <= 0 || (value & (value - 1)) != 0) {
        error(span, fmt::format("an alignment must be a power of two, not {}", value));
        return 0;
    }
    if (value > kMaxAlignment) unsupported(span, Refused::large_alignment);
    return static_cast<std::uint32_t>(value);
}

/// Whether a name that means nothing stands where a declaration would have its type: "name word", "name *word;".
bool Parser::looks_like_unknown_type() const {
    if (!is(Tok::ident) || peek().ident->ordinary) return false;
    std::size_t ahead = 1;
    if (qualifier_word(peek(1).kind) || peek(1).kind == Tok::ident) return true;
    constexpr std::size_t kMaxStars = 16;
    while (ahead < kMaxStars && (peek(ahead).kind == Tok::star || qualifier_word(peek(ahead).kind))) ++ahead;
    if (ahead == 1 || peek(ahead).kind != Tok::ident) return false;
    switch (peek(ahead + 1).kind) {
        case Tok::semicolon:
        case Tok::assign:
        case Tok::comma:
        case Tok::lbracket:
        case Tok::lparen:
        case Tok::rparen:
            return true;
        default:
            return false;  // an expression's operator
    }
}

/// Reports the name and gives it the error type, so that what is declared with it makes no further errors. The name is
/// still to be read.
Type* Parser::unknown_type() {
    Ident* name = peek().ident;
    if (name->ordinary) syntax_error(here(), fmt::format("'{}' is not a type", name->text));
    if (const Binding* tag = name->tag) {
        const Type* type = tag->type;
        const char* keyword = type->kind == TypeKind::enum_    ? "enum"
                              : type->kind == TypeKind::union_ ? "union"
                                                               : "struct";
        error(here(), fmt::format("unknown type name '{0}': write '{1} {0}'", name->text, keyword));
    } else if (const std::string_view header = header_of(name->text); !header.empty()) {
        error(here(), fmt::format("unknown type name '{}': #include <{}>", name->text, header));
    } else {
        error(here(), fmt::format("unknown type name '{}'{}", name->text, suggest_name(name->text, true)));
    }
    bind_at_file_scope(name, Binding::Kind::type, here())->type = types_.error;
    if (peek(1).kind == Tok::ident && peek(2).kind == Tok::lbrace) throw SyntaxError{};  // "strct point {"
    return types_.error;
}

/// #pragma pack as it is at this token; 0: none.
std::uint32_t Parser::current_pack() const {
    const std::vector<PackChange>& changes = preprocessor_.pack_changes();
    const auto after =
        std::upper_bound(changes.begin(), changes.end(), at_,
                         [](std::size_t at, const PackChange& change) { return at < change.token; });
    return after == changes.begin() ? 0 : std::prev(after)->bytes;
}

}  // namespace ipclab::cc
