#include "sim/explore/shortest.h"

#include <algorithm>
#include <utility>

#include "sim/explore/huge_pages.h"
#include "sim/explore/state_set.h"

namespace ipclab::explore {

namespace {

constexpr std::size_t kMostWaiting = 2'000'000;  // states of the next round that are kept

/// A state to go on from.
struct Node {
    Actor last{};
    std::size_t step = 0;     // index of the last move
    kernel::Digest identity;  // with `last`
    std::size_t begin = 0;    // of its state, in Nodes::states
};

struct Nodes {
    HugeVector<Node> all;
    HugeVector<Number> states;  // one after the other

    bool empty() const { return all.empty(); }
    void put(Node node, TupleView state) {
        node.begin = states.size();
        all.push_back(node);
        states.insert(states.end(), state.begin(), state.end());
    }
    TupleView state_of(std::size_t at) const {
        const std::size_t end = at + 1 < all.size() ? all[at + 1].begin : states.size();
        return TupleView(states).subspan(all[at].begin, end - all[at].begin);
    }
    Node take_last(Tuple& state) {
        const Node node = all.back();
        const TupleView view = state_of(all.size() - 1);
        state.assign(view.begin(), view.end());
        states.resize(node.begin);
        all.pop_back();
        return node;
    }
    void clear() {
        all.clear();
        states.clear();
    }
};

class ShortestSearch {
  public:
    ShortestSearch(Collapse& states, const Collector& wanted, std::uint64_t most_moves)
        : states_(states), wanted_(wanted), most_moves_(most_moves) {}

    Collector run() {
        states_.begin(made_);
        for (const MoveReport* report : states_.reports())
            found_.look_at_move(*report, [] { return Path{}; });
        put(next_, {}, kRoot);
        for (Nodes round; !next_.empty() && !is_over();) {
            std::swap(round, next_);
            next_.clear();
            // From each without a switch, as far as it goes; with one from all of these in the next round.
            for (std::size_t i = 0; i < round.all.size() && !is_over(); ++i) {
                if (i + kLookAhead < round.all.size()) seen_.prefetch(round.all[i + kLookAhead].identity);
                now_.put(round.all[i], round.state_of(i));
                while (!now_.empty() && !is_over()) go_on(now_.take_last(state_));
            }
        }
        return std::move(found_);
    }

  private:
    static constexpr std::size_t kRoot = static_cast<std::size_t>(-1);
    static constexpr std::size_t kLookAhead = 8;  // how many nodes later one is looked up
    struct Step {
        std::size_t before = kRoot;
        Actor actor{};
    };

    /// Moves may compute for long. Counted are those that are looked up, too: what is known already must make no difference.
    static constexpr std::uint64_t kInstructionsOfMove = 1'000, kInstructionsAtLeast = 100'000'000;
    bool is_over() {
        if (found_.changes() != looked_at_) {
            looked_at_ = found_.changes();
            has_all_ = found_.has_all_of(wanted_);
        }
        return has_all_ || moves_ >= most_moves_ ||
               states_.instructions() - begun_at_ > kInstructionsAtLeast + kInstructionsOfMove * most_moves_;
    }

    /// What has been made by this step.
    void put(Nodes& nodes, Actor last, std::size_t step) {
        kernel::Digest identity = states_.identity(made_);
        identity.high += static_cast<std::uint64_t>(last.value) * 0x9e3779b97f4a7c15;
        seen_.prefetch(identity);
        nodes.put({.last = last, .step = step, .identity = identity}, made_);
    }

    /// From state_.
    void go_on(const Node& node) {
        if (!seen_.insert(node.identity)) return;
        found_.look_at(states_, {}, state_, [&] { return path_to(node.step); });
        Actor sleeper{};
        bool is_left = false;
        for (std::size_t i = 0, count = states_.count_actors(state_); i < count; ++i) {
            const Actor actor = states_.actor(state_, node.last, i);
            if (try_to_move(node, actor, Collapse::MaySleep::no))
                is_left = true;
            else if (!sleeper || actor < sleeper)
                sleeper = actor;
        }
        if (!is_left && sleeper) try_to_move(node, sleeper, Collapse::MaySleep::yes);
    }

    /// False where the actor would only go to sleep, and may not.
    bool try_to_move(const Node& node, Actor actor, Collapse::MaySleep may_sleep) {
        const bool is_switch = is_task(actor) && node.last && task_of(actor) != node.last;
        if (is_switch && next_.all.size() >= kMostWaiting) return true;
        ++moves_;
        if (!states_.move(state_, actor, may_sleep, made_)) return false;
        const std::size_t step = steps_.size();
        steps_.push_back({node.step, actor});
        for (const MoveReport* report : states_.reports())
            found_.look_at_move(*report, [&] { return path_to(step); });
        put(is_switch ? next_ : now_, is_task(actor) ? task_of(actor) : node.last, step);
        return true;
    }

    Path path_to(std::size_t step) const {
        Path path;
        for (; step != kRoot; step = steps_[step].before) path.push_back(steps_[step].actor);
        std::reverse(path.begin(), path.end());
        return path;
    }

    Collapse& states_;
    const Collector& wanted_;
    const std::uint64_t most_moves_;
    const std::uint64_t begun_at_ = states_.instructions();
    std::uint64_t moves_ = 0;
    Nodes now_, next_;    // without a switch, and with one
    Tuple state_, made_;  // from where, and what a move has led to
    StateSet seen_;
    HugeVector<Step> steps_;
    Collector found_;
    std::size_t looked_at_ = ~std::size_t{0};  // of its changes
    bool has_all_ = false;
};

}  // namespace

Collector find_shortest(Collapse& states, const Collector& wanted, std::uint64_t most_moves) {
    return ShortestSearch(states, wanted, most_moves).run();
}

}  // namespace ipclab::explore
