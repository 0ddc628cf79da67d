// Seals on files in memory: what may no longer be done to them (fcntl(2), "File Sealing").
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// EPERM where a seal forbids writing up to `end`.
Result<void> may_write_sealed(const Kernel& kernel, InodeId inode, std::uint64_t end);
/// EPERM where a seal forbids this length.
Result<void> may_resize_sealed(const Kernel& kernel, InodeId inode, std::uint64_t bytes);
/// Whether a shared mapping may be written through.
bool may_map_for_writing(const Inode& inode);
/// fcntl(2), F_GET_SEALS, F_ADD_SEALS.
Outcome get_seals(const Kernel& kernel, const File& file);
Outcome add_seals(Call& call, const File& file, std::uint32_t seals);

}  // namespace ipclab::kernel
