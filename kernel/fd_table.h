// A process's descriptors: small integers that name open file descriptions (open(2)).
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/result.h"
#include "kernel/types.h"

namespace ipclab::kernel {

struct FdEntry {
    FileId file{};  ///< none: the descriptor is closed
    bool close_on_exec = false;
    bool operator==(const FdEntry&) const = default;
};

/// The table only: counting the references to a description is derived (kernel/file).
class FdTable {
  public:
    /// EBADF where fd is not open.
    Result<FileId> get(Fd fd) const;
    const FdEntry* find(Fd fd) const {
        const auto index = static_cast<std::size_t>(fd);  // a negative one is larger than any table
        return index < entries_.size() && entries_[index].file ? &entries_[index] : nullptr;
    }
    /// The lowest free descriptor that is at least `from`, as open(2) promises; EMFILE at `limit`.
    Result<Fd> allocate(FileId file, bool close_on_exec, Fd from, Fd limit);
    /// dup2: puts `file` at exactly fd; the caller has closed what was there.
    void set(Fd fd, FdEntry entry);
    void clear(Fd fd);
    const std::vector<FdEntry>& entries() const { return entries_; }  ///< index = descriptor
    bool operator==(const FdTable&) const = default;

  private:
    std::vector<FdEntry> entries_;
};

}  // namespace ipclab::kernel
