#include "kernel/file_operations.h"

#include <algorithm>

namespace ipclab::kernel {

ObjectRef inode_object(const File& file) {
    return ref(file.inode);
}

void add_wait(std::vector<WaitPoint>& waits, ObjectRef object, WaitFor what) {
    const WaitPoint point{.object = object, .what = what, .is_exclusive = false};
    if (std::ranges::find(waits, point) == waits.end()) waits.push_back(point);
}

}  // namespace ipclab::kernel
