#include "kernel/line_discipline.h"

#include <algorithm>
#include <array>

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/job_control.h"
#include "kernel/pty.h"
#include "kernel/signals.h"
#include "kernel/terminal_write.h"

namespace ipclab::kernel {

namespace {

using namespace input_flag;
using namespace output_flag;
using namespace local_flag;

constexpr std::size_t kInputMost = 4096;  // drivers/tty/n_tty.c, N_TTY_BUF_SIZE; termios(3): the longest line
constexpr std::size_t kReadMost = kInputMost - 1;      // that buffer may be filled but for one byte
constexpr std::size_t kReadLittle = 128;               // TTY_THRESHOLD_UNTHROTTLE
constexpr std::size_t kArrivingMostOutside = 1 << 26;  // typed ahead at the standard terminal

bool is_control(std::uint8_t c) {
    return c < 32 || c == 127;
}
bool is_word(std::uint8_t c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

std::size_t output_room(const Terminal& terminal) {
    if (terminal.is_stopped) return 0;
    return terminal.stream ? kPageSize : terminal.output_buffers.room();
}

/// One terminal while bytes go through it.
class Discipline {
  public:
    Discipline(Kernel& kernel, TerminalId id, Tid by, Trace* trace)
        : kernel_(kernel), id_(id), by_(by), trace_(trace), tty_(kernel.terminals.write(id)) {}

    /// From `arriving` to `input`, as far as there is room.
    void take() {
        std::size_t taken = 0;
        bool has_overflowed = false;
        const std::size_t before = tty_.input.size();
        const std::size_t lines_before = tty_.line_ends.size();
        while (taken < tty_.arriving.size()) {
            // n_tty_receive_buf_common(): a line that is too long loses what comes at its end, so that it still can be
            // edited and ended; whole lines that nobody reads make the other end wait.
            if (tty_.input.size() >= kReadMost) {
                if (!tty_.is_canonical() || tty_.line_begin != 0) break;
                if (tty_.input.size() > kReadMost) tty_.input.pop_back();
                has_overflowed = true;
            }
            receive(static_cast<std::uint8_t>(tty_.arriving[taken++]));
        }
        tty_.arriving.erase(0, taken);
        tty_.arriving_buffers.leave(tty_.arriving.size());
        flush_echo();
        const bool is_more =
            tty_.is_canonical() ? tty_.line_ends.size() != lines_before : tty_.input.size() != before;
        if (is_more && has_input(tty_, Asks::read)) wake_side(WaitFor::readable, Wake::one);
        // Whole lines and bytes make room only when they are read: has_been_read().
        if (has_overflowed) wake_other_side();
    }

    /// n_tty_check_unthrottle(): only a reader who leaves little wakes who writes at the other end.
    void has_been_read() {
        const std::size_t left = tty_.is_canonical() ? tty_.line_begin : tty_.input.size();
        if (is_little(left)) wake_other_side();
        take();
    }

    void wake_other_side() {
        if (!tty_.stream) kernel::wake(kernel_, master_of(id_), WaitFor::writable, Wake::all, by_, trace_);
    }

    /// From `echo` to the other end.
    void flush_echo() {
        std::size_t done = 0;
        // __process_echoes(): each character by itself.
        while (done < tty_.echo.size() && output_room(tty_) > 0)
            done += reserve(std::string_view(tty_.echo).substr(done).starts_with("\r\n") ? 2 : 1);
        put_out(std::string_view(tty_.echo).substr(0, done), {});
        tty_.echo.erase(0, done);
    }

    void start() {
        if (!tty_.is_stopped || tty_.is_suspended) return;
        tty_.is_stopped = false;
        flush_echo();
        wake_side(WaitFor::writable, Wake::all);
    }

    /// termios(3), ISIG: the key is no input; unless NOFLSH is set, what was typed before it is none, either.
    void signal(int number) {
        signal_foreground(kernel_, id_, number, trace_);
        if (tty_.has(kNoflsh)) return;
        tty_.echo.clear();
        clear_output();
        clear_input();
    }

    void clear_input() {
        tty_.input.clear();
        tty_.line_ends.clear();
        tty_.line_begin = 0;
        tty_.next_is_literal = false;
    }
    /// The driver forgets what has not reached the master's buffer.
    void clear_output() {
        tty_.output.resize(std::min(tty_.output.size(), kReadMost));
        take_output(tty_);
    }

    /// do_output_char(): what a byte looks like at the other end; moves the cursor.
    void expand(std::uint8_t c, std::string& out) {
        const std::uint32_t flags = tty_.settings.output;
        switch (c) {
            case '\n':
                if (flags & (kOnlcr | kOnlret)) tty_.column = 0;
                if (flags & kOnlcr) out += '\r';
                tty_.first_column = tty_.column;
                break;
            case '\r':
                if ((flags & kOnocr) && tty_.column == 0) return;
                if (flags & kOcrnl) {
                    c = '\n';
                    if (flags & kOnlret) tty_.first_column = tty_.column = 0;
                } else {
                    tty_.first_column = tty_.column = 0;
                }
                break;
            case '\t': {
                const std::uint32_t spaces = 8 - (tty_.column & 7);
                tty_.column += spaces;
                if ((flags & kTabs) == kTabs) {
                    out.append(spaces, ' ');
                    return;
                }
                break;
            }
            case '\b':
                if (tty_.column > 0) --tty_.column;
                break;
            default:
                if (!is_control(c) && !is_continuation(c)) ++tty_.column;
        }
        out += static_cast<char>(c);
    }

    /// n_tty_write(): from `bytes` what there is room for goes to `shown`; returns how many.
    std::size_t process(std::string_view bytes, std::string& shown) {
        if (!(tty_.settings.output & kOpost)) {
            shown = bytes.substr(0, tty_.is_stopped ? 0 : reserve(bytes.size()));
            return shown.size();
        }
        std::size_t done = 0;
        while (done < bytes.size() && output_room(tty_) > 0) {
            // process_output_block(): what does not change goes out together, and then one character by itself.
            const std::size_t most = std::min(bytes.size(), done + output_room(tty_));
            const std::size_t before = shown.size();
            while (done < most && !is_changed(byte_of(bytes[done]))) expand(byte_of(bytes[done++]), shown);
            reserve(shown.size() - before);
            if (done == bytes.size() || output_room(tty_) == 0) break;
            const std::size_t together = shown.size();
            expand(byte_of(bytes[done++]), shown);
            reserve(shown.size() - together);
        }
        return done;
    }

    /// Room with the driver: for how many bytes there is any.
    std::size_t reserve(std::size_t bytes) { return tty_.stream ? bytes : tty_.output_buffers.put(bytes); }

    /// Bytes for which there is room.
    void put_out(std::string_view bytes, StreamId out) {
        if (bytes.empty()) return;
        if (tty_.stream) {
            put_to_stream(kernel_, out ? out : tty_.stream, bytes, by_, trace_);
            return;
        }
        tty_.output += bytes;
        take_output(tty_);
        kernel::wake(kernel_, master_of(id_), WaitFor::readable, Wake::one, by_, trace_);
    }

    void wake_side(WaitFor what, Wake how) {
        kernel::wake(kernel_, terminal_object(kernel_, id_), what, how, by_, trace_);
    }

    Terminal& terminal() { return tty_; }

  private:
    static std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

    /// Whether expand() may make something else of it.
    bool is_changed(std::uint8_t c) const {
        const std::uint32_t flags = tty_.settings.output;
        return c == '\t' || (c == '\n' && (flags & kOnlcr)) ||
               (c == '\r' && ((flags & kOcrnl) || ((flags & kOnocr) && tty_.column == 0)));
    }

    /// A character of the settings; NUL: there is none.
    bool is(ControlCharacter which, std::uint8_t c) const {
        return c != 0 && tty_.settings.characters[which] == c;
    }
    bool is_extended(ControlCharacter which, std::uint8_t c) const {
        return tty_.has(kIexten) && is(which, c);
    }
    bool is_continuation(std::uint8_t c) const {
        return (tty_.settings.input & kIutf8) && (c & 0xc0) == 0x80;
    }

    void receive(std::uint8_t c) {
        const std::uint32_t flags = tty_.settings.input;
        if (flags & kIstrip) c &= 0x7f;
        if (std::exchange(tty_.next_is_literal, false)) return keep(c);
        if (flags & kIxon) {
            if (is(kVStart, c)) return start();
            if (is(kVStop, c)) {
                tty_.is_stopped = true;
                return;
            }
        }
        if (tty_.has(kIsig)) {
            if (is(kVIntr, c)) return interrupt(kSigInt, c);
            if (is(kVQuit, c)) return interrupt(kSigQuit, c);
            if (is(kVSusp, c)) return interrupt(kSigTstp, c);
        }
        if ((flags & kIxon) && (flags & kIxany)) start();
        if (c == '\r') {
            if (flags & kIgncr) return;
            if (flags & kIcrnl) c = '\n';
        } else if (c == '\n' && (flags & kInlcr)) {
            c = '\r';
        }
        if (tty_.is_canonical() && edit(c)) return;
        keep(c);
    }

    void interrupt(int signal, std::uint8_t c) {
        this->signal(signal);
        if (tty_.settings.input & kIxon) start();
        if (tty_.has(kEcho)) echo(c);
    }

    /// Canonical mode: whether the byte is one that edits or ends the line.
    bool edit(std::uint8_t c) {
        if (is(kVErase, c) || is(kVKill, c) || is_extended(kVWerase, c)) {
            erase(c);
            return true;
        }
        if (is_extended(kVLnext, c)) {
            tty_.next_is_literal = true;
            if (tty_.has(kEcho) && tty_.has(kEchoctl)) {
                echo_as_is('^');
                echo_as_is('\b');
            }
            return true;
        }
        if (is_extended(kVReprint, c) && tty_.has(kEcho)) {
            echo(c);
            echo_as_is('\n');
            for (std::size_t i = tty_.line_begin; i < tty_.input.size(); ++i)
                echo(static_cast<std::uint8_t>(tty_.input[i]));
            return true;
        }
        if (c == '\n') {
            if (tty_.has(kEcho) || tty_.has(kEchonl)) echo_as_is('\n');
            end_line(c);
            return true;
        }
        if (is(kVEof, c)) {
            end_line(0);
            return true;
        }
        if (is(kVEol, c) || is_extended(kVEol2, c)) {
            echo_input(c);
            end_line(c);
            return true;
        }
        return false;
    }

    void end_line(std::uint8_t c) {
        tty_.line_ends.push_back(static_cast<std::uint32_t>(tty_.input.size()));
        tty_.input += static_cast<char>(c);
        tty_.line_begin = static_cast<std::uint32_t>(tty_.input.size());
    }

    void keep(std::uint8_t c) {
        if (c == '\n' && tty_.has(kEcho))
            echo_as_is(c);
        else
            echo_input(c);
        tty_.input += static_cast<char>(c);
    }

    void echo_input(std::uint8_t c) {
        if (!tty_.has(kEcho)) return;
        if (!tty_.is_canonical() || tty_.line_begin == tty_.input.size()) tty_.first_column = tty_.column;
        echo(c);
    }

    void echo(std::uint8_t c) {
        // termios(3), ECHOCTL: control characters are shown as ^X.
        if (!tty_.has(kEchoctl) || !is_control(c) || c == '\t') return echo_as_is(c);
        append_echo("^");
        const char shown = static_cast<char>(c ^ 0100);
        append_echo({&shown, 1});
        tty_.column += 2;
    }
    void echo_as_is(std::uint8_t c) {
        std::string bytes;
        if (tty_.settings.output & kOpost)
            expand(c, bytes);
        else
            bytes += static_cast<char>(c);
        append_echo(bytes);
    }
    /// What does not fit is not shown.
    void append_echo(std::string_view bytes) {
        tty_.echo += bytes.substr(0, kInputMost - std::min(kInputMost, tty_.echo.size()));
    }

    enum class Unit : std::uint8_t { character, word, line };

    /// eraser(): termios(3), ERASE, WERASE, KILL with ECHOE, ECHOK and ECHOKE.
    void erase(std::uint8_t key) {
        if (tty_.input.size() == tty_.line_begin) return;
        const Unit unit = is(kVErase, key)             ? Unit::character
                          : is_extended(kVWerase, key) ? Unit::word
                                                       : Unit::line;
        const bool erases_picture = tty_.has(kEchok) && tty_.has(kEchoke) && tty_.has(kEchoe);
        if (unit == Unit::line && (!tty_.has(kEcho) || !erases_picture)) {
            tty_.input.resize(tty_.line_begin);
            if (!tty_.has(kEcho)) return;
            echo(tty_.settings.characters[kVKill]);
            if (tty_.has(kEchok)) echo_as_is('\n');
            return;
        }
        for (bool in_word = false; tty_.input.size() > tty_.line_begin;) {
            std::size_t at = tty_.input.size() - 1;
            while (is_continuation(byte(at)) && at > tty_.line_begin) --at;
            const std::uint8_t c = byte(at);
            if (is_continuation(c)) return;
            if (unit == Unit::word) {
                if (is_word(c))
                    in_word = true;
                else if (in_word)
                    return;
            }
            tty_.input.resize(at);
            if (tty_.has(kEcho)) echo_erased(c, unit);
            if (unit == Unit::character) return;
        }
    }

    std::uint8_t byte(std::size_t at) const { return static_cast<std::uint8_t>(tty_.input[at]); }

    void echo_erased(std::uint8_t c, Unit unit) {
        if (unit == Unit::character && !tty_.has(kEchoe)) return echo(tty_.settings.characters[kVErase]);
        if (c == '\t') return echo_back(columns_of_tab());
        std::uint32_t columns = is_control(c) ? 0 : 1;
        if (is_control(c) && tty_.has(kEchoctl)) columns = 2;
        for (; columns > 0; --columns)
            for (const char each : {'\b', ' ', '\b'}) echo_as_is(static_cast<std::uint8_t>(each));
    }

    void echo_back(std::uint32_t columns) {
        append_echo(std::string(columns, '\b'));
        tty_.column -= std::min(tty_.column, columns);
    }

    /// How wide the tab was that stood behind what is left of the line.
    std::uint32_t columns_of_tab() const {
        std::uint32_t before = 0;
        bool follows_tab = false;
        for (std::size_t at = tty_.input.size(); at > tty_.line_begin && !follows_tab; --at) {
            const std::uint8_t c = byte(at - 1);
            if (c == '\t')
                follows_tab = true;
            else if (is_control(c))
                before += tty_.has(kEchoctl) ? 2 : 0;
            else if (!is_continuation(c))
                ++before;
        }
        if (!follows_tab) before += tty_.first_column;
        return 8 - (before & 7);
    }

    Kernel& kernel_;
    TerminalId id_;
    Tid by_;
    Trace* trace_;
    Terminal& tty_;
};

/// Takes bytes off the front of the input: a line at most, where it is canonical.
std::string take_input(Terminal& terminal, std::uint64_t most) {
    std::size_t bytes = std::min<std::size_t>(most, terminal.input.size()), gone = bytes;
    if (terminal.is_canonical()) {
        bytes = gone = std::min<std::size_t>(most, terminal.line_begin);
        if (!terminal.line_ends.empty() && terminal.line_ends.front() <= bytes) {
            const std::size_t end = terminal.line_ends.front();
            // termios(3), VEOF: the bytes before it are handed over, it is not. n_tty.c, canon_skip_eof(): that goes for
            // a read that just ends there, too.
            const bool is_end_of_file = terminal.input[end] == '\0';
            if (is_end_of_file || end < bytes) {
                bytes = is_end_of_file ? end : end + 1;
                gone = end + 1;
                terminal.line_ends.erase(terminal.line_ends.begin());
            }
        }
        terminal.line_begin -= static_cast<std::uint32_t>(gone);
        for (std::uint32_t& end : terminal.line_ends) end -= static_cast<std::uint32_t>(gone);
    }
    std::string taken = terminal.input.substr(0, bytes);
    terminal.input.erase(0, gone);
    return taken;
}

}  // namespace

bool is_little(std::size_t bytes_left) {
    return bytes_left <= kReadLittle;
}

ObjectRef terminal_object(const Kernel& kernel, TerminalId id) {
    const StreamId stream = kernel.terminals[id].stream;
    return stream ? ref(stream) : ref(id);
}

std::size_t room_to_type(const Terminal& terminal) {
    return terminal.stream ? kArrivingMostOutside - std::min(kArrivingMostOutside, terminal.arriving.size())
                           : terminal.arriving_buffers.room();
}

std::size_t type_in(Kernel& kernel, TerminalId id, std::string_view bytes, Tid by, Trace* trace) {
    Discipline discipline(kernel, id, by, trace);
    Terminal& terminal = discipline.terminal();
    bytes = bytes.substr(
        0, terminal.stream ? room_to_type(terminal) : terminal.arriving_buffers.put(bytes.size()));
    terminal.arriving += bytes;
    discipline.take();
    return bytes.size();
}

bool has_input(const Terminal& terminal, Asks asks) {
    if (terminal.is_canonical()) return terminal.line_begin > 0;
    const auto& characters = terminal.settings.characters;
    const std::size_t least =
        asks == Asks::poll && characters[kVTime] == 0 ? std::max<std::size_t>(1, characters[kVMin]) : 1;
    return terminal.input.size() >= least;
}

std::uint64_t input_bytes(const Terminal& terminal) {
    if (!terminal.is_canonical()) return terminal.input.size();
    const auto is_end_of_file = [&](std::uint32_t at) { return terminal.input[at] == '\0'; };
    return terminal.line_begin -
           static_cast<std::uint64_t>(std::ranges::count_if(terminal.line_ends, is_end_of_file));
}

bool is_writable(const Terminal& terminal) {
    // n_tty_poll(): not while a write sleeps, which goes first.
    return output_room(terminal) > 0 && !is_locked(terminal, TerminalLock::write);
}

bool is_master_writable(const Terminal& terminal) {
    return room_to_type(terminal) > 0 && !is_locked(terminal, TerminalLock::master_write);
}

Outcome read_terminal(Call& call, const File& file, TerminalId id, Transfer& to) {
    Kernel& kernel = call.kernel;
    const bool is_new = begins(call);
    std::uint64_t& done = call.pending.progress;
    const auto finish = [&] { return Outcome::done(static_cast<std::int64_t>(done)); };
    // drivers/tty/n_tty.c, n_tty_read(): who sleeps when the master is closed gets EIO; later reads find the end.
    if (kernel.terminals[id].is_hung_up) return is_new || done > 0 ? finish() : Outcome::fail(Errno::eio);
    // A signal without a handler ends a read that has something, as one with a handler does.
    if (is_new && done > 0) return finish();
    if (is_new)
        if (auto refused = refuse_background(call, id, kSigTtin)) return std::move(*refused);
    if (auto waits = wait_for_lock(call, file, id, TerminalLock::read)) return std::move(*waits);
    const bool enters = !has_lock(kernel, id, TerminalLock::read, call.task);
    if (to.total() == 0) return Outcome::done(0);
    to.skip(done);

    const Terminal& before = kernel.terminals[id];
    const bool is_canonical = before.is_canonical();
    const std::uint8_t least = is_canonical ? 1 : before.settings.characters[kVMin];
    const Time wait_ns = is_canonical ? 0 : before.settings.characters[kVTime] * 100 * kMillisecond;
    // termios(3): with MIN = 0 TIME counts from the call on, else from each byte on.
    if (enters) call.pending.deadline_ns = least == 0 && wait_ns > 0 ? call.kernel.now_ns + wait_ns : kNever;
    if (has_input(before, Asks::read)) {
        const std::string taken = take_input(kernel.terminals.write(id), to.left());
        const std::span bytes(reinterpret_cast<const std::uint8_t*>(taken.data()), taken.size());
        const std::uint64_t copied = to.copy_out(bytes);
        done += copied;
        call.charge_copy(copied);
        Discipline(kernel, id, call.task, call.trace).has_been_read();
        if (copied < bytes.size()) return done > 0 ? finish() : Outcome::fail(Errno::efault);
        if (is_canonical || done >= least || to.left() == 0) return finish();
        call.pending.deadline_ns = wait_ns > 0 ? kernel.now_ns + wait_ns : kNever;
    }
    const bool is_over =
        least == 0 ? wait_ns == 0 || call.has_timed_out() : wait_ns > 0 && call.has_timed_out();
    if (is_over) return finish();
    if (file.flags & kONonBlock) return done > 0 ? finish() : Outcome::fail(Errno::eagain);
    if (done > 0 && call.is_interrupted()) return finish();
    return sleep_with_lock(call, id, TerminalLock::read, WaitFor::readable);
}

Outcome write_terminal(Call& call, const File& file, TerminalId id, StreamId out, Transfer& from) {
    Kernel& kernel = call.kernel;
    const bool is_new = begins(call);
    from.skip(call.pending.progress);
    if (kernel.terminals[id].is_hung_up) return end_write(from, Errno::eio);
    if (is_new && from.done() > 0) return end_write(from, Errno::eintr);
    if (auto waits = wait_for_lock(call, file, id, TerminalLock::write)) return std::move(*waits);
    // termios(3), TOSTOP
    const bool enters = !has_lock(kernel, id, TerminalLock::write, call.task);
    if (enters && kernel.terminals[id].has(kTostop))
        if (auto refused = refuse_background(call, id, kSigTtou)) return std::move(*refused);
    Discipline discipline(kernel, id, call.task, call.trace);
    // drivers/tty/tty_io.c, tty_write_unlock(): the end of any write wakes who waits to write at this end. What is written
    // a worker thread carries over, later.
    if (!discipline.terminal().stream) discipline.wake_side(WaitFor::writable, Wake::all);
    discipline.flush_echo();
    return write_in_pieces(
        call, file, id, TerminalLock::write, from, [&](std::string_view bytes) -> Result<std::size_t> {
            std::string shown;
            const std::size_t written = discipline.process(bytes, shown);
            if (out && !stream_has_room(kernel, out, shown.size())) {
                explain(kernel, call.task, "the output is longer than the simulator keeps: EFBIG",
                        call.trace);
                return Errno::efbig;
            }
            discipline.put_out(shown, out);
            return written;
        });
}

std::size_t output_with_driver(const Terminal& terminal) {
    return terminal.output.size() - std::min(terminal.output.size(), kReadMost);
}

void take_output(Terminal& terminal) {
    terminal.output_buffers.leave(output_with_driver(terminal));
}

void output_moves(Kernel& kernel, TerminalId id, Tid by, Trace* trace) {
    Discipline discipline(kernel, id, by, trace);
    discipline.flush_echo();
    discipline.wake_side(WaitFor::writable, Wake::all);
}

void change_settings(Kernel& kernel, TerminalId id, const Termios& settings, Tid by, Trace* trace) {
    Discipline discipline(kernel, id, by, trace);
    Terminal& terminal = discipline.terminal();
    const Termios before = std::exchange(terminal.settings, settings);
    if ((before.local ^ settings.local) & kIcanon) {
        // n_tty_set_termios(): what is there becomes one line, whole or not.
        terminal.line_ends.clear();
        terminal.line_begin = 0;
        terminal.next_is_literal = false;
        if (terminal.is_canonical() && !terminal.input.empty()) {
            terminal.line_begin = static_cast<std::uint32_t>(terminal.input.size());
            terminal.line_ends.push_back(terminal.line_begin - 1);
        }
    }
    if ((before.input & kIxon) && !(settings.input & kIxon)) discipline.start();
    discipline.take();
    discipline.wake_side(WaitFor::writable, Wake::all);
    discipline.wake_side(WaitFor::readable, Wake::all);
}

void flush_input(Kernel& kernel, TerminalId id, Tid by, Trace* trace) {
    Discipline discipline(kernel, id, by, trace);
    discipline.terminal().arriving.clear();
    discipline.terminal().arriving_buffers.leave(0);
    discipline.clear_input();
    discipline.wake_other_side();  // pty_unthrottle()
}

void flush_output(Kernel& kernel, TerminalId id, Tid by, Trace* trace) {
    Discipline(kernel, id, by, trace).clear_output();  // pty_flush_buffer() wakes nobody
}

void interrupt(Kernel& kernel, TerminalId id, int signal, Tid by, Trace* trace) {
    Discipline(kernel, id, by, trace).signal(signal);
}

void send_character(Kernel& kernel, TerminalId id, std::uint8_t character, Tid by, Trace* trace) {
    const char byte = static_cast<char>(character);
    if (!byte) return;
    Discipline discipline(kernel, id, by, trace);
    if (!discipline.terminal().stream) discipline.wake_side(WaitFor::writable, Wake::all);
    discipline.put_out({&byte, discipline.reserve(1)}, {});
}

void suspend_output(Kernel& kernel, TerminalId id) {
    Terminal& terminal = kernel.terminals.write(id);
    terminal.is_stopped = terminal.is_suspended = true;
}

void resume_output(Kernel& kernel, TerminalId id, Tid by, Trace* trace) {
    if (!std::exchange(kernel.terminals.write(id).is_suspended, false)) return;
    Discipline(kernel, id, by, trace).start();
}

}  // namespace ipclab::kernel
