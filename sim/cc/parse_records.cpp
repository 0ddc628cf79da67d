// Structures, unions, enumerations (C11 6.7.2.1 to 6.7.2.3).
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

std::string_view keyword_of(const Type* type) {
    if (type->kind == TypeKind::enum_) return "enum";
    return type->record->is_union ? "union" : "struct";
}

Tok keyword_token(const Type* type) {
    if (type->kind == TypeKind::enum_) return Tok::kw_enum;
    return type->record->is_union ? Tok::kw_union : Tok::kw_struct;
}

bool has_const_part(const Type* type) {
    while (is_array(type)) type = type->base;
    return is_const(type) || (is_record(type) && type->record->has_const);
}

}  // namespace

void Parser::note_before(Span span) {
    session_.note(span, "it was declared here before");
}

/// C11 6.7.2.3: the type that a tag means. `declares`: "struct tag {" or "struct tag ;", which hide outer tags.
Type* Parser::tagged_type(Tok keyword, Ident* tag, bool declares, Span span) {
    if (tag && tag->tag && (!declares || tag->tag->depth == scope_starts_.size())) {
        Type* known = tag->tag->type;
        if (keyword_token(known) == keyword) return known;
        error(span, fmt::format("'{0}' is '{1} {0}', not '{2} {0}'", tag->text, keyword_of(known),
                                spelling(keyword)));
        note_before(tag->tag->span);
        throw SyntaxError{};
    }
    Type* type = nullptr;
    if (keyword == Tok::kw_enum) {
        EnumInfo* info = arena_.make<EnumInfo>();
        info->tag = tag;
        info->span = span;
        type = types_.enumeration(info);
    } else {
        Record* record = arena_.make<Record>();
        record->tag = tag;
        record->is_union = keyword == Tok::kw_union;
        record->span = span;
        type = types_.record(record);
    }
    if (!tag) return type;
    if (prototype_scope_ != 0 && prototype_scope_ == scope_starts_.size())
        warn(span, "",
             fmt::format(
                 "'{} {}' is declared inside a parameter list and means nothing outside of it: declare "
                 "it before the function",
                 spelling(keyword), tag->text));
    bind(tag, Binding::Kind::tag, span)->type = type;
    return type;
}

/// record = ("struct" | "union") attributes? identifier? ("{" member* "}" attributes?)?
Type* Parser::record_specifier(DeclSpec& spec) {
    const Tok keyword = kind();
    Span span = here();
    advance();
    Attributes before;
    attributes(before);
    Ident* tag = nullptr;
    if (is(Tok::ident)) {
        tag = peek().ident;
        span = here();
        advance();
    }
    spec.defines_tag = spec.defines_tag || tag;
    attributes(before);
    if (!is(Tok::lbrace)) {
        if (!tag)
            syntax_error(here(), fmt::format("expected a name or '{{' after '{}', found {}",
                                             spelling(keyword), found()));
        return tagged_type(keyword, tag, is(Tok::semicolon), span);
    }
    Type* type = tagged_type(keyword, tag, true, span);
    Record* record = type->record;
    if (record->complete || record->being_defined) {
        error(span, fmt::format("'{}' is defined twice", type_name(type)));
        note_before(record->span);
        record = arena_.make<Record>();  // what follows still has its members
        record->tag = tag;
        record->is_union = keyword == Tok::kw_union;
        type = types_.record(record);
    }
    record->span = span;
    const std::uint32_t pack = current_pack();
    record_members(record, type, pack, before);
    missing_semicolon(spec, keyword == Tok::kw_union ? "union" : "structure");
    return type;
}

/// "struct point { ... }" and then the next declaration on another line: its semicolon is missing.
void Parser::missing_semicolon(DeclSpec& spec, std::string_view what) {
    const Span end = previous();
    if (here().file == end.file && here().line == end.line) return;
    switch (kind()) {
        case Tok::kw_const:
        case Tok::kw_volatile:
        case Tok::kw_attribute:
        case Tok::kw_atomic:
        case Tok::kw_alignas:
        case Tok::ident:
            return;  // may well belong to this declaration
        default:
            if (!starts_type()) return;
    }
    Span place = end;
    place.column = end.end_column;
    place.end_column = static_cast<std::uint16_t>(place.column + 1);
    error(place, fmt::format("expected ';' after the {}", what));
    spec.unfinished = true;
}

