// The pictures of store buffers: what each task has stored and nobody else can see yet.
#include <fmt/format.h>

#include "kernel/processes.h"
#include "sim/engine/waiting_stores.h"
#include "visualizer/model/objects.h"
#include "visualizer/model/text.h"

namespace ipclab::visualizer {

std::vector<ObjectPicture> store_buffer_pictures(const engine::Machine& machine) {
    std::vector<ObjectPicture> pictures;
    if (!machine.buffered) return pictures;
    for (const auto& [tid, task] : machine.kernel.tasks) {
        if (task->state == kernel::TaskState::zombie) continue;
        const bool is_alone = kernel::threads_of(machine.kernel, task->process).size() == 1;
        const std::vector<std::string> stores = engine::describe_stores(machine, tid);
        ObjectPicture picture;
        picture.object = ref(machine.kernel.processes[task->process].space);
        picture.title = is_alone ? fmt::format("store buffer of {} ({})",
                                               printable(machine.kernel.processes[task->process].name),
                                               task->process.value)
                                 : fmt::format("store buffer of thread {}", tid.value);
        picture.summary = stores.empty() ? "empty" : counted(stores.size(), "store") + " not in memory yet";
        for (std::size_t i = 0; i < stores.size(); ++i)
            picture.rows.push_back(
                {.label = i == 0 ? "oldest" : "then", .text = printable(stores[i]), .thread = tid});
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

}  // namespace ipclab::visualizer
