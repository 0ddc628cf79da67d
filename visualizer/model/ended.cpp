#include "visualizer/model/ended.h"

#include "visualizer/model/stage.h"

namespace ipclab::visualizer {

std::vector<EndedProcess> ended_processes(const Lanes& lanes, std::size_t event_count) {
    const auto total = [](const Lane& lane, LaneState state) {
        return lane.total_ns[static_cast<std::size_t>(state)];
    };
    std::vector<EndedProcess> found;
    for (const Lane& lane : lanes.lanes()) {
        const bool is_process = lane.tid.value == lane.process.value;
        if (!is_process || lane.exited_event >= event_count) continue;
        // A lane that has ended does not change any more: its totals are those of this moment too.
        found.push_back({lane.process, lane.order, lane.name, end_text(lane.wait_status),
                         lane.wait_status == 0, lane.calls.size(), total(lane, LaneState::running),
                         total(lane, LaneState::ready), total(lane, LaneState::blocked)});
    }
    return found;
}

std::vector<EndedProcess> collected_processes(const Lanes& lanes, const kernel::Kernel& kernel,
                                              std::size_t event_count) {
    std::vector<EndedProcess> found = ended_processes(lanes, event_count);
    std::erase_if(found, [&](const EndedProcess& ended) { return kernel.processes.contains(ended.pid); });
    return found;
}

}  // namespace ipclab::visualizer
