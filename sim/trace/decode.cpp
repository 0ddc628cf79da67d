#include "sim/trace/decode.h"

#include <algorithm>

#include "kernel/capture.h"
#include "kernel/result.h"
#include "sim/trace/decode_structures.h"
#include "sim/trace/decode_waits.h"
#include "sim/trace/flags.h"
#include "sim/trace/sockets.h"
#include "sim/trace/terminals.h"

namespace ipclab::trace {

namespace {

using kernel::ArgKind;
using kernel::PayloadItem;
using kernel::Sys;

bool is(const CallView& call, Sys number) {
    return call.event().number == static_cast<std::uint16_t>(number);
}

void append_signed(std::string& out, std::uint64_t value) {
    append_number(out, std::int64_t{static_cast<std::int32_t>(value)});
}

/// fcntl(2): what the third argument means depends on the command; returns whether there is one.
bool fcntl_takes_argument(std::uint32_t command) {
    constexpr std::uint32_t kWithout[] = {1, 3, 9, 11, 1025, 1032, 1034};
    return std::find(std::begin(kWithout), std::end(kWithout), command) == std::end(kWithout);
}

void append_fcntl_argument(std::string& out, std::uint32_t command, std::uint64_t value) {
    constexpr std::uint32_t kSetFd = 2, kSetFl = 4, kSetPipeSize = 1031;
    if (command == kSetFd)
        append_descriptor_flags(out, static_cast<std::uint32_t>(value));
    else if (command == kSetFl)
        append_open_flags(out, static_cast<std::uint32_t>(value));
    else if (command == 0 || command == 1030 || command == kSetPipeSize || command == 8)
        append_signed(out, value);
    else if (kernel::is_lock_command(command))
        append_address(out, value);
    else
        append_hex(out, value);
}

/// Numbers whose meaning depends on the call. False: nothing special about it.
bool append_special(std::string& out, const CallView& call, std::size_t index) {
    const std::uint64_t value = call.arg(index);
    const auto word = static_cast<std::uint32_t>(value);
    switch (static_cast<Sys>(call.event().number)) {
        case Sys::access:
            if (index != 1) return false;
            append_access_mode(out, word);
            return true;
        case Sys::newfstatat:
        case Sys::execveat:
            if (index + 1 != call.spec()->argument_count) return false;
            append_at_flags(out, word);
            return true;
        case Sys::mknod:
        case Sys::mknodat:
            if (call.spec()->args[index].kind != ArgKind::mode) return false;
            append_file_mode(out, word);
            return true;
        case Sys::clock_nanosleep:
            if (index != 1) return false;
            append_clock_flags(out, word);
            return true;
        case Sys::getpriority:
        case Sys::setpriority:
            if (index != 0) return false;
            append_priority_which(out, word);
            return true;
        case Sys::fcntl:
            if (index != 2 || call.item(index)) return false;
            append_fcntl_argument(out, static_cast<std::uint32_t>(call.arg(1)), value);
            return true;
        case Sys::mmap:
            if (index != 5) return false;
            append_hex(out, value);
            return true;
        case Sys::dup3:
            if (index != 2) return false;
            append_pipe_flags(out, word);
            return true;
        default:
            return append_wait_flag(out, call, index);
    }
}

/// How many arguments strace shows: some exist only with certain flags.
std::size_t shown_arguments(const CallView& call) {
    constexpr std::uint64_t kCreate = 0100, kTmpFile = 020000000;
    if (is(call, Sys::open)) return call.arg(1) & (kCreate | kTmpFile) ? 3 : 2;
    if (is(call, Sys::openat)) return call.arg(2) & (kCreate | kTmpFile) ? 4 : 3;
    if (is(call, Sys::mremap)) return call.arg(3) & 2 ? 5 : 4;  // MREMAP_FIXED
    if (is(call, Sys::mq_open)) return call.arg(1) & kCreate ? 4 : 2;
    if (is(call, Sys::fcntl)) return fcntl_takes_argument(static_cast<std::uint32_t>(call.arg(1))) ? 3 : 2;
    return call.spec()->argument_count;
}

/// clone(2) is shown with names and without what its flags do not use.
void append_clone_arguments(std::string& out, const CallView& call, ArgumentPart part) {
    if (part == ArgumentPart::after_result) return;
    constexpr std::uint64_t kParentSetTid = 0x100000, kSetTls = 0x80000, kChildTid = 0x1200000;
    const std::uint64_t flags = call.arg(0);
    out += "child_stack=";
    append_address(out, call.arg(1));
    out += ", flags=";
    append_clone_flags(out, flags);
    if (flags & kParentSetTid) {
        out += ", parent_tid=";
        append_address(out, call.arg(2));
    }
    if (flags & kSetTls) {
        out += ", tls=";
        append_hex(out, call.arg(4));
    }
    if (flags & kChildTid) {
        out += ", child_tidptr=";
        append_address(out, call.arg(3));
    }
}

/// A call without a row: its arguments are just numbers, and trailing zeros are probably none of its own.
void append_unknown_arguments(std::string& out, const CallView& call) {
    std::size_t count = call.event().args.size();
    while (count > 0 && call.arg(count - 1) == 0) --count;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) out += ", ";
        append_hex(out, call.arg(i));
    }
}

