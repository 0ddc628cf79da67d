// Open file descriptions that SCM_RIGHTS has put into sockets. A description ends with the last that refers to it: a
// descriptor, or the queue of a socket. Sockets that lie in each other's queues keep each other, until the end of some other
// UNIX socket has those looked for that cannot be reached from any descriptor: net/unix/garbage.c.
#include <algorithm>
#include <utility>

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

/// Sorted.
std::vector<FileId> files_in_flight(const Kernel& kernel) {
    std::vector<FileId> found;
    for (const auto& [id, socket] : kernel.sockets)
        for (const Cow<Packet>& packet : socket->queue)
            found.insert(found.end(), packet->rights.begin(), packet->rights.end());
    std::sort(found.begin(), found.end());
    return found;
}

/// From the descriptors on. Sorted.
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
    const std::vector<FileId> in_flight = files_in_flight(kernel);
    return std::binary_search(in_flight.begin(), in_flight.end(), file);
}

void end_unreachable_files(Kernel& kernel, Tid by, Trace* trace) {
    bool has_socket_ended = false;
    for (;;) {
        const std::vector<FileId> reachable = reachable_files(kernel);
        const std::vector<FileId> in_flight = files_in_flight(kernel);
        std::vector<FileId> lost, unreachable;
        for (const auto& [id, file] : kernel.files) {
            if (std::binary_search(reachable.begin(), reachable.end(), id)) continue;
            unreachable.push_back(id);
            if (!std::binary_search(in_flight.begin(), in_flight.end(), id)) lost.push_back(id);
        }
        // unix_release_sock(), unix_schedule_gc()
        if (lost.empty() && std::exchange(has_socket_ended, false)) lost = std::move(unreachable);
        if (lost.empty()) return;
        for (FileId id : lost) {
            const File& file = kernel.files[id];
            if (file.kind == FileKind::socket && kernel.sockets[file.socket()].family == SocketFamily::local)
                has_socket_ended = true;
            end_file(kernel, id, by, trace);
        }
    }
}

}  // namespace ipclab::kernel
