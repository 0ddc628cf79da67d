// Open file descriptions that SCM_RIGHTS has put into sockets. A description ends when nobody can reach it: neither a
// descriptor names it, nor does it lie in the queue of a socket that can be reached. Sockets that lie in each other's
// queues would keep each other for ever if references were counted, so they are searched from the descriptors on, as
// Linux's net/unix/garbage.c does it.
#include <algorithm>

#include "kernel/files.h"
#include "kernel/sockets.h"

namespace ipclab::kernel {

namespace {

template <class Visit>
void for_each_right(const Kernel& kernel, SocketId id, Visit visit) {
    const Socket* socket = kernel.sockets.find(id);
    if (!socket) return;
    for (const Cow<Packet>& packet : socket->queue)
        for (FileId file : packet->rights) visit(file);
    for (SocketId connection : socket->backlog) for_each_right(kernel, connection, visit);
}

bool has_rights_in_flight(const Kernel& kernel) {
    bool found = false;
    for (const auto& [id, socket] : kernel.sockets) for_each_right(kernel, id, [&](FileId) { found = true; });
    return found;
}

/// Sorted.
std::vector<FileId> reachable_files(const Kernel& kernel) {
    std::vector<FileId> found;
    const auto add = [&](FileId file) {
        const auto at = std::lower_bound(found.begin(), found.end(), file);
        if (at != found.end() && *at == file) return false;
        found.insert(at, file);
        return true;
    };
    std::vector<FileId> unseen;
    for (const auto& [pid, process] : kernel.processes)
        for (const FdEntry& entry : process->fds->entries())
            if (entry.file && add(entry.file)) unseen.push_back(entry.file);
    // What open(2) of a FIFO waits with has no descriptor yet.
    for (const auto& [tid, task] : kernel.tasks) {
        if (task->opening.file) add(task->opening.file);
        for (const KeptFile& kept : task->kept_files)
            if (add(kept.file)) unseen.push_back(kept.file);
    }
    while (!unseen.empty()) {
        const File& file = kernel.files[unseen.back()];
        unseen.pop_back();
        if (file.kind != FileKind::socket) continue;
        for_each_right(kernel, file.socket(), [&](FileId right) {
            if (add(right)) unseen.push_back(right);
        });
    }
    return found;
}

}  // namespace

bool is_in_flight(const Kernel& kernel, FileId file) {
    if (!has_rights_in_flight(kernel)) return false;
    const std::vector<FileId> reachable = reachable_files(kernel);
    return std::binary_search(reachable.begin(), reachable.end(), file);
}

void end_unreachable_files(Kernel& kernel, Tid by, Trace* trace) {
    const std::vector<FileId> reachable = reachable_files(kernel);
    std::vector<FileId> lost;
    for (const auto& [id, file] : kernel.files)
        if (!std::binary_search(reachable.begin(), reachable.end(), id)) lost.push_back(id);
    for (FileId id : lost) end_file(kernel, id, by, trace);
}

}  // namespace ipclab::kernel
