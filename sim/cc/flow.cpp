// How variables without a value are found: a state says which of them certainly have none yet (`unset`), and which have
// one on some of the ways that lead here (`partly`). Where ways meet, the first is what both have, the second the rest.
// A loop's body is walked once, as its first round: what is unset then is reported only where no other round can have
// come before, so that there are no false alarms. Labels end all knowledge.
#include "sim/cc/flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <unordered_map>
#include <vector>

#include "sim/cc/sequence.h"

namespace ipclab::cc {

namespace {

constexpr std::size_t kMostVariables = 256;  ///< watched in one function; others are not reported
using Variables = std::bitset<kMostVariables>;

struct State {
    bool live = true;
    Variables unset, partly;
};

State dead() {
    State state;
    state.live = false;
    state.unset.set();
    return state;
}

State join(const State& a, const State& b) {
    if (!a.live) return b;
    if (!b.live) return a;
    State both;
    both.unset = a.unset & b.unset;
    both.partly = (a.unset | b.unset | a.partly | b.partly) & ~both.unset;
    return both;
}

/// As the program runs: 1, 0, or -1 where it cannot be known here.
int constant(const Node* node) {
    while (node->kind == NodeKind::cast && is_integer(node->type)) node = node->lhs;
    return node->kind == NodeKind::num ? node->integer != 0 : -1;
}

const Obj* called(const Node* call) {
    const Node* callee = call->lhs;
    while (callee->kind == NodeKind::cast) callee = callee->lhs;
    return callee->kind == NodeKind::addr && callee->lhs->kind == NodeKind::var ? callee->lhs->object
                                                                                : nullptr;
}

class Flow {
  public:
    Flow(Session& session, const FunctionBody& body) : session_(session), body_(body) {}

    void run() {
        for (const Obj* local : body_.locals) watch(local);
        scanning_ = !watched_.empty();
        if (scanning_) {  // where each variable is assigned, and how far each loop reaches
            statement(body_.body);
            scanning_ = false;
            position_ = 0;
            next_loop_ = 0;
            state_ = State{};
            depth_ = exits_ = 0;
        }
        for (const Stmt* s : body_.prologue) statement(s);
        statement(body_.body);
        check_end();
        body_.function->never_returns = !state_.live && !returns_;
    }

  private:
    struct Variable {
        const Obj* object;
        std::vector<std::uint32_t> assigned;  ///< positions
        std::size_t loops = 0;                ///< that its declaration is in
        int depth = 0;                        ///< of conditions around its declaration
        int partly_since = 0;                 ///< exits_ when ways with and without a value met
        bool reported = false;
    };
    struct Loop {
        std::uint32_t begin = 0, end = 0;
    };
    struct OpenLoop {
        std::size_t number;
        int depth;  ///< of conditions at its body
    };
    struct Breakable {
        State at_break = dead();
        State at_switch;  ///< of a switch
        bool is_switch = false;
        const Stmt* before = nullptr;  ///< the statement that may fall through into a case
    };

    void watch(const Obj* local) {
        if (local->in_memory || !local->name || !is_scalar(local->type) || is_volatile(local->type)) return;
        if (watched_.size() >= kMostVariables) return;
        numbers_.emplace(local, watched_.size());
        watched_.push_back({.object = local, .assigned = {}});
    }
    int number_of(const Obj* object) const {
        const auto found = numbers_.find(object);
        return found == numbers_.end() ? -1 : static_cast<int>(found->second);
    }
    void warn(Span span, const char* option, std::string message) {
        if (!scanning_) session_.warning(span, option, std::move(message));
    }

    void check_end() {
        const Obj* function = body_.function;
        const bool is_main = function->name->text == "main";
        if (!state_.live) return;
        if (function->is_noreturn)
            warn(body_.end, "", "'noreturn' function does return");
        else if (!is_void(function->type->base) && !is_error(function->type->base) && !is_main)
            warn(body_.end, "-Wreturn-type", "control reaches end of non-void function");
    }

    // --- variables
    void set(const Obj* object) {
        const int n = number_of(object);
        if (n < 0) return;
        const auto i = static_cast<std::size_t>(n);
        if (scanning_) watched_[i].assigned.push_back(position_);
        ++position_;
        if (!state_.live) return;
        state_.unset.reset(i);
        state_.partly.reset(i);
    }

