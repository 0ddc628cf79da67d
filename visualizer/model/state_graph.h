// A picture of a state graph: states in layers by how many moves they are from the first one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/explore/graph.h"

namespace ipclab::visualizer {

struct StateGraph {
    struct Node {
        float x = 0, y = 0;  ///< 0 to 1: across its layer, and down
        engine::Rest rest = engine::Rest::moving;
    };
    std::vector<Node> nodes;                  ///< as the states of the explorer's graph
    std::vector<explore::Graph::Move> edges;  ///< one for each pair of states
    std::size_t layers = 0, widest = 0;       ///< states in the widest layer
};

StateGraph layered(const explore::Graph& graph);

}  // namespace ipclab::visualizer
