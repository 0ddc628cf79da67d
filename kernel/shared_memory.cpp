// System V shared memory: shmget(2), shmat(2), shmdt(2), shmctl(2), as Linux's ipc/shm.c has them.
#include <algorithm>

#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/processes.h"
#include "kernel/sysv_calls.h"
#include "kernel/transfer.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kReadOnly = 010000, kRound = 020000, kRemap = 040000, kExecute = 0100000;
constexpr std::int32_t kLock = 11, kUnlock = 12, kShmStat = 13, kShmInfo = 14, kShmStatAny = 15;

/// struct shmid_ds
struct SegmentStatus {
    IpcPermissions permissions;
    std::uint64_t bytes = 0;
    std::int64_t attach_time_s = 0, detach_time_s = 0, change_time_s = 0;
    std::int32_t creator = 0, last = 0;
    std::uint64_t attachments = 0;
    std::array<std::uint64_t, 2> unused{};
};
static_assert(sizeof(SegmentStatus) == 112);

/// struct shminfo
struct SegmentLimits {
    std::uint64_t max = 0, min = 1, mni = 0, seg = 0, all = 0;
    std::array<std::uint64_t, 4> unused{};
};
static_assert(sizeof(SegmentLimits) == 72);

/// struct shm_info
struct SegmentUsage {
    std::int32_t segments = 0;
    std::uint64_t pages = 0, resident = 0, swapped = 0, swap_attempts = 0, swap_successes = 0;
};
static_assert(sizeof(SegmentUsage) == 48);

std::uint64_t whole_pages(std::uint64_t bytes) {
    return (bytes + kPageSize - 1) / kPageSize;
}

std::uint64_t pages_of_all(const SysvIpc& ipc) {
    std::uint64_t pages = 0;
    for (const auto& [id, segment] : ipc.segments) pages += whole_pages(segment->bytes);
    return pages;
}

bool is_attached(const AddressSpace& space, const Segment& segment) {
    return std::any_of(space.mappings().begin(), space.mappings().end(),
                       [&](const Mapping& mapping) { return mapping.object == segment.memory; });
}

/// Whether it is where it would be if its object had been attached at this address: a part of that, or all.
bool is_of_attachment(const Mapping& mapping, std::uint64_t address) {
    return mapping.begin >= address && mapping.begin - address == mapping.object_offset;
}

/// All that is left of a segment that was attached at this address.
Result<void> unmap_rest(AddressSpace& space, std::uint64_t address, const Segment& segment) {
    std::vector<Mapping> parts;
    for (const Mapping& each : space.mappings())
        if (each.object == segment.memory && is_of_attachment(each, address)) parts.push_back(each);
    for (const Mapping& part : parts)
        if (auto done = space.unmap(part.begin, part.end - part.begin); !done) return done;
    return {};
}

AddressSpace& space_of(Call& call) {
    return call.kernel.spaces.write(call.process_read().space);
}

SegmentStatus status_of(const Kernel& kernel, const Segment& segment) {
    SegmentStatus status;
    status.permissions = segment.permissions;
    status.bytes = segment.bytes;
    status.attach_time_s = segment.attach_time_s;
    status.detach_time_s = segment.detach_time_s;
    status.change_time_s = segment.change_time_s;
    status.creator = segment.creator.value;
    status.last = segment.last.value;
    status.attachments = attachments(kernel, segment);
    return status;
}

Outcome tell_limits(Call& call) {
    const Limits& limits = call.kernel.limits;
    SegmentLimits info;
    info.max = limits.shared_segment_bytes;
    info.mni = info.seg = static_cast<std::uint64_t>(limits.shared_segments);
    info.all = limits.shared_pages;
    if (!call.memory().write_object(call.arg(2), info)) return Outcome::fail(Errno::efault);
    return Outcome::done(highest_place(call.kernel.sysv.segments));
}

Outcome tell_usage(Call& call) {
    const Kernel& kernel = call.kernel;
    SegmentUsage usage;
    usage.segments = static_cast<std::int32_t>(kernel.sysv.segments.size());
    usage.pages = pages_of_all(kernel.sysv);
    for (const auto& [id, segment] : kernel.sysv.segments)
        usage.resident += kernel.memory[segment->memory].resident_pages();
    if (!call.memory().write_object(call.arg(2), usage)) return Outcome::fail(Errno::efault);
    return Outcome::done(highest_place(kernel.sysv.segments));
}

