// write(2) at either end of a terminal, as drivers/tty/tty_io.c, iterate_tty_write(), and n_tty_write() go about it.
#pragma once

#include <array>
#include <string_view>

#include "kernel/handlers.h"
#include "kernel/terminal_lock.h"

namespace ipclab::kernel {

/// What a write comes to that ends before all is written.
inline Outcome end_write(const Transfer& from, Errno nothing_written) {
    return from.done() > 0 ? Outcome::done(static_cast<std::int64_t>(from.done()))
                           : Outcome::fail(nothing_written);
}

/// Hands on pieces of 2 KiB, each only if all of it can be read. `put(std::string_view)`: how many bytes there was room
/// for, or an error.
template <class Put>
Outcome write_in_pieces(Call& call, const File& file, TerminalId id, TerminalLock lock, Transfer& from,
                        Put put) {
    // n_tty_write(): who wakes looks for signals before he looks for room.
    if (has_lock(call.kernel, id, lock, call.task) && call.is_interrupted())
        return from.done() > 0 ? end_write(from, Errno::eintr)
                               : sleep_with_lock(call, id, lock, WaitFor::writable);
    std::array<std::uint8_t, 2048> buffer;
    while (from.left() > 0) {
        const auto piece = std::span(buffer).first(
            std::min<std::size_t>(from.left(), buffer.size() - from.done() % buffer.size()));
        if (Transfer(from).copy_in(piece) < piece.size()) return end_write(from, Errno::efault);
        const Result<std::size_t> written =
            put(std::string_view(reinterpret_cast<const char*>(piece.data()), piece.size()));
        if (!written) return end_write(from, written.error());
        from.skip(*written);
        if (*written > 0) continue;
        if (file.flags & kONonBlock) return end_write(from, Errno::eagain);
        if (from.done() > 0 && call.is_interrupted()) return end_write(from, Errno::eintr);
        call.charge_copy(from.done() - call.pending.progress);
        call.pending.progress = from.done();
        return sleep_with_lock(call, id, lock, WaitFor::writable);
    }
    call.charge_copy(from.done() - call.pending.progress);
    return Outcome::done(static_cast<std::int64_t>(from.done()));
}

}  // namespace ipclab::kernel
