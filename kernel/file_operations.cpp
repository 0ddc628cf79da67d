#include "kernel/file_operations.h"

#include <algorithm>
#include <array>

namespace ipclab::kernel {

const FileOperations& operations(FileKind kind) {
    // In the order of FileKind.
    static constexpr std::array<const FileOperations*, kFileKinds> kRows{
        &kRegularOperations, &kDirectoryOperations, &kNullOperations,      &kZeroOperations,
        &kFullOperations,    &kPipeReadOperations,  &kPipeWriteOperations, &kStreamOperations,
    };
    return *kRows[static_cast<std::size_t>(kind)];
}

ObjectRef inode_object(const File& file) {
    return ref(file.inode);
}

void add_wait(std::vector<WaitPoint>& waits, ObjectRef object, WaitFor what) {
    const WaitPoint point{.object = object, .what = what, .is_exclusive = false};
    if (std::ranges::find(waits, point) == waits.end()) waits.push_back(point);
}

}  // namespace ipclab::kernel