/// A detached segment that was only waiting for this goes with its memory.
void clean_up(Kernel& kernel) {
    if (drop_destroyed_segments(kernel)) collect_memory(kernel);
}

}  // namespace

std::uint64_t attachments(const Kernel& kernel, const Segment& segment) {
    std::uint64_t count = 0;
    for (const auto& [pid, process] : kernel.processes) {
        if (!process->space) continue;
        const auto& mappings = kernel.spaces[process->space].mappings();
        count += static_cast<std::uint64_t>(
            std::count_if(mappings.begin(), mappings.end(),
                          [&](const Mapping& mapping) { return mapping.object == segment.memory; }));
    }
    return count;
}

bool drop_destroyed_segments(Kernel& kernel) {
    std::vector<SegmentId> gone;
    for (const auto& [id, segment] : kernel.sysv.segments)
        if ((segment->permissions.mode & Segment::kDestroyed) && attachments(kernel, *segment) == 0)
            gone.push_back(id);
    for (SegmentId id : gone) kernel.sysv.segments.erase(id);
    return !gone.empty();
}

void note_detachments(Kernel& kernel, Pid process) {
    const SpaceId space = kernel.processes[process].space;
    std::vector<SegmentId> left;
    for (const auto& [id, segment] : kernel.sysv.segments)
        if (is_attached(kernel.spaces[space], *segment)) left.push_back(id);
    for (SegmentId id : left) {
        Segment& segment = kernel.sysv.segments.write(id);
        segment.last = process;
        segment.detach_time_s = seconds_now(kernel);
    }
}

Outcome sys_shmget(Call& call) {
    Kernel& kernel = call.kernel;
    const std::uint64_t bytes = call.arg(1);
    const auto id = get_ipc(
        kernel.sysv.segments, kernel.sysv.segment_numbers, kernel.limits.shared_segments,
        static_cast<std::int32_t>(call.arg(0)), static_cast<std::uint32_t>(call.arg(2)),
        [&](const Segment& segment) { return bytes > segment.bytes ? Errno::einval : kNoErrno; },
        [&]() -> Result<Segment> {
            if (bytes < 1 || bytes > kernel.limits.shared_segment_bytes) return Errno::einval;
            if (pages_of_all(kernel.sysv) + whole_pages(bytes) > kernel.limits.shared_pages)
                return Errno::enospc;
            Segment segment;
            segment.bytes = bytes;
            segment.creator = call.pid;
            segment.change_time_s = seconds_now(kernel);
            segment.memory = MemoryId{++kernel.last_id};
            MemoryObject memory;
            memory.resize(whole_pages(bytes) * kPageSize);
            kernel.memory.insert(segment.memory, std::move(memory));
            return segment;
        });
    if (!id) {
        collect_memory(kernel);  // of a segment for which no identifier was left
        return Outcome::fail(id.error());
    }
    call.object = ref(*id);
    return Outcome::done(id.value().value);
}

