// Terminals: what n_tty and the pty driver of Linux keep, as plain values. termios(3) says what the settings mean.
//
//   a process with the slave             the line discipline                        the other end
//   read()  <---- input (lines) <---- edits, echoes, makes signals <---- arriving <---- a master's write(), or the
//   write() ----------------------------> newlines, tabs ------------> output ----> its read(); the world outside
//
// The other end of a pseudo-terminal (pty(7)) is its master; that of the standard terminal is the world outside
// (kernel/stream.h). kernel/line_discipline.cpp works on the bytes, kernel/pty.cpp opens and closes both ends,
// kernel/job_control.cpp says who may read, kernel/terminal.cpp answers ioctl(2).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/driver_buffers.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// Indices of Termios::characters: <asm-generic/termbits.h>.
enum ControlCharacter : std::uint8_t {
    kVIntr = 0,
    kVQuit = 1,
    kVErase = 2,
    kVKill = 3,
    kVEof = 4,
    kVTime = 5,
    kVMin = 6,
    kVStart = 8,
    kVStop = 9,
    kVSusp = 10,
    kVEol = 11,
    kVReprint = 12,
    kVWerase = 14,
    kVLnext = 15,
    kVEol2 = 16,
};

/// termios(3): the flags that make a difference here.
namespace input_flag {
inline constexpr std::uint32_t kParmrk = 010, kIstrip = 040, kInlcr = 0100, kIgncr = 0200, kIcrnl = 0400,
                               kIuclc = 01000, kIxon = 02000, kIxany = 04000, kIutf8 = 040000;
}
namespace output_flag {
inline constexpr std::uint32_t kOpost = 01, kOlcuc = 02, kOnlcr = 04, kOcrnl = 010, kOnocr = 020,
                               kOnlret = 040, kTabs = 014000;
}
namespace local_flag {
inline constexpr std::uint32_t kIsig = 01, kIcanon = 02, kEcho = 010, kEchoe = 020, kEchok = 040,
                               kEchonl = 0100, kNoflsh = 0200, kTostop = 0400, kEchoctl = 01000,
                               kEchoprt = 02000, kEchoke = 04000, kIexten = 0100000, kExtproc = 0200000;
}

/// struct termios of the kernel. As it starts: a new pseudo-terminal's (tty_std_termios).
struct Termios {
    std::uint32_t input = 0x0500, output = 0x5, control = 0xbf, local = 0x8a3b;
    std::uint8_t line = 0;
    std::array<std::uint8_t, 19> characters{3,  28, 127, 21, 4,  0,  1, 0, 17, 19,
                                            26, 0,  18,  15, 23, 22, 0, 0, 0};
    bool operator==(const Termios&) const = default;
};
static_assert(sizeof(Termios) == 36);

/// struct winsize
struct WindowSize {
    std::uint16_t rows = 0, columns = 0, x_pixels = 0, y_pixels = 0;
    bool operator==(const WindowSize&) const = default;
};

struct Terminal {
    std::int32_t number = -1;  ///< /dev/pts/N; -1: the standard terminal
    StreamId stream{};         ///< the standard terminal: where its bytes come from and go to
    InodeId inode{};           ///< a pseudo-terminal: that of /dev/pts/N
    Termios settings;
    WindowSize size;
    Pid session{};           ///< whose controlling terminal it is; none: nobody's
    Pid foreground_group{};  ///< who may read, and gets ^C

    std::string arriving;            ///< sent from the other end; the line discipline has had no room for it
    DriverBuffers arriving_buffers;  ///< a pseudo-terminal: what it lies in
    std::string
        input;  ///< not yet read: whole lines and then the one being edited; not canonical: just bytes
    std::uint32_t line_begin = 0;  ///< canonical: where in `input` the line begins that is being edited
    /// Where in `input` the bytes are that end lines. A NUL among them: end of file, which nobody gets to read.
    std::vector<std::uint32_t> line_ends;
    bool next_is_literal = false;  ///< after VLNEXT

    std::string output;            ///< a pseudo-terminal: written, and not yet read at the master
    DriverBuffers output_buffers;  ///< what lies there behind what the master's line discipline has taken
    std::string echo;              ///< typed, and not yet in `output`: it is full or stopped
    std::uint32_t column = 0, first_column = 0;  ///< where the cursor is, and was when the line began
    bool is_stopped = false;                     ///< by ^S or tcflow(3): nothing is put out
    bool is_suspended = false;                   ///< by tcflow(3): only that starts it again

    bool is_locked = true;         ///< a pseudo-terminal: until unlockpt(3)
    bool is_slave_closed = false;  ///< it had been opened: reads at the master give EIO once all is read
    bool is_hung_up = false;       ///< the master is gone
    std::array<Tid, 4> locks{};    ///< by TerminalLock: whose call sleeps and holds it, or has been handed it
    std::array<bool, 4> is_handed{};  ///< its holder has not yet looked since
    bool operator==(const Terminal&) const = default;

    bool has(std::uint32_t local) const { return (settings.local & local) != 0; }
    bool is_canonical() const { return has(local_flag::kIcanon); }
};

}  // namespace ipclab::kernel
