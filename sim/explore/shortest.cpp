#include "sim/explore/shortest.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/explore/state_set.h"

namespace ipclab::explore {

namespace {

constexpr std::size_t kMostWaiting = 2'000'000;  // states of the next round that are kept

class ShortestSearch {
  public:
    ShortestSearch(Collapse& states, const Collector& wanted, std::uint64_t most_moves)
        : states_(states), wanted_(wanted), most_moves_(most_moves) {}

    Collector run() {
        Node first;
        states_.begin(first.state);
        for (const MoveReport* report : states_.reports())
            found_.look_at_move(*report, [] { return Path{}; });
        std::vector<Node> round;
        round.push_back(std::move(first));
        while (!round.empty() && !is_over()) {
            std::vector<Node> next;
            // Without a switch, as far as it goes; then each of these with one.
            while (!round.empty() && !is_over()) {
                Node node = std::move(round.back());
                round.pop_back();
                go_on(node, round, next);
            }
            round = std::move(next);
            std::reverse(round.begin(), round.end());
        }
        return std::move(found_);
    }

  private:
    static constexpr std::size_t kRoot = static_cast<std::size_t>(-1);
    struct Node {
        Tuple state;
        Actor last{};
        std::size_t step = kRoot;  // index of the last move
    };
    struct Step {
        std::size_t before = kRoot;
        Actor actor{};
    };

    /// Moves may compute for long.
    static constexpr std::uint64_t kInstructionsOfMove = 1'000, kInstructionsAtLeast = 20'000'000;
    bool is_over() {
        if (found_.changes() != looked_at_) {
            looked_at_ = found_.changes();
            has_all_ = found_.has_all_of(wanted_);
        }
        return has_all_ || moves_ >= most_moves_ ||
               states_.mover().instructions() - begun_at_ >
                   kInstructionsAtLeast + kInstructionsOfMove * most_moves_;
    }

    void go_on(const Node& node, std::vector<Node>& round, std::vector<Node>& next) {
        kernel::Digest digest = states_.identity(node.state);
        digest.high += static_cast<std::uint64_t>(node.last.value) * 0x9e3779b97f4a7c15;
        if (!seen_.insert(digest)) return;
        found_.look_at(states_, node.state, [&] { return path_to(node.step); });
        Actor sleeper{};
        bool is_left = false;
        for (std::size_t i = 0; i < states_.count_actors(node.state); ++i) {
            const Actor actor = states_.actor(node.state, node.last, i);
            if (try_to_move(node, actor, round, next, Collapse::MaySleep::no))
                is_left = true;
            else if (!sleeper || actor < sleeper)
                sleeper = actor;
        }
        if (!is_left && sleeper) try_to_move(node, sleeper, round, next, Collapse::MaySleep::yes);
    }

    /// False where the actor would only go to sleep, and may not.
    bool try_to_move(const Node& node, Actor actor, std::vector<Node>& round, std::vector<Node>& next,
                     Collapse::MaySleep may_sleep) {
        const bool is_switch = is_task(actor) && node.last && task_of(actor) != node.last;
        if (is_switch && next.size() >= kMostWaiting) return true;
        Node made{{}, is_task(actor) ? task_of(actor) : node.last, steps_.size()};
        ++moves_;
        if (!states_.move(node.state, actor, may_sleep, made.state)) return false;
        steps_.push_back({node.step, actor});
        for (const MoveReport* report : states_.reports())
            found_.look_at_move(*report, [&] { return path_to(made.step); });
        (is_switch ? next : round).push_back(std::move(made));
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
    const std::uint64_t begun_at_ = states_.mover().instructions();
    std::uint64_t moves_ = 0;
    StateSet seen_;
    std::vector<Step> steps_;
    Collector found_;
    std::size_t looked_at_ = ~std::size_t{0};  // of its changes
    bool has_all_ = false;
};

}  // namespace

Collector find_shortest(Collapse& states, const Collector& wanted, std::uint64_t most_moves) {
    return ShortestSearch(states, wanted, most_moves).run();
}

}  // namespace ipclab::explore
