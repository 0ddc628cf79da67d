// Arithmetic of #if (C11 6.10.1p4): every integer is an intmax_t or a uintmax_t.
#include <fmt/format.h>

#include "sim/cc/literal.h"
#include "sim/cc/preprocess.h"

namespace ipclab::cc {

namespace {

struct Value {
    std::uint64_t bits = 0;
    bool is_unsigned = false;
    std::int64_t s() const { return static_cast<std::int64_t>(bits); }
};

struct Wrong {};

int precedence(Tok op) {
    switch (op) {
        case Tok::star: case Tok::slash: case Tok::percent: return 10;
        case Tok::plus: case Tok::minus: return 9;
        case Tok::shl: case Tok::shr: return 8;
        case Tok::less: case Tok::greater: case Tok::less_equal: case Tok::greater_equal: return 7;
        case Tok::equal: case Tok::not_equal: return 6;
        case Tok::amp: return 5;
        case Tok::caret: return 4;
        case Tok::pipe: return 3;
        case Tok::amp_amp: return 2;
        case Tok::pipe_pipe: return 1;
        default: return 0;  // not a binary operator
    }
}

class Evaluator {
  public:
    Evaluator(Session& session, const std::vector<Token>& tokens, Span line)
        : session_(session), tokens_(tokens), line_(line) {}

    bool run() {
        try {
            Value value = conditional();
            if (at_ < tokens_.size()) fail("missing binary operator before token");
            return value.bits != 0;
        } catch (const Wrong&) {
            return false;
        }
    }

  private:
    Tok peek() const { return at_ < tokens_.size() ? tokens_[at_].kind : Tok::eof; }
    bool eat(Tok kind) { return peek() == kind && (at_++, true); }
    [[noreturn]] void fail(std::string_view what) {
        bool here = at_ < tokens_.size();
        session_.error(here ? tokens_[at_].span : line_,
                       here ? fmt::format("{} in #if: '{}'", what, tokens_[at_].text()) : fmt::format("{} in #if", what));
        throw Wrong{};
    }

    // conditional = binary ("?" conditional ":" conditional)?
    Value conditional() {
        if (++depth_ > kMaxNesting) fail("expression nested too deeply");
        Value value = binary(1);
        if (eat(Tok::question)) {
            bool take = value.bits != 0;
            int saved = unevaluated_;
            unevaluated_ += !take;
            Value yes = conditional();
            unevaluated_ = saved;
            if (!eat(Tok::colon)) fail("expected ':'");
            unevaluated_ += take;
            Value no = conditional();
            unevaluated_ = saved;
            value = take ? yes : no;
            value.is_unsigned = yes.is_unsigned || no.is_unsigned;
        }
        depth_--;
        return value;
    }

    Value binary(int lowest) {
        Value left = unary();
        for (int level = precedence(peek()); level >= lowest; level = precedence(peek())) {
            Tok op = tokens_[at_++].kind;
            int saved = unevaluated_;
            if ((op == Tok::amp_amp && !left.bits) || (op == Tok::pipe_pipe && left.bits)) unevaluated_++;
            Value right = binary(level + 1);
            unevaluated_ = saved;
            left = apply(op, left, right);
        }
        return left;
    }

    Value apply(Tok op, Value a, Value b) {
        bool u = a.is_unsigned || b.is_unsigned;
        auto number = [&](std::uint64_t bits) { return Value{bits, u}; };
        auto truth = [](bool value) { return Value{value, false}; };
        switch (op) {
            case Tok::star: return number(a.bits * b.bits);
            case Tok::plus: return number(a.bits + b.bits);
            case Tok::minus: return number(a.bits - b.bits);
            case Tok::amp: return number(a.bits & b.bits);
            case Tok::caret: return number(a.bits ^ b.bits);
            case Tok::pipe: return number(a.bits | b.bits);
            case Tok::shl: return {b.bits > 63 ? 0 : a.bits << b.bits, a.is_unsigned};
            case Tok::shr:
                if (a.is_unsigned) return {b.bits > 63 ? 0 : a.bits >> b.bits, true};
                return {static_cast<std::uint64_t>(a.s() >> (b.bits > 63 ? 63 : b.bits)), false};
            case Tok::less: return truth(u ? a.bits < b.bits : a.s() < b.s());
            case Tok::greater: return truth(u ? a.bits > b.bits : a.s() > b.s());
            case Tok::less_equal: return truth(u ? a.bits <= b.bits : a.s() <= b.s());
            case Tok::greater_equal: return truth(u ? a.bits >= b.bits : a.s() >= b.s());
            case Tok::equal: return truth(a.bits == b.bits);
            case Tok::not_equal: return truth(a.bits != b.bits);
            case Tok::amp_amp: return truth(a.bits && b.bits);
            case Tok::pipe_pipe: return truth(a.bits || b.bits);
            default: break;  // slash, percent
        }
        if (b.bits == 0) {
            if (unevaluated_) return number(0);
            at_ = tokens_.size();
            fail("division by zero");
        }
        if (u) return number(op == Tok::slash ? a.bits / b.bits : a.bits % b.bits);
        if (b.s() == -1) return number(op == Tok::slash ? 0 - a.bits : 0);
        return number(static_cast<std::uint64_t>(op == Tok::slash ? a.s() / b.s() : a.s() % b.s()));
    }

    Value unary() {
        if (++depth_ > kMaxNesting) fail("expression nested too deeply");
        Value value = primary();
        depth_--;
        return value;
    }

    Value primary() {
        if (eat(Tok::plus)) return unary();
        if (eat(Tok::minus)) {
            Value value = unary();
            return {0 - value.bits, value.is_unsigned};
        }
        if (eat(Tok::tilde)) {
            Value value = unary();
            return {~value.bits, value.is_unsigned};
        }
        if (eat(Tok::bang)) return {unary().bits == 0, false};
        if (eat(Tok::lparen)) {
            Value value = conditional();
            if (!eat(Tok::rparen)) fail("expected ')'");
            return value;
        }
        if (peek() == Tok::ident) {  // 6.10.1p4: what is left of names is 0
            at_++;
            return {};
        }
        if (peek() == Tok::chr) {
            std::string error;
            Value value{static_cast<std::uint64_t>(character_value(tokens_[at_].text(), error)), false};
            if (!error.empty()) fail(error);
            at_++;
            return value;
        }
        if (peek() != Tok::number) fail("expected an expression");
        NumberLiteral number = parse_number(tokens_[at_].text());
        if (number.kind == NumberLiteral::Kind::floating) fail("floating constant");
        if (number.kind == NumberLiteral::Kind::invalid) fail(number.error);
        at_++;
        return {number.value, number.is_unsigned || number.value >> 63};
    }

    Session& session_;
    const std::vector<Token>& tokens_;
    Span line_;
    std::size_t at_ = 0;
    int depth_ = 0, unevaluated_ = 0;
};

}  // namespace

bool evaluate_preprocessor_expression(Session& session, const std::vector<Token>& tokens, Span line) {
    return Evaluator(session, tokens, line).run();
}

}  // namespace ipclab::cc
