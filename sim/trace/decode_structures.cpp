#include "sim/trace/decode_structures.h"

#include <algorithm>

#include "kernel/capture.h"
#include "kernel/signal_state.h"
#include "sim/trace/decode_waits.h"
#include "sim/trace/flags.h"
#include "sim/trace/load.h"
#include "sim/trace/sockets.h"
#include "sim/trace/terminals.h"

namespace ipclab::trace {

namespace {

using kernel::ArgKind;
using kernel::PayloadItem;
using kernel::Sys;

constexpr std::size_t kListLimit = 32;  // strace shows at most that many texts of an argument list

bool is(const CallView& call, Sys number) {
    return call.event().number == static_cast<std::uint16_t>(number);
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

}  // namespace

void append_address(std::string& out, std::uint64_t address) {
    if (address == 0)
        out += "NULL";
    else
        append_hex(out, address);
}

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

}  // namespace ipclab::trace
