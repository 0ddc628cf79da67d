// Static objects with their initial bytes, and types as the window shows them.
#include <bit>
#include <cstring>

#include "sim/cc/codegen.h"

namespace ipclab::cc {

namespace {

void put(std::vector<std::uint8_t>& bytes, std::uint64_t at, std::uint64_t value, std::uint64_t size) {
    if (bytes.size() < at + size) bytes.resize(at + size);
    for (std::uint64_t i = 0; i < size; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

void put_bits(std::vector<std::uint8_t>& bytes, std::uint64_t at, const Member& field, std::uint64_t value) {
    const std::uint64_t ones = field.bit_width == 64 ? ~0ull : (1ull << field.bit_width) - 1;
    if (bytes.size() < at + field.unit_bytes) bytes.resize(at + field.unit_bytes);
    std::uint64_t unit = 0;
    std::memcpy(&unit, &bytes[at], field.unit_bytes);
    unit = (unit & ~(ones << field.bit_offset)) | (value & ones) << field.bit_offset;
    std::memcpy(&bytes[at], &unit, field.unit_bytes);
}

}  // namespace

Module Generator::finish(const std::vector<Obj*>& globals) {
    for (Obj* object : globals)
        if (!object->is_function && object->is_defined) data_object(object);
    return std::move(module_);
}

void Generator::data_object(Obj* object) {
    DataObject out;
    out.size = std::max<std::uint64_t>(size_of(object->type), object->init ? object->init->extent : 0);
    out.align = std::max({object->align, align_of(object->type), 1u});
    out.is_thread_local = object->is_thread_local;
    out.is_read_only = object->is_read_only && !object->is_thread_local;
    out.line = object->span.line;
    if (object->name && !object->is_string && !module_.is_library) {
        out.shown_name = std::string(object->name->text);
        out.type = type_index(object->type);
        out.is_guarded = !is_scalar(object->type);
    }
    if (object->is_string) {
        out.bytes.assign(object->bytes.begin(), object->bytes.end());
        out.size = std::max<std::uint64_t>(out.size, out.bytes.size());
    }
    if (object->init)
        for (const InitEntry& entry : object->init->entries) static_entry(out, 0, entry);

    Symbol& symbol = module_.symbols[symbol_of(object)];
    symbol.kind = Symbol::Kind::data;
    symbol.index = static_cast<std::uint32_t>(module_.data.size());
    symbol.span = object->span;
    module_.data.push_back(std::move(out));
}

void Generator::static_entry(DataObject& out, std::uint64_t base, const InitEntry& entry) {
    const std::uint64_t at = base + entry.offset;
    const Node* expr = entry.expr;
    if (!expr) {
        // Later entries override earlier ones; what was never written is zero anyway.
        if (at < out.bytes.size())
            std::fill_n(out.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                        std::min<std::uint64_t>(entry.size, out.bytes.size() - at), std::uint8_t{0});
        std::erase_if(out.relocations,
                      [&](const Relocation& r) { return r.at >= at && r.at < at + entry.size; });
        return;
    }
    if (is_record(entry.type)) {  // a compound literal of constants
        if (expr->kind == NodeKind::compound_literal && expr->init)
            for (const InitEntry& inner : expr->init->entries) static_entry(out, at, inner);
        return;
    }
    if (is_array(entry.type)) {
        const std::string_view text = expr->object->bytes;
        for (std::uint64_t i = 0; i < entry.size; ++i)
            put(out.bytes, at + i, i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0, 1);
        return;
    }
    const std::uint64_t size = size_of(entry.type);
    if (expr->kind == NodeKind::fnum) {
        if (is_long_double(entry.type)) {
            std::uint64_t halves[2] = {};
            std::memcpy(halves, &expr->real, 10);
            put(out.bytes, at, halves[0], 8);
            return put(out.bytes, at + 8, halves[1], 2);
        }
        const bool is_float = entry.type->kind == TypeKind::float_;
        return put(out.bytes, at,
                   is_float ? std::bit_cast<std::uint32_t>(static_cast<float>(expr->real))
                            : std::bit_cast<std::uint64_t>(static_cast<double>(expr->real)),
                   size);
    }
    Parser::Address address;
    if (!Parser::evaluate_address(expr, address)) return;  // has been reported
    if (entry.bitfield)
        return put_bits(out.bytes, at, *entry.bitfield, static_cast<std::uint64_t>(address.addend));
    std::erase_if(out.relocations, [&](const Relocation& r) { return r.at == at; });
    put(out.bytes, at, address.object ? 0 : static_cast<std::uint64_t>(address.addend), size);
    if (address.object)
        out.relocations.push_back({Relocation::Kind::data, static_cast<std::uint32_t>(at),
                                   symbol_of(address.object), address.addend});
}

std::uint32_t Generator::type_index(const Type* type) {
    const auto [entry, added] = types_.try_emplace(type, static_cast<std::uint32_t>(module_.types.size()));
    const std::uint32_t index = entry->second;
    if (!added) return index;
    module_.types.emplace_back();  // known before its parts: a list's node points to its like
    vm::TypeInfo info = describe(type);
    module_.types[index] = std::move(info);
    return index;
}

vm::TypeInfo Generator::describe(const Type* type) {
    using Kind = vm::TypeInfo::Kind;
    vm::TypeInfo info;
    info.name = type_name(type);
    info.size = is_complete(type) ? size_of(type) : 0;
    switch (type->kind) {
        case TypeKind::error:
        case TypeKind::void_:
            info.kind = Kind::void_;
            break;
        case TypeKind::bool_:
            info.kind = Kind::bool_;
            break;
        case TypeKind::enum_:
            info.kind = Kind::enumeration;
            for (const Enumerator& each : type->enumeration->enumerators)
                info.enumerators.emplace_back(std::string(each.name->text), each.value);
            break;
        case TypeKind::pointer:
        case TypeKind::vla:  // held as the address of its first element
            info.kind = Kind::pointer;
            info.size = 8;
            info.element = type_index(type->base);
            break;
        case TypeKind::array:
            info.kind = Kind::array;
            info.element = type_index(type->base);
            info.count = type->length == kUnknownLength ? 0 : type->length;
            break;
        case TypeKind::function:
            info.kind = Kind::function;
            info.element = type_index(type->base);
            break;
        case TypeKind::struct_:
        case TypeKind::union_:
            info.kind = type->kind == TypeKind::struct_ ? Kind::structure : Kind::union_;
            for (const Member& member : type->record->members) {
                if (member.is_bitfield && !member.name) continue;
                info.members.push_back({member.name ? std::string(member.name->text) : std::string(),
                                        type_index(member.type), static_cast<std::uint32_t>(member.offset),
                                        member.bit_offset,
                                        member.is_bitfield ? member.bit_width : std::uint8_t{0}});
            }
            break;
        default:
            info.kind = is_floating(type)   ? Kind::floating
                        : is_unsigned(type) ? Kind::unsigned_integer
                                            : Kind::signed_integer;
            break;
    }
    return info;
}

}  // namespace ipclab::cc
