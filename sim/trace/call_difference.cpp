#include "sim/trace/call_difference.h"

#include <algorithm>

#include "kernel/capture.h"
#include "kernel/terminal_requests.h"
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

bool failed(std::int64_t result) {
    return result < 0 && result >= -4095;
}

const PayloadItem* item(const CallView& call, const CanonicalCall& form, std::size_t index,
                        std::uint8_t part) {
    return form.from[index] == CanonicalCall::kFixed
               ? nullptr
               : call.item(static_cast<std::size_t>(form.from[index]) | part);
}

bool same_bytes(const PayloadItem& left, const PayloadItem& right) {
    return left.full_bytes == right.full_bytes && std::ranges::equal(left.bytes, right.bytes);
}

/// Handlers are addresses: default, ignored or some handler. SA_RESTORER is glibc's own affair.
bool same_sigaction(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) {
    constexpr std::uint64_t kSaRestorer = 0x04000000, kFlagBits = 0xffffffff;
    const auto handler_class = [](std::uint64_t handler) { return std::min<std::uint64_t>(handler, 2); };
    return handler_class(load<std::uint64_t>(left, 0)) == handler_class(load<std::uint64_t>(right, 0)) &&
           (load<std::uint64_t>(left, 8) & ~kSaRestorer & kFlagBits) ==
               (load<std::uint64_t>(right, 8) & ~kSaRestorer & kFlagBits) &&
           load<std::uint64_t>(left, 24) == load<std::uint64_t>(right, 24);
}

class Difference {
  public:
    Difference(const CallView& left, const CanonicalCall& left_form, const CallView& right,
               const CanonicalCall& right_form, const IdMap& ids)
        : left_(left), right_(right), left_form_(left_form), right_form_(right_form), ids_(ids) {}

    std::string find() const {
        if (std::string text = result(); !text.empty()) return text;
        if (!left_form_.spec || is(Sys::fork) || is(Sys::clone)) return {};
        for (std::size_t i = 0; i < left_form_.spec->argument_count; ++i)
            if (is_compared(i) && !same_argument(i)) return argument_text(i);
        return {};
    }

  private:
    bool is(Sys number) const { return left_form_.number == static_cast<std::uint16_t>(number); }

    /// Arguments that only count with certain others.
    bool is_compared(std::size_t index) const {
        constexpr std::uint64_t kCreate = 0100, kTmpFile = 020000000;
        const std::uint64_t flags = left_form_.arg(left_.event(), 2);
        // An absolute time: the two kernels' clocks show different ones.
        if ((is(Sys::mq_timedsend) || is(Sys::mq_timedreceive)) && index == 4) return false;
        if (is(Sys::openat) && index == 3) return flags & (kCreate | kTmpFile);
        if (is(Sys::fcntl) && index == 2) {
            const std::uint64_t command = left_form_.arg(left_.event(), 1);
            // Commands without an argument, and those whose argument is an address (owners).
            constexpr std::uint64_t kNotCompared[] = {1, 3, 9, 11, 15, 16, 1025, 1032, 1034};
            return std::find(std::begin(kNotCompared), std::end(kNotCompared), command) ==
                   std::end(kNotCompared);
        }
        return true;
    }

    std::string result() const {
        const std::int64_t left = left_.event().result, right = right_.event().result;
        if (failed(left) || failed(right)) {
            if (left == right) return {};
            return "results differ: " + result_text(left_) + " and " + result_text(right_);
        }
        if (!left_form_.spec || is_free_result()) return {};
        bool same = true;
        switch (left_form_.spec->result) {
            case kernel::ResultKind::pid:
                same = ids_.is_same(left, right);
                break;
            case kernel::ResultKind::address:
            case kernel::ResultKind::none:
                break;
            case kernel::ResultKind::value:
            case kernel::ResultKind::size:
            case kernel::ResultKind::fd:
                same = left == right;
                break;
        }
        return same ? "" : "results differ: " + result_text(left_) + " and " + result_text(right_);
    }

