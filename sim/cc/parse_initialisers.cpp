// Initialisers (C11 6.7.9): braces, designators and brace elision to a flat list of what is stored where.
//
// Each function initialises the object of `type` at `offset` from the tokens that come next. `pending` is an expression
// that has been read already: whether a value initialises a structure as a whole or its first member shows only when its
// type is known (6.7.9p13, p20), so it is read first and handed down.
#include <fmt/format.h>

#include <algorithm>

#include "sim/cc/parser.h"
#include "sim/cc/spell.h"

namespace ipclab::cc {

namespace {

constexpr std::uint64_t kMaxRepeatedEntries = 1 << 20;

bool is_char_array(const Type* type) {
    return type->kind == TypeKind::array && type->base->kind >= TypeKind::char_ &&
           type->base->kind <= TypeKind::uchar;
}

bool is_aggregate(const Type* type) {
    return is_array(type) || is_record(type);
}

bool has_unknown_length(const Type* type) {
    return type->kind == TypeKind::array && type->length == kUnknownLength;
}

bool is_string(const Node* node) {
    return node->kind == NodeKind::var && node->object->is_string;
}

std::string_view kind_text(const Type* type) {
    return is_array(type)                   ? "array"
           : type->kind == TypeKind::union_ ? "union"
           : is_record(type)                ? "structure"
                                            : "scalar";
}

/// The member of the record that is called `name`, or the anonymous one that contains it; its count where there is none.
std::uint64_t member_index(const Record* record, const Ident* name, int depth) {
    const std::uint64_t count = record->members.size();
    for (std::uint64_t i = 0; i < count; ++i)
        if (record->members[i].name == name) return i;
    for (std::uint64_t i = 0; i < count && depth < kMaxNesting; ++i) {
        const Member& member = record->members[i];
        if (!member.name && is_record(member.type) &&
            member_index(member.type->record, name, depth + 1) < member.type->record->members.size())
            return i;
    }
    return count;
}

}  // namespace

/// initialiser = assignment | "{" items "}". An array's length comes from it where the type has none.
Init* Parser::initialiser(Type*& type, bool is_static, Span name) {
    std::vector<InitEntry> entries;
    Restored<std::vector<InitEntry>*> outer_entries(entries_);
    Restored<std::uint64_t> outer_extent(extent_);
    Restored<bool> outer_static(static_init_);
    std::map<std::uint64_t, const Type*> outer_records;
    outer_records.swap(whole_records_);
    entries_ = &entries;
    extent_ = 0;
    static_init_ = is_static;
    Init* init = arena_.make<Init>();
    init->span = here();
    const bool braced = is(Tok::lbrace), array = is_array(type);
    // The length of an array without one is known at the end only: this entry is made then.
    const bool zero_first = !is_static && is_aggregate(type) && (braced || array);
    if (zero_first) entries.emplace_back();
    if (is_error(type)) {
        if (braced)
            skip_balanced();
        else
            assignment();
    } else if (type->kind == TypeKind::vla) {
        error(name, "an array of variable length cannot be initialised");
        if (braced)
            skip_balanced();
        else
            assignment();
    } else if (!is_complete(type) && !has_unknown_length(type)) {
        error(name,
              fmt::format("an object of the incomplete type '{}' cannot be initialised", type_name(type)));
        type = types_.error;
        if (braced)
            skip_balanced();
        else
            assignment();
    } else if (braced || !is_aggregate(type) || is_string_item(type)) {
        init_object(type, 0, nullptr);
    } else {
        Node* value = assignment();
        const bool taken = is_error(value->type) || copy_literal(type, 0, value);
        if (!taken && is_char_array(type) && is_string(value)) {
            add_string(type, 0, value);
        } else if (!taken && array) {
            error(value->span, is_char_array(type)
                                   ? "an array of characters needs a string or a list in braces"
                                   : "an array needs a list in braces");
            if (has_unknown_length(type)) type = types_.error;
        } else if (!taken) {
            add_entry(0, type, nullptr, convert_assigned(value, type, value->span, "initialisation"));
        }
    }
    init->span = join(init->span, previous());
    finish_initialiser(init, type, zero_first);
    whole_records_.swap(outer_records);
    return init;
}

void Parser::finish_initialiser(Init* init, Type*& type, bool zero_first) {
    if (has_unknown_length(type)) {
        const std::uint64_t element = std::max<std::uint64_t>(size_of(type->base), 1);
        type = types_.array(type->base, extent_ / element);
    }
    if (!is_error(type)) extent_ = std::max(extent_, size_of(type));
    if (zero_first) entries_->front().size = extent_;
    init->extent = extent_;
    init->entries = arena_.list(*entries_);
}

void Parser::add_entry(std::uint64_t offset, Type* type, const Member* bitfield, Node* expr) {
    if (is_error(expr->type)) return;
    if (static_init_) {
        Address address;
        const bool string_bytes = is_array(type) && is_string(expr);
        const bool constant = string_bytes || expr->kind == NodeKind::fnum ||
                              (is_scalar(type) && evaluate_address(expr, address));
        if (!constant) {
            const Node* inner = expr;
            while (inner->kind == NodeKind::cast && inner->is_implicit) inner = inner->lhs;
            const bool named = inner->kind == NodeKind::var && inner->object->name;
            error(
                expr->span,
                fmt::format("the initialiser of a static object must be a constant{}",
                            named ? fmt::format(", and '{}' is a variable", inner->object->name->text) : ""));
            return;
        }
    }
    InitEntry entry;
    entry.offset = offset;
    entry.size = bitfield ? bitfield->unit_bytes : size_of(type);
    entry.type = type->unqualified;
    entry.bitfield = bitfield;
    entry.expr = expr;
    entries_->push_back(entry);
}

void Parser::add_zero(std::uint64_t offset, std::uint64_t size) {
    if (size == 0) return;
    InitEntry entry;
    entry.offset = offset;
    entry.size = size;
    entries_->push_back(entry);
}

/// C11 6.7.9p14: the characters, and the terminating zero where there is room or the length is not known.
void Parser::add_string(Type* type, std::uint64_t offset, Node* literal) {
    const std::uint64_t bytes = literal->object->bytes.size();
    const bool unknown = has_unknown_length(type);
    if (!unknown && bytes > type->length + 1)
        warn(
            literal->span, "",
            fmt::format("the string has {} characters and does not fit in '{}'", bytes - 1, type_name(type)));
    InitEntry entry;
    entry.offset = offset;
    entry.size = unknown ? bytes : std::min(bytes, type->length);
    entry.type = type;
    entry.expr = literal;
    extent_ = std::max(extent_, offset + entry.size);
    entries_->push_back(entry);
}

/// GNU: a compound literal of the same type initialises as its list would; of a static object, so does a const
/// structure.
bool Parser::copy_literal(Type* type, std::uint64_t offset, Node* node) {
    const Init* init = nullptr;
    if (node->kind == NodeKind::compound_literal && (static_init_ || is_array(type))) init = node->init;
    if (node->kind == NodeKind::var && static_init_ && is_record(type)) init = constant_init(node->object);
    if (!init) return false;
    const bool same = is_array(type) ? is_array(node->type) && compatible(type, node->type)
                                     : type->unqualified == node->type->unqualified;
    if (!same) return false;
    if (node->kind == NodeKind::var) mark_read(node);
    for (const InitEntry& entry : init->entries) {
        if (entry.expr && !(is_array(entry.type) && is_string(entry.expr))) {
            add_entry(offset + entry.offset, entry.type, entry.bitfield, entry.expr);
            continue;
        }
        entries_->push_back(entry);
        entries_->back().offset += offset;
    }
    extent_ = std::max(extent_, offset + size_of(node->type));
    return true;
}

/// Whether one or more strings stand here, alone or in braces, as the whole value of a character array.
bool Parser::is_string_item(const Type* type) const {
    if (!is_char_array(type)) return false;
    const bool braced = is(Tok::lbrace);
    std::size_t ahead = braced;
    if (peek(ahead).kind != Tok::str) return false;
    while (peek(ahead).kind == Tok::str) ++ahead;
    if (braced && peek(ahead).kind == Tok::comma) ++ahead;
    const Tok after = peek(ahead).kind;
    return braced ? after == Tok::rbrace
                  : after == Tok::comma || after == Tok::rbrace || after == Tok::semicolon ||
                        after == Tok::kw_attribute;
}

bool Parser::init_string(Type* type, std::uint64_t offset) {
    if (!is_string_item(type)) return false;
    const bool braced = eat(Tok::lbrace);
    add_string(type, offset, string_literal());
    if (braced) {
        eat(Tok::comma);
        advance();
    }
    return true;
}

void Parser::init_object(Type* type, std::uint64_t offset, Node* pending) {
    Nesting nesting(*this);
    if (!is_aggregate(type)) return init_scalar(type, offset, nullptr, pending);
    if (!pending) {
        if (init_string(type, offset)) return;
        if (is(Tok::lbrace)) {
            init_braced(type, offset);
            return;
        }
        pending = assignment();
    }
    if (is_error(pending->type)) return;
    if (is_char_array(type) && is_string(pending)) return add_string(type, offset, pending);
    if (is_record(type) && pending->type->unqualified == type->unqualified) {
        if (copy_literal(type, offset, pending)) return;
        add_entry(offset, type, nullptr, rvalue(pending));
        whole_records_[offset] = type->unqualified;
        return;
    }
    init_elided(type, offset, 0, pending);
}

void Parser::init_scalar(Type* type, std::uint64_t offset, const Member* bitfield, Node* pending) {
    if (!pending && is(Tok::lbrace)) {  // 6.7.9p11: a scalar's may be in braces
        Nesting nesting(*this);
        const Span open = here();
        advance();
        if (eat(Tok::rbrace)) return error(open, "the braces around a scalar's initialiser are empty");
        init_scalar(type, offset, bitfield, nullptr);
        bool warned = false;
        while (eat(Tok::comma) && !is(Tok::rbrace)) skip_excess("scalar", warned);
        expect_closing(Tok::rbrace, open, "at the end of the initialiser");
        return;
    }
    if (!pending && starts_designator())
        syntax_error(
            here(), fmt::format("a designator in the initialiser of a scalar of type '{}'", type_name(type)));
    if (!pending) pending = assignment();
    add_entry(offset, type, bitfield, convert_assigned(pending, type, pending->span, "initialisation"));
}

/// items = "{" (designation? initialiser ("," designation? initialiser)* ","?)? "}". Returns how many elements it reached.
std::uint64_t Parser::init_braced(Type* type, std::uint64_t offset) {
    const Span open = here();
    expect(Tok::lbrace, "at the start of the initialiser");
    try {
        return init_items(type, offset, open);
    } catch (const SyntaxError&) {  // go on behind the braces, unless one seems to be missing
        while (!is(Tok::rbrace) && !is(Tok::semicolon) && !is(Tok::eof)) {
            if (is(Tok::lbrace) || is(Tok::lparen) || is(Tok::lbracket))
                skip_balanced();
            else
                advance();
        }
        eat(Tok::rbrace);
        throw;
    }
}

std::uint64_t Parser::init_items(Type* type, std::uint64_t offset, Span open) {
    const std::uint64_t count = element_count(type);
    std::uint64_t index = skip_unnamed(type, 0), reached = 0;
    bool warned = false, designated = false;
    const bool is_zero = is(Tok::rbrace) || is_zero_list();
    while (!is(Tok::rbrace) && !is(Tok::eof)) {
        if (starts_designator()) {
            designated = true;
            init_designated(type, offset, index, true);
        } else if (index >= count) {
            skip_excess(kind_text(type), warned);
        } else {
            init_element(type, offset, index, nullptr);
            index = skip_unnamed(type, index + 1);
        }
        reached = std::max(reached, index);
        if (!eat(Tok::comma)) break;
    }
    if (!designated && !is_zero && type->kind == TypeKind::struct_ && index < count &&
        is_complete(type->record->members[index].type))
        warn(here(), "-Wmissing-field-initializers",
             fmt::format("missing initializer for field '{}' of '{}'",
                         type->record->members[index].name ? type->record->members[index].name->text : "",
                         type_name(type->unqualified)));
    expect_closing(Tok::rbrace, open, "at the end of the initialiser");
    if (is_array(type)) extent_ = std::max(extent_, offset + reached * size_of(type->base));
    return reached;
}

/// "{0}", which is meant for all members.
bool Parser::is_zero_list() const {
    if (peek().kind != Tok::number || peek().text() != "0") return false;
    return peek(1).kind == Tok::rbrace || (peek(1).kind == Tok::comma && peek(2).kind == Tok::rbrace);
}

/// C11 6.7.9p20: without braces only as many items are taken as the aggregate has members, from the one numbered `from`.
std::uint64_t Parser::init_elided(Type* type, std::uint64_t offset, std::uint64_t from, Node* pending) {
    const std::uint64_t count = element_count(type);
    std::uint64_t index = skip_unnamed(type, from);
    if (index >= count && pending) {
        warn(pending->span, "",
             fmt::format("this value is one too many: '{}' has no members", type_name(type)));
        return index;
    }
    while (index < count) {
        init_element(type, offset, index, pending);
        pending = nullptr;
        index = skip_unnamed(type, index + 1);
        if (index >= count || !another_item()) break;
    }
    if (is_array(type)) extent_ = std::max(extent_, offset + std::min(index, count) * size_of(type->base));
    return index;
}

/// Takes the comma before another item of the same list; one with a designator belongs to the braces around.
bool Parser::another_item() {
    if (!is(Tok::comma)) return false;
    const Tok next = peek(1).kind;
    if (next == Tok::rbrace || next == Tok::dot || next == Tok::lbracket) return false;
    if (next == Tok::ident && peek(2).kind == Tok::colon) return false;
    advance();
    return true;
}

bool Parser::starts_designator() const {
    return is(Tok::dot) || is(Tok::lbracket) || (is(Tok::ident) && peek(1).kind == Tok::colon);
}

void Parser::skip_excess(std::string_view of, bool& warned) {
    const Span span = here();
    if (is(Tok::lbrace)) {
        skip_balanced();
    } else {
        Restored<int> unevaluated(unevaluated_);
        ++unevaluated_;
        assignment();
    }
    if (!warned)
        warn(join(span, previous()), "", fmt::format("excess elements in the initialiser of the {}", of));
    warned = true;
}

std::uint64_t Parser::element_count(const Type* type) const {
    if (is_array(type)) return type->length;
    if (type->kind != TypeKind::union_) return type->record->members.size();
    return std::min<std::uint64_t>(type->record->members.size(), skip_unnamed(type, 0) + 1);
}

/// C11 6.7.9p9: unnamed bit-fields are not initialised.
std::uint64_t Parser::skip_unnamed(const Type* type, std::uint64_t index) const {
    if (!is_record(type)) return index;
    const List<Member>& members = type->record->members;
    while (index < members.size() && members[index].is_bitfield && !members[index].name) ++index;
    return index;
}

Type* Parser::element_type(const Type* type, std::uint64_t index, std::uint64_t& offset) const {
    if (is_array(type)) {
        offset += index * size_of(type->base);
        return type->base;
    }
    const Member& member = type->record->members[index];
    offset += member.offset;
    return member.type;
}

void Parser::init_element(Type* type, std::uint64_t offset, std::uint64_t index, Node* pending) {
    Type* element = element_type(type, index, offset);
    if (is_record(type)) {
        const Member& member = type->record->members[index];
        if (member.is_bitfield) return init_scalar(element, offset, &member, pending);
        if (has_unknown_length(element) && !static_init_)
            error(pending ? pending->span : here(),
                  "only a static object can give a flexible array member elements");
    }
    init_object(element, offset, pending);
}

/// designation = ("[" constant ("..." constant)? "]" | "." name)+ "="; GNU: name ":"
void Parser::init_designated(Type* type, std::uint64_t offset, std::uint64_t& index, bool top) {
    Nesting nesting(*this);
    if (is(Tok::lbracket))
        designate_index(type, offset, index, top);
    else
        designate_member(type, offset, index, top);
}

void Parser::designate_index(Type* type, std::uint64_t offset, std::uint64_t& index, bool top) {
    const Span open = here();
    advance();
    const std::int64_t low = constant_expression("an array index");
    const std::int64_t high = eat(Tok::ellipsis) ? constant_expression("an array index") : low;
    expect_closing(Tok::rbracket, open, "after the index");
    const Span span = join(open, previous());
    if (!is_array(type))
        syntax_error(span, fmt::format("an index into '{}', which is no array", type_name(type)));
    const std::uint64_t element = std::max<std::uint64_t>(size_of(type->base), 1);
    if (low < 0 || high < low) syntax_error(span, "this index is negative, or the range is empty");
    const auto last = static_cast<std::uint64_t>(high);
    if (last >= type->length || last >= kMaxObjectBytes / element)
        syntax_error(span, fmt::format("index {} is beyond the end of '{}'", high, type_name(type)));
    const std::size_t first_entry = entries_->size();
    const auto first = static_cast<std::uint64_t>(low);
    index = first;
    init_designated_item(type, offset, index);
    // A range stores the same at each index (GNU).
    if (last > first) repeat_entries(first_entry, last - first, element, span);
    index = last + 1;
    if (has_unknown_length(type)) extent_ = std::max(extent_, offset + index * element);
    if (!top && index < element_count(type) && another_item())
        index = init_elided(type, offset, index, nullptr);
}

void Parser::repeat_entries(std::size_t first, std::uint64_t times, std::uint64_t step, Span span) {
    const std::size_t last = entries_->size();
    if (last == first) return;
    const InitEntry one = (*entries_)[first];
    const bool zero = last - first == 1 && one.size == step && !one.bitfield &&
                      (!one.expr || (one.expr->kind == NodeKind::num && one.expr->integer == 0));
    if (zero) return add_zero(one.offset, step * (times + 1));
    if (times > (kMaxRepeatedEntries - repeated_entries_) / (last - first))
        syntax_error(span, "the ranges of indexes in initialisers are too large");
    repeated_entries_ += times * (last - first);
    for (std::uint64_t n = 1; n <= times; ++n)
        for (std::size_t i = first; i < last; ++i) {
            InitEntry copy = (*entries_)[i];
            copy.offset += n * step;
            entries_->push_back(copy);
        }
}

void Parser::designate_member(Type* type, std::uint64_t offset, std::uint64_t& index, bool top) {
    const bool old_style = !is(Tok::dot);
    const Span dot = here();
    const Token& name = peek(old_style ? 0 : 1);
    if (name.kind != Tok::ident) syntax_error(name.span, "expected the name of a member after '.'");
    if (!is_record(type))
        syntax_error(dot, fmt::format("a member's name in the initialiser of '{}', which has no members",
                                      type_name(type)));
    const Record* record = type->record;
    index = member_index(record, name.ident, 0);
    if (index >= record->members.size()) {
        Speller speller(name.ident->text);
        for (const Member& member : record->members)
            if (member.name) speller.offer(member.name->text);
        syntax_error(name.span, fmt::format("'{}' has no member '{}'{}", type_name(type), name.ident->text,
                                            speller.suggestion()));
    }
    const bool is_union = type->kind == TypeKind::union_;
    const Member& member = record->members[index];
    const Tok behind = peek(old_style ? 1 : 2).kind;
    const bool whole_member = member.name && behind != Tok::dot && behind != Tok::lbracket;
    // The member chosen last is the union's only one (6.7.9p19); a part of it may have been set before.
    if (is_union && whole_member && !entries_->empty()) add_zero(offset, size_of(type));
    if (member.name) {
        advance();
        if (!old_style) advance();
        init_designated_item(type, offset, index);
    } else {
        std::uint64_t inner = 0;
        init_designated(member.type, offset + member.offset, inner, false);
    }
    index = is_union ? std::max(element_count(type), index + 1) : skip_unnamed(type, index + 1);
    if (!top && index < element_count(type) && another_item())
        index = init_elided(type, offset, index, nullptr);
}

/// What stands behind one designator: another one, or "=" and the value.
void Parser::init_designated_item(Type* type, std::uint64_t offset, std::uint64_t index) {
    std::uint64_t at = offset;
    Type* element = element_type(type, index, at);
    if (is(Tok::dot) || is(Tok::lbracket)) {
        // gcc: a value that was computed as a whole gives way as a whole to one of its parts.
        const auto whole = whole_records_.find(at);
        if (whole != whole_records_.end() && whole->second == element->unqualified) {
            whole_records_.erase(whole);
            add_zero(at, size_of(element));
        }
        std::uint64_t inner = 0;
        return init_designated(element, at, inner, false);
    }
    if (!eat(Tok::colon) && !eat(Tok::assign))
        syntax_error(here(), fmt::format("expected '=' after the designator, found {}", found()));
    // A list in braces replaces all that was said about the object before.
    if (is(Tok::lbrace) && is_aggregate(element) && !entries_->empty()) {
        whole_records_.erase(at);
        add_zero(at, size_of(element));
    }
    init_element(type, offset, index, nullptr);
}

}  // namespace ipclab::cc
