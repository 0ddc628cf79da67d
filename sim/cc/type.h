// C's types, laid out as gcc does on x86-64 (System V ABI: LP64, plain char signed).
//
// A type is one object; its qualified variants hang off it, so that the unqualified types of equal spelling made of
// basic types and pointers are the same pointer. Arrays and functions are compared by structure (compatible()).
#pragma once

#include <cstdint>
#include <string>

#include "sim/cc/token.h"

namespace ipclab::cc {

struct Node;
struct Obj;
struct Type;

enum class TypeKind : std::uint8_t {
    error,  ///< of an expression that has been reported: agrees with everything
    void_, bool_, char_, schar, uchar, short_, ushort, int_, uint, long_, ulong, llong, ullong, float_, double_, ldouble,
    enum_, pointer, array, vla, function, struct_, union_
};

enum Qualifier : std::uint8_t { kConst = 1, kVolatile = 2, kRestrict = 4, kAtomic = 8 };

struct Member {
    Ident* name = nullptr;  ///< null: an anonymous struct or union, or an unnamed bit-field
    Type* type = nullptr;
    std::uint64_t offset = 0;      ///< bytes; of bit-fields: of the smallest aligned unit (packed: of the bytes) that hold all of it
    std::uint8_t bit_offset = 0, bit_width = 0, unit_bytes = 0;
    bool is_bitfield = false;
    bool is_packed = false;  ///< __attribute__((packed)) of the member itself
    Span span;
};

struct Record {
    Ident* tag = nullptr;
    bool is_union = false, complete = false, has_flexible = false, has_const = false, being_defined = false;
    std::uint64_t size = 0;
    std::uint32_t align = 1;
    List<Member> members;
    Span span;
};

struct Enumerator {
    Ident* name = nullptr;
    std::int64_t value = 0;
};

struct EnumInfo {
    Ident* tag = nullptr;
    bool complete = false;
    List<Enumerator> enumerators;
    Span span;
};

struct Parameter {
    Ident* name = nullptr;
    Type* type = nullptr;
    Obj* object = nullptr;  ///< where it has a name
    Span span;
};

struct FunctionInfo {
    List<Parameter> parameters;
    bool variadic = false;
    bool prototype = true;  ///< false: f() or a K&R definition, whose arguments are not checked
};

struct Type {
    TypeKind kind = TypeKind::error;
    std::uint8_t qualifiers = 0;
    std::uint16_t depth = 0;  ///< of types around each other, limited by the parser; behind a pointer to a record it ends
    std::uint32_t align = 1;
    std::uint64_t size = 0;       ///< use size_of(): records know theirs later
    Type* base = nullptr;         ///< pointed to, element, result, an enum's integer type
    std::uint64_t length = 0;     ///< array: kUnknownLength where it is incomplete
    union {
        Record* record = nullptr;
        EnumInfo* enumeration;
        FunctionInfo* function;
        Node* vla_length;
    };
    Obj* vla_size = nullptr;      ///< the variable that holds a variable-length array's size in bytes
    Type* unqualified = nullptr;  ///< never null once made
    Type* pointer_to = nullptr;
    Type* variants[16] = {};
    Ident* alias = nullptr;       ///< the typedef name it was written as, for messages
};

inline constexpr std::uint64_t kUnknownLength = ~0ull;

/// Makes types and owns the basic ones.
class Types {
  public:
    explicit Types(Arena& arena);

    Type *error, *void_, *bool_, *char_, *schar, *uchar, *short_, *ushort, *int_, *uint, *long_, *ulong, *llong, *ullong,
        *float_, *double_, *ldouble;
    Type* va_list;  ///< __builtin_va_list: an array of one structure, as on x86-64

    Type* pointer(Type* to);
    Type* array(Type* element, std::uint64_t length);
    Type* vla(Type* element, Node* length);
    Type* function(Type* result, FunctionInfo* info);
    Type* record(Record* record);
    Type* enumeration(EnumInfo* info);
    Type* qualified(Type* type, std::uint8_t qualifiers);
    Type* fresh(TypeKind kind, std::uint64_t size, std::uint32_t align);

  private:
    void make_va_list();

    Arena& arena_;
};

inline bool is_record(const Type* t) { return t->kind == TypeKind::struct_ || t->kind == TypeKind::union_; }
inline bool is_pointer(const Type* t) { return t->kind == TypeKind::pointer; }
inline bool is_array(const Type* t) { return t->kind == TypeKind::array || t->kind == TypeKind::vla; }
inline bool is_function(const Type* t) { return t->kind == TypeKind::function; }
inline bool is_void(const Type* t) { return t->kind == TypeKind::void_; }
inline bool is_error(const Type* t) { return t->kind == TypeKind::error; }
inline bool is_integer(const Type* t) {
    return (t->kind >= TypeKind::bool_ && t->kind <= TypeKind::ullong) || t->kind == TypeKind::enum_;
}
inline bool is_floating(const Type* t) { return t->kind >= TypeKind::float_ && t->kind <= TypeKind::ldouble; }
inline bool is_long_double(const Type* t) { return t->kind == TypeKind::ldouble; }
inline bool is_arithmetic(const Type* t) { return is_integer(t) || is_floating(t); }
inline bool is_scalar(const Type* t) { return is_arithmetic(t) || is_pointer(t); }
inline bool is_const(const Type* t) { return t->qualifiers & kConst; }
inline bool is_volatile(const Type* t) { return t->qualifiers & kVolatile; }
inline bool is_atomic(const Type* t) { return t->qualifiers & kAtomic; }

/// Whether values of the integer or pointer type are zero-extended.
bool is_unsigned(const Type* t);
bool is_complete(const Type* t);
/// True where it, or what it is made of, is variably modified (C11 6.7.6p3).
bool is_variably_modified(const Type* t);
std::uint64_t size_of(const Type* t);
std::uint32_t align_of(const Type* t);
/// C11 6.2.7. Qualifiers of the types themselves count where `qualifiers` is set.
bool compatible(const Type* a, const Type* b, bool qualifiers = false);
/// "int (*)(const char *, ...)"
std::string type_name(const Type* t);
/// As a declaration of `name`.
std::string declaration_text(const Type* t, std::string name);

/// Lays out a structure's or union's members (sizes, offsets, bit-fields) as gcc does. `pack`: 0, or the largest
/// alignment of a member; `least_align`: from __attribute__((aligned)). False where it becomes too large, or where a
/// packed bit-field lies across nine bytes.
bool lay_out(Record& record, std::vector<Member>& members, std::uint32_t pack, std::uint32_t least_align,
             const std::vector<std::uint32_t>& member_aligns);

}  // namespace ipclab::cc
