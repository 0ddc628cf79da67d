// Calls on an address space: mmap(2), munmap(2), mremap(2), msync(2), mprotect(2), brk(2).
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/memfd.h"
#include "kernel/processes.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kMapShared = 1, kMapPrivate = 2, kMapSharedValidate = 3, kMapTypes = 0xf,
                        kMapFixed = 0x10, kMapAnonymous = 0x20, kMapGrowsDown = 0x100,
                        kMapFixedNoReplace = 0x100000;

AddressSpace& space_of(Call& call) {
    return call.kernel.spaces.write(call.process_read().space);
}

/// mm/mmap.c, do_mmap(): VM_MAYWRITE. Of what is open for reading only, or sealed, a shared mapping is never writable; of a
/// TCP socket none is (tcp_mmap()).
Protection most_of_file(Call& call, bool is_shared) {
    const File& file = call.kernel.files[*file_of(call, call.arg(4))];
    if (file.kind == FileKind::socket) return kProtRead;
    const bool is_sealed =
        file.kind == FileKind::regular && !may_map_for_writing(call.kernel.inodes[file.inode]);
    const bool may_write = !is_shared || (file.writable() && !is_sealed);
    return may_write ? kProtRead | kProtWrite | kProtExec : kProtRead | kProtExec;
}

/// By what mprotect(2) may make of it: see above.
bool is_of_socket(const Mapping& mapping) {
    return mapping.is_shared && mapping.most == kProtRead;
}

/// zero pages shared by whoever inherits the mapping
MemoryId new_shared_memory(Kernel& kernel, std::uint64_t bytes) {
    const MemoryId id{++kernel.last_id};
    MemoryObject object;
    object.resize(bytes);
    kernel.memory.insert(id, std::move(object));
    return id;
}

/// The object behind a file mapping: EBADF, EACCES, ENODEV.
Result<MemoryId> object_of_file(Call& call, bool is_shared, Protection protection) {
    auto id = file_of(call, call.arg(4));
    if (!id) return id.error();
    const File& file = call.kernel.files[*id];
    // mmap(2): the file must be open for reading; a shared writable mapping needs it open for both.
    if (!file.readable()) return Errno::eacces;
    if (is_shared && (protection & kProtWrite) && (!file.writable() || (file.flags & kOAppend)))
        return Errno::eacces;
    if (file.kind == FileKind::zero_device) return MemoryId{};  // mmap of /dev/zero: anonymous memory
    if (file.kind == FileKind::socket) {
        // net/ipv4/tcp.c, tcp_mmap(): pages are there only once TCP_ZEROCOPY_RECEIVE has put some; until then SIGBUS.
        const Socket& socket = call.kernel.sockets[file.socket()];
        if (socket.family != SocketFamily::inet || socket.type != SocketType::stream) return Errno::enodev;
        if (protection & (kProtWrite | kProtExec)) return Errno::eperm;
        return new_shared_memory(call.kernel, 0);
    }
    if (file.kind != FileKind::regular) return Errno::enodev;
    const Inode& inode = call.kernel.inodes[file.inode];
    if (is_shared && (protection & kProtWrite) && !may_map_for_writing(inode)) return Errno::eperm;
    return inode.memory;
}

}  // namespace

Outcome sys_mmap(Call& call) {
    const std::uint64_t address = call.arg(0), length = call.arg(1), offset = call.arg(5);
    const auto protection = static_cast<Protection>(call.arg(2) & 7);
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    const bool is_anonymous = (flags & kMapAnonymous) != 0;
    // arch/x86: the offset is looked at first; then the file; then length and flags (mm/mmap.c).
    if (offset % kPageSize != 0) return Outcome::fail(Errno::einval);
    const std::uint32_t type = flags & kMapTypes;
    const bool is_shared = type == kMapShared || type == kMapSharedValidate;
    MemoryId object{};
    if (!is_anonymous && !call.process_read().fds->find(static_cast<Fd>(call.arg(4))))
        return Outcome::fail(Errno::ebadf);
    if (length == 0) return Outcome::fail(Errno::einval);
    if (length > kUserTop) return Outcome::fail(Errno::enomem);
    if (!is_shared && type != kMapPrivate) return Outcome::fail(Errno::einval);
    if (flags & kMapGrowsDown) {
        explain(call.kernel, call.task, "mmap: MAP_GROWSDOWN is not simulated: EINVAL", call.trace);
        return Outcome::fail(Errno::einval);
    }
    const std::uint64_t bytes = (length + kPageSize - 1) / kPageSize * kPageSize;
    if (offset + bytes < offset) return Outcome::fail(Errno::eoverflow);
    if (!is_anonymous) {
        auto found = object_of_file(call, is_shared, protection);
        if (!found) return Outcome::fail(found.error());
        object = *found;
    }
    const bool is_fixed = (flags & (kMapFixed | kMapFixedNoReplace)) != 0;
    if (is_fixed && address % kPageSize != 0) return Outcome::fail(Errno::einval);
    if (is_fixed && !is_user_range(address, bytes)) return Outcome::fail(Errno::enomem);
    if (flags & kMapFixedNoReplace)
        for (const Mapping& mapping : space_of(call).mappings())
            if (mapping.begin < address + bytes && address < mapping.end) return Outcome::fail(Errno::eexist);
    const bool makes_memory = is_shared && !object;
    if (makes_memory) {
        if (bytes > call.kernel.limits.address_space_bytes) return Outcome::fail(Errno::enomem);
        object = new_shared_memory(call.kernel, bytes);
    }
    Mapping mapping;
    mapping.begin = address / kPageSize * kPageSize;
    mapping.end = mapping.begin + bytes;
    if (mapping.end < mapping.begin || (!is_fixed && !is_user_range(mapping.begin, bytes))) {
        mapping.begin = 0;
        mapping.end = bytes;
    }
    mapping.protection = protection;
    if (!is_anonymous) mapping.most = most_of_file(call, is_shared);
    mapping.is_shared = is_shared;
    mapping.object = object;
    mapping.object_offset = makes_memory ? 0 : offset;
    auto placed = space_of(call).map(mapping, is_fixed);
    if (!placed && makes_memory) call.kernel.memory.erase(object);
    if (placed && is_fixed) collect_memory(call.kernel);
    if (object && placed) call.object = ref(object);
    return Outcome::from(placed);
}