    /// Results that say nothing about the program: user ids, seconds left of an alarm, ticks since some moment in the past,
    /// sizes of directory records.
    bool is_free_result() const {
        constexpr Sys kFree[] = {Sys::getuid, Sys::getgid,     Sys::geteuid, Sys::getegid,
                                 Sys::alarm,  Sys::getdents64, Sys::getcwd,  Sys::times};
        if (is(Sys::fcntl) && left_form_.arg(left_.event(), 1) == 3) return same_status_flags();
        return std::any_of(std::begin(kFree), std::end(kFree), [&](Sys number) { return is(number); });
    }

    bool same_status_flags() const {
        constexpr std::int64_t kLargeFile = 0100000;  // Linux adds it to what a 64-bit program opens
        return (left_.event().result & ~kLargeFile) == (right_.event().result & ~kLargeFile);
    }

    static std::string result_text(const CallView& call) {
        std::string text;
        append_result(text, call);
        return text;
    }

    std::string argument_text(std::size_t index) const {
        const auto text = [&](const CallView& call, const CanonicalCall& form) {
            std::string out;
            if (form.from[index] == CanonicalCall::kFixed || !call.spec())
                append_number(out, form.arg(call.event(), index));
            else
                append_argument(out, call, static_cast<std::size_t>(form.from[index]), {});
            append_found_ready(out, call);
            return out;
        };
        return "argument " + std::string(left_form_.spec->args[index].name) +
               " differs: " + text(left_, left_form_) + " and " + text(right_, right_form_);
    }

    bool same_argument(std::size_t index) const {
        const std::uint64_t left = left_form_.arg(left_.event(), index),
                            right = right_form_.arg(right_.event(), index);
        const auto low = [](std::uint64_t value) { return static_cast<std::int32_t>(value); };
        if (is(Sys::fcntl) && index == 2) {
            if (kernel::is_lock_command(left_form_.arg(left_.event(), 1))) return same_items(index);
            constexpr std::uint64_t kLargeFile = 0100000;  // came back from F_GETFL
            return low(left & ~kLargeFile) == low(right & ~kLargeFile);
        }
        switch (left_form_.spec->args[index].kind) {
            case ArgKind::none:
            case ArgKind::address:
            case ArgKind::timespec_out:
            case ArgKind::timer_spec_out:
            case ArgKind::rusage_out:
                return true;
            case ArgKind::mq_attr_in:
            case ArgKind::mq_attr_out:
            case ArgKind::number_out:
                return same_items(index);
            case ArgKind::size:
            case ArgKind::offset:
            case ArgKind::clone_flags:
            case ArgKind::futex_op:
                return left == right;
            case ArgKind::fd:
            case ArgKind::signed_:
            case ArgKind::unsigned_:
            case ArgKind::signal:
            case ArgKind::open_flags:
            case ArgKind::mode:
            case ArgKind::fcntl_command:
            case ArgKind::wait_flags:
            case ArgKind::clock:
            case ArgKind::mmap_protection:
            case ArgKind::mmap_flags:
            case ArgKind::sigmask_how:
            case ArgKind::pipe_flags:
            case ArgKind::seek_whence:
            case ArgKind::at_fd:
            case ArgKind::ioctl_command:
            case ArgKind::ipc_flags:
            case ArgKind::ipc_command:
            case ArgKind::semctl_command:
            case ArgKind::shmat_flags:
            case ArgKind::message_flags:
            case ArgKind::flock_operation:
            case ArgKind::socket_domain:
            case ArgKind::socket_type:
            case ArgKind::socket_level:
            case ArgKind::socket_option:
            case ArgKind::socket_flags:
            case ArgKind::shutdown_how:
            case ArgKind::splice_flags:
            case ArgKind::memfd_flags:
            case ArgKind::mremap_flags:
            case ArgKind::sched_policy:
            case ArgKind::resource:
            case ArgKind::prctl_option:
                return low(left) == low(right);
            case ArgKind::ipc_key:  // ftok(3) makes it of the inode's number
                return (low(left) == 0) == (low(right) == 0);
            case ArgKind::semctl_argument: {
                constexpr std::int32_t kSetVal = 16;
                return low(left_form_.arg(left_.event(), 2)) != kSetVal || low(left) == low(right);
            }
            case ArgKind::ioctl_argument:
                if (kernel::request_argument(left_form_.arg(left_.event(), 1)).bytes() > 0)
                    return same_items(index) && same_items(index, kernel::kCaptureResultBit);
                return !is_request_value(left_form_.arg(left_.event(), 1)) || low(left) == low(right);
            case ArgKind::fcntl_argument:
                return left == right;
            case ArgKind::pid:
                return ids_.is_same(low(left), low(right));
            case ArgKind::string_list:
                // The environment of the two systems is not the same.
                return left_form_.spec->args[index].name == "envp" || same_items(index);
            case ArgKind::bytes_out:
                return is(Sys::getdents64) || is(Sys::getcwd) || same_items(index);
            case ArgKind::path:
            case ArgKind::bytes_in:
            case ArgKind::iovec_in:
            case ArgKind::iovec_out:
            case ArgKind::message_in:
            case ArgKind::message_out:
            case ArgKind::pollfds:
            case ArgKind::fd_set:
                return same_items(index) && same_items(index, kernel::kCaptureResultBit);
            case ArgKind::timeval_in:
            case ArgKind::timer_spec_in:
            case ArgKind::epoll_event_in:
            case ArgKind::epoll_events_out:
            case ArgKind::sembuf_in:
            case ArgKind::sockaddr_in:
            case ArgKind::sockaddr_out:
            case ArgKind::option_out:
            case ArgKind::fd_pair_out:
            case ArgKind::status_out:
            case ArgKind::timespec_in:
            case ArgKind::sigset_in:
            case ArgKind::sigset_out:
            case ArgKind::sigaction_in:
            case ArgKind::sigaction_out:
            case ArgKind::stat_out:
                return same_items(index);
            case ArgKind::msghdr_in:
            case ArgKind::msghdr_out:
                return same_items(index) && same_message_parts(index);
        }
        return true;
    }

