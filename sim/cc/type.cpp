#include "sim/cc/type.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/cc/source.h"

namespace ipclab::cc {

Types::Types(Arena& arena) : arena_(arena) {
    error = fresh(TypeKind::error, 4, 4);
    void_ = fresh(TypeKind::void_, 1, 1);  // GNU: sizeof(void) is 1
    bool_ = fresh(TypeKind::bool_, 1, 1);
    char_ = fresh(TypeKind::char_, 1, 1);
    schar = fresh(TypeKind::schar, 1, 1);
    uchar = fresh(TypeKind::uchar, 1, 1);
    short_ = fresh(TypeKind::short_, 2, 2);
    ushort = fresh(TypeKind::ushort, 2, 2);
    int_ = fresh(TypeKind::int_, 4, 4);
    uint = fresh(TypeKind::uint, 4, 4);
    long_ = fresh(TypeKind::long_, 8, 8);
    ulong = fresh(TypeKind::ulong, 8, 8);
    llong = fresh(TypeKind::llong, 8, 8);
    ullong = fresh(TypeKind::ullong, 8, 8);
    float_ = fresh(TypeKind::float_, 4, 4);
    double_ = fresh(TypeKind::double_, 8, 8);
    ldouble = fresh(TypeKind::ldouble, 16, 16);
    make_va_list();
}

/// System V ABI, 3.5.7: struct __va_list_tag. Its members have no names that C could say.
void Types::make_va_list() {
    Record* tag = arena_.make<Record>();
    std::vector<Member> members(4);
    members[0].type = members[1].type = uint;
    members[2].type = members[3].type = pointer(void_);
    lay_out(*tag, members, 0, 0, {0, 0, 0, 0});
    tag->members = arena_.list(members);
    tag->tag = arena_.make<Ident>();
    tag->tag->text = "__va_list_tag";
    tag->complete = true;
    va_list = array(record(tag), 1);
}

Type* Types::fresh(TypeKind kind, std::uint64_t size, std::uint32_t align) {
    Type* type = arena_.make<Type>();
    type->kind = kind;
    type->size = size;
    type->align = align;
    type->unqualified = type;
    return type;
}

Type* Types::pointer(Type* to) {
    if (to->pointer_to) return to->pointer_to;
    Type* type = fresh(TypeKind::pointer, 8, 8);
    type->base = to;
    type->depth = static_cast<std::uint16_t>(is_record(to) ? 1 : to->depth + 1);
    return to->pointer_to = type;
}

Type* Types::array(Type* element, std::uint64_t length) {
    Type* type = fresh(TypeKind::array, length == kUnknownLength ? 0 : size_of(element) * length, align_of(element));
    type->base = element;
    type->depth = static_cast<std::uint16_t>(element->depth + 1);
    type->length = length;
    return type;
}

Type* Types::vla(Type* element, Node* length) {
    Type* type = fresh(TypeKind::vla, 8, align_of(element));
    type->base = element;
    type->depth = static_cast<std::uint16_t>(element->depth + 1);
    type->vla_length = length;
    return type;
}

Type* Types::function(Type* result, FunctionInfo* info) {
    Type* type = fresh(TypeKind::function, 1, 1);  // GNU: sizeof of a function is 1
    type->base = result;
    type->depth = result->depth;
    for (const Parameter& parameter : info->parameters) type->depth = std::max(type->depth, parameter.type->depth);
    ++type->depth;
    type->function = info;
    return type;
}

Type* Types::record(Record* record) {
    Type* type = fresh(record->is_union ? TypeKind::union_ : TypeKind::struct_, 0, 1);
    type->record = record;
    return type;
}

Type* Types::enumeration(EnumInfo* info) {
    Type* type = fresh(TypeKind::enum_, 4, 4);
    type->enumeration = info;
    type->base = uint;
    return type;
}

Type* Types::qualified(Type* type, std::uint8_t qualifiers) {
    if (type->qualifiers == qualifiers) return type;
    // C11 6.7.3p9: qualifiers of an array type belong to its elements.
    if (is_array(type)) {
        Type* element = qualified(type->base, qualifiers | type->base->qualifiers);
        if (element == type->base) return type;
        Type* copy = arena_.make<Type>(*type);
        copy->base = element;
        copy->unqualified = copy;
        copy->pointer_to = nullptr;
        return copy;
    }
    Type* plain = type->unqualified;
    if (qualifiers == 0) return plain;
    if (Type* known = plain->variants[qualifiers]) return known;
    Type* copy = arena_.make<Type>(*plain);
    copy->qualifiers = qualifiers;
    copy->unqualified = plain;
    copy->pointer_to = nullptr;
    return plain->variants[qualifiers] = copy;
}

bool is_unsigned(const Type* t) {
    switch (t->kind) {
        case TypeKind::bool_:
        case TypeKind::uchar:
        case TypeKind::ushort:
        case TypeKind::uint:
        case TypeKind::ulong:
        case TypeKind::ullong:
        case TypeKind::pointer:
        case TypeKind::array:
        case TypeKind::function: return true;
        case TypeKind::enum_: return is_unsigned(t->base);
        default: return false;  // the signed integers, and what is none
    }
}

bool is_complete(const Type* t) {
    if (is_record(t)) return t->record->complete;
    if (t->kind == TypeKind::array) return t->length != kUnknownLength;
    if (t->kind == TypeKind::enum_) return t->enumeration->complete;
    return t->kind != TypeKind::void_;
}

bool is_variably_modified(const Type* t) {
    for (; t; t = t->base) {
        if (t->kind == TypeKind::vla) return true;
        if (!is_pointer(t) && !is_array(t) && !is_function(t)) return false;
    }
    return false;
}

std::uint64_t size_of(const Type* t) {
    if (is_record(t)) return t->record->size;
    if (t->kind == TypeKind::array) {
        std::uint64_t length = t->length == kUnknownLength ? 0 : t->length;
        return size_of(t->base) * length;
    }
    return t->size;
}

std::uint32_t align_of(const Type* t) {
    if (is_record(t)) return std::max(t->record->align, t->align);
    if (is_array(t)) return align_of(t->base);
    if (t->kind == TypeKind::enum_) return align_of(t->base);
    return t->align;
}

bool compatible(const Type* a, const Type* b, bool qualifiers) {
    constexpr int kMaxDepth = 600;  // declarators are limited to fewer
    for (int depth = 0; depth < kMaxDepth; depth++) {
        if (qualifiers && a->qualifiers != b->qualifiers) return false;
        a = a->unqualified, b = b->unqualified;
        if (a == b || is_error(a) || is_error(b)) return true;
        if (a->kind == TypeKind::enum_ && b->kind != TypeKind::enum_) return a->base->kind == b->kind;
        if (b->kind == TypeKind::enum_ && a->kind != TypeKind::enum_) return b->base->kind == a->kind;
        if (is_array(a) && is_array(b)) {
            if (a->kind == TypeKind::array && b->kind == TypeKind::array && a->length != b->length &&
                a->length != kUnknownLength && b->length != kUnknownLength) {
                return false;
            }
        } else if (a->kind != b->kind) {
            return false;
        }
        switch (a->kind) {
            case TypeKind::struct_:
            case TypeKind::union_: return a->record == b->record;
            case TypeKind::enum_: return a->enumeration == b->enumeration;
            case TypeKind::function: {
                const FunctionInfo &f = *a->function, &g = *b->function;
                if (f.prototype && g.prototype) {
                    if (f.parameters.size() != g.parameters.size() || f.variadic != g.variadic) return false;
                    for (std::size_t i = 0; i < f.parameters.size(); i++) {
                        if (!compatible(f.parameters[i].type, g.parameters[i].type)) return false;
                    }
                }
                qualifiers = false;
                break;
            }
            case TypeKind::pointer:
            case TypeKind::array:
            case TypeKind::vla: qualifiers = true; break;
            default: return true;  // basic types of one kind
        }
        a = a->base, b = b->base;
    }
    return false;
}

namespace {

std::string qualifier_text(std::uint8_t qualifiers) {
    std::string out;
    if (qualifiers & kConst) out += "const ";
    if (qualifiers & kVolatile) out += "volatile ";
    if (qualifiers & kRestrict) out += "restrict ";
    if (qualifiers & kAtomic) out += "_Atomic ";
    return out;
}

std::string basic_name(const Type* t) {
    if (t->alias) return std::string(t->alias->text);
    switch (t->kind) {
        case TypeKind::error: return "<error>";
        case TypeKind::void_: return "void";
        case TypeKind::bool_: return "_Bool";
        case TypeKind::char_: return "char";
        case TypeKind::schar: return "signed char";
        case TypeKind::uchar: return "unsigned char";
        case TypeKind::short_: return "short";
        case TypeKind::ushort: return "unsigned short";
        case TypeKind::int_: return "int";
        case TypeKind::uint: return "unsigned int";
        case TypeKind::long_: return "long";
        case TypeKind::ulong: return "unsigned long";
        case TypeKind::llong: return "long long";
        case TypeKind::ullong: return "unsigned long long";
        case TypeKind::float_: return "float";
        case TypeKind::double_: return "double";
        case TypeKind::ldouble: return "long double";
        case TypeKind::enum_: return fmt::format("enum {}", t->enumeration->tag ? t->enumeration->tag->text : "<anonymous>");
        case TypeKind::struct_:
        case TypeKind::union_:
            return fmt::format("{} {}", t->record->is_union ? "union" : "struct",
                               t->record->tag ? t->record->tag->text : "<anonymous>");
        case TypeKind::pointer:
        case TypeKind::array:
        case TypeKind::vla:
        case TypeKind::function: break;  // declarators, not specifiers
    }
    return "";
}

std::string declare(const Type* t, std::string name, int depth) {
    if (depth > 40) return "...";
    auto wrapped = [&] { return !name.empty() && name[0] == '*' ? "(" + name + ")" : name; };
    if (!t->alias) {
        switch (t->kind) {
            case TypeKind::pointer: {
                std::string qualifiers = qualifier_text(t->qualifiers);
                if (!qualifiers.empty() && name.empty()) qualifiers.pop_back();
                return declare(t->base, "*" + qualifiers + name, depth + 1);
            }
            case TypeKind::array:
                return declare(t->base, t->length == kUnknownLength ? wrapped() + "[]" : fmt::format("{}[{}]", wrapped(), t->length),
                               depth + 1);
            case TypeKind::vla: return declare(t->base, wrapped() + "[*]", depth + 1);
            case TypeKind::function: {
                std::string inner = wrapped() + "(";
                const FunctionInfo& info = *t->function;
                for (std::size_t i = 0; i < info.parameters.size(); i++) {
                    inner += (i ? ", " : "") + declare(info.parameters[i].type, "", depth + 1);
                }
                if (info.variadic) inner += ", ...";
                if (info.prototype && info.parameters.empty()) inner += "void";
                return declare(t->base, inner + ")", depth + 1);
            }
            default: break;  // a specifier
        }
    }
    std::string out = qualifier_text(t->qualifiers) + basic_name(t);
    if (!name.empty()) out += " " + name;
    return out;
}

}  // namespace

std::string type_name(const Type* t) { return declare(t, "", 0); }
std::string declaration_text(const Type* t, std::string name) { return declare(t, std::move(name), 0); }

bool lay_out(Record& record, std::vector<Member>& members, std::uint32_t pack, std::uint32_t least_align,
             const std::vector<std::uint32_t>& member_aligns) {
    std::uint64_t bits = 0, largest = 0;
    std::uint32_t align = std::max(1u, least_align);
    bool fine = true;
    for (std::size_t i = 0; i < members.size(); i++) {
        Member& member = members[i];
        std::uint32_t natural = align_of(member.type);
        if (pack) natural = std::min(natural, pack);
        if (member.is_packed) natural = 1;
        natural = std::max(natural, member_aligns[i]);
        if (record.is_union) bits = 0;
        if (member.is_bitfield) {
            std::uint64_t unit = size_of(member.type) * 8;
            if (member.bit_width == 0) {
                // A zero-width bit-field ends the unit (C11 6.7.2.1p12). Unnamed ones do not align the structure.
                std::uint64_t to = std::max<std::uint64_t>(natural, member_aligns[i]) * 8;
                bits = (bits + to - 1) / to * to;
                continue;
            }
            // System V ABI: a bit-field lies entirely in a unit of its declared type.
            if (member_aligns[i]) bits = (bits + natural * 8 - 1) / (natural * 8) * (natural * 8);
            if (pack == 0 && !member.is_packed && bits / unit != (bits + member.bit_width - 1) / unit) bits = (bits + unit - 1) / unit * unit;
            member.unit_bytes = 0;
            for (std::uint8_t bytes = 1; bytes <= 8; bytes = static_cast<std::uint8_t>(bytes * 2)) {
                std::uint64_t width = bytes * 8u;
                if (bits / width == (bits + member.bit_width - 1) / width) {
                    member.unit_bytes = bytes;
                    member.offset = bits / width * bytes;
                    member.bit_offset = static_cast<std::uint8_t>(bits % width);
                    break;
                }
            }
            if (pack || member.is_packed) {  // the aligned unit may not exist, or reach beyond the structure
                const std::uint64_t bytes = (bits % 8 + member.bit_width + 7) / 8;
                fine = fine && bytes <= 8;
                member.unit_bytes = static_cast<std::uint8_t>(std::min<std::uint64_t>(bytes, 8));
                member.offset = bits / 8;
                member.bit_offset = static_cast<std::uint8_t>(bits % 8);
            }
            bits += member.bit_width;
            if (member.name) align = std::max(align, natural);
        } else {
            bits = (bits + natural * 8ull - 1) / (natural * 8ull) * (natural * 8ull);
            member.offset = bits / 8;
            if (member.offset + size_of(member.type) > kMaxObjectBytes) return false;
            bits += size_of(member.type) * 8;
            align = std::max(align, natural);
        }
        largest = std::max(largest, bits);
    }
    record.align = align;
    record.size = ((largest + 7) / 8 + align - 1) / align * align;
    return fine && record.size <= kMaxObjectBytes;
}

}  // namespace ipclab::cc