Outcome sys_shmat(Call& call) {
    Kernel& kernel = call.kernel;
    const SegmentId id{static_cast<std::int32_t>(call.arg(0))};
    std::uint64_t address = call.arg(1);
    const auto flags = static_cast<std::uint32_t>(call.arg(2));
    if (id.value < 0) return Outcome::fail(Errno::einval);
    // shmat(2): the address is a multiple of SHMLBA, a page, or SHM_RND rounds it down.
    if (address % kPageSize != 0) {
        if (!(flags & kRound)) return Outcome::fail(Errno::einval);
        address -= address % kPageSize;
        if (address == 0 && (flags & kRemap)) return Outcome::fail(Errno::einval);
    } else if (address == 0 && (flags & kRemap)) {
        return Outcome::fail(Errno::einval);
    }
    const Segment* segment = kernel.sysv.segments.find(id);
    if (!segment) return Outcome::fail(Errno::einval);
    if (!is_allowed(segment->permissions, flags & kReadOnly ? IpcAccess::read : IpcAccess::both))
        return Outcome::fail(Errno::eacces);
    Mapping mapping;
    mapping.begin = address;
    mapping.end = address + whole_pages(segment->bytes) * kPageSize;
    mapping.protection = kProtRead;
    if (flags & kReadOnly) mapping.most = kProtRead | kProtExec;
    if (!(flags & kReadOnly)) mapping.protection = static_cast<Protection>(mapping.protection | kProtWrite);
    if (flags & kExecute) mapping.protection = static_cast<Protection>(mapping.protection | kProtExec);
    mapping.is_shared = true;
    mapping.object = segment->memory;
    if (address != 0) {
        if (!is_user_range(address, mapping.end - mapping.begin)) return Outcome::fail(Errno::einval);
        const auto overlaps = [&](const Mapping& other) {
            return other.begin < mapping.end && mapping.begin < other.end;
        };
        const auto& mappings = space_of(call).mappings();
        if (!(flags & kRemap) && std::any_of(mappings.begin(), mappings.end(), overlaps))
            return Outcome::fail(Errno::einval);
    }
    const auto placed = space_of(call).map(mapping, address != 0);
    if (!placed) return Outcome::fail(placed.error());
    Segment& attached = kernel.sysv.segments.write(id);
    attached.last = call.pid;
    attached.attach_time_s = seconds_now(kernel);
    call.object = ref(id);
    if (flags & kRemap) collect_memory(kernel);
    return Outcome::from(placed);
}

Outcome sys_shmdt(Call& call) {
    Kernel& kernel = call.kernel;
    const std::uint64_t address = call.arg(0);
    if (address % kPageSize != 0) return Outcome::fail(Errno::einval);
    AddressSpace& space = space_of(call);
    // ipc/shm.c: the first that could be of an attachment here, though the beginning of that may have been unmapped since;
    // then all that is left of it.
    for (const Mapping& mapping : space.mappings()) {
        if (!is_of_attachment(mapping, address)) continue;
        for (const auto& [id, segment] : kernel.sysv.segments) {
            if (!mapping.object || segment->memory != mapping.object) continue;
            const SegmentId found = id;
            Segment& detached = kernel.sysv.segments.write(found);
            detached.last = call.pid;
            detached.detach_time_s = seconds_now(kernel);
            call.object = ref(found);
            const auto done = unmap_rest(space, address, detached);
            clean_up(kernel);
            return Outcome::from(done);
        }
    }
    return Outcome::fail(Errno::einval);
}

Outcome sys_shmctl(Call& call) {
    Kernel& kernel = call.kernel;
    auto& segments = kernel.sysv.segments;
    const SegmentId id{static_cast<std::int32_t>(call.arg(0))};
    const auto command = static_cast<std::int32_t>(call.arg(1));
    if (id.value < 0 || command < 0) return Outcome::fail(Errno::einval);
    if (segments.contains(id)) call.object = ref(id);
    switch (command) {
        case kIpcInfo:
            return tell_limits(call);
        case kShmInfo:
            return tell_usage(call);
        case kIpcStat:
        case kShmStat:
        case kShmStatAny:
            return tell_ipc_status(call, segments, command, kShmStatAny, call.arg(2),
                                   [&](const Segment& segment) { return status_of(kernel, segment); });
        case kIpcSet: {
            const auto wanted = call.memory().read_object<SegmentStatus>(call.arg(2));
            if (!wanted) return Outcome::fail(Errno::efault);
            if (!segments.contains(id)) return Outcome::fail(Errno::einval);
            Segment& segment = segments.write(id);
            set_permissions(segment.permissions, wanted->permissions);
            segment.change_time_s = seconds_now(kernel);
            return Outcome::done(0);
        }
        case kIpcRemove: {
            if (!segments.contains(id)) return Outcome::fail(Errno::einval);
            // shmctl(2): it goes when the last process detaches it; until then nobody can find it by its key.
            Segment& segment = segments.write(id);
            segment.permissions.key = kIpcPrivate;
            segment.permissions.mode |= Segment::kDestroyed;
            clean_up(kernel);
            return Outcome::done(0);
        }
        case kLock:
        case kUnlock:  // there is no swapping here
            return segments.contains(id) ? Outcome::done(0) : Outcome::fail(Errno::einval);
        default:
            return Outcome::fail(Errno::einval);
    }
}

}  // namespace ipclab::kernel
