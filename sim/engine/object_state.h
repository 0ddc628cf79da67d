// A kernel object's state in one line, for reports and for the window's cards.
#pragma once

#include <string>

#include "kernel/kernel.h"

namespace ipclab::engine {

/// What is in the object and who has it: "2 messages, 16 of 16,384 bytes"; "fd 3 of server (2); listening, 0 of 5 to be
/// accepted". Empty where the object is gone, or has nothing to tell.
std::string object_state(const kernel::Kernel& kernel, kernel::ObjectRef object);
/// "server (2)"; of a process that is gone: "2".
std::string process_text(const kernel::Kernel& kernel, kernel::Pid process);
/// The open file description of a socket; none before accept(2) and after the last close(2).
kernel::FileId file_of_socket(const kernel::Kernel& kernel, kernel::SocketId socket);

}  // namespace ipclab::engine
