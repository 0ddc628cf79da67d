#include "sim/trace/decode_waits.h"

#include <algorithm>

#include "kernel/capture.h"
#include "sim/trace/flags.h"
#include "sim/trace/load.h"

namespace ipclab::trace {

namespace {

using kernel::kAbiEpollEventBytes;
using kernel::kAbiPollfdBytes;
using kernel::PayloadItem;
using kernel::Sys;

constexpr NamedValue kPollEvents[] = {{0x1, "POLLIN"},       {0x2, "POLLPRI"},      {0x4, "POLLOUT"},
                                      {0x40, "POLLRDNORM"},  {0x100, "POLLWRNORM"}, {0x80, "POLLRDBAND"},
                                      {0x200, "POLLWRBAND"}, {0x8, "POLLERR"},      {0x10, "POLLHUP"},
                                      {0x20, "POLLNVAL"},    {0x400, "POLLMSG"},    {0x2000, "POLLRDHUP"}};
constexpr NamedValue kEpollEvents[] = {
    {0x1, "EPOLLIN"},          {0x2, "EPOLLPRI"},          {0x4, "EPOLLOUT"},
    {0x40, "EPOLLRDNORM"},     {0x80, "EPOLLRDBAND"},      {0x100, "EPOLLWRNORM"},
    {0x200, "EPOLLWRBAND"},    {0x400, "EPOLLMSG"},        {0x8, "EPOLLERR"},
    {0x10, "EPOLLHUP"},        {0x2000, "EPOLLRDHUP"},     {1u << 28, "EPOLLEXCLUSIVE"},
    {1u << 29, "EPOLLWAKEUP"}, {1u << 30, "EPOLLONESHOT"}, {1u << 31, "EPOLLET"}};
constexpr NamedValue kEpollOperations[] = {{1, "EPOLL_CTL_ADD"}, {2, "EPOLL_CTL_DEL"}, {3, "EPOLL_CTL_MOD"}};
constexpr NamedValue kEpollFlags[] = {{02000000, "EPOLL_CLOEXEC"}};
constexpr NamedValue kEventfdFlags[] = {
    {1, "EFD_SEMAPHORE"}, {02000000, "EFD_CLOEXEC"}, {04000, "EFD_NONBLOCK"}};
constexpr NamedValue kSignalfdFlags[] = {{02000000, "SFD_CLOEXEC"}, {04000, "SFD_NONBLOCK"}};
constexpr NamedValue kTimerfdFlags[] = {{02000000, "TFD_CLOEXEC"}, {04000, "TFD_NONBLOCK"}};
constexpr NamedValue kTimerfdSetFlags[] = {{1, "TFD_TIMER_ABSTIME"}, {2, "TFD_TIMER_CANCEL_ON_SET"}};
constexpr NamedValue kPidfdFlags[] = {{04000, "PIDFD_NONBLOCK"}, {0200, "PIDFD_THREAD"}};
constexpr NamedValue kWaitIdTypes[] = {{0, "P_ALL"}, {1, "P_PID"}, {2, "P_PGID"}, {3, "P_PIDFD"}};
constexpr NamedValue kInotifyFlags[] = {{04000, "IN_NONBLOCK"}, {02000000, "IN_CLOEXEC"}};
constexpr NamedValue kInotifyEvents[] = {{0x1, "IN_ACCESS"},
                                         {0x2, "IN_MODIFY"},
                                         {0x4, "IN_ATTRIB"},
                                         {0x8, "IN_CLOSE_WRITE"},
                                         {0x10, "IN_CLOSE_NOWRITE"},
                                         {0x20, "IN_OPEN"},
                                         {0x40, "IN_MOVED_FROM"},
                                         {0x80, "IN_MOVED_TO"},
                                         {0x100, "IN_CREATE"},
                                         {0x200, "IN_DELETE"},
                                         {0x400, "IN_DELETE_SELF"},
                                         {0x800, "IN_MOVE_SELF"},
                                         {0x2000, "IN_UNMOUNT"},
                                         {0x4000, "IN_Q_OVERFLOW"},
                                         {0x8000, "IN_IGNORED"},
                                         {0x01000000, "IN_ONLYDIR"},
                                         {0x02000000, "IN_DONT_FOLLOW"},
                                         {0x04000000, "IN_EXCL_UNLINK"},
                                         {0x10000000, "IN_MASK_CREATE"},
                                         {0x20000000, "IN_MASK_ADD"},
                                         {0x40000000, "IN_ISDIR"},
                                         {0x80000000, "IN_ONESHOT"}};

/// An argument with names: call, index, how it is shown.
struct NamedArgument {
    Sys call;
    std::size_t index;
    std::span<const NamedValue> names;
    std::string_view unknown;
    enum class Form : std::uint8_t { flags, choice } form = Form::flags;
};
constexpr NamedArgument kNamedArguments[] = {
    {Sys::eventfd2, 1, kEventfdFlags, "EFD_???"},
    {Sys::signalfd4, 3, kSignalfdFlags, "SFD_???"},
    {Sys::timerfd_create, 1, kTimerfdFlags, "TFD_???"},
    {Sys::timerfd_settime, 1, kTimerfdSetFlags, "TFD_???"},
    {Sys::pidfd_open, 1, kPidfdFlags, "PIDFD_???"},
    {Sys::epoll_create1, 0, kEpollFlags, "EPOLL_???"},
    {Sys::epoll_ctl, 1, kEpollOperations, "EPOLL_CTL_???", NamedArgument::Form::choice},
    {Sys::inotify_init1, 0, kInotifyFlags, "IN_???"},
    {Sys::inotify_add_watch, 2, kInotifyEvents, "IN_???"},
    {Sys::waitid, 0, kWaitIdTypes, "P_???", NamedArgument::Form::choice},
};

bool has(std::span<const std::uint8_t> words, std::int32_t fd) {
    const auto bit = static_cast<std::size_t>(fd);
    return bit / 8 < words.size() && (words[bit / 8] >> bit % 8 & 1) != 0;
}

bool is_select(const CallView& call) {
    return call.event().number == static_cast<std::uint16_t>(Sys::select) ||
           call.event().number == static_cast<std::uint16_t>(Sys::pselect6);
}

bool is_poll(const CallView& call) {
    return call.event().number == static_cast<std::uint16_t>(Sys::poll) ||
           call.event().number == static_cast<std::uint16_t>(Sys::ppoll);
}

}  // namespace

void append_pollfds(std::string& out, const PayloadItem& item, PollfdPart part) {
    const bool found = part == PollfdPart::found;
    out += '[';
    bool is_first = true;
    for (std::size_t at = 0; at + kAbiPollfdBytes <= item.bytes.size(); at += kAbiPollfdBytes) {
        const auto events = load<std::uint16_t>(item.bytes, at + (found ? 6 : 4));
        if (found && events == 0) continue;
        out += is_first ? "{fd=" : ", {fd=";
        is_first = false;
        append_number(out, std::int64_t{load<std::int32_t>(item.bytes, at)});
        out += found ? ", revents=" : ", events=";
        append_flags(out, events, kPollEvents, "POLL???");
        out += '}';
    }
    if (item.bytes.size() < item.full_bytes) out += is_first ? "..." : ", ...";
    out += ']';
}

void append_descriptor_set(std::string& out, std::span<const std::uint8_t> words, std::int32_t count) {
    out += '[';
    bool is_first = true;
    for (std::int32_t fd = 0; fd < count; ++fd) {
        if (static_cast<std::size_t>(fd) / 8 >= words.size()) break;
        if (!has(words, fd)) continue;
        if (!is_first) out += ' ';
        is_first = false;
        append_number(out, std::int64_t{fd});
    }
    out += ']';
}

void append_epoll_event(std::string& out, std::span<const std::uint8_t> event) {
    out += "{events=";
    append_flags(out, load<std::uint32_t>(event, 0), kEpollEvents, "EPOLL???");
    out += ", data={u32=";
    append_number(out, std::uint64_t{load<std::uint32_t>(event, 4)});
    out += ", u64=";
    append_number(out, load<std::uint64_t>(event, 4));
    out += "}}";
}

void append_epoll_events(std::string& out, const PayloadItem& item) {
    out += '[';
    for (std::size_t at = 0; at + kAbiEpollEventBytes <= item.bytes.size(); at += kAbiEpollEventBytes) {
        if (at > 0) out += ", ";
        append_epoll_event(out, item.bytes.subspan(at));
    }
    if (item.bytes.size() < item.full_bytes) out += ", ...";
    out += ']';
}

void append_found_ready(std::string& out, const CallView& call) {
    if (!is_poll(call) && !is_select(call)) return;
    if (call.event().result == 0) {
        out += " (Timeout)";
        return;
    }
    if (is_poll(call)) {
        const PayloadItem* item = call.item(kernel::kCaptureResultBit);
        if (!item) return;
        out += " (";
        append_pollfds(out, *item, PollfdPart::found);
        out += ')';
        return;
    }
    constexpr std::string_view kSets[] = {"in ", "out ", "except "};
    const auto count = static_cast<std::int32_t>(call.arg(0));
    bool is_first = true;
    for (std::size_t set = 0; set < std::size(kSets); ++set) {
        const PayloadItem* item = call.item((set + 1) | kernel::kCaptureResultBit);
        if (!item || std::ranges::all_of(item->bytes, [](std::uint8_t byte) { return byte == 0; })) continue;
        out += is_first ? " (" : ", ";
        is_first = false;
        out += kSets[set];
        append_descriptor_set(out, item->bytes, count);
    }
    if (!is_first) out += ')';
}

bool append_wait_flag(std::string& out, const CallView& call, std::size_t index) {
    for (const NamedArgument& each : kNamedArguments) {
        if (call.event().number != static_cast<std::uint16_t>(each.call) || index != each.index) continue;
        const auto value = static_cast<std::uint32_t>(call.arg(index));
        if (each.form == NamedArgument::Form::choice)
            append_choice(out, value, each.names, each.unknown);
        else
            append_flags(out, value, each.names, each.unknown);
        return true;
    }
    return false;
}

bool same_descriptor_set(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                         std::int32_t count) {
    for (std::int32_t fd = 0; fd < count; ++fd) {
        if (static_cast<std::size_t>(fd) / 8 >= std::max(left.size(), right.size())) return true;
        if (has(left, fd) != has(right, fd)) return false;
    }
    return true;
}

bool same_pollfds(const PayloadItem& left, const PayloadItem& right, PollfdPart part) {
    if (left.full_bytes != right.full_bytes || left.bytes.size() != right.bytes.size()) return false;
    const std::size_t events = part == PollfdPart::asked ? 4 : 6;
    for (std::size_t at = 0; at + kAbiPollfdBytes <= left.bytes.size(); at += kAbiPollfdBytes)
        if (load<std::int32_t>(left.bytes, at) != load<std::int32_t>(right.bytes, at) ||
            load<std::uint16_t>(left.bytes, at + events) != load<std::uint16_t>(right.bytes, at + events))
            return false;
    return true;
}

bool same_signal_records(const PayloadItem& left, const PayloadItem& right, const IdMap& ids) {
    if (left.full_bytes != right.full_bytes || left.bytes.size() != right.bytes.size()) return false;
    constexpr std::size_t kRecord = 128, kPid = 12, kStatus = 40, kInteger = 44;
    for (std::size_t at = 0; at + kRecord <= left.bytes.size(); at += kRecord) {
        for (const std::size_t field :
             {std::size_t{0}, std::size_t{8}, kStatus, kInteger})  // signal, code ...
            if (load<std::int32_t>(left.bytes, at + field) != load<std::int32_t>(right.bytes, at + field))
                return false;
        if (!ids.is_same(load<std::int32_t>(left.bytes, at + kPid),
                         load<std::int32_t>(right.bytes, at + kPid)))
            return false;
    }
    return true;
}

bool same_inotify_events(const PayloadItem& left, const PayloadItem& right) {
    if (left.full_bytes != right.full_bytes || left.bytes.size() != right.bytes.size()) return false;
    constexpr std::size_t kHeader = 16, kCookie = 8, kLength = 12;
    std::size_t at = 0;
    while (at + kHeader <= left.bytes.size()) {
        const std::size_t end =
            std::min(at + kHeader + load<std::uint32_t>(left.bytes, at + kLength), left.bytes.size());
        if (!std::ranges::equal(left.bytes.subspan(at, kCookie), right.bytes.subspan(at, kCookie)) ||
            (load<std::uint32_t>(left.bytes, at + kCookie) == 0) !=
                (load<std::uint32_t>(right.bytes, at + kCookie) == 0) ||
            !std::ranges::equal(left.bytes.subspan(at + kLength, end - at - kLength),
                                right.bytes.subspan(at + kLength, end - at - kLength)))
            return false;
        at = end;
    }
    return true;
}

bool same_epoll_events(const PayloadItem& left, const PayloadItem& right) {
    if (left.full_bytes != right.full_bytes || left.bytes.size() != right.bytes.size()) return false;
    constexpr std::uint64_t kLowestAddress = 1 << 16;
    for (std::size_t at = 0; at + kAbiEpollEventBytes <= left.bytes.size(); at += kAbiEpollEventBytes) {
        if (load<std::uint32_t>(left.bytes, at) != load<std::uint32_t>(right.bytes, at)) return false;
        const auto a = load<std::uint64_t>(left.bytes, at + 4), b = load<std::uint64_t>(right.bytes, at + 4);
        const bool are_addresses = a >= kLowestAddress && b >= kLowestAddress;
        if (!are_addresses && static_cast<std::uint32_t>(a) != static_cast<std::uint32_t>(b)) return false;
    }
    return true;
}

}  // namespace ipclab::trace