/// errno values that only a tracer sees: the kernel restarts the call, or turns them into EINTR.
std::string_view restart_text(std::int64_t error) {
    switch (error) {
        case 512:
            return "ERESTARTSYS (To be restarted if SA_RESTART is set)";
        case 513:
            return "ERESTARTNOINTR (To be restarted)";
        case 514:
            return "ERESTARTNOHAND (To be restarted if no handler)";
        case 516:
            return "ERESTART_RESTARTBLOCK (Interrupted by signal)";
        default:
            return {};
    }
}

/// Days since 1970-01-01 as year, month, day (proleptic Gregorian calendar).
void append_date(std::string& out, std::int64_t seconds) {
    const std::int64_t days = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - days * 86400;
    const std::int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    const std::int64_t doe = z - era * 146097;
    const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    const std::int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
    const std::int64_t year = yoe + era * 400 + (month <= 2);
    auto two = [&](std::int64_t value) {
        if (value < 10) out += '0';
        append_number(out, value);
    };
    append_number(out, year);
    out += '-';
    two(month);
    out += '-';
    two(day);
    out += 'T';
    two(rest / 3600);
    out += ':';
    two(rest / 60 % 60);
    out += ':';
    two(rest % 60);
    out += "+0000";
}

}  // namespace

CallView::CallView(const kernel::Trace& trace, const kernel::Event& event)
    : event_(event), spec_(kernel::syscall_spec(std::uint64_t{event.number})) {
    if (event.payload_bytes > 0) items_ = trace.items(event);
}

std::string CallView::name() const {
    if (spec_) return std::string(spec_->name);
    const std::string_view known = kernel::linux_syscall_name(event_.number);
    return known.empty() ? "syscall_" + std::to_string(event_.number) : std::string(known);
}

const PayloadItem* CallView::item(std::size_t argument) const {
    for (const PayloadItem& item : items_)
        if (item.argument == argument) return &item;
    return nullptr;
}

