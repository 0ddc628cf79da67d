// The in-memory file system: path look-up, permissions, and the life of inodes.
#include "kernel/filesystem.h"

#include <algorithm>

#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/inotify.h"
#include "kernel/memfd.h"
#include "kernel/processes.h"

namespace ipclab::kernel {

namespace {

constexpr int kLinksMax = 40;               // path_resolution(7): ELOOP beyond
constexpr std::size_t kEntryNameMax = 255;  // NAME_MAX
constexpr std::size_t kPathMax = 4096;      // PATH_MAX, with the NUL
constexpr std::int32_t kAtFdCwd = -100;

auto lower_entry(const std::vector<DirectoryEntry>& entries, std::string_view name) {
    return std::lower_bound(
        entries.begin(), entries.end(), name,
        [](const DirectoryEntry& entry, std::string_view wanted) { return entry.name < wanted; });
}

/// Takes the first component off a path; the path's slashes before and after it go too.
struct Component {
    std::string_view name;
    bool is_last = false, slash_follows = false;
};

Component take_component(std::string_view& path) {
    const std::size_t end = std::min(path.find('/'), path.size());
    Component component{path.substr(0, end)};
    path.remove_prefix(end);
    component.slash_follows = !path.empty();
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    component.is_last = path.empty();
    return component;
}

}  // namespace

Result<PathEnd> look_up(const Kernel& kernel, InodeId start, std::string_view text, Links links) {
    if (text.empty()) return Errno::enoent;
    std::string unread(text);
    std::string_view path = unread;
    PathEnd end;
    end.inode = path.front() == '/' ? kernel.root : start;
    end.directory = end.inode;
    end.last = PathEnd::Last::root;
    int followed = 0;
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    while (!path.empty()) {
        const Component part = take_component(path);
        const InodeId directory = end.inode;
        const Inode& here = kernel.inodes[directory];
        if (here.kind != InodeKind::directory) return Errno::enotdir;
        if (!is_permitted(here, 1)) return Errno::eacces;
        if (part.name.size() > kEntryNameMax) return Errno::enametoolong;
        end.directory = directory;
        end.name = part.name;
        end.has_trailing_slash = part.is_last && part.slash_follows;
        if (part.name == ".") {
            end.last = PathEnd::Last::dot;
            continue;
        }
        if (part.name == "..") {
            end.last = PathEnd::Last::dot_dot;
            end.inode = here.parent;
            continue;
        }
        end.last = PathEnd::Last::name;
        end.inode = find_entry(kernel, directory, part.name);
        if (!end.inode) {
            if (!part.is_last) return Errno::enoent;
            return end;
        }
        const Inode& found = kernel.inodes[end.inode];
        if (found.kind != InodeKind::symlink) continue;
        if (part.is_last && !part.slash_follows && links == Links::keep_last) return end;
        if (++followed > kLinksMax) return Errno::eloop;
        std::string rest = found.target;
        if (!part.is_last || part.slash_follows) rest += '/';
        rest += path;
        if (rest.size() >= kPathMax) return Errno::enametoolong;
        unread = std::move(rest);
        path = unread;
        end.inode = path.front() == '/' ? kernel.root : directory;
        end.last = PathEnd::Last::root;
        path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    }
    if (end.has_trailing_slash && kernel.inodes[end.inode].kind != InodeKind::directory)
        return Errno::enotdir;
    return end;
}

Result<std::string> read_path(Call& call, std::uint64_t address) {
    auto path = call.memory().read_string(address, kPathMax - 1);
    if (path && path->empty()) return Errno::enoent;
    return path;
}

Result<InodeId> start_of(Call& call, std::uint64_t directory_fd, std::string_view path) {
    const auto fd = static_cast<std::int32_t>(directory_fd);
    if (fd == kAtFdCwd || path.starts_with('/')) return call.process_read().working_directory;
    auto file = call.process_read().fds->get(fd);
    if (!file) return file.error();
    const File& directory = call.kernel.files[*file];
    if (directory.kind != FileKind::directory) return Errno::enotdir;
    return directory.inode;
}

Result<PathEnd> existing_end(Call& call, std::uint64_t directory_fd, std::uint64_t path_address,
                             Links links) {
    auto path = read_path(call, path_address);
    if (!path) return path.error();
    auto start = start_of(call, directory_fd, *path);
    if (!start) return start.error();
    auto end = look_up(call.kernel, *start, *path, links);
    if (!end) return end.error();
    if (!end->inode) return Errno::enoent;
    call.object = ref(end->inode);
    return end;
}

Result<InodeId> existing(Call& call, std::uint64_t directory_fd, std::uint64_t path_address, Links links) {
    auto end = existing_end(call, directory_fd, path_address, links);
    if (!end) return end.error();
    return end->inode;
}

bool is_permitted(const Inode& inode, std::uint32_t wanted) {
    const std::uint32_t bits = inode.owner == kUser ? inode.mode >> 6 : inode.mode;
    return (bits & wanted & 7) == wanted;
}

Result<void> may_create(const Kernel& kernel, const PathEnd& end) {
    if (end.last != PathEnd::Last::name || end.inode) return Errno::eexist;
    if (kernel.inodes[end.directory].links == 0) return Errno::enoent;
    if (!is_permitted(kernel.inodes[end.directory], 3)) return Errno::eacces;
    if (kernel.inodes.size() >= kernel.limits.inodes) return Errno::enospc;
    return {};
}

InodeId new_inode(Kernel& kernel, Inode inode) {
    const InodeId id{++kernel.last_id};
    inode.modified_ns = kernel.now_ns;
    inode.links = 0;
    kernel.inodes.insert(id, std::move(inode));
    return id;
}

InodeId find_entry(const Kernel& kernel, InodeId directory, std::string_view name) {
    const auto& entries = kernel.inodes[directory].entries;
    auto found = lower_entry(entries, name);
    return found != entries.end() && found->name == name ? found->inode : InodeId{};
}

void add_entry(Kernel& kernel, InodeId directory, std::string_view name, InodeId id) {
    Inode& parent = kernel.inodes.write(directory);
    parent.entries.insert(lower_entry(parent.entries, name), {std::string(name), id});
    parent.modified_ns = kernel.now_ns;
    Inode& inode = kernel.inodes.write(id);
    ++inode.links;
    if (inode.kind == InodeKind::directory) {
        // A directory is named by its parent, by its own "." and by the ".." of each directory in it.
        ++inode.links;
        inode.parent = directory;
        ++kernel.inodes.write(directory).links;
    }
}

void remove_entry(Kernel& kernel, InodeId directory, std::string_view name) {
    Inode& parent = kernel.inodes.write(directory);
    auto found = lower_entry(parent.entries, name);
    const InodeId id = found->inode;
    parent.entries.erase(found);
    parent.modified_ns = kernel.now_ns;
    Inode& inode = kernel.inodes.write(id);
    --inode.links;
    if (inode.kind == InodeKind::directory) {
        --inode.links;
        --kernel.inodes.write(directory).links;
    }
}

void drop_inode_if_unused(Kernel& kernel, InodeId id, Tid by, Trace* trace) {
    const Inode* inode = kernel.inodes.find(id);
    if (!inode || inode->links > 0 || id == kernel.root) return;
    for (const auto& [file_id, file] : kernel.files)
        if (file->inode == id) return;
    for (const auto& [pid, process] : kernel.processes)
        if (process->working_directory == id) return;
    for (const auto& [socket_id, socket] : kernel.sockets)
        if (socket->inode == id) return;
    // A removed directory that somebody still works in keeps its "..", removed or not.
    const bool is_directory = inode->kind == InodeKind::directory;
    if (is_directory)
        for (const auto& [other, child] : kernel.inodes)
            if (child->kind == InodeKind::directory && child->parent == id) return;
    const bool had_memory = static_cast<bool>(inode->memory);
    const InodeId parent = inode->parent;
    note_end(kernel, id, {by, trace});
    kernel.inodes.erase(id);
    if (had_memory) collect_memory(kernel);
    if (is_directory) drop_inode_if_unused(kernel, parent, by, trace);
}

void forget_name(Kernel& kernel, InodeId id, const FileName& name, Tid by, Trace* trace) {
    const Inode* inode = kernel.inodes.find(id);
    if (!inode || inode->links > 0 || inode->kind == InodeKind::directory || inode->kind == InodeKind::socket)
        return;
    for (const auto& [file_id, file] : kernel.files)
        if (file->inode == id && file->name == name) return;
    note_end(kernel, id, {by, trace});
}

std::string path_of(const Kernel& kernel, InodeId id) {
    std::string path;
    while (id != kernel.root) {
        const Inode& inode = kernel.inodes[id];
        const auto& siblings = kernel.inodes.contains(inode.parent) ? kernel.inodes[inode.parent].entries
                                                                    : std::vector<DirectoryEntry>{};
        auto found = std::find_if(siblings.begin(), siblings.end(),
                                  [&](const DirectoryEntry& entry) { return entry.inode == id; });
        if (found == siblings.end()) return {};
        path = "/" + found->name + path;
        id = inode.parent;
    }
    return path.empty() ? "/" : path;
}

std::uint64_t bytes_of_files(const Kernel& kernel) {
    std::uint64_t total = 0;
    for (const auto& [id, object] : kernel.memory) total += object->size();
    return total;
}

Result<void> room_for(const Kernel& kernel, InodeId id, std::uint64_t bytes) {
    const std::uint64_t now = kernel.memory[kernel.inodes[id].memory].size();
    if (bytes <= now) return {};
    if (bytes > kernel.limits.file_bytes) return Errno::efbig;
    // The sum is looked at only when a file grows over a page.
    if ((bytes + kPageSize - 1) / kPageSize == (now + kPageSize - 1) / kPageSize) return {};
    if (bytes - now + bytes_of_files(kernel) > kernel.limits.filesystem_bytes) return Errno::enospc;
    return {};
}

Result<void> resize_file(Kernel& kernel, InodeId id, std::uint64_t bytes) {
    if (auto may = may_resize_sealed(kernel, id, bytes); !may) return may;
    if (auto room = room_for(kernel, id, bytes); !room) return room;
    kernel.memory.write(kernel.inodes[id].memory).resize(bytes);
    kernel.inodes.write(id).modified_ns = kernel.now_ns;
    return {};
}

}  // namespace ipclab::kernel