void Parser::record_members(Record* record, Type* type, std::uint32_t pack, const Attributes& before) {
    Nesting nesting(*this);
    const Span open = here();
    advance();
    record->being_defined = true;
    std::vector<Member> members;
    std::vector<std::uint32_t> aligns;
    const std::size_t scopes = scope_starts_.size();
    const int depth = depth_;
    while (!is(Tok::rbrace) && !is(Tok::eof)) {
        try {
            record_member(record, members, aligns);
        } catch (const SyntaxError&) {
            if (session_.errors() >= kMaxErrors) throw;
            while (scope_starts_.size() > scopes) leave_scope();
            depth_ = depth;
            while (!is(Tok::semicolon) && !is(Tok::rbrace) && !is(Tok::eof)) {
                if (is(Tok::lbrace) || is(Tok::lparen) || is(Tok::lbracket))
                    skip_balanced();
                else
                    advance();
            }
            eat(Tok::semicolon);
        }
    }
    expect_closing(Tok::rbrace, open, "after the members");
    Attributes all = before;
    attributes(all);
    finish_record(record, type, members, aligns, pack, all);
}

void Parser::finish_record(Record* record, Type* type, std::vector<Member>& members,
                           const std::vector<std::uint32_t>& aligns, std::uint32_t pack,
                           const Attributes& attributes) {
    check_duplicate_members(members);
    for (std::size_t i = 0; i < members.size(); ++i) {
        Member& member = members[i];
        const bool flexible = member.type->kind == TypeKind::array && member.type->length == kUnknownLength;
        const bool wrong_place = record->is_union || i + 1 != members.size() || i == 0;
        if (flexible && wrong_place) {  // C11 6.7.2.1p18
            error(member.span, record->is_union ? "an array without a length cannot be in a union"
                               : i == 0         ? "an array without a length cannot be the only member"
                                                : "an array without a length must be the last member");
            member.type = types_.array(member.type->base, 0);
        }
        record->has_flexible = flexible && !wrong_place;
        record->has_const = record->has_const || has_const_part(member.type);
        type->depth = std::max(type->depth, static_cast<std::uint16_t>(member.type->depth + 1));
    }
    if (too_deep(type, record->span)) members.clear(), type->depth = 0;
    if (!lay_out(*record, members, attributes.packed ? 1 : pack, attributes.aligned,
                 members.size() == aligns.size() ? aligns : std::vector<std::uint32_t>(members.size()))) {
        const bool too_large = std::any_of(members.begin(), members.end(), [](const Member& member) {
            return member.offset + size_of(member.type) > kMaxStaticBytes;
        });
        error(record->span, too_large || record->size > kMaxStaticBytes
                                ? fmt::format("'{}' is too large: the limit is 1 GiB", type_name(type))
                                : "ipclab does not support packed bit-fields that lie across nine bytes");
        if (too_large || record->size > kMaxStaticBytes) members.clear();
        record->size = 0;
    }
    record->members = arena_.list(members);
    record->complete = true;
    record->being_defined = false;
}

/// member = specifiers (member-declarator ("," member-declarator)*)? ";"
void Parser::record_member(Record* record, std::vector<Member>& members, std::vector<std::uint32_t>& aligns) {
    if (is(Tok::kw_static_assert)) return static_assert_declaration();
    if (eat(Tok::semicolon)) return;  // GNU
    while (is(Tok::kw_extension)) advance();
    if (is(Tok::ident) && !starts_type()) unknown_type();
    if (!starts_type()) syntax_error(here(), fmt::format("expected a member's type, found {}", found()));
    const DeclSpec spec = declaration_specifiers(false);
    if (spec.implicit_int) warn(spec.span, "-Wimplicit-int", "a member without a type: 'int' is assumed");
    if (spec.unfinished) return;
    if (!is(Tok::semicolon)) {
        member_declarators(spec, members, aligns);
    } else if (is_record(spec.type) && !spec.type->record->tag) {  // C11 6.7.2.1p13: anonymous
        Member member;
        member.type = spec.type;
        member.span = spec.span;
        member.is_packed = spec.attributes.packed;
        members.push_back(member);
        aligns.push_back(spec.attributes.aligned);
    } else if (spec.type->kind != TypeKind::enum_ && !is_error(spec.type)) {
        warn(spec.span, "",
             fmt::format("this declares no member of the {}", record->is_union ? "union" : "structure"));
    }
    // The last semicolon may be missing (gcc accepts it with a warning).
    if (is(Tok::rbrace))
        warn(previous(), "",
             fmt::format("no semicolon at the end of the {}", record->is_union ? "union" : "structure"));
    else
        expect_semicolon("after the member");
}

