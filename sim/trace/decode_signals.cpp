// Signals, sets of them and what comes with them, as strace shows them.
#include <bit>

#include "kernel/signal_state.h"
#include "sim/trace/decode_structures.h"
#include "sim/trace/flags.h"
#include "sim/trace/load.h"

namespace ipclab::trace {

void append_signal(std::string& out, std::int64_t signal) {
    if (signal > kernel::kSigRtMin && signal <= kernel::kSigRtMax) {
        out += "SIGRT_";
        append_number(out, signal - kernel::kSigRtMin);
        return;
    }
    const std::string_view known =
        signal > 0 && signal <= kernel::kSigRtMin ? standard_signal_name(static_cast<int>(signal)) : "";
    if (known.empty())
        append_number(out, signal);
    else
        out += known;
}

void append_signal_set(std::string& out, std::uint64_t mask) {
    // strace shows what is missing where that is shorter: from two thirds of all signals on.
    if (static_cast<int>(std::popcount(mask)) >= kernel::kSignals * 2 / 3) {
        out += '~';
        mask = ~mask;
    }
    out += '[';
    bool is_first = true;
    for (int signal = 1; signal <= kernel::kSignals; ++signal) {
        if (!(mask & kernel::signal_bit(signal))) continue;
        if (!is_first) out += ' ';
        is_first = false;
        std::string name;
        append_signal(name, signal);
        out.append(name, 3);  // without "SIG"
    }
    out += ']';
}

void append_wait_status(std::string& out, std::int64_t status) {
    const auto low = static_cast<std::int64_t>(status & 0x7f),
               high = static_cast<std::int64_t>(status >> 8 & 0xff);
    if (status == 0xffff) {
        out += "WIFCONTINUED(s)";
    } else if ((status & 0xff) == 0x7f) {
        out += "WIFSTOPPED(s) && WSTOPSIG(s) == ";
        append_signal(out, high);
    } else if (low != 0) {
        out += "WIFSIGNALED(s) && WTERMSIG(s) == ";
        append_signal(out, low);
        if (status & 0x80) out += " && WCOREDUMP(s)";
    } else {
        out += "WIFEXITED(s) && WEXITSTATUS(s) == ";
        append_number(out, high);
    }
}

std::string ending_text(std::int64_t status) {
    std::string text;
    if ((status & 0x7f) != 0) {
        text = "killed by ";
        append_signal(text, status & 0x7f);
        if (status & 0x80) text += " (core dumped)";
    } else {
        text = "exited with ";
        append_number(text, status >> 8 & 0xff);
    }
    return text;
}

void append_siginfo(std::string& out, std::span<const std::uint8_t> siginfo) {
    const auto signal = load<std::int32_t>(siginfo, 0), code = load<std::int32_t>(siginfo, 8);
    const bool is_fault = code > 0 && code < 0x80 &&
                          (signal == kernel::kSigSegv || signal == kernel::kSigBus ||
                           signal == kernel::kSigFpe || signal == kernel::kSigIll);
    append_signal(out, signal);
    out += ", si_code=";
    const std::string_view name = signal_code_name(signal, code);
    if (name.empty())
        append_number(out, std::int64_t{code});
    else
        out += name;
    if (is_fault) {
        out += ", si_addr=";
        return append_address(out, load<std::uint64_t>(siginfo, 16));
    }
    if (code == 0x80) return;  // SI_KERNEL: no sender
    const bool is_timer = code == -2,
               is_queued = code == -1 || code == -3;  // SI_TIMER; SI_QUEUE, SI_MESGQ
    out += is_timer ? ", si_timerid=" : ", si_pid=";
    if (is_timer && load<std::uint32_t>(siginfo, 16) != 0)
        append_hex(out, load<std::uint32_t>(siginfo, 16));
    else
        append_number(out, std::int64_t{load<std::int32_t>(siginfo, 16)});
    out += is_timer ? ", si_overrun=" : ", si_uid=";
    append_number(out, std::int64_t{load<std::int32_t>(siginfo, 20)});
    if (signal == kernel::kSigChld && code > 0) {
        const std::int64_t status = load<std::int32_t>(siginfo, 24);
        out += ", si_status=";
        constexpr std::int32_t kCldExited = 1;
        if (code == kCldExited)
            append_number(out, status);
        else
            append_signal(out, status);
        out += ", si_utime=";
        append_number(out, load<std::int64_t>(siginfo, 32));
        out += ", si_stime=";
        append_number(out, load<std::int64_t>(siginfo, 40));
    } else if (is_queued || is_timer) {
        out += ", si_int=";
        append_number(out, std::int64_t{load<std::int32_t>(siginfo, 24)});
        out += ", si_ptr=";
        append_address(out, load<std::uint64_t>(siginfo, 24));
    }
}

}  // namespace ipclab::trace
