// inotify(7): a queue of what happens to files, after Linux's fs/notify/inotify.
#include "kernel/inotify.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kAllEvents = 0xfff, kOnlyDirectory = 0x01000000, kDontFollow = 0x02000000,
                        kExcludeUnlinked = 0x04000000, kMaskCreate = 0x10000000, kMaskAdd = 0x20000000,
                        kOneShot = 0x80000000;

InotifyId id_of(const File& file) {
    return InotifyId{file.number};
}

Inotify& to_write(Kernel& kernel, InotifyId id) {
    return kernel.event_fds.write().inotifies.write(id);
}

/// struct inotify_event: the name is followed by as many NULs as make the next event begin at a multiple of 16 bytes.
constexpr std::size_t kHeaderBytes = 16;
std::size_t bytes_of(const InotifyNote& note) {
    return kHeaderBytes + (note.name.empty() ? 0 : (note.name.size() + 1 + 15) / 16 * 16);
}

/// inotify(7): an event that is equal to the last one in the queue is not added. The cookie does not count.
bool is_same(const InotifyNote& a, const InotifyNote& b) {
    return a.watch == b.watch && a.event == b.event && a.name == b.name && !(a.event & kInIgnored);
}

void enqueue(Kernel& kernel, InotifyId id, InotifyNote note, Cause cause) {
    std::vector<InotifyNote>& queue = to_write(kernel, id).queue;
    // inotify(7): beyond max_queued_events events are lost, and one event says so.
    if (queue.size() >= kernel.limits.inotify_events) note = {.watch = -1, .event = kInOverflow};
    if (!queue.empty() &&
        (is_same(queue.back(), note) || (note.event == kInOverflow && queue.back().event == kInOverflow)))
        return;
    queue.push_back(std::move(note));
    wake(kernel, ref(id), WaitFor::readable, Wake::one, cause.by, cause.trace);
}

void drop_watch(Kernel& kernel, InotifyId id, std::int32_t watch, Cause cause) {
    std::erase_if(to_write(kernel, id).watches,
                  [&](const InotifyWatch& each) { return each.number == watch; });
    enqueue(kernel, id, {.watch = watch, .event = kInIgnored}, cause);
}

bool is_directory(const Kernel& kernel, InodeId inode) {
    const Inode* found = kernel.inodes.find(inode);
    return found && found->kind == InodeKind::directory;
}

/// Hard links aside, a directory has one name.
FileName own_name(const Kernel& kernel, InodeId directory) {
    const InodeId parent = kernel.inodes[directory].parent;
    if (parent != directory)
        for (const DirectoryEntry& entry : kernel.inodes[parent].entries)
            if (entry.inode == directory) return {parent, entry.name};
    return {};
}

struct Told {
    InodeId inode{};  ///< whose watches hear of it
    std::uint32_t event = 0;
    std::string_view name{};
    std::uint32_t cookie = 0;
    bool is_unlinked = false;  ///< the name is not in the directory any more
};

void tell(Kernel& kernel, const Told& told, Cause cause) {
    struct Hit {
        InotifyId id{};
        InotifyWatch watch{};
    };
    std::vector<Hit> hits;
    for (const auto& [id, inotify] : kernel.event_fds->inotifies)
        for (const InotifyWatch& watch : inotify->watches)
            if (watch.inode == told.inode && (watch.mask & told.event & kAllEvents) != 0 &&
                !(told.is_unlinked && (watch.mask & kExcludeUnlinked)))
                hits.push_back({id, watch});
    for (const Hit& hit : hits) {
        enqueue(kernel, hit.id, {hit.watch.number, told.event, told.cookie, std::string(told.name)}, cause);
        if (hit.watch.mask & kOneShot) drop_watch(kernel, hit.id, hit.watch.number, cause);
    }
}

bool is_watched(const Kernel& kernel) {
    return !kernel.event_fds->inotifies.empty();
}

}  // namespace

// ---- What the calls about files tell

void note_inode(Kernel& kernel, InodeId inode, std::uint32_t event, Cause cause) {
    if (!is_watched(kernel)) return;
    // fs/notify/inotify: programs do not expect IN_ISDIR with what happens to the watched directory itself.
    const bool is_self = (event & (kInDeleteSelf | kInMoveSelf)) != 0;
    if (!is_self && is_directory(kernel, inode)) event |= kInIsDirectory;
    tell(kernel, {.inode = inode, .event = event}, cause);
}