    /// struct msghdr: what stands beside the bytes.
    bool same_message_parts(std::size_t index) const {
        if (left_form_.from[index] == CanonicalCall::kFixed ||
            right_form_.from[index] == CanonicalCall::kFixed)
            return true;
        const auto part = [&](const CallView& call, const CanonicalCall& form, std::size_t bit) {
            const PayloadItem* found = call.item(static_cast<std::size_t>(form.from[index]) | bit);
            return found ? found->bytes : std::span<const std::uint8_t>{};
        };
        return same_socket_address(part(left_, left_form_, kernel::kCaptureNameBit),
                                   part(right_, right_form_, kernel::kCaptureNameBit)) &&
               same_control_messages(part(left_, left_form_, kernel::kCaptureControlBit),
                                     part(right_, right_form_, kernel::kCaptureControlBit), ids_);
    }

    bool same_items(std::size_t index, std::uint8_t part = 0) const {
        const PayloadItem* left = item(left_, left_form_, index, part);
        const PayloadItem* right = item(right_, right_form_, index, part);
        if (!left || !right) return left == right;
        switch (left_form_.spec->args[index].kind) {
            case ArgKind::sigaction_in:
            case ArgKind::sigaction_out:
                return same_sigaction(left->bytes, right->bytes);
            case ArgKind::mq_attr_in:
            case ArgKind::mq_attr_out: {
                constexpr std::size_t kReserved = 32;  // what the kernel leaves as it was
                return std::ranges::equal(left->bytes.first(kReserved), right->bytes.first(kReserved));
            }
            case ArgKind::ioctl_argument:
                return same_request_argument(left_form_.arg(left_.event(), 1), left->bytes, right->bytes,
                                             ids_);
            case ArgKind::fcntl_argument:
                return same_lock(left->bytes, right->bytes);
            case ArgKind::pollfds:
                return same_pollfds(*left, *right, part ? PollfdPart::found : PollfdPart::asked);
            case ArgKind::bytes_out:
                // Only the simulated kernel's events name such an object.
                if (is_read_of(kernel::ObjectKind::signalfd)) return same_signal_records(*left, *right, ids_);
                if (is_read_of(kernel::ObjectKind::inotify)) return same_inotify_events(*left, *right);
                return same_bytes(*left, *right);
            case ArgKind::fd_set:
                return same_descriptor_set(left->bytes, right->bytes,
                                           static_cast<std::int32_t>(left_form_.arg(left_.event(), 0)));
            case ArgKind::epoll_event_in:
            case ArgKind::epoll_events_out:
                return same_epoll_events(*left, *right);
            case ArgKind::timer_spec_in:
                return same_timer_spec(left->bytes, right->bytes);
            case ArgKind::sockaddr_in:
            case ArgKind::sockaddr_out:
                return same_socket_address(left->bytes, right->bytes);
            case ArgKind::option_out:
                return same_option(left->bytes, right->bytes);
            case ArgKind::stat_out: {
                constexpr std::uint32_t kType = 0170000;
                return (load<std::uint32_t>(left->bytes, 24) & kType) ==
                       (load<std::uint32_t>(right->bytes, 24) & kType);
            }
            case ArgKind::status_out: {
                constexpr std::int32_t kCoreDumped = 0x80;  // depends on RLIMIT_CORE
                return (load<std::int32_t>(left->bytes, 0) & ~kCoreDumped) ==
                       (load<std::int32_t>(right->bytes, 0) & ~kCoreDumped);
            }
            default:
                return same_bytes(*left, *right);
        }
    }

