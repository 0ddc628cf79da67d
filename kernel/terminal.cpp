// What ioctl(2) asks of a terminal (ioctl_tty(2)), at either end.
#include "kernel/terminal.h"

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/job_control.h"
#include "kernel/line_discipline.h"
#include "kernel/pty.h"
#include "kernel/terminal_requests.h"

namespace ipclab::kernel {

namespace {

/// A request to one end of a terminal.
struct Request {
    Call& call;
    const File& file;
    TerminalId id;
    bool of_master;

    const Terminal& terminal() const { return call.kernel.terminals[id]; }
    std::uint32_t number() const { return static_cast<std::uint32_t>(call.arg(1)); }
    std::uint64_t argument() const { return call.arg(2); }
    template <class T>
    Outcome give(const T& value) const {
        return Outcome::from(call.memory().write_object(argument(), value));
    }
    Outcome refuse(std::string_view what, Errno error) const {
        explain(call.kernel, call.task, "ioctl: " + std::string(what), call.trace);
        return Outcome::fail(error);
    }
};

/// A setting of these flags that is not simulated; empty where all is well.
std::string_view unknown_setting(const Termios& settings) {
    if (settings.input & input_flag::kIuclc) return "IUCLC is not simulated: EINVAL";
    if (settings.input & input_flag::kParmrk) return "PARMRK is not simulated: EINVAL";
    if (settings.output & output_flag::kOlcuc) return "OLCUC is not simulated: EINVAL";
    if (settings.local & local_flag::kEchoprt) return "ECHOPRT is not simulated: EINVAL";
    if (settings.local & local_flag::kExtproc) return "EXTPROC is not simulated: EINVAL";
    if (settings.line != 0) return "no line discipline but N_TTY is simulated: EINVAL";
    return {};
}

Outcome set_settings(const Request& request) {
    if (auto refused = refuse_background(request.call, request.id, kSigTtou)) return std::move(*refused);
    const auto wanted = request.call.memory().read_object<Termios>(request.argument());
    if (!wanted) return Outcome::fail(wanted.error());
    if (const auto unknown = unknown_setting(*wanted); !unknown.empty())
        return request.refuse(unknown, Errno::einval);
    Call& call = request.call;
    // termios(3), TCSADRAIN: what a pseudo-terminal has put out is with its master already.
    if (request.number() == kTcSetsFlush) flush_input(call.kernel, request.id, call.task, call.trace);
    change_settings(call.kernel, request.id, *wanted, call.task, call.trace);
    return Outcome::done(0);
}

Outcome set_size(const Request& request) {
    const auto wanted = request.call.memory().read_object<WindowSize>(request.argument());
    if (!wanted) return Outcome::fail(wanted.error());
    if (*wanted == request.terminal().size) return Outcome::done(0);
    // ioctl_tty(2), TIOCSWINSZ: the foreground group hears of a new size.
    request.call.kernel.terminals.write(request.id).size = *wanted;
    signal_foreground(request.call.kernel, request.id, kSigWinch, request.call.trace);
    return Outcome::done(0);
}

/// tcflush(3). At the master the two directions are the other way round.
Outcome flush(const Request& request) {
    constexpr std::uint64_t kInput = 0, kOutput = 1, kBoth = 2;
    Call& call = request.call;
    if (!request.of_master)
        if (auto refused = refuse_background(call, request.id, kSigTtou)) return std::move(*refused);
    const std::uint64_t what = request.argument();
    if (what > kBoth) return Outcome::fail(Errno::einval);
    if (request.of_master) {
        Terminal& terminal = call.kernel.terminals.write(request.id);
        if (what != kOutput) terminal.output.clear();
        if (what != kInput) terminal.arriving.clear();
        take_output(terminal);
        terminal.arriving_buffers.leave(terminal.arriving.size());
        if (what != kOutput) output_moves(call.kernel, request.id, call.task, call.trace);
        return Outcome::done(0);
    }
    if (what != kOutput) flush_input(call.kernel, request.id, call.task, call.trace);
    if (what != kInput) flush_output(call.kernel, request.id, call.task, call.trace);
    return Outcome::done(0);
}

/// tcflow(3)
Outcome flow(const Request& request) {
    constexpr std::uint64_t kStopOutput = 0, kStartOutput = 1, kStopInput = 2, kStartInput = 3;
    Call& call = request.call;
    if (request.of_master)
        return request.refuse("tcflow() at a master is not simulated: EINVAL", Errno::einval);
    if (auto refused = refuse_background(call, request.id, kSigTtou)) return std::move(*refused);
    switch (request.argument()) {
        case kStopOutput:
            suspend_output(call.kernel, request.id);
            return Outcome::done(0);
        case kStartOutput:
            resume_output(call.kernel, request.id, call.task, call.trace);
            return Outcome::done(0);
        case kStopInput:
        case kStartInput: {
            const auto which = request.argument() == kStopInput ? kVStop : kVStart;
            send_character(call.kernel, request.id, request.terminal().settings.characters[which], call.task,
                           call.trace);
            return Outcome::done(0);
        }
        default:
            return Outcome::fail(Errno::einval);
    }
}

/// tcsendbreak(3), tcdrain(3): no line to break, and nothing that has not been sent.
Outcome send_break(const Request& request) {
    if (!request.of_master)
        if (auto refused = refuse_background(request.call, request.id, kSigTtou)) return std::move(*refused);
    return Outcome::done(0);
}

Outcome simulate_typing(const Request& request) {
    const auto byte = request.call.memory().read_object<char>(request.argument());
    if (!byte) return Outcome::fail(byte.error());
    // ioctl_tty(2), TIOCSTI: since Linux 6.2 it takes privileges, unless somebody allows it to all.
    return request.refuse("TIOCSTI is not allowed (tty_legacy_tiocsti is 0): EIO", Errno::eio);
}

Outcome lock(const Request& request) {
    const auto wanted = request.call.memory().read_object<std::int32_t>(request.argument());
    if (!wanted) return Outcome::fail(wanted.error());
    request.call.kernel.terminals.write(request.id).is_locked = *wanted != 0;
    return Outcome::done(0);
}

/// ioctl_tty(2), TIOCSIG: as if a key of the terminal had been pressed.
Outcome send_signal(const Request& request) {
    const auto signal = static_cast<int>(request.argument());
    if (signal != kSigInt && signal != kSigQuit && signal != kSigTstp) return Outcome::fail(Errno::einval);
    interrupt(request.call.kernel, request.id, signal, request.call.task, request.call.trace);
    return Outcome::done(0);
}

Outcome control_master(const Request& request) {
    switch (request.number()) {
        case kTiocGptn:
            return request.give(request.terminal().number);
        case kTiocSptlck:
            return lock(request);
        case kTiocGptlck:
            return request.give(std::int32_t{request.terminal().is_locked});
        case kTiocGptpeer:
            return open_peer(request.call, request.id);
        case kTiocSig:
            return send_signal(request);
        case kTiocPkt:
            return request.refuse("packet mode (TIOCPKT) is not simulated: ENOTTY", Errno::enotty);
        default:
            return Outcome::fail(Errno::enotty);
    }
}

Outcome control(const Request& request) {
    switch (request.number()) {
        case kTcGets:
            return request.give(request.terminal().settings);
        case kTcSets:
        case kTcSetsWait:
        case kTcSetsFlush:
            return set_settings(request);
        case kTcBreak:
        case kTcBreakPosix:
            return send_break(request);
        case kTcFlow:
            return flow(request);
        case kTcFlush:
            return flush(request);
        case kTiocExclusive:
        case kTiocNotExclusive:
            return request.refuse("exclusive use of a terminal (TIOCEXCL) is not simulated: ENOTTY",
                                  Errno::enotty);
        case kTiocSetControlling:
            return request.of_master ? Outcome::fail(Errno::eperm)
                                     : set_controlling_terminal(request.call, request.id, request.file);
        case kTiocNoTerminal:
            return request.of_master ? Outcome::fail(Errno::enotty)
                                     : give_up_terminal(request.call, request.id);
        case kTiocGetGroup:
            return get_foreground_group(request.call, request.id, request.of_master);
        case kTiocSetGroup:
            return set_foreground_group(request.call, request.id);
        case kTiocGetSession:
            return get_session(request.call, request.id, request.of_master);
        case kTiocOutput:
            return request.give(std::int32_t{0});
        case kTiocType:
            return simulate_typing(request);
        case kTiocGetSize:
            return request.give(request.terminal().size);
        case kTiocSetSize:
            return set_size(request);
        default:
            return request.of_master ? control_master(request) : Outcome::fail(Errno::enotty);
    }
}

}  // namespace

Outcome control_terminal(Call& call, const File& file) {
    const TerminalId id = terminal_of(call.kernel, file);
    if (!id) return Outcome::fail(Errno::enotty);
    const Request request{call, file, id, file.kind == FileKind::master};
    // drivers/tty/tty_io.c, hung_up_tty_ioctl()
    if (request.terminal().is_hung_up)
        return Outcome::fail(request.number() == kTiocSetGroup ? Errno::enotty : Errno::eio);
    return control(request);
}

}  // namespace ipclab::kernel
