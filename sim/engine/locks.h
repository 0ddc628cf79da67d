// Mutexes, condition variables, semaphores and their like: the kernel knows none of them, only the words that they sleep
// on. They are objects of the C library in the memory of the processes, and are found there by the types of the
// program's variables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::engine {

struct Lock {
    enum class Kind : std::uint8_t { mutex, condition, readers_writer, barrier, semaphore };
    Kind kind{};
    std::string name;       ///< as the program writes it: "fork_[2]", "shared->empty"
    kernel::Pid process{};  ///< in whose memory it was found
    /// In a shared mapping: then it is found once, in the first process that knows it. Else every process has its own,
    /// after fork(2) a copy.
    bool is_shared = false;
    std::uint32_t value =
        0;  ///< mutex: 0 free; readers_writer: readers; barrier: arrived; semaphore: its value
    std::uint32_t wanted = 0;  ///< barrier: how many must arrive
    kernel::Tid holder{};      ///< mutex, readers_writer: who has locked it; none: nobody, or many readers
    std::vector<kernel::Tid> waiters;  ///< by thread id
    bool operator==(const Lock&) const = default;
};

/// "mutex", "condition variable", "readers-writer lock", "barrier", "semaphore"
std::string_view name(Lock::Kind kind);

/// The locks that the program's variables name, directly or through pointers: globals first, then those of the frames
/// of every task. At most kMostLocks.
std::vector<Lock> locks(const Machine& machine);

inline constexpr std::size_t kMostLocks = 256;

}  // namespace ipclab::engine
