// The sandbox's init process (launcher.c) as bytes: an executable file that is written out for each run.
#pragma once

#include <cstdint>
#include <span>

namespace ipclab::host {

std::span<const std::uint8_t> launcher_image();

}  // namespace ipclab::host
