// The shared objects of a run that are not pipes: what is in them and who waits. One shape for all kinds, so that a
// mechanism adds a function that fills it and nothing else.
#pragma once

#include <string>
#include <vector>

#include "kernel/kernel.h"
#include "sim/engine/machine.h"

namespace ipclab::visualizer {

/// One thing in an object: a message, a semaphore, an attachment.
struct ObjectRow {
    std::string label;     ///< "type 2", "0"
    std::string text;      ///< "hello", "value 1, last by 4"
    kernel::Pid owner{};   ///< whose colour the row has; none: nobody's
    kernel::Tid thread{};  ///< the same, where it is a thread's
    bool is_waited_for = false;
    bool operator==(const ObjectRow&) const = default;
};

struct ObjectWaiter {
    kernel::Pid process{};
    std::string text;  ///< "child (3) receives type 7"
    bool operator==(const ObjectWaiter&) const = default;
};

struct ObjectPicture {
    kernel::ObjectRef object{};
    std::string title;                  ///< "message queue 0": the number that the program itself sees
    std::string summary;                ///< "2 messages, 16 of 16,384 bytes"
    std::vector<ObjectRow> rows;        ///< at most kObjectRows
    std::size_t more_rows = 0;          ///< that are not among them
    std::vector<ObjectWaiter> waiters;  ///< oldest first
    bool operator==(const ObjectPicture&) const = default;
};

inline constexpr std::size_t kObjectRows = 16;

/// By kind, then by number.
std::vector<ObjectPicture> object_pictures(const kernel::Kernel& kernel);
/// The mutexes, semaphores and their like: one picture for each process that has any of its own, and one for those in
/// shared memory.
std::vector<ObjectPicture> lock_pictures(const engine::Machine& machine);
/// One for each task, where stores wait in buffers (Machine::buffered).
std::vector<ObjectPicture> store_buffer_pictures(const engine::Machine& machine);

}  // namespace ipclab::visualizer