Outcome sys_munmap(Call& call) {
    auto done = space_of(call).unmap(call.arg(0), call.arg(1));
    if (done) collect_memory(call.kernel);
    return Outcome::from(done);
}

Outcome sys_mremap(Call& call) {
    constexpr std::uint64_t kMayMove = 1, kFixed = 2, kKeepOld = 4;
    const std::uint64_t flags = call.arg(3);
    if (flags & ~(kMayMove | kFixed | kKeepOld)) return Outcome::fail(Errno::einval);
    if ((flags & (kFixed | kKeepOld)) && !(flags & kMayMove)) return Outcome::fail(Errno::einval);
    if ((flags & kKeepOld) || call.arg(1) == 0) {
        explain(call.kernel, call.task,
                "mremap: MREMAP_DONTUNMAP and an old size of 0 are not simulated: EINVAL", call.trace);
        return Outcome::fail(Errno::einval);
    }
    const std::optional<std::uint64_t> to = flags & kFixed ? std::optional(call.arg(4)) : std::nullopt;
    const auto may = flags & kMayMove ? AddressSpace::MayMove::yes : AddressSpace::MayMove::no;
    const auto placed = space_of(call).remap(call.arg(0), call.arg(1), call.arg(2), may, to);
    if (placed) collect_memory(call.kernel);
    return Outcome::from(placed);
}

Outcome sys_msync(Call& call) {
    constexpr std::uint64_t kAsync = 1, kInvalidate = 2, kSync = 4;
    const std::uint64_t begin = call.arg(0), flags = call.arg(2) & UINT32_MAX;
    // mm/msync.c: the checks in its order. What is shared is the file itself: there is nothing to be written back.
    if (flags & ~(kAsync | kInvalidate | kSync)) return Outcome::fail(Errno::einval);
    if (begin % kPageSize != 0 || ((flags & kAsync) && (flags & kSync))) return Outcome::fail(Errno::einval);
    const std::uint64_t bytes = (call.arg(1) + kPageSize - 1) / kPageSize * kPageSize;
    if (bytes < call.arg(1) || begin + bytes < begin) return Outcome::fail(Errno::enomem);
    const std::uint64_t end = begin + bytes;
    if (bytes == 0) return Outcome::done(0);
    // A hole is told of at the end, unless there is nothing else to be done.
    bool has_hole = false;
    std::uint64_t at = begin;
    for (const Mapping& mapping : call.kernel.spaces[call.process_read().space].mappings()) {
        if (mapping.end <= begin) continue;
        if (mapping.begin >= end) break;
        has_hole = has_hole || mapping.begin > at;
        if (has_hole && flags == kAsync) break;
        // A socket has no fsync().
        if ((flags & kSync) && is_of_socket(mapping)) return Outcome::fail(Errno::einval);
        at = mapping.end;
    }
    return has_hole || at < end ? Outcome::fail(Errno::enomem) : Outcome::done(0);
}

Outcome sys_mprotect(Call& call) {
    constexpr std::uint64_t kProtections = 7;
    const std::uint64_t protection = call.arg(2) & UINT32_MAX;
    if (call.arg(0) % kPageSize != 0) return Outcome::fail(Errno::einval);
    if (call.arg(1) == 0) return Outcome::done(0);
    if (protection & ~kProtections) return Outcome::fail(Errno::einval);
    return Outcome::from(
        space_of(call).protect(call.arg(0), call.arg(1), static_cast<Protection>(protection)));
}

Outcome sys_brk(Call& call) {
    return Outcome::done(static_cast<std::int64_t>(space_of(call).set_break(call.arg(0))));
}

}  // namespace ipclab::kernel