    void use(const Node* node) {
        const int n = number_of(node->object);
        if (n < 0 || scanning_ || !state_.live) return;
        const auto i = static_cast<std::size_t>(n);
        Variable& variable = watched_[i];
        if (variable.reported) return;
        const std::string name(node->object->name->text);
        if (state_.unset[i] && first_round_only(variable)) {
            variable.reported = true;
            const bool surely = depth_ == 0 && exits_ == 0;
            if (surely)
                warn(node->span, "-Wuninitialized", fmt::format("'{}' is used uninitialized", name));
            else
                warn(node->span, "-Wmaybe-uninitialized",
                     fmt::format("'{}' may be used uninitialized", name));
        } else if (state_.partly[i] && depth_ == variable.depth && exits_ == variable.partly_since &&
                   loops_.size() == variable.loops) {
            variable.reported = true;
            warn(node->span, "-Wmaybe-uninitialized", fmt::format("'{}' may be used uninitialized", name));
        }
    }

    /// Whether no earlier round of a loop can have given it a value.
    bool first_round_only(const Variable& variable) const {
        if (loops_.size() <= variable.loops) return true;
        const OpenLoop& outermost = loops_[variable.loops];
        const Loop& range = ranges_[outermost.number];
        const auto first = std::ranges::lower_bound(variable.assigned, range.begin);
        if (first == variable.assigned.end() || *first >= range.end) return true;
        return depth_ == outermost.depth && *first >= position_;
    }

    /// Notes which variables the meeting of two ways has made uncertain.
    void meet(const State& other) {
        const Variables before = state_.partly | other.partly;
        state_ = join(state_, other);
        const Variables fresh = state_.partly & ~before;
        if (fresh.none()) return;
        for (std::size_t i = 0; i < watched_.size(); ++i)
            if (fresh[i]) watched_[i].partly_since = exits_;
    }

    // --- expressions
    void full_expression(const Node* node) {
        if (!scanning_) check_sequence(session_, node);
        expression(node);
    }

    void expressions(const List<Node*>& nodes) {
        for (const Node* node : nodes) expression(node);
    }

    void expression(const Node* node) {
        if (!node) return;
        switch (node->kind) {
            case NodeKind::num:
            case NodeKind::fnum:
            case NodeKind::error:
                return;
            case NodeKind::var:
                return use(node);
            case NodeKind::addr:
                return place(node->lhs);
            case NodeKind::compound_literal:
                return initialiser(node->init);
            case NodeKind::cast:
                if (is_void(node->type) && node->lhs->kind == NodeKind::var) return;  // (void)x
                return expression(node->lhs);
            case NodeKind::assign:
                expression(node->rhs);
                return assigned(node->lhs);
            case NodeKind::op_assign:
            case NodeKind::ptr_assign:
                expression(node->rhs);
                expression(node->third);
                expression(node->lhs);
                return assigned(node->lhs);
            case NodeKind::increment:
                expression(node->lhs);
                return assigned(node->lhs);
            case NodeKind::logand:
            case NodeKind::logor:
                return logical(node);
            case NodeKind::cond:
                return conditional(node);
            case NodeKind::call: {
                expressions(node->arguments);
                expression(node->lhs);
                const Obj* function = called(node);
                if (function && function->is_noreturn) stop();
                // gcc finds out, too, but only when it looks for variables without values.
                if (function && function->never_returns && state_.live) state_ = State{};
                return;
            }
            case NodeKind::trap:
                return stop();
            case NodeKind::stmt_expr:
                return statement(node->statement);
            case NodeKind::deref:
            case NodeKind::member:
            case NodeKind::neg:
            case NodeKind::bitnot:
            case NodeKind::lognot:
            case NodeKind::binary:
            case NodeKind::ptr_add:
            case NodeKind::ptr_diff:
            case NodeKind::comma:
            case NodeKind::va_start:
            case NodeKind::va_arg:
            case NodeKind::syscall:
            case NodeKind::intrinsic:
            case NodeKind::alloca_:
                expression(node->lhs);
                expression(node->rhs);
                expression(node->third);
                return expressions(node->arguments);
        }
    }

    /// What is evaluated to find the place.
    void place(const Node* node) {
        switch (node->kind) {
            case NodeKind::var:
                return;
            case NodeKind::member:
                return place(node->lhs);
            default:
                return expression(node);
        }
    }

    void assigned(const Node* target) {
        if (target->kind == NodeKind::var)
            set(target->object);
        else
            place(target);
    }

    void stop() { state_ = dead(); }

    void logical(const Node* node) {
        expression(node->lhs);
        const int known = constant(node->lhs);
        if (known == (node->kind == NodeKind::logor)) return;  // the right side is never reached
        const State decided = state_;
        ++depth_;
        expression(node->rhs);
        --depth_;
        if (known < 0) meet(decided);
    }