/// member-declarator = declarator? (":" constant)? attributes
void Parser::member_declarators(const DeclSpec& spec, std::vector<Member>& members,
                                std::vector<std::uint32_t>& aligns) {
    do {
        Member member;
        Attributes own = spec.attributes;
        attributes(own);
        member.type = spec.type;
        member.span = here();
        if (!is(Tok::colon)) {
            const Declarator d = declarator(spec.type, Naming::required);
            member.name = d.name;
            member.type = d.type;
            member.span = d.span;
            own.aligned = std::max(own.aligned, d.attributes.aligned);
            own.packed = own.packed || d.attributes.packed;
        }
        if (eat(Tok::colon)) bitfield_width(member);
        attributes(own);
        member.is_packed = own.packed;
        check_member(member);
        if (is_error(member.type)) member.type = types_.int_, member.is_bitfield = false;
        members.push_back(member);
        aligns.push_back(own.aligned);
    } while (eat(Tok::comma));
}

/// C11 6.7.2.1p3.
void Parser::check_member(const Member& member) {
    const Type* type = member.type;
    const std::string_view name = member.name ? member.name->text : "";
    const bool flexible = type->kind == TypeKind::array && type->length == kUnknownLength;
    std::string wrong;
    if (is_function(type))
        wrong = fmt::format("the member '{}' is a function: use a pointer to one", name);
    else if (is_variably_modified(type))
        wrong = fmt::format("the member '{}' cannot be an array of variable length", name);
    else if (!is_complete(type) && !flexible)
        wrong = fmt::format("the member '{}' has the incomplete type '{}'", name, type_name(type));
    if (wrong.empty()) return;
    error(member.span, std::move(wrong));
    if (is_record(type) && type->record->being_defined)
        session_.note(type->record->span, "a structure cannot contain itself: use a pointer");
    throw SyntaxError{};
}

void Parser::bitfield_width(Member& member) {
    const Span span = here();
    const std::int64_t width = constant_expression("the width of a bit-field");
    const std::string name = member.name ? fmt::format("'{}'", member.name->text) : "a bit-field";
    if (is_error(member.type)) return;
    if (!is_integer(member.type)) {
        error(member.span, fmt::format("the bit-field {} must have an integer type, not '{}'", name,
                                       type_name(member.type)));
        member.type = types_.error;
        return;
    }
    if (!is_complete(member.type)) return;  // check_member() says so
    const std::uint64_t most = member.type->kind == TypeKind::bool_ ? 1 : size_of(member.type) * 8;
    if (width < 0 || (width == 0 && member.name)) {
        error(span, fmt::format("the width of {} must be positive, not {}", name, width));
        member.type = types_.error;
        return;
    }
    if (static_cast<std::uint64_t>(width) > most) {
        error(span, fmt::format("the width of {} is more than the {} of '{}'", name,
                                most == 1 ? "1 bit" : fmt::format("{} bits", most), type_name(member.type)));
        member.type = types_.error;
        return;
    }
    member.is_bitfield = true;
    member.bit_width = static_cast<std::uint8_t>(width);
}

void Parser::check_duplicate_members(const std::vector<Member>& members) {
    // Members of anonymous structures count as members of the outer one (C11 6.7.2.1p13).
    std::unordered_map<const Ident*, Span> seen;
    std::vector<std::pair<const Member*, Span>> work;
    for (auto member = members.rbegin(); member != members.rend(); ++member)
        work.emplace_back(&*member, member->span);
    while (!work.empty()) {
        const auto [member, span] = work.back();
        work.pop_back();
        if (!member->name) {
            if (is_record(member->type))
                for (const Member& inner : member->type->record->members)
                    work.emplace_back(&inner, inner.span);
            continue;
        }
        const auto [before, is_new] = seen.emplace(member->name, span);
        if (is_new) continue;
        error(span, fmt::format("there is a member '{}' already", member->name->text));
        note_before(before->second);
    }
}

