// The line discipline of terminals: what happens to each byte between the two ends, as Linux's drivers/tty/n_tty.c has
// it. The terminal is named by its id; every function may wake readers and send signals.
#pragma once

#include <string_view>

#include "kernel/kernel.h"
#include "kernel/transfer.h"

namespace ipclab::kernel {

/// What waits for the terminal's own end wait on: a pseudo-terminal itself; of the standard terminal its stream.
ObjectRef terminal_object(const Kernel& kernel, TerminalId terminal);

/// Bytes for which the other end hears that there is room; those of one write may find some more.
std::size_t room_to_type(const Terminal& terminal);
/// The other end sends bytes; returns how many of them there was room for.
std::size_t type_in(Kernel& kernel, TerminalId terminal, std::string_view bytes, Tid by, Trace* trace);

/// Whether a read would find something. `events`: as poll(2) asks, for whom a raw terminal is only readable with VMIN
/// bytes.
enum class Asks : std::uint8_t { read, poll };
bool has_input(const Terminal& terminal, Asks asks);
/// FIONREAD, in bytes.
std::uint64_t input_bytes(const Terminal& terminal);
/// Whether poll(2) says that the terminal's own end can be written to, or its master.
bool is_writable(const Terminal& terminal);
bool is_master_writable(const Terminal& terminal);

/// read(2) and write(2) at the terminal's own end. `out`: the stream that output of the standard terminal goes to.
Outcome read_terminal(Call& call, const File& file, TerminalId terminal, Transfer& to);
Outcome write_terminal(Call& call, const File& file, TerminalId terminal, StreamId out, Transfer& from);

/// Whether a reader who leaves so much makes writers at the other end go on.
bool is_little(std::size_t bytes_left);
/// Of what has not been read at the master, the bytes that its line discipline has no room for.
std::size_t output_with_driver(const Terminal& terminal);
/// The master's line discipline takes what it has room for.
void take_output(Terminal& terminal);
/// Room has become free at the other end, or output goes on: echoes and writers that wait.
void output_moves(Kernel& kernel, TerminalId terminal, Tid by, Trace* trace);

/// tcsetattr(3): the new settings, and what becomes of bytes that are there already.
void change_settings(Kernel& kernel, TerminalId terminal, const Termios& settings, Tid by, Trace* trace);
/// tcflush(3), TCIFLUSH: what has been typed and not been read.
void flush_input(Kernel& kernel, TerminalId terminal, Tid by, Trace* trace);
/// tcflush(3), TCOFLUSH: what has been written and not been taken.
void flush_output(Kernel& kernel, TerminalId terminal, Tid by, Trace* trace);
/// TIOCSIG: as the key of that signal would.
void interrupt(Kernel& kernel, TerminalId terminal, int signal, Tid by, Trace* trace);
/// tcflow(3), TCIOFF and TCION: a character for the other end, past all that waits; NUL: none.
void send_character(Kernel& kernel, TerminalId terminal, std::uint8_t character, Tid by, Trace* trace);
/// tcflow(3), TCOOFF and TCOON.
void suspend_output(Kernel& kernel, TerminalId terminal);
void resume_output(Kernel& kernel, TerminalId terminal, Tid by, Trace* trace);

}  // namespace ipclab::kernel
