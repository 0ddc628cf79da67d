// What is compiled for the other side, as bytes: the sandbox's init process (launcher.c), an executable file that is
// written out for each run, and the recorder (recorder.c), an object file that is linked into programs.
#pragma once

#include <cstdint>
#include <span>

namespace ipclab::host {

std::span<const std::uint8_t> launcher_image();
std::span<const std::uint8_t> recorder_image();

}  // namespace ipclab::host