void append_argument(std::string& out, const CallView& call, std::size_t index,
                     const DecodeOptions& options) {
    const std::uint64_t value = call.arg(index);
    const auto word = static_cast<std::uint32_t>(value);
    if (append_special(out, call, index)) return;
    if (const PayloadItem* item = call.item(index)) return append_pointed(out, call, index, *item, options);
    switch (call.spec()->args[index].kind) {
        case ArgKind::none:
            return;
        case ArgKind::fd:
        case ArgKind::pid:
        case ArgKind::signed_:
        case ArgKind::unsigned_:
            return append_signed(out, value);
        case ArgKind::size:
            return append_number(out, value);
        case ArgKind::offset:
            return append_number(out, static_cast<std::int64_t>(value));
        case ArgKind::signal:
            return append_signal(out, static_cast<std::int32_t>(value));
        case ArgKind::open_flags:
            return append_open_flags(out, word);
        case ArgKind::mode:
            return append_octal(out, word);
        case ArgKind::fcntl_command:
            return append_fcntl_command(out, word);
        case ArgKind::wait_flags:
            return append_wait_flags(out, word);
        case ArgKind::clock:
            return append_clock(out, word);
        case ArgKind::mmap_protection:
            return append_protection(out, word);
        case ArgKind::mmap_flags:
            return append_mmap_flags(out, word);
        case ArgKind::sigmask_how:
            return append_sigmask_how(out, word);
        case ArgKind::pipe_flags:
            return append_pipe_flags(out, word);
        case ArgKind::clone_flags:
            return append_clone_flags(out, value);
        case ArgKind::futex_op:
            return append_futex_operation(out, word);
        case ArgKind::seek_whence:
            return append_seek_whence(out, word);
        case ArgKind::at_fd:
            if (static_cast<std::int32_t>(word) == -100)
                out += "AT_FDCWD";
            else
                append_signed(out, value);
            return;
        case ArgKind::ioctl_command:
            return append_ioctl_command(out, word);
        case ArgKind::ioctl_argument:
            return append_request_value(out, static_cast<std::uint32_t>(call.arg(1)), value);
        case ArgKind::ipc_key:
            return append_ipc_key(out, word);
        case ArgKind::ipc_flags:
            return append_ipc_flags(out, word);
        case ArgKind::ipc_command:
        case ArgKind::semctl_command:
            return append_ipc_command(out, static_cast<Sys>(call.event().number), word);
        case ArgKind::shmat_flags:
            return append_shmat_flags(out, word);
        case ArgKind::message_flags:
            return append_message_flags(out, word);
        case ArgKind::splice_flags:
            return append_splice_flags(out, word);
        case ArgKind::mremap_flags:
            return append_mremap_flags(out, word);
        case ArgKind::memfd_flags:
            return append_memfd_flags(out, word);
        case ArgKind::flock_operation:
            return append_flock_operation(out, word);
        case ArgKind::sched_policy:
            return append_sched_policy(out, word);
        case ArgKind::resource:
            return append_resource(out, word);
        case ArgKind::prctl_option:
            return append_prctl_option(out, word);
        case ArgKind::socket_domain:
            return append_socket_domain(out, word);
        case ArgKind::socket_type:
            if (is(call, Sys::accept4)) return append_accept_flags(out, word);
            return append_socket_type(out, word);
        case ArgKind::socket_level:
            return append_socket_level(out, word);
        case ArgKind::socket_option:
            return append_socket_option(out, static_cast<std::uint32_t>(call.arg(1)), word);
        case ArgKind::socket_flags:
            return append_socket_flags(out, word);
        case ArgKind::shutdown_how:
            return append_shutdown_how(out, word);
        case ArgKind::mq_attr_in:
        case ArgKind::mq_attr_out:
        case ArgKind::number_out:
        case ArgKind::fcntl_argument:
        case ArgKind::sockaddr_in:
        case ArgKind::sockaddr_out:
        case ArgKind::option_out:
        case ArgKind::msghdr_in:
        case ArgKind::msghdr_out:
        case ArgKind::semctl_argument:
        case ArgKind::message_in:
        case ArgKind::message_out:
        case ArgKind::sembuf_in:
        case ArgKind::pollfds:
        case ArgKind::fd_set:
        case ArgKind::timeval_in:
        case ArgKind::timer_spec_in:
        case ArgKind::timer_spec_out:
        case ArgKind::epoll_event_in:
        case ArgKind::epoll_events_out:
        case ArgKind::address:
        case ArgKind::path:
        case ArgKind::string_list:
        case ArgKind::bytes_in:
        case ArgKind::bytes_out:
        case ArgKind::fd_pair_out:
        case ArgKind::status_out:
        case ArgKind::timespec_in:
        case ArgKind::timespec_out:
        case ArgKind::sigset_in:
        case ArgKind::sigset_out:
        case ArgKind::sigaction_in:
        case ArgKind::sigaction_out:
        case ArgKind::stat_out:
        case ArgKind::rusage_out:
        case ArgKind::iovec_in:
        case ArgKind::iovec_out:
            return append_address(out, value);
    }
}

