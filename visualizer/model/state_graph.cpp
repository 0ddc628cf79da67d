#include "visualizer/model/state_graph.h"

#include <algorithm>
#include <numeric>

namespace ipclab::visualizer {

StateGraph layered(const explore::Graph& graph) {
    StateGraph made;
    const std::vector<std::uint32_t> depth = explore::depths(graph);
    if (depth.empty()) return made;
    made.edges = graph.moves;
    std::erase_if(made.edges, [](const auto& edge) { return edge.from == edge.to; });
    const auto ends = [](const explore::Graph::Move& edge) { return std::pair(edge.from, edge.to); };
    std::ranges::stable_sort(made.edges, {}, ends);
    made.edges.erase(std::ranges::unique(made.edges, {}, ends).begin(), made.edges.end());

    made.layers = *std::ranges::max_element(depth) + std::size_t{1};
    std::vector<std::vector<std::uint32_t>> layers(made.layers);
    for (std::uint32_t state = 0; state < depth.size(); ++state) layers[depth[state]].push_back(state);
    std::vector<std::vector<std::uint32_t>> neighbours_above(depth.size()), neighbours_below(depth.size());
    for (const auto& edge : made.edges) {
        if (depth[edge.to] != depth[edge.from] + 1) continue;
        neighbours_above[edge.to].push_back(edge.from);
        neighbours_below[edge.from].push_back(edge.to);
    }
    // The barycentre method (Sugiyama, Tagawa, Toda 1981): each state goes to the mean place of its neighbours.
    std::vector<float> place(depth.size());
    const auto spread = [&](const std::vector<std::uint32_t>& layer) {
        for (std::size_t i = 0; i < layer.size(); ++i)
            place[layer[i]] = (static_cast<float>(i) + 0.5f) / static_cast<float>(layer.size());
    };
    const auto order = [&](std::vector<std::uint32_t>& layer, const auto& neighbours) {
        std::vector<float> mean(depth.size());
        for (const std::uint32_t state : layer) {
            float sum = 0;
            for (const std::uint32_t other : neighbours[state]) sum += place[other];
            mean[state] =
                neighbours[state].empty() ? place[state] : sum / static_cast<float>(neighbours[state].size());
        }
        std::ranges::stable_sort(layer, {}, [&](std::uint32_t state) { return mean[state]; });
        spread(layer);
    };
    for (const auto& layer : layers) spread(layer);
    for (int sweep = 0; sweep < 4; ++sweep) {
        for (std::size_t i = 1; i < layers.size(); ++i) order(layers[i], neighbours_above);
        for (std::size_t i = layers.size() - 1; i-- > 0;) order(layers[i], neighbours_below);
    }
    made.nodes.resize(depth.size());
    const float below = static_cast<float>(std::max<std::size_t>(made.layers - 1, 1));
    for (const auto& layer : layers) made.widest = std::max(made.widest, layer.size());
    for (std::uint32_t state = 0; state < depth.size(); ++state) {
        // Narrow layers stand in the middle, as close as the widest one's states.
        const float width = static_cast<float>(layers[depth[state]].size()) / static_cast<float>(made.widest);
        made.nodes[state] = {0.5f + (place[state] - 0.5f) * std::max(width, 0.35f),
                             static_cast<float>(depth[state]) / below, graph.states[state]};
    }
    return made;
}

}  // namespace ipclab::visualizer
