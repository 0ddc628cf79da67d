#include "sim/engine/left_behind.h"

#include <algorithm>

#include "kernel/filesystem_calls.h"

namespace ipclab::engine {

using kernel::Inode;
using kernel::InodeId;
using kernel::InodeKind;
using kernel::Kernel;
using trace::LeftBehind;
using trace::LeftKind;
using trace::LeftObject;
using trace::LeftPart;

namespace {

/// Of a table: sorted by age.
template <class Table>
auto oldest_first(const Table& table) {
    std::vector<std::pair<std::int32_t, decltype(&*table.begin()->second)>> objects;
    // The lower bits say where in Linux's table an object is: each new one gets the next place.
    for (const auto& [id, object] : table) objects.emplace_back(id.value % kernel::kIpcPlaces, &*object);
    std::sort(objects.begin(), objects.end());
    return objects;
}

class Collector {
  public:
    explicit Collector(const Kernel& kernel) : kernel_(kernel) {}

    LeftBehind collect() {
        collect_queues();
        collect_semaphores();
        collect_segments();
        collect_posix_queues();
        for (std::string_view path : trace::kLeftDirectories) {
            const auto end = kernel::look_up(kernel_, kernel_.root, path, kernel::Links::keep_last);
            if (end.ok() && end->inode) collect_file(end->inode, std::string(path), 0);
        }
        return std::move(left_);
    }

  private:
    /// Null: there are too many already.
    LeftObject* add(LeftKind kind, std::string name, std::array<std::int64_t, LEFT_NUMBERS> numbers) {
        if (left_.objects.size() == LEFT_MOST_OBJECTS) {
            left_.is_cut = true;
            return nullptr;
        }
        left_.objects.push_back({kind, std::move(name), numbers, {}});
        return &left_.objects.back();
    }

    bool are_too_many(std::size_t count, const char* what) {
        if (count <= LEFT_MOST_OF_A_KIND) return false;
        add(LeftKind::too_many, what, {static_cast<std::int64_t>(count)});
        return true;
    }

    static void add_part(LeftObject* object, std::int64_t number, std::string_view bytes) {
        if (object && object->parts.size() < LEFT_MOST_PARTS)
            object->parts.push_back({number, bytes.size(), std::string(bytes.substr(0, LEFT_MOST_BYTES))});
    }

    void add_bytes(LeftObject* object, kernel::MemoryId memory, std::uint64_t bytes) const {
        if (!object) return;
        std::string begin(std::min<std::uint64_t>(bytes, LEFT_MOST_BYTES), '\0');
        kernel_.memory[memory].read(0, {reinterpret_cast<std::uint8_t*>(begin.data()), begin.size()});
        object->parts.push_back({0, bytes, std::move(begin)});
    }

    void collect_queues() {
        const auto queues = oldest_first(kernel_.sysv.queues);
        if (are_too_many(queues.size(), "System V message queues")) return;
        for (const auto& [place, queue] : queues) {
            LeftObject* object =
                add(LeftKind::message_queue, "",
                    {queue->permissions.key, queue->permissions.mode,
                     static_cast<std::int64_t>(queue->capacity_bytes), std::ssize(queue->messages)});
            for (const auto& message : queue->messages) add_part(object, message->type, message->bytes);
        }
    }

    void collect_semaphores() {
        const auto sets = oldest_first(kernel_.sysv.semaphores);
        if (are_too_many(sets.size(), "System V semaphore sets")) return;
        for (const auto& [place, set] : sets) {
            LeftObject* object =
                add(LeftKind::semaphore_set, "",
                    {set->permissions.key, set->permissions.mode, std::ssize(set->semaphores)});
            for (const kernel::Semaphore& semaphore : set->semaphores) add_part(object, semaphore.value, "");
        }
    }

    void collect_segments() {
        const auto segments = oldest_first(kernel_.sysv.segments);
        if (are_too_many(segments.size(), "System V shared memory segments")) return;
        for (const auto& [place, segment] : segments) {
            LeftObject* object = add(LeftKind::segment, "",
                                     {segment->permissions.key, segment->permissions.mode,
                                      static_cast<std::int64_t>(segment->bytes),
                                      static_cast<std::int64_t>(kernel::attachments(kernel_, *segment))});
            if (segment->bytes <= LEFT_MOST_SEGMENT_BYTES) add_bytes(object, segment->memory, segment->bytes);
        }
    }

    void collect_posix_queues() {
        std::vector<const kernel::PosixQueue*> queues;
        for (const auto& [id, queue] : kernel_.posix_queues)
            if (queue->is_linked) queues.push_back(&*queue);
        if (are_too_many(queues.size(), "POSIX message queues")) return;
        std::sort(queues.begin(), queues.end(),
                  [](const auto* one, const auto* other) { return one->name < other->name; });
        for (const kernel::PosixQueue* queue : queues) {
            LeftObject* object =
                add(LeftKind::posix_queue, "/" + queue->name,
                    {queue->mode, queue->most_messages, queue->message_bytes, std::ssize(queue->messages)});
            for (const auto& message : queue->messages) add_part(object, message->priority, message->bytes);
        }
    }

    void collect_file(InodeId id, const std::string& path, int depth) {
        const Inode& inode = kernel_.inodes[id];
        switch (inode.kind) {
            case InodeKind::regular: {
                const std::uint64_t bytes = inode.memory ? kernel_.memory[inode.memory].size() : 0;
                LeftObject* object = add(LeftKind::regular_file, path,
                                         {inode.mode, inode.links, static_cast<std::int64_t>(bytes)});
                if (inode.memory) add_bytes(object, inode.memory, bytes);
                return;
            }
            case InodeKind::directory:
                add(LeftKind::directory, path, {inode.mode, std::ssize(inode.entries)});
                if (depth == LEFT_DEEPEST || inode.entries.size() > LEFT_MOST_OF_A_KIND) return;
                for (const kernel::DirectoryEntry& entry : inode.entries)
                    collect_file(entry.inode, path + "/" + entry.name, depth + 1);
                return;
            case InodeKind::symlink:
                add_part(add(LeftKind::symlink, path, {0, inode.links, std::ssize(inode.target)}), 0,
                         inode.target);
                return;
            case InodeKind::fifo:
                add(LeftKind::fifo, path, {inode.mode, inode.links});
                return;
            case InodeKind::socket:
                add(LeftKind::socket, path, {inode.mode, inode.links});
                return;
            case InodeKind::null_device:
            case InodeKind::zero_device:
            case InodeKind::full_device:
            case InodeKind::terminal:
            case InodeKind::multiplexer:
            case InodeKind::slave:
                add(LeftKind::other, path, {inode.mode, inode.links});
                return;
        }
    }

    const Kernel& kernel_;
    LeftBehind left_;
};

}  // namespace

LeftBehind left_behind(const Kernel& kernel) {
    return Collector(kernel).collect();
}

}  // namespace ipclab::engine