    /// struct flock; the owner counts where F_GETLK has filled it in.
    bool same_lock(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) const {
        constexpr std::int16_t kUnlocked = 2;
        constexpr std::size_t kOwner = 24;
        const auto type = load<std::int16_t>(left, 0);
        if (type != load<std::int16_t>(right, 0) || !std::ranges::equal(left.first(4), right.first(4)) ||
            !std::ranges::equal(left.subspan(8, 16), right.subspan(8, 16)))
            return false;
        const bool names_owner = type != kUnlocked && kernel::asks_for_lock(left_form_.arg(left_.event(), 1));
        return !names_owner ||
               ids_.is_same(load<std::int32_t>(left, kOwner), load<std::int32_t>(right, kOwner));
    }

    bool is_read_of(kernel::ObjectKind kind) const {
        return left_.event().object.kind == kind || right_.event().object.kind == kind;
    }

    /// An absolute time is of the clock of its own system.
    bool same_timer_spec(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) const {
        constexpr std::uint64_t kAbsolute = 1;
        const std::size_t compared = left_form_.arg(left_.event(), 1) & kAbsolute ? 16 : left.size();
        return std::ranges::equal(left.first(compared), right.first(compared));
    }

    /// getsockopt(2): SO_PEERCRED begins with a process id.
    bool same_option(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) const {
        constexpr std::uint64_t kPeerCredentials = 17;
        if (left.size() != right.size()) return false;
        if (left_form_.arg(left_.event(), 2) != kPeerCredentials) return std::ranges::equal(left, right);
        return ids_.is_same(load<std::int32_t>(left, 0), load<std::int32_t>(right, 0));
    }

    const CallView &left_, &right_;
    const CanonicalCall &left_form_, &right_form_;
    const IdMap& ids_;
};

}  // namespace

bool IdMap::is_same(std::int64_t left, std::int64_t right) const {
    if (left < -1 && right < -1) return is_same(-left, -right);
    const auto to_right = to_right_.find(static_cast<std::int32_t>(left));
    if (to_right != to_right_.end()) return to_right->second == right;
    if (to_left_.contains(static_cast<std::int32_t>(right))) return false;
    // Neither is a task of the run: ids of the outside differ between systems, special values do not.
    return left == right || (left > 1 && right > 1);
}

std::string call_difference(const CallView& left, const CanonicalCall& left_call, const CallView& right,
                            const CanonicalCall& right_call, const IdMap& ids) {
    return Difference(left, left_call, right, right_call, ids).find();
}

}  // namespace ipclab::trace