void note(Kernel& kernel, InodeId inode, const FileName& given, std::uint32_t event, Cause cause) {
    if (!is_watched(kernel)) return;
    const bool is_dir = is_directory(kernel, inode);
    const FileName name = is_dir ? own_name(kernel, inode) : given;
    if (name.directory) {
        const bool is_linked =
            kernel.inodes.contains(name.directory) && find_entry(kernel, name.directory, name.name) == inode;
        tell(kernel,
             {.inode = name.directory,
              .event = event | (is_dir ? std::uint32_t{kInIsDirectory} : 0),
              .name = name.name,
              .is_unlinked = !is_linked},
             cause);
    }
    note_inode(kernel, inode, event, cause);
}

void note_file(Kernel& kernel, const File& file, std::uint32_t event, Cause cause) {
    if (file.inode && is_watched(kernel)) note(kernel, file.inode, file.name, event, cause);
}

void note_entry(Kernel& kernel, const FileName& name, InodeId inode, std::uint32_t event, Cause cause,
                std::uint32_t cookie) {
    if (!is_watched(kernel)) return;
    if (is_directory(kernel, inode)) event |= kInIsDirectory;
    tell(kernel, {.inode = name.directory, .event = event, .name = name.name, .cookie = cookie}, cause);
}

void note_move(Kernel& kernel, const FileName& from, const FileName& to, InodeId inode, InodeId replaced,
               Cause cause) {
    if (!is_watched(kernel)) return;
    // inotify(7): the cookie connects both halves of a move.
    const std::uint32_t cookie = ++kernel.event_fds.write().last_cookie;
    note_entry(kernel, from, inode, kInMovedFrom, cause, cookie);
    note_entry(kernel, to, inode, kInMovedTo, cause, cookie);
    if (replaced) note_inode(kernel, replaced, kInAttrib, cause);
    note_inode(kernel, inode, kInMoveSelf, cause);
}

void note_end(Kernel& kernel, InodeId inode, Cause cause) {
    if (!is_watched(kernel)) return;
    note_inode(kernel, inode, kInDeleteSelf, cause);
    std::vector<std::pair<InotifyId, std::int32_t>> ended;
    for (const auto& [id, inotify] : kernel.event_fds->inotifies)
        for (const InotifyWatch& watch : inotify->watches)
            if (watch.inode == inode) ended.emplace_back(id, watch.number);
    for (const auto& [id, watch] : ended) drop_watch(kernel, id, watch, cause);
}

// ---- The description

namespace {

Outcome read_notes(Call& call, FileId, const File& file, Transfer& to) {
    const InotifyId id = id_of(file);
    if (call.kernel.event_fds->inotifies[id].queue.empty()) {
        if (file.flags & kONonBlock) return Outcome::fail(Errno::eagain);
        // fs/notify/inotify: a reader does not wait exclusively; all look what there is.
        return block_beside_others(call, ref(id), WaitFor::readable);
    }
    std::vector<InotifyNote>& queue = to_write(call.kernel, id).queue;
    std::size_t taken = 0;
    Errno failure = Errno::einval;  // inotify(7): a buffer that is too small for the next event
    while (taken < queue.size() && bytes_of(queue[taken]) <= to.left()) {
        const InotifyNote& next = queue[taken];
        std::vector<std::uint8_t> bytes(bytes_of(next));
        const std::array<std::uint32_t, 4> header{static_cast<std::uint32_t>(next.watch), next.event,
                                                  next.cookie,
                                                  static_cast<std::uint32_t>(bytes.size() - kHeaderBytes)};
        std::memcpy(bytes.data(), header.data(), kHeaderBytes);
        std::copy(next.name.begin(), next.name.end(), bytes.begin() + kHeaderBytes);
        ++taken;  // one that could not be given is lost
        if (to.copy_out(bytes) < bytes.size()) {
            failure = Errno::efault;
            break;
        }
    }
    queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(taken));
    call.charge_copy(to.done());
    return to.done() > 0 && failure != Errno::efault ? Outcome::done(static_cast<std::int64_t>(to.done()))
                                                     : Outcome::fail(failure);
}

std::uint32_t ready_notes(const Kernel& kernel, const File& file) {
    return kernel.event_fds->inotifies[id_of(file)].queue.empty() ? 0 : kPollIn | kPollRdNorm;
}

std::uint64_t waiting_bytes(const Kernel& kernel, const File& file) {
    std::uint64_t bytes = 0;
    for (const InotifyNote& each : kernel.event_fds->inotifies[id_of(file)].queue) bytes += bytes_of(each);
    return bytes;
}

