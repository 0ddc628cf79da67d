#include "sim/host/launcher_image.h"

// The assembler includes the file: no generated source, no file to look for at run time.
asm(".section .rodata\n"
    ".global ipclab_launcher_begin\n.global ipclab_launcher_end\n"
    ".global ipclab_recorder_begin\n.global ipclab_recorder_end\n"
    "ipclab_launcher_begin:\n.incbin \"" IPCLAB_LAUNCHER_FILE
    "\"\n"
    "ipclab_launcher_end:\n.byte 0\n"
    "ipclab_recorder_begin:\n.incbin \"" IPCLAB_RECORDER_FILE
    "\"\n"
    "ipclab_recorder_end:\n.byte 0\n.previous\n");

extern "C" const std::uint8_t ipclab_launcher_begin[], ipclab_launcher_end[];
extern "C" const std::uint8_t ipclab_recorder_begin[], ipclab_recorder_end[];

namespace ipclab::host {

std::span<const std::uint8_t> launcher_image() {
    return {ipclab_launcher_begin, ipclab_launcher_end};
}

std::span<const std::uint8_t> recorder_image() {
    return {ipclab_recorder_begin, ipclab_recorder_end};
}

}  // namespace ipclab::host
