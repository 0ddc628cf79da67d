// A process's descriptors: small integers that name open file descriptions (open(2)).
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/result.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// Where in a program something was done. For explanations only, so it never makes two states different.
struct Origin {
    std::uint32_t program = 0;         ///< ProgramId; 0: unknown
    std::uint32_t file = 0, line = 0;  ///< as SourceLine
    bool operator==(const Origin&) const { return true; }
};

struct FdEntry {
    FileId file{};  ///< none: the descriptor is closed
    bool close_on_exec = false;
    Origin made{};
    bool is_reserved = false;  ///< closed, but an open(2) that still waits will have it: nobody else gets it
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
    bool is_reserved(Fd fd) const {
        const auto index = static_cast<std::size_t>(fd);
        return index < entries_.size() && entries_[index].is_reserved;
    }
    /// The lowest descriptor from `from` on that is neither open nor reserved.
    Fd lowest_free(Fd from = 0) const {
        while (find(from) || is_reserved(from)) ++from;
        return from;
    }
    /// fork(2): what other threads wait for in open(2) is not the child's.
    void forget_reserved();
    /// The lowest free descriptor that is at least `from`, as open(2) promises; EMFILE at `limit`.
    Result<Fd> allocate(FileId file, bool close_on_exec, Fd from, Fd limit, Origin made);
    /// dup2: puts `file` at exactly fd; the caller has closed what was there.
    void set(Fd fd, FdEntry entry);
    void clear(Fd fd, Origin closed = {});
    /// Of what was open last under a number that is closed.
    struct Past {
        Origin made{}, closed{};
    };
    /// Nothing: it was never open.
    const Past* past(Fd fd) const {
        const auto index = static_cast<std::size_t>(fd);
        return index < history_.past.size() && history_.past[index].closed.line != 0 ? &history_.past[index]
                                                                                     : nullptr;
    }
    const std::vector<FdEntry>& entries() const { return entries_; }  ///< index = descriptor
    bool operator==(const FdTable&) const = default;

  private:
    struct History {
        std::vector<Past> past;  ///< index = descriptor
        bool operator==(const History&) const { return true; }
    };
    void trim();

    std::vector<FdEntry> entries_;
    History history_;
};

}  // namespace ipclab::kernel
