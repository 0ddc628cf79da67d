// What blocked tasks wait for, in words: where it is a lock of the C library, by its name in the program and with its
// holder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::engine {

/// The function of the C library that the program itself has called; empty where it is in none.
std::string_view called_function(const Machine& machine, kernel::Tid task);

/// What the program calls the futex that a task sleeps at: "the mutex 'm' (global), held by thread 3" in
/// "pthread_mutex_lock"; nothing where it sleeps at none, or the program has no name for it.
struct FutexWait {
    std::string function, what;
};
std::optional<FutexWait> futex_wait(const Machine& machine, kernel::Tid task);

/// "blocked in pthread_mutex_lock: waits for the mutex 'm' (global), held by thread 3"; what the kernel says of any
/// other wait or state.
std::string describe_wait(const Machine& machine, kernel::Tid task);

/// A blocked task: what for, and who could end that.
struct Wait {
    kernel::Tid task{};
    std::string object;             ///< "mutex 'm' (global)", "pipe 7", "children"
    std::vector<kernel::Tid> whom;  ///< holders, writers, children; empty: nobody, or not known
};
/// Of all blocked tasks, by id: the wait-for graph.
std::vector<Wait> waits(const Machine& machine);

/// One sentence for each blocked task: who waits for what; then one for each circle of threads that wait for locks of
/// each other.
std::vector<std::string> explain_stuck(const Machine& machine);

/// One sentence for each task: at which line of the program it is, and what it waits for.
std::vector<std::string> explain_endless(const Machine& machine);

}  // namespace ipclab::engine