void inotify_closed(Kernel& kernel, const File& file, Tid by, Trace* trace) {
    kernel.event_fds.write().inotifies.erase(id_of(file));
    wake(kernel, ref(id_of(file)), WaitFor::readable, Wake::all, by, trace);
}

Outcome open_inotify(Call& call, std::uint32_t flags) {
    if (flags & ~(kOCloExec | kONonBlock)) return Outcome::fail(Errno::einval);
    EventDescriptors& all = call.kernel.event_fds.write();
    // inotify_init(2): EMFILE at the user's limit.
    if (all.inotifies.size() >= call.kernel.limits.inotify_instances) return Outcome::fail(Errno::emfile);
    const InotifyId id{++all.last_inotify};
    all.inotifies.insert(id, {});
    return open_anonymous(call, {.kind = FileKind::inotify, .flags = kORdOnly, .number = id.value}, flags);
}

Result<InotifyId> inotify_of(Call& call) {
    auto file = file_of(call, call.arg(0));
    if (!file) return file.error();
    const File& found = call.kernel.files[*file];
    if (found.kind != FileKind::inotify) return Errno::einval;
    return id_of(found);
}

}  // namespace

const FileOperations kInotifyOperations{.object = [](const File& file) { return ref(id_of(file)); },
                                        .read = read_notes,
                                        .ready = ready_notes,
                                        .bytes_to_read = waiting_bytes,
                                        .status = anonymous_status,
                                        .closed = inotify_closed,
                                        .seek = Seek::idle};

Outcome sys_inotify_init(Call& call) {
    return open_inotify(call, 0);
}

Outcome sys_inotify_init1(Call& call) {
    return open_inotify(call, static_cast<std::uint32_t>(call.arg(0)));
}

Outcome sys_inotify_add_watch(Call& call) {
    constexpr std::uint32_t kKnown = kAllEvents | kOnlyDirectory | kDontFollow | kExcludeUnlinked |
                                     kMaskCreate | kMaskAdd | kOneShot | kInIsDirectory | kInIgnored |
                                     kInOverflow | 0x2000 /* IN_UNMOUNT */;
    const auto mask = static_cast<std::uint32_t>(call.arg(2));
    if ((mask & kKnown) == 0) return Outcome::fail(Errno::einval);
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    if ((mask & kMaskAdd) && (mask & kMaskCreate)) return Outcome::fail(Errno::einval);
    const auto id = inotify_of(call);
    if (!id) return Outcome::fail(id.error());
    constexpr std::uint64_t kAtFdCwd = static_cast<std::uint64_t>(-100);
    auto inode = existing(call, kAtFdCwd, call.arg(1), mask & kDontFollow ? Links::keep_last : Links::follow);
    if (!inode) return Outcome::fail(inode.error());
    Kernel& kernel = call.kernel;
    if ((mask & kOnlyDirectory) && !is_directory(kernel, *inode)) return Outcome::fail(Errno::enotdir);
    if (!is_permitted(kernel.inodes[*inode], 4)) return Outcome::fail(Errno::eacces);
    constexpr std::uint32_t kKept = kAllEvents | kOneShot | kExcludeUnlinked;
    Inotify& inotify = to_write(kernel, *id);
    // inotify_add_watch(2): one watch for each inode; a second call changes its mask.
    for (InotifyWatch& watch : inotify.watches) {
        if (watch.inode != *inode) continue;
        if (mask & kMaskCreate) return Outcome::fail(Errno::eexist);
        watch.mask = (mask & kMaskAdd ? watch.mask : 0) | (mask & kKept);
        return Outcome::done(watch.number);
    }
    std::size_t watches = 0;
    for (const auto& [other, each] : kernel.event_fds->inotifies) watches += each->watches.size();
    if (watches >= kernel.limits.inotify_watches) return Outcome::fail(Errno::enospc);
    inotify.watches.push_back({++inotify.last_watch, *inode, mask & kKept});
    return Outcome::done(inotify.last_watch);
}

Outcome sys_inotify_rm_watch(Call& call) {
    const auto id = inotify_of(call);
    if (!id) return Outcome::fail(id.error());
    const auto number = static_cast<std::int32_t>(call.arg(1));
    const auto& watches = call.kernel.event_fds->inotifies[*id].watches;
    if (std::ranges::find(watches, number, &InotifyWatch::number) == watches.end())
        return Outcome::fail(Errno::einval);
    drop_watch(call.kernel, *id, number, Cause(call));
    return Outcome::done(0);
}

}  // namespace ipclab::kernel
