#include "kernel/fd_table.h"

#include <algorithm>

namespace ipclab::kernel {

Result<FileId> FdTable::get(Fd fd) const {
    const FdEntry* entry = find(fd);
    if (!entry) return Errno::ebadf;
    return entry->file;
}

Result<Fd> FdTable::allocate(FileId file, bool close_on_exec, Fd from, Fd limit, Origin made) {
    const Fd fd = lowest_free(from);
    if (fd >= limit) return Errno::emfile;
    set(fd, {file, close_on_exec, made});
    return fd;
}

void FdTable::set(Fd fd, FdEntry entry) {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= entries_.size()) entries_.resize(index + 1);
    entries_[index] = entry;
}

void FdTable::clear(Fd fd, Origin closed) {
    const auto index = static_cast<std::size_t>(fd);
    if (closed.line != 0) {
        if (index >= history_.past.size()) history_.past.resize(index + 1);
        history_.past[index] = {entries_[index].made, closed};
    }
    entries_[index] = {};
    trim();
}

void FdTable::forget_reserved() {
    for (FdEntry& entry : entries_) entry.is_reserved = false;
    trim();
}

// Tables with the same open descriptors are equal, whatever was open before.
void FdTable::trim() {
    while (!entries_.empty() && !entries_.back().file && !entries_.back().is_reserved) entries_.pop_back();
}

}  // namespace ipclab::kernel
