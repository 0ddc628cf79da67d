#include "sim/host/launcher_image.h"

// The assembler includes the file: no generated source, no file to look for at run time.
asm(".section .rodata\n"
    ".global ipclab_launcher_begin\n.global ipclab_launcher_end\n"
    "ipclab_launcher_begin:\n.incbin \"" IPCLAB_LAUNCHER_FILE
    "\"\n"
    "ipclab_launcher_end:\n.byte 0\n.previous\n");

extern "C" const std::uint8_t ipclab_launcher_begin[], ipclab_launcher_end[];

namespace ipclab::host {

std::span<const std::uint8_t> launcher_image() {
    return {ipclab_launcher_begin, ipclab_launcher_end};
}

}  // namespace ipclab::host