    void conditional(const Node* node) {
        expression(node->third);
        const int known = constant(node->third);
        const State before = state_;
        ++depth_;
        if (known != 0) expression(node->lhs);
        if (known == 1) {
            --depth_;
            return;
        }
        State yes = state_;
        if (known == 0) yes = dead();
        state_ = before;
        expression(node->rhs);
        --depth_;
        if (known < 0 && state_.live != yes.live) ++exits_;
        meet(yes);
    }

    void initialiser(const Init* init) {
        if (!init) return;
        for (const InitEntry& entry : init->entries) full_expression(entry.expr);
    }

    // --- statements
    void statement(const Stmt* s) {
        if (!s) return;
        switch (s->kind) {
            case StmtKind::empty:
                return;
            case StmtKind::expr:
                return full_expression(s->expr);
            case StmtKind::block:
                return block(s);
            case StmtKind::if_:
                return if_statement(s);
            case StmtKind::while_:
            case StmtKind::do_:
            case StmtKind::for_:
                return loop(s);
            case StmtKind::switch_:
                return switch_statement(s);
            case StmtKind::case_:
                return case_statement(s);
            case StmtKind::label:
                if (s->label->used) {
                    state_ = State{};
                    ++exits_;
                }
                return statement(s->body);
            case StmtKind::goto_:
                return stop();
            case StmtKind::break_:
                if (breakables_.empty()) return stop();
                breakables_.back().at_break = join(breakables_.back().at_break, state_);
                return stop();
            case StmtKind::continue_:
                return stop();
            case StmtKind::return_:
                full_expression(s->expr);
                returns_ = true;
                return stop();
            case StmtKind::declare:
                return declare(s);
        }
    }

    void block(const Stmt* s) {
        for (std::uint32_t i = 0; i < s->items.size(); ++i) {
            const Stmt* item = s->items[i];
            if (item->kind == StmtKind::case_)
                check_fallthrough(item, i + 1 < s->items.size() ? s->items[i + 1] : nullptr);
            statement(item);
            if (!breakables_.empty()) breakables_.back().before = item;
        }
    }

    void declare(const Stmt* s) {
        initialiser(s->init);
        const int n = number_of(s->object);
        if (n < 0) return;
        const auto i = static_cast<std::size_t>(n);
        if (s->init) return set(s->object);
        watched_[i].loops = loops_.size();
        watched_[i].depth = depth_;
        if (state_.live) state_.unset.set(i), state_.partly.reset(i);
    }

    /// if (a) ... else if (b) ... else ...: a list, which may be long.
    void if_statement(const Stmt* s) {
        State after = dead();
        int deeper = 0;
        for (;; s = s->otherwise) {
            full_expression(s->expr);
            const int known = constant(s->expr);
            State no = known == 1 ? dead() : state_;
            if (known == 0) state_ = dead();
            ++depth_;
            ++deeper;
            statement(s->body);
            if (known < 0 && !state_.live) ++exits_;
            std::swap(state_, after);
            meet(after);
            std::swap(state_, after);
            state_ = no;
            if (!s->otherwise) break;
            if (s->otherwise->kind != StmtKind::if_) {
                statement(s->otherwise);
                if (known < 0 && !state_.live) ++exits_;
                break;
            }
        }
        depth_ -= deeper;
        meet(after);
    }

    void loop(const Stmt* s) {
        for (const Stmt* item : s->items) statement(item);
        const bool is_do = s->kind == StmtKind::do_;
        const int known = s->expr ? constant(s->expr) : 1;
        const std::size_t number = next_loop_++;
        if (scanning_) ranges_.push_back({position_, 0});
        breakables_.emplace_back();
        if (!is_do) full_expression(s->expr);  // the first time, it is reached as surely as the loop
        State at_end = is_do || known == 1 ? dead() : state_;
        const bool conditional_body = !is_do && known != 1;
        if (known == 0 && !is_do) state_ = dead();
        depth_ += conditional_body;
        loops_.push_back({number, depth_});
        statement(s->body);
        if (is_do && !state_.live && has_continue(s->body)) state_ = State{};
        full_expression(s->increment);
        if (is_do) {
            full_expression(s->expr);
            if (known != 1) at_end = state_;
        }
        loops_.pop_back();
        depth_ -= conditional_body;
        state_ = join(at_end, breakables_.back().at_break);
        breakables_.pop_back();
        if (scanning_)
            ranges_[number].end = position_;
        else
            forget_assigned(ranges_.empty() ? Loop{} : ranges_[number]);
    }

