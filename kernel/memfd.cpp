// memfd_create(2): files in memory that have no name, and seals on them (fcntl(2), "File Sealing").
#include "kernel/memfd.h"

#include <algorithm>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kSealSeal = 1, kSealShrink = 2, kSealGrow = 4, kSealWrite = 8, kSealFutureWrite = 16,
                        kSealExec = 32, kAllSeals = 63;

/// Whether the file is mapped somewhere so that it can be written there.
bool has_writable_mapping(const Kernel& kernel, MemoryId memory) {
    return std::any_of(kernel.spaces.begin(), kernel.spaces.end(), [&](const auto& entry) {
        const auto& mappings = entry.second->mappings();
        return std::any_of(mappings.begin(), mappings.end(), [&](const Mapping& mapping) {
            return mapping.object == memory && mapping.is_shared && (mapping.protection & kProtWrite);
        });
    });
}

}  // namespace

Result<void> may_write_sealed(const Kernel& kernel, InodeId id, std::uint64_t end) {
    const Inode& inode = kernel.inodes[id];
    if (inode.seals & (kSealWrite | kSealFutureWrite)) return Errno::eperm;
    return (inode.seals & kSealGrow) && end > kernel.memory[inode.memory].size() ? Result<void>(Errno::eperm)
                                                                                 : Result<void>();
}

Result<void> may_resize_sealed(const Kernel& kernel, InodeId id, std::uint64_t bytes) {
    const Inode& inode = kernel.inodes[id];
    if (inode.seals == 0) return {};
    const std::uint64_t now = kernel.memory[inode.memory].size();
    if ((bytes < now && (inode.seals & kSealShrink)) || (bytes > now && (inode.seals & kSealGrow)))
        return Errno::eperm;
    return {};
}

bool may_map_for_writing(const Inode& inode) {
    return (inode.seals & (kSealWrite | kSealFutureWrite)) == 0;
}

Outcome get_seals(const Kernel& kernel, const File& file) {
    if (file.kind != FileKind::regular) return Outcome::fail(Errno::einval);
    const Inode& inode = kernel.inodes[file.inode];
    return Outcome::done(inode.is_memfd ? inode.seals : kSealSeal);
}

Outcome add_seals(Call& call, const File& file, std::uint32_t seals) {
    // mm/memfd.c: the checks in its order.
    if (!file.writable()) return Outcome::fail(Errno::eperm);
    if (seals & ~kAllSeals) return Outcome::fail(Errno::einval);
    if (file.kind != FileKind::regular) return Outcome::fail(Errno::einval);
    const Inode& inode = call.kernel.inodes[file.inode];
    // mm/shmem.c, __shmem_get_inode(): a file of tmpfs that has a name can have no seals.
    if (!inode.is_memfd || (inode.seals & kSealSeal)) return Outcome::fail(Errno::eperm);
    // fcntl(2): F_SEAL_WRITE: EBUSY while somebody can write through a shared mapping.
    if ((seals & kSealWrite) && has_writable_mapping(call.kernel, inode.memory))
        return Outcome::fail(Errno::ebusy);
    if (seals & kSealExec) seals |= kSealShrink | kSealGrow | kSealWrite | kSealFutureWrite;
    call.kernel.inodes.write(file.inode).seals |= seals;
    return Outcome::done(0);
}

Outcome sys_memfd_create(Call& call) {
    constexpr std::uint32_t kCloseOnExec = 1, kAllowSealing = 2, kHuge = 4, kNoExecSeal = 8, kExec = 16;
    constexpr std::size_t kNameBytesMax = 249;
    Kernel& kernel = call.kernel;
    const auto flags = static_cast<std::uint32_t>(call.arg(1));
    if (flags & kHuge) {
        explain(kernel, call.task, "memfd_create: huge pages are not simulated: EINVAL", call.trace);
        return Outcome::fail(Errno::einval);
    }
    if (flags & ~(kCloseOnExec | kAllowSealing | kNoExecSeal | kExec)) return Outcome::fail(Errno::einval);
    if ((flags & kNoExecSeal) && (flags & kExec)) return Outcome::fail(Errno::einval);
    const auto name = call.memory().read_string(call.arg(0), kNameBytesMax + 1);
    if (!name && name.error() == Errno::efault) return Outcome::fail(Errno::efault);
    if (!name || name->size() > kNameBytesMax) return Outcome::fail(Errno::einval);
    if (auto free = free_descriptor(call); !free) return Outcome::fail(free.error());
    if (kernel.inodes.size() >= kernel.limits.inodes) return Outcome::fail(Errno::enospc);
    if (kernel.files.size() >= kernel.limits.all_open_files) return Outcome::fail(Errno::enfile);
    Inode inode;
    inode.mode = flags & kNoExecSeal ? 0666 : 0777;
    inode.owner = kUser;
    inode.is_memfd = true;
    inode.target = *name;
    // memfd_create(2): without MFD_ALLOW_SEALING the set of seals is sealed itself.
    inode.seals = flags & (kAllowSealing | kNoExecSeal) ? 0 : kSealSeal;
    if (flags & kNoExecSeal) inode.seals |= kSealExec;
    inode.memory = MemoryId{++kernel.last_id};
    kernel.memory.insert(inode.memory, MemoryObject{});
    const InodeId id = new_inode(kernel, std::move(inode));
    call.object = ref(id);
    File file;
    file.kind = FileKind::regular;
    file.flags = kORdWr;
    file.inode = id;
    const auto made = new_file(kernel, file);
    IPCLAB_ASSERT(made.ok());
    return Outcome::from(install(kernel, call.pid, *made, (flags & kCloseOnExec) != 0));
}

}  // namespace ipclab::kernel
