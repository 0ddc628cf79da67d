#include "sim/explore/graph.h"

#include <algorithm>

namespace ipclab::explore {

namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

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

std::optional<std::vector<kernel::Tid>> path_to_endless(const Graph& graph) {
    if (graph.states.empty()) return std::nullopt;
    // Backwards from all states at rest.
    std::vector<bool> can_rest(graph.states.size());
    std::vector<std::uint32_t> order;
    const MovesByState backwards(graph, ending);
    for (std::uint32_t state = 0; state < graph.states.size(); ++state) {
        if (graph.states[state] == engine::Rest::moving) continue;
        can_rest[state] = true;
        order.push_back(state);
    }
    for (std::size_t at = 0; at < order.size(); ++at)
        for (std::uint32_t i = backwards.begins[order[at]]; i < backwards.begins[order[at] + 1]; ++i) {
            const std::uint32_t from = graph.moves[backwards.moves[i]].from;
            if (can_rest[from]) continue;
            can_rest[from] = true;
            order.push_back(from);
        }
    // Forwards by breadth to the first of the others.
    const MovesByState forwards(graph, beginning);
    std::vector<std::uint32_t> came_by(graph.states.size(), kNone);
    std::vector<bool> seen(graph.states.size());
    order.assign(1, 0);
    seen[0] = true;
    for (std::size_t at = 0; at < order.size(); ++at) {
        std::uint32_t state = order[at];
        if (!can_rest[state]) {
            std::vector<kernel::Tid> path;
            for (; came_by[state] != kNone; state = graph.moves[came_by[state]].from)
                path.push_back(graph.moves[came_by[state]].actor);
            std::reverse(path.begin(), path.end());
            return path;
        }
        for (std::uint32_t i = forwards.begins[state]; i < forwards.begins[state + 1]; ++i) {
            const std::uint32_t to = graph.moves[forwards.moves[i]].to;
            if (seen[to]) continue;
            seen[to] = true;
            came_by[to] = forwards.moves[i];
            order.push_back(to);
        }
    }
    return std::nullopt;
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