    /// Behind a loop nothing is known of what its rounds assign.
    void forget_assigned(const Loop& range) {
        for (std::size_t i = 0; i < watched_.size(); ++i) {
            const auto first = std::ranges::lower_bound(watched_[i].assigned, range.begin);
            if (first == watched_[i].assigned.end() || *first >= range.end) continue;
            if (state_.live) state_.unset.reset(i);
            state_.partly.reset(i);
        }
    }

    /// A `continue` of this loop leads to its condition.
    static bool has_continue(const Stmt* s) {
        if (!s) return false;
        switch (s->kind) {
            case StmtKind::continue_:
                return true;
            case StmtKind::block:
                return std::ranges::any_of(s->items, has_continue);
            case StmtKind::if_:
                for (; s && s->kind == StmtKind::if_; s = s->otherwise)
                    if (has_continue(s->body)) return true;
                return has_continue(s);
            case StmtKind::switch_:
            case StmtKind::label:
                return has_continue(s->body);
            case StmtKind::case_:
                while (s && s->kind == StmtKind::case_) s = s->body;
                return has_continue(s);
            default:
                return false;  // a loop of its own, or nothing inside
        }
    }

    void switch_statement(const Stmt* s) {
        full_expression(s->expr);
        Breakable& opened = breakables_.emplace_back();
        opened.is_switch = true;
        opened.at_switch = state_;
        const State before = state_;
        state_ = dead();
        ++depth_;
        statement(s->body);
        --depth_;
        if (!s->default_case) meet(before);
        meet(breakables_.back().at_break);
        breakables_.pop_back();
    }

    void case_statement(const Stmt* s) {
        for (; s && s->kind == StmtKind::case_; s = s->body) {
            const auto owner = std::find_if(breakables_.rbegin(), breakables_.rend(),
                                            [](const Breakable& b) { return b.is_switch; });
            if (owner == breakables_.rend()) continue;
            // Inside of a loop in the switch, its rounds are not known.
            const bool jumped_into = owner != breakables_.rbegin();
            if (jumped_into)
                state_ = State{};
            else
                meet(owner->at_switch);
        }
        statement(s);
    }

    void check_fallthrough(const Stmt* label, const Stmt* next) {
        const Breakable* owner = breakables_.empty() ? nullptr : &breakables_.back();
        if (!owner || !owner->is_switch || !owner->before || !state_.live || label->falls_through) return;
        const Stmt* body = label;
        while (body && body->kind == StmtKind::case_) {
            if (body->falls_through) return;
            body = body->body;
        }
        // Nothing happens twice where the next case only leaves the switch.
        if (!body || (body->kind == StmtKind::empty && !next) || body->kind == StmtKind::break_ ||
            body->kind == StmtKind::goto_)
            return;
        if (const Stmt* last = last_statement(owner->before))
            warn(last->span, "-Wimplicit-fallthrough", "this statement may fall through");
        else
            return;
        if (!scanning_) session_.note(label->span, "here");
    }

    /// The one that control comes from; null where it says that it falls through, or where there is none.
    static const Stmt* last_statement(const Stmt* s) {
        for (;;) {
            if (!s) return nullptr;
            switch (s->kind) {
                case StmtKind::block:
                    if (s->items.empty()) return nullptr;
                    s = s->items[s->items.size() - 1];
                    break;
                case StmtKind::label:
                case StmtKind::case_:
                    s = s->body;
                    break;
                case StmtKind::if_:
                    if (!s->otherwise) return s;
                    s = s->otherwise;
                    break;
                case StmtKind::empty:
                case StmtKind::declare:
                    return nullptr;
                default:
                    return s;
            }
        }
    }

    Session& session_;
    const FunctionBody& body_;
    std::vector<Variable> watched_;
    std::unordered_map<const Obj*, std::size_t> numbers_;  ///< only looked up
    std::vector<Loop> ranges_;                             ///< of all loops, in the order of the walk
    std::vector<OpenLoop> loops_;
    std::vector<Breakable> breakables_;
    State state_;
    bool scanning_ = false, returns_ = false;
    std::uint32_t position_ = 0;  ///< assignments passed
    std::size_t next_loop_ = 0;
    int depth_ = 0;  ///< of conditions
    int exits_ = 0;  ///< conditions so far whose one side ends here
};

}  // namespace

void check_flow(Session& session, const FunctionBody& body) {
    Flow(session, body).run();
}

}  // namespace ipclab::cc