void append_arguments(std::string& out, const CallView& call, ArgumentPart part,
                      const DecodeOptions& options) {
    if (!call.spec()) {
        if (part != ArgumentPart::after_result) append_unknown_arguments(out, call);
        return;
    }
    if (is(call, Sys::clone)) return append_clone_arguments(out, call, part);
    const std::size_t count = shown_arguments(call);
    std::size_t split = 0;
    while (split < count && kernel::direction(call.spec()->args[split].kind) != kernel::ArgDirection::out)
        ++split;
    const std::size_t begin = part == ArgumentPart::after_result ? split : 0;
    const std::size_t end = part == ArgumentPart::before_result ? split : count;
    for (std::size_t i = begin; i < end; ++i) {
        if (i > begin) out += ", ";
        append_argument(out, call, i, options);
    }
    if (part == ArgumentPart::before_result && split > 0 && split < count) out += ", ";
}

void append_result(std::string& out, const CallView& call) {
    constexpr std::int64_t kMaxErrno = 4095;
    const std::int64_t result = call.event().result;
    if (call.spec() && call.spec()->result == kernel::ResultKind::none && !is(call, Sys::rt_sigreturn)) {
        out += '?';
        return;
    }
    if (result < 0 && result >= -kMaxErrno) {
        if (const std::string_view restart = restart_text(-result); !restart.empty()) {
            out.append("? ").append(restart);
            return;
        }
        const auto error = static_cast<kernel::Errno>(-result);
        out.append("-1 ").append(kernel::errno_name(error)).append(" (");
        out.append(kernel::errno_text(error)).append(")");
        return;
    }
    if (is(call, Sys::umask)) return append_octal(out, static_cast<std::uint32_t>(result));
    if (is(call, Sys::fcntl)) {
        const bool flags = call.arg(1) == 1 && result != 0, status = call.arg(1) == 3;
        if (flags || status) {
            append_hex(out, static_cast<std::uint64_t>(result));
            out += " (flags ";
            if (flags)
                append_descriptor_flags(out, static_cast<std::uint32_t>(result));
            else
                append_open_flags(out, static_cast<std::uint32_t>(result));
            out += ')';
            return;
        }
    }
    if (call.spec() && call.spec()->result == kernel::ResultKind::address)
        return append_hex(out, static_cast<std::uint64_t>(result));
    append_number(out, result);
    append_found_ready(out, call);
    if (is(call, Sys::time)) {
        out += " (";
        append_date(out, result);
        out += ')';
    }
}

void append_quoted(std::string& out, std::span<const std::uint8_t> bytes, std::uint64_t full_bytes,
                   std::size_t limit) {
    const std::size_t shown = std::min(bytes.size(), limit);
    out += '"';
    for (std::size_t i = 0; i < shown; ++i) {
        const std::uint8_t byte = bytes[i];
        switch (byte) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\v':
                out += "\\v";
                break;
            case '\f':
                out += "\\f";
                break;
            default:
                if (byte >= ' ' && byte < 0x7f) {
                    out += static_cast<char>(byte);
                    break;
                }
                // As few octal digits as do not swallow the next character.
                const bool digit_follows = i + 1 < shown && bytes[i + 1] >= '0' && bytes[i + 1] <= '7';
                out += '\\';
                if (byte >= 0100 || digit_follows) out += static_cast<char>('0' + (byte >> 6));
                if (byte >= 010 || digit_follows) out += static_cast<char>('0' + (byte >> 3 & 7));
                out += static_cast<char>('0' + (byte & 7));
        }
    }
    out += '"';
    if (shown < full_bytes) out += "...";
}

void append_seconds(std::string& out, kernel::Time time_ns) {
    if (time_ns < 0) out += '-';
    const std::uint64_t ns =
        time_ns < 0 ? 0 - static_cast<std::uint64_t>(time_ns) : static_cast<std::uint64_t>(time_ns);
    constexpr std::size_t kDecimals = 9;
    append_number(out, ns / kernel::kSecond);
    out += '.';
    out.append(kDecimals, '0');
    auto rest = ns % kernel::kSecond;
    for (std::size_t i = 0; i < kDecimals; ++i, rest /= 10)
        out[out.size() - 1 - i] = static_cast<char>('0' + rest % 10);
}

}  // namespace ipclab::trace
