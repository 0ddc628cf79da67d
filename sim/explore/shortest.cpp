#include "sim/explore/shortest.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/explore/state_set.h"

namespace ipclab::explore {

namespace {

constexpr std::size_t kMostWaiting = 20'000;  // states of the next round that are kept: some 10 KB each

class ShortestSearch {
  public:
    ShortestSearch(const engine::Machine& initial, Mover& mover, Liveness& liveness, const Identity& identity,
                   const Collector& wanted, std::uint64_t most_moves)
        : initial_(initial),
          mover_(mover),
          liveness_(liveness),
          identity_(identity),
          wanted_(wanted),
          most_moves_(most_moves) {}

    Collector run() {
        Node first{{initial_, {}}, {}, kRoot};
        mover_.settle(first.state);
        std::vector<Node> round;
        round.push_back(std::move(first));
        while (!round.empty() && !is_over()) {
            std::vector<Node> next;
            // Without a switch, as far as it goes; then each of these with one.
            while (!round.empty() && !is_over()) {
                Node node = std::move(round.back());
                round.pop_back();
                go_on(std::move(node), round, next);
            }
            round = std::move(next);
            std::reverse(round.begin(), round.end());
        }
        return std::move(found_);
    }

  private:
    static constexpr std::size_t kRoot = static_cast<std::size_t>(-1);
    struct Node {
        State state;
        Actor last{};
        std::size_t step = kRoot;  // index of the last move
    };
    struct Step {
        std::size_t before = kRoot;
        Actor actor{};
    };

    bool is_over() const {
        return moves_ >= most_moves_ || (found_.outcomes().size() >= wanted_.outcomes().size() &&
                                         found_.findings().size() >= wanted_.findings().size());
    }

    void go_on(Node node, std::vector<Node>& round, std::vector<Node>& next) {
        kernel::Digest digest = explore::digest(node.state.machine, liveness_, identity_);
        digest.high += static_cast<std::uint64_t>(node.last.value) * 0x9e3779b97f4a7c15;
        if (!seen_.insert(digest)) return;
        found_.look_at(node.state, [&] { return path_to(node.step); });
        std::vector<Actor> actors;
        mover_.actors(node.state.machine, node.last, actors);
        for (const Actor actor : actors) {
            const bool is_switch = actor && node.last && actor != node.last;
            if (is_switch && next.size() >= kMostWaiting) continue;
            Node made{node.state, actor ? actor : node.last, steps_.size()};
            const MoveReport report = mover_.move(made.state, actor);
            ++moves_;
            steps_.push_back({node.step, actor});
            found_.look_at_move(report, [&] { return path_to(made.step); });
            (is_switch ? next : round).push_back(std::move(made));
        }
    }

    Path path_to(std::size_t step) const {
        Path path;
        for (; step != kRoot; step = steps_[step].before) path.push_back(steps_[step].actor);
        std::reverse(path.begin(), path.end());
        return path;
    }

    const engine::Machine& initial_;
    Mover& mover_;
    Liveness& liveness_;
    const Identity& identity_;
    const Collector& wanted_;
    const std::uint64_t most_moves_;
    std::uint64_t moves_ = 0;
    StateSet seen_;
    std::vector<Step> steps_;
    Collector found_;
};

}  // namespace

Collector find_shortest(const engine::Machine& initial, Mover& mover, Liveness& liveness,
                        const Identity& identity, const Collector& wanted, std::uint64_t most_moves) {
    return ShortestSearch(initial, mover, liveness, identity, wanted, most_moves).run();
}

}  // namespace ipclab::explore
