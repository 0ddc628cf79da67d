#include "sim/explore/graph.h"

#include <algorithm>
#include <set>

namespace ipclab::explore {

namespace {

std::uint32_t beginning(const Graph::Move& move) {
    return move.from;
}
std::uint32_t ending(const Graph::Move& move) {
    return move.to;
}

}  // namespace

MovesByState::MovesByState(const Graph& graph, std::uint32_t (*side)(const Graph::Move&))
    : begins(graph.states.size() + 1), moves(graph.moves.size()) {
    for (const Graph::Move& each : graph.moves) ++begins[side(each) + 1];
    for (std::size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
    std::vector<std::uint32_t> next(begins.begin(), begins.end() - 1);
    for (std::size_t i = 0; i < graph.moves.size(); ++i)
        moves[next[side(graph.moves[i])]++] = static_cast<std::uint32_t>(i);
}

Routes::Routes(const Graph& graph) : graph_(graph), from_(graph, beginning) {}

std::vector<std::uint32_t> Routes::of(std::span<const kernel::Tid> path) const {
    std::vector<std::uint32_t> route;
    if (!graph_.states.empty()) route.push_back(0);
    for (const kernel::Tid actor : path) {
        if (route.empty()) break;
        const auto moves = std::span(from_.moves)
                               .subspan(from_.begins[route.back()],
                                        from_.begins[route.back() + 1] - from_.begins[route.back()]);
        const auto made = std::ranges::find_if(
            moves, [&](std::uint32_t move) { return graph_.moves[move].actor == actor; });
        if (made == moves.end()) break;
        route.push_back(graph_.moves[*made].to);
    }
    return route;
}

std::vector<std::uint32_t> depths(const Graph& graph) {
    std::vector<std::uint32_t> found(graph.states.size(), kNone);
    if (found.empty()) return found;
    const MovesByState index(graph, beginning);
    std::vector<std::uint32_t> order{0};
    found[0] = 0;
    for (std::size_t at = 0; at < order.size(); ++at) {
        const std::uint32_t state = order[at];
        for (std::uint32_t i = index.begins[state]; i < index.begins[state + 1]; ++i) {
            const std::uint32_t to = graph.moves[index.moves[i]].to;
            if (found[to] != kNone) continue;
            found[to] = found[state] + 1;
            order.push_back(to);
        }
    }
    return found;
}

namespace {

/// Walks through a graph: to the nearest states and moves that are wanted, by breadth.
class Walk {
  public:
    explicit Walk(const Graph& graph)
        : graph_(graph), forwards_(graph, beginning), backwards_(graph, ending) {}

    const std::vector<kernel::Tid>& path() const { return path_; }
    std::uint32_t at() const { return at_; }

    /// The states from which one of these can be reached.
    std::vector<bool> leading_to(std::vector<std::uint32_t> states) const {
        std::vector<bool> leads(graph_.states.size());
        for (const std::uint32_t state : states) leads[state] = true;
        for (std::size_t i = 0; i < states.size(); ++i)
            for (const std::uint32_t move : moves_of(backwards_, states[i])) {
                const std::uint32_t from = graph_.moves[move].from;
                if (leads[from]) continue;
                leads[from] = true;
                states.push_back(from);
            }
        return leads;
    }
    /// All that can be reached from here, the nearest first.
    std::vector<std::uint32_t> reached() const {
        std::vector<std::uint32_t> order{at_};
        std::vector<bool> seen(graph_.states.size());
        seen[at_] = true;
        for (std::size_t i = 0; i < order.size(); ++i)
            for (const std::uint32_t move : moves_of(forwards_, order[i])) {
                const std::uint32_t to = graph_.moves[move].to;
                if (seen[to]) continue;
                seen[to] = true;
                order.push_back(to);
            }
        return order;
    }
    /// Goes to the nearest state for which `wants` holds; false where there is none.
    template <class Wants>
    bool go_to(Wants wants) {
        return wants(at_) || go_by([&](const Graph::Move& move) { return wants(move.to); });
    }
    /// Goes on up to the nearest move for which `wants` holds, that one included.
    template <class Wants>
    bool go_by(Wants wants) {
        std::vector<std::uint32_t> order{at_}, came_by(graph_.states.size(), kNone);
        std::vector<bool> seen(graph_.states.size());
        seen[at_] = true;
        for (std::size_t i = 0; i < order.size(); ++i)
            for (const std::uint32_t move : moves_of(forwards_, order[i])) {
                const std::uint32_t to = graph_.moves[move].to;
                if (wants(graph_.moves[move])) {
                    append(move, came_by);
                    return true;
                }
                if (seen[to]) continue;
                seen[to] = true;
                came_by[to] = move;
                order.push_back(to);
            }
        return false;
    }

  private:
    static std::span<const std::uint32_t> moves_of(const MovesByState& index, std::uint32_t state) {
        return std::span(index.moves)
            .subspan(index.begins[state], index.begins[state + 1] - index.begins[state]);
    }
    void append(std::uint32_t last, const std::vector<std::uint32_t>& came_by) {
        const auto end = static_cast<std::ptrdiff_t>(path_.size());
        path_.push_back(graph_.moves[last].actor);
        for (std::uint32_t state = graph_.moves[last].from; state != at_;
             state = graph_.moves[came_by[state]].from)
            path_.push_back(graph_.moves[came_by[state]].actor);
        std::reverse(path_.begin() + end, path_.end());
        at_ = graph_.moves[last].to;
    }

    const Graph& graph_;
    const MovesByState forwards_, backwards_;
    std::vector<kernel::Tid> path_;
    std::uint32_t at_ = 0;
};

}  // namespace

// From there on to where there is no way out, and there once around, so that everybody moves who does there.
std::optional<std::vector<kernel::Tid>> path_to_endless(const Graph& graph) {
    if (graph.states.empty()) return std::nullopt;
    Walk walk(graph);
    std::vector<std::uint32_t> at_rest;
    for (std::uint32_t state = 0; state < graph.states.size(); ++state)
        if (graph.states[state] != engine::Rest::moving) at_rest.push_back(state);
    const std::vector<bool> can_rest = walk.leading_to(std::move(at_rest));
    if (!walk.go_to([&](std::uint32_t state) { return !can_rest[state]; })) return std::nullopt;
    // On, as long as something can be reached from which there is no way back.
    std::vector<std::uint32_t> around;
    for (;;) {
        around = walk.reached();
        const std::vector<bool> leads_back = walk.leading_to({walk.at()});
        const auto out = std::find_if(around.rbegin(), around.rend(),
                                      [&](std::uint32_t state) { return !leads_back[state]; });
        if (out == around.rend()) break;
        walk.go_to([&](std::uint32_t state) { return state == *out; });
    }
    // Once around.
    const std::uint32_t begin = walk.at();
    std::vector<bool> is_around(graph.states.size());
    for (const std::uint32_t state : around) is_around[state] = true;
    std::set<kernel::Tid> movers;
    for (const Graph::Move& move : graph.moves)
        if (is_around[move.from]) movers.insert(move.actor);
    for (const std::size_t done = walk.path().size(); const kernel::Tid mover : movers)
        if (std::find(walk.path().begin() + static_cast<std::ptrdiff_t>(done), walk.path().end(), mover) ==
            walk.path().end())
            walk.go_by([&](const Graph::Move& move) { return move.actor == mover; });
    walk.go_to([&](std::uint32_t state) { return state == begin; });
    return walk.path();
}

std::uint32_t GraphRecorder::note(const kernel::Digest& digest, engine::Rest rest, std::uint32_t from,
                                  kernel::Tid actor) {
    if (most_states_ == 0) return 0;
    const auto [at, is_new] =
        numbers_.try_emplace({digest.high, digest.low}, static_cast<std::uint32_t>(graph_.states.size()));
    const std::uint32_t number = at->second;
    if (is_new && graph_.states.size() == most_states_) {
        most_states_ = 0;
        graph_ = {};
        numbers_.clear();
        return 0;
    }
    if (is_new) graph_.states.push_back(rest);
    if (number != 0 || !is_new) graph_.moves.push_back({from, number, actor});
    return number;
}

}  // namespace ipclab::explore
