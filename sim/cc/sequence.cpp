#include "sim/cc/sequence.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace ipclab::cc {

namespace {

constexpr std::size_t kMostAccesses = 16;  ///< watched in one expression: time stays linear

struct Access {
    const Obj* object;
    bool is_write;
};
using Accesses = std::vector<Access>;

class Sequence {
  public:
    explicit Sequence(Session& session) : session_(session) {}

    /// What evaluating the node accesses without a sequence point behind it.
    Accesses accesses(const Node* node) {
        if (!node) return {};
        switch (node->kind) {
            case NodeKind::var:
                return {{node->object, false}};
            case NodeKind::assign:
            case NodeKind::op_assign:
            case NodeKind::ptr_assign:
                return written(node, merged(place(node->lhs), accesses(node->rhs), node->span));
            case NodeKind::increment:
                return written(node, place(node->lhs));
            case NodeKind::addr:
                return place(node->lhs);
            case NodeKind::member:
            case NodeKind::deref:
            case NodeKind::cast:
            case NodeKind::neg:
            case NodeKind::bitnot:
            case NodeKind::lognot:
                return accesses(node->lhs);
            case NodeKind::binary:
            case NodeKind::ptr_add:
            case NodeKind::ptr_diff:
                return merged(accesses(node->lhs), accesses(node->rhs), node->span);
            case NodeKind::comma:
                accesses(node->lhs);
                return accesses(node->rhs);
            case NodeKind::call: {
                Accesses all = accesses(node->lhs);
                for (const Node* argument : node->arguments)
                    all = merged(std::move(all), accesses(argument), argument->span);
                return {};
            }
            case NodeKind::cond: {  // its condition comes first; then one of the two
                accesses(node->third);
                Accesses all = accesses(node->lhs);
                for (const Access& one : accesses(node->rhs))
                    if (all.size() < kMostAccesses) all.push_back(one);
                return all;
            }
            case NodeKind::logand:
            case NodeKind::logor:
                accesses(node->lhs);
                accesses(node->rhs);
                return {};
            default:
                return {};  // constants, and what is none of C's own operators
        }
    }

  private:
    /// What finding the place accesses.
    Accesses place(const Node* node) {
        if (node->kind == NodeKind::var) return {};
        return node->kind == NodeKind::member ? place(node->lhs) : accesses(node);
    }

    Accesses written(const Node* node, Accesses before) {
        const Node* target = node->lhs;
        if (target->kind != NodeKind::var) return before;
        const Obj* object = target->object;
        if (std::ranges::any_of(before, [&](const Access& a) { return a.object == object && a.is_write; }))
            report(object, node->span);
        // What is read for the new value comes before it is stored.
        std::erase_if(before, [&](const Access& a) { return a.object == object; });
        before.push_back({object, true});
        return before;
    }

    Accesses merged(Accesses a, const Accesses& b, Span span) {
        for (const Access& one : b) {
            for (const Access& other : a)
                if (one.object == other.object && (one.is_write || other.is_write)) report(one.object, span);
        }
        for (const Access& one : b)
            if (a.size() < kMostAccesses) a.push_back(one);
        return a;
    }

    void report(const Obj* object, Span span) {
        if (!object->name || std::ranges::find(reported_, object) != reported_.end()) return;
        reported_.push_back(object);
        session_.warning(span, "-Wsequence-point",
                         fmt::format("operation on '{}' may be undefined", object->name->text));
    }

    Session& session_;
    std::vector<const Obj*> reported_;
};

}  // namespace

void check_sequence(Session& session, const Node* expression) {
    if (expression) Sequence(session).accesses(expression);
}

}  // namespace ipclab::cc
