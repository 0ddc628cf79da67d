#include "sim/trace/decode.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernel/capture.h"
#include "kernel/result.h"
#include "kernel/signal_state.h"
#include "sim/trace/decode_waits.h"
#include "sim/trace/flags.h"
#include "sim/trace/sockets.h"
#include "sim/trace/terminals.h"

namespace ipclab::trace {

namespace {

using kernel::ArgKind;
using kernel::ObjectKind;
using kernel::PayloadItem;
using kernel::Sys;

constexpr std::size_t kListLimit = 32;  // strace shows at most that many texts of an argument list

template <class T>
T load(std::span<const std::uint8_t> bytes, std::size_t offset) {
    T value{};
    if (offset + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

bool is(const CallView& call, Sys number) {
    return call.event().number == static_cast<std::uint16_t>(number);
}

void append_address(std::string& out, std::uint64_t address) {
    if (address == 0)
        out += "NULL";
    else
        append_hex(out, address);
}

void append_signed(std::string& out, std::uint64_t value) {
    append_number(out, std::int64_t{static_cast<std::int32_t>(value)});
}

bool is_output(ArgKind kind) {
    switch (kind) {
        case ArgKind::bytes_out:
        case ArgKind::fd_pair_out:
        case ArgKind::status_out:
        case ArgKind::timespec_out:
        case ArgKind::sigset_out:
        case ArgKind::sigaction_out:
        case ArgKind::stat_out:
        case ArgKind::rusage_out:
        case ArgKind::iovec_out:
        case ArgKind::message_out:
        case ArgKind::timer_spec_out:
        case ArgKind::epoll_events_out:
        case ArgKind::sockaddr_out:
        case ArgKind::option_out:
        case ArgKind::msghdr_out:
        case ArgKind::mq_attr_out:
        case ArgKind::number_out:
            return true;
        default:
            return false;
    }
}

void append_timespec(std::string& out, std::span<const std::uint8_t> bytes) {
    out += "{tv_sec=";
    append_number(out, load<std::int64_t>(bytes, 0));
    out += ", tv_nsec=";
    append_number(out, load<std::int64_t>(bytes, 8));
    out += '}';
}

void append_timeval(std::string& out, std::span<const std::uint8_t> bytes, std::size_t offset) {
    out += "{tv_sec=";
    append_number(out, load<std::int64_t>(bytes, offset));
    out += ", tv_usec=";
    append_number(out, load<std::int64_t>(bytes, offset + 8));
    out += '}';
}

void append_sigaction(std::string& out, std::span<const std::uint8_t> bytes) {
    // The kernel's order of struct sigaction: handler, flags, restorer, mask.
    const auto handler = load<std::uint64_t>(bytes, 0), flags = load<std::uint64_t>(bytes, 8);
    out += "{sa_handler=";
    if (handler == kernel::kSigDfl)
        out += "SIG_DFL";
    else if (handler == kernel::kSigIgn)
        out += "SIG_IGN";
    else
        append_hex(out, handler);
    out += ", sa_mask=";
    append_signal_set(out, load<std::uint64_t>(bytes, 24));
    out += ", sa_flags=";
    append_signal_action_flags(out, flags);
    constexpr std::uint64_t kSaRestorer = 0x04000000;
    if (flags & kSaRestorer) {
        out += ", sa_restorer=";
        append_address(out, load<std::uint64_t>(bytes, 16));
    }
    out += '}';
}

void append_stat(std::string& out, std::span<const std::uint8_t> bytes) {
    const auto mode = load<std::uint32_t>(bytes, 24);
    out += "{st_mode=";
    append_file_mode(out, mode);
    const std::uint32_t type = mode & 0170000;
    if (type == 0020000 || type == 0060000) {
        const auto device = load<std::uint64_t>(bytes, 40);
        out += ", st_rdev=makedev(";
        append_hex(out, (device >> 8 & 0xfff) | (device >> 32 & ~0xfffull));
        out += ", ";
        append_hex(out, (device & 0xff) | (device >> 12 & ~0xffull));
        out += ')';
    } else {
        out += ", st_size=";
        append_number(out, load<std::int64_t>(bytes, 48));
    }
    out += ", ...}";
}

void append_string_list(std::string& out, const CallView& call, std::size_t index, const PayloadItem& item,
                        const DecodeOptions& options) {
    const PayloadItem* list = call.item(index | kernel::kCaptureListBit);
    const std::uint64_t count = list ? load<std::uint64_t>(list->bytes, 0) : 0;
    if (call.spec()->args[index].name == "envp") {
        append_address(out, call.arg(index));
        out += " /* ";
        append_number(out, count);
        out += count == 1 ? " var */" : " vars */";
        return;
    }
    out += '[';
    std::size_t at = 0, shown = 0;
    while (at < item.bytes.size() && shown < kListLimit) {
        const auto rest = item.bytes.subspan(at);
        const auto nul = std::find(rest.begin(), rest.end(), std::uint8_t{0});
        const auto length = static_cast<std::size_t>(nul - rest.begin());
        if (shown++ > 0) out += ", ";
        append_quoted(out, rest.first(length), length + (nul == rest.end() ? 1 : 0), options.string_limit);
        at += length + 1;
    }
    if (shown < count) out += shown > 0 ? ", ..." : "...";
    out += ']';
}

void append_iovec(std::string& out, const CallView& call, std::size_t index, const PayloadItem& item,
                  const DecodeOptions& options) {
    const PayloadItem* list = call.item(index | kernel::kCaptureListBit);
    const std::size_t parts = list ? list->bytes.size() / 8 : 0;
    std::uint64_t at = 0;
    out += '[';
    for (std::size_t i = 0; i < parts; ++i) {
        if (i > 0) out += ", ";
        if (i == kListLimit) {
            out += "...";
            break;
        }
        const auto length = load<std::uint64_t>(list->bytes, i * 8);
        const std::uint64_t full = std::min(length, item.full_bytes - at);
        const std::uint64_t begin = std::min<std::uint64_t>(at, item.bytes.size());
        const std::uint64_t captured = std::min<std::uint64_t>(full, item.bytes.size() - begin);
        out += "{iov_base=";
        append_quoted(out, item.bytes.subspan(begin, captured), full, options.string_limit);
        out += ", iov_len=";
        append_number(out, length);
        out += '}';
        at += full;
    }
    out += ']';
}

/// struct msghdr
void append_message_header(std::string& out, const CallView& call, std::size_t index, const PayloadItem& item,
                           const DecodeOptions& options) {
    out += '{';
    if (const PayloadItem* name = call.item(index | kernel::kCaptureNameBit); name && !name->bytes.empty()) {
        out += "msg_name=";
        append_socket_address(out, name->bytes);
        out += ", ";
    }
    out += "msg_iov=";
    append_iovec(out, call, index, item, options);
    if (const PayloadItem* control = call.item(index | kernel::kCaptureControlBit);
        control && !control->bytes.empty()) {
        out += ", msg_control=";
        append_control_messages(out, control->bytes);
    }
    out += '}';
}

/// The value of a socket option, which is a number more often than not.
void append_option_value(std::string& out, const PayloadItem& item, const DecodeOptions& options) {
    if (item.full_bytes != sizeof(std::int32_t))
        return append_quoted(out, item.bytes, item.full_bytes, options.string_limit);
    out += '[';
    append_number(out, std::int64_t{load<std::int32_t>(item.bytes, 0)});
    out += ']';
}

/// struct msgbuf
void append_message(std::string& out, const PayloadItem& item, const DecodeOptions& options) {
    const std::size_t type_bytes = std::min(kernel::kAbiMessageTypeBytes, item.bytes.size());
    out += "{mtype=";
    append_number(out, load<std::int64_t>(item.bytes, 0));
    out += ", mtext=";
    append_quoted(out, item.bytes.subspan(type_bytes), item.full_bytes - kernel::kAbiMessageTypeBytes,
                  options.string_limit);
    out += '}';
}

/// struct sembuf, several.
void append_semaphore_operations(std::string& out, std::span<const std::uint8_t> bytes) {
    out += '[';
    for (std::size_t at = 0; at + kernel::kAbiSembufBytes <= bytes.size(); at += kernel::kAbiSembufBytes) {
        out += at > 0 ? ", {sem_num=" : "{sem_num=";
        append_number(out, std::uint64_t{load<std::uint16_t>(bytes, at)});
        out += ", sem_op=";
        append_number(out, std::int64_t{load<std::int16_t>(bytes, at + 2)});
        out += ", sem_flg=";
        append_semaphore_flags(out, load<std::uint16_t>(bytes, at + 4));
        out += '}';
    }
    out += ']';
}

/// struct mq_attr
void append_queue_attributes(std::string& out, std::span<const std::uint8_t> bytes) {
    out += "{mq_flags=";
    append_open_flags(out, load<std::uint32_t>(bytes, 0));
    constexpr std::string_view kNames[] = {"mq_maxmsg", "mq_msgsize", "mq_curmsgs"};
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
        out.append(", ").append(kNames[i]).append("=");
        append_number(out, load<std::int64_t>(bytes, (i + 1) * 8));
    }
    out += '}';
}

/// struct flock: whom the lock belongs to is told by F_GETLK only.
void append_flock(std::string& out, std::span<const std::uint8_t> bytes, bool with_owner) {
    out += "{l_type=";
    append_lock_type(out, load<std::uint16_t>(bytes, 0));
    out += ", l_whence=";
    append_seek_whence(out, load<std::uint16_t>(bytes, 2));
    out += ", l_start=";
    append_number(out, load<std::int64_t>(bytes, 8));
    out += ", l_len=";
    append_number(out, load<std::int64_t>(bytes, 16));
    if (with_owner) {
        out += ", l_pid=";
        append_number(out, std::int64_t{load<std::int32_t>(bytes, 24)});
    }
    out += '}';
}

/// getdents64(2): the number of directory entries, which are records with their length at byte 16.
void append_directory_entries(std::string& out, const CallView& call, const PayloadItem& item) {
    std::size_t at = 0;
    std::uint64_t count = 0;
    while (at + 19 <= item.bytes.size()) {
        const auto length = load<std::uint16_t>(item.bytes, at + 16);
        if (length == 0) break;
        at += length;
        ++count;
    }
    append_address(out, call.arg(1));
    out += " /* ";
    append_number(out, count);
    out += item.bytes.size() < item.full_bytes ? " or more entries */"
           : count == 1                        ? " entry */"
                                               : " entries */";
}

/// What an argument points to, from its captured bytes.
void append_pointed(std::string& out, const CallView& call, std::size_t index, const PayloadItem& item,
                    const DecodeOptions& options) {
    const auto bytes = item.bytes;
    switch (call.spec()->args[index].kind) {
        case ArgKind::path:
            return append_quoted(out, bytes, item.full_bytes, kernel::kCaptureBytes);
        case ArgKind::string_list:
            return append_string_list(out, call, index, item, options);
        case ArgKind::iovec_in:
        case ArgKind::iovec_out:
            return append_iovec(out, call, index, item, options);
        case ArgKind::bytes_in:
        case ArgKind::bytes_out:
            if (is(call, Sys::getdents64)) return append_directory_entries(out, call, item);
            if (is(call, Sys::getcwd) && !bytes.empty() && bytes.back() == 0)  // its result counts the NUL
                return append_quoted(out, bytes.first(bytes.size() - 1), bytes.size() - 1,
                                     kernel::kCaptureBytes);
            if (is(call, Sys::setsockopt)) return append_option_value(out, item, options);
            return append_quoted(out, bytes, item.full_bytes, options.string_limit);
        case ArgKind::sockaddr_in:
        case ArgKind::sockaddr_out:
            return append_socket_address(out, bytes);
        case ArgKind::option_out:
            return append_option_value(out, item, options);
        case ArgKind::msghdr_in:
        case ArgKind::msghdr_out:
            return append_message_header(out, call, index, item, options);
        case ArgKind::timespec_in:
        case ArgKind::timespec_out:
            return append_timespec(out, bytes);
        case ArgKind::sigset_in:
        case ArgKind::sigset_out:
            return append_signal_set(out, load<std::uint64_t>(bytes, 0));
        case ArgKind::sigaction_in:
        case ArgKind::sigaction_out:
            return append_sigaction(out, bytes);
        case ArgKind::stat_out:
            return append_stat(out, bytes);
        case ArgKind::message_in:
        case ArgKind::message_out:
            return append_message(out, item, options);
        case ArgKind::sembuf_in:
            return append_semaphore_operations(out, bytes);
        case ArgKind::mq_attr_in:
        case ArgKind::mq_attr_out:
            return append_queue_attributes(out, bytes);
        case ArgKind::number_out:
            out += '[';
            append_number(out, std::uint64_t{load<std::uint32_t>(bytes, 0)});
            out += ']';
            return;
        case ArgKind::ioctl_argument:
            return append_request_argument(out, static_cast<std::uint32_t>(call.arg(1)), bytes);
        case ArgKind::fcntl_argument:
            return append_flock(out, bytes, kernel::asks_for_lock(call.arg(1)));
        case ArgKind::pollfds:
            return append_pollfds(out, item, PollfdPart::asked);
        case ArgKind::fd_set:
            return append_descriptor_set(out, bytes, static_cast<std::int32_t>(call.arg(0)));
        case ArgKind::timeval_in:
            return append_timeval(out, bytes, 0);
        case ArgKind::timer_spec_in:
        case ArgKind::timer_spec_out:
            out += "{it_interval=";
            append_timespec(out, bytes);
            out += ", it_value=";
            append_timespec(out, bytes.subspan(std::min<std::size_t>(bytes.size(), 16)));
            out += '}';
            return;
        case ArgKind::epoll_event_in:
            return append_epoll_event(out, bytes);
        case ArgKind::epoll_events_out:
            return append_epoll_events(out, item);
        case ArgKind::fd_pair_out:
            out += '[';
            append_number(out, std::int64_t{load<std::int32_t>(bytes, 0)});
            out += ", ";
            append_number(out, std::int64_t{load<std::int32_t>(bytes, 4)});
            out += ']';
            return;
        case ArgKind::status_out:
            out += "[{";
            append_wait_status(out, load<std::int32_t>(bytes, 0));
            out += "}]";
            return;
        case ArgKind::rusage_out:
            out += "{ru_utime=";
            append_timeval(out, bytes, 0);
            out += ", ru_stime=";
            append_timeval(out, bytes, 16);
            out += ", ...}";
            return;
        default:
            return append_address(out, call.arg(index));
    }
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
            if (index != 3) return false;
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
            return append_socket_option(out, word);
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
    while (split < count && !is_output(call.spec()->args[split].kind)) ++split;
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

std::string object_name(kernel::ObjectRef object) {
    auto numbered = [&](const char* kind) { return kind + std::to_string(object.id); };
    switch (object.kind) {
        case ObjectKind::none:
            return "nothing";
        case ObjectKind::task:
            return numbered("task ");
        case ObjectKind::process:
            return numbered("process ");
        case ObjectKind::file:
            return numbered("open file ");
        case ObjectKind::inode:
            return numbered("inode ");
        case ObjectKind::pipe:
            return numbered("pipe ");
        case ObjectKind::stream:
            return numbered("stream ");
        case ObjectKind::memory:
            return numbered("memory ");
        case ObjectKind::clock:
            return "the clock";
        case ObjectKind::space:
            return numbered("address space ");
        case ObjectKind::message_queue:
            return numbered("message queue ");
        case ObjectKind::semaphore_set:
            return numbered("semaphore set ");
        case ObjectKind::segment:
            return numbered("shared memory segment ");
        case ObjectKind::eventfd:
            return numbered("eventfd ");
        case ObjectKind::timerfd:
            return numbered("timerfd ");
        case ObjectKind::signalfd:
            return numbered("signalfd ");
        case ObjectKind::epoll:
            return numbered("epoll ");
        case ObjectKind::inotify:
            return numbered("inotify ");
        case ObjectKind::socket:
            return numbered("socket ");
        case ObjectKind::terminal:
            return numbered("terminal ");
        case ObjectKind::pty_master:
            return numbered("master of terminal ");
        case ObjectKind::posix_queue:
            return numbered("POSIX message queue ");
        case ObjectKind::link:
            return "the link";
    }
    return "?";
}

std::string blocked_reason(const CallView& call) {
    const kernel::ObjectRef object = call.event().object;
    std::string what = object_name(object);
    if (object.kind == ObjectKind::none)
        what = call.spec() && call.spec()->argument_count > 0 && call.spec()->args[0].kind == ArgKind::fd
                   ? "descriptor " + std::to_string(static_cast<std::int32_t>(call.arg(0)))
                   : "something";
    switch (static_cast<Sys>(call.event().number)) {
        case Sys::read:
        case Sys::readv:
        case Sys::pread64:
            return what + (object.kind == ObjectKind::pipe      ? " is empty"
                           : object.kind == ObjectKind::socket  ? " has received nothing yet"
                           : object.kind == ObjectKind::stream  ? " has no input yet"
                           : object.kind == ObjectKind::eventfd ? " is 0"
                                                                : " has no data yet");
        case Sys::write:
        case Sys::writev:
        case Sys::pwrite64:
            what += object.kind == ObjectKind::pipe      ? " is full"
                    : object.kind == ObjectKind::eventfd ? " would overflow"
                                                         : " takes no more";
            if (call.event().result > 0)
                what.append(", ").append(std::to_string(call.event().result)).append(" bytes are written");
            return what;
        case Sys::recvfrom:
        case Sys::recvmsg:
        case Sys::recvmmsg:
            return what + " has received nothing yet";
        case Sys::sendto:
        case Sys::sendmsg:
        case Sys::sendmmsg:
            return what + " takes no more";
        case Sys::accept:
        case Sys::accept4:
            return "nobody has connected to " + what;
        case Sys::connect:
            return "the backlog is full";
        case Sys::msgsnd:
            return what + " has no room for the message";
        case Sys::msgrcv:
            return what + " has no such message";
        case Sys::semop:
        case Sys::semtimedop:
            return what + " does not allow the operation";
        case Sys::wait4:
            return "no child has changed its state";
        case Sys::vfork:
        case Sys::clone:
            return what + " has neither executed nor ended";
        case Sys::nanosleep:
        case Sys::clock_nanosleep:
            return "the time is not up";
        case Sys::poll:
        case Sys::ppoll:
        case Sys::select:
        case Sys::pselect6:
        case Sys::epoll_wait:
        case Sys::epoll_pwait:
        case Sys::epoll_pwait2:
            return object.kind == ObjectKind::clock  ? "the time is not up"
                   : object.kind == ObjectKind::task ? "no signal has arrived"
                                                     : "nothing is ready yet";
        case Sys::pause:
        case Sys::rt_sigsuspend:
            return "no signal has arrived";
        case Sys::futex:
            what = "waits for the lock or condition at ";
            append_hex(what, call.arg(0));
            return what;
        case Sys::open:
        case Sys::openat:
            return "nobody has the other end of " + what + " open";
        case Sys::mq_timedsend:
            return what + " is full";
        case Sys::mq_timedreceive:
            return what + " is empty";
        case Sys::fcntl:
        case Sys::flock:
            return "somebody else has locked " + what;
        default:
            return "waits for " + what;
    }
}

}  // namespace ipclab::trace