/// enum = "enum" attributes? identifier? ("{" enumerator ("," enumerator)* ","? "}" attributes?)?
Type* Parser::enum_specifier(DeclSpec& spec) {
    Span span = here();
    advance();
    Attributes all;
    attributes(all);
    Ident* tag = nullptr;
    if (is(Tok::ident)) {
        tag = peek().ident;
        span = here();
        advance();
    }
    spec.defines_tag = true;
    if (!is(Tok::lbrace)) {
        if (!tag)
            syntax_error(here(), fmt::format("expected a name or '{{' after 'enum', found {}", found()));
        return tagged_type(Tok::kw_enum, tag, is(Tok::semicolon), span);
    }
    Type* type = tagged_type(Tok::kw_enum, tag, true, span);
    if (type->enumeration->complete) {
        error(span, fmt::format("'{}' is defined twice", type_name(type)));
        note_before(type->enumeration->span);
        EnumInfo* info = arena_.make<EnumInfo>();
        info->tag = tag;
        type = types_.enumeration(info);
    }
    type->enumeration->span = span;
    enumerators(type->enumeration, type, all);
    missing_semicolon(spec, "enumeration");
    return type;
}

/// enumerator = identifier attributes? ("=" constant)?
void Parser::enumerators(EnumInfo* info, Type* type, Attributes& all) {
    const Span open = here();
    advance();
    std::vector<Binding*> bindings;
    std::int64_t next = 0;
    bool overflow = false, is_large = false;  ///< more than LONG_MAX: `next` as an unsigned long
    if (is(Tok::rbrace)) error(open, "an enumeration needs an enumerator");
    while (!is(Tok::rbrace)) {
        if (!is(Tok::ident))
            syntax_error(here(), fmt::format("expected an enumerator's name, found {}", found()));
        Ident* name = peek().ident;
        const Span span = here();
        advance();
        Attributes ignored;
        attributes(ignored);
        if (eat(Tok::assign)) {
            bool is_u = false;
            next = constant_expression("an enumerator's value", &is_u);
            is_large = next < 0 && is_u;
        } else if (overflow) {
            error(span, fmt::format("the value of '{}' is too large", name->text));
        }
        overflow = next == -1 && is_large;
        if (check_redeclaration(name, span)) {
            Binding* binding = bind(name, Binding::Kind::enumerator, span);
            binding->value = next;
            // 6.7.2.2p3: int; GNU: a wider type where the value needs it.
            binding->type = is_large                                  ? types_.ulong
                            : next == static_cast<std::int32_t>(next) ? types_.int_
                                                                      : types_.long_;
            bindings.push_back(binding);
        }
        is_large = is_large || next == INT64_MAX;
        next = static_cast<std::int64_t>(static_cast<std::uint64_t>(next) + 1);
        if (!eat(Tok::comma)) break;
    }
    expect_closing(Tok::rbrace, open, "after the enumerators");
    attributes(all);
    finish_enumeration(info, type, bindings, all.packed);
}

/// gcc's choice: the first of unsigned int, int, unsigned long, long that holds all values; packed ones take less.
void Parser::finish_enumeration(EnumInfo* info, Type* type, const std::vector<Binding*>& bindings,
                                bool packed) {
    std::vector<Enumerator> list;
    std::int64_t low = 0, high = 0;
    bool has_large = false;
    for (const Binding* binding : bindings) {
        list.push_back({binding->ident, binding->value});
        if (binding->type == types_.ulong) {
            has_large = true;
            continue;
        }
        low = std::min(low, binding->value);
        high = std::max(high, binding->value);
    }
    if (has_large && low < 0)
        error(info->span, "the values of this enumeration fit no integer type: one is negative, another too large");
    Type* const candidates[] = {types_.uchar, types_.schar, types_.ushort, types_.short_,
                                types_.uint,  types_.int_,  types_.ulong};
    Type* base = types_.long_;
    for (std::size_t i = has_large ? 6 : packed ? 0 : 4; i < std::size(candidates); ++i) {
        if (canonical(low, candidates[i]) != low || canonical(high, candidates[i]) != high) continue;
        if (is_unsigned(candidates[i]) && low < 0) continue;
        base = candidates[i];
        break;
    }
    type->base = base;
    type->size = size_of(base);
    type->align = align_of(base);
    for (Type* variant : type->variants) {
        if (!variant) continue;
        variant->base = base;
        variant->size = type->size;
        variant->align = type->align;
    }
    for (Binding* binding : bindings)
        if (binding->type != types_.int_) binding->type = base;
    info->enumerators = arena_.list(list);
    info->complete = true;
}

}  // namespace ipclab::cc
