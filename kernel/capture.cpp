#include "kernel/capture.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernel/limits.h"
#include "kernel/result.h"
#include "kernel/terminal_requests.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kIovecsMax = 1024;      // readv(2): IOV_MAX
constexpr std::uint64_t kSembufsMax = 500;      // semop(2): SEMOPM
constexpr std::uint64_t kStringsMax = 1 << 16;  // more than any real argument list

/// Reads as many bytes as can be read from `address` on; a hole may begin at any page.
std::size_t read_prefix(MemoryReader& reader, std::uint64_t address, std::span<std::uint8_t> out) {
    if (out.empty() || reader.read(address, out)) return out.size();
    std::size_t done = 0;
    while (done < out.size()) {
        const std::uint64_t at = address + done;
        const auto piece = std::min<std::uint64_t>(kPageSize - at % kPageSize, out.size() - done);
        if (!reader.read(at, out.subspan(done, piece))) break;
        done += piece;
    }
    return done;
}

struct Text {
    std::size_t bytes = 0;  ///< read into the buffer, without the NUL
    bool ended = false;     ///< the NUL was found
    bool ok = false;        ///< false: the memory ended before the NUL
};

/// Reads a NUL-terminated text page by page, as much as fits into `out`.
Text read_text(MemoryReader& reader, std::uint64_t address, std::span<std::uint8_t> out) {
    Text text;
    while (text.bytes < out.size()) {
        const std::uint64_t at = address + text.bytes;
        // Short reads first: most texts are short, and memory of another process is slow to read.
        const std::uint64_t wish = text.bytes == 0 ? 256 : out.size();
        const auto piece =
            std::min<std::uint64_t>({kPageSize - at % kPageSize, out.size() - text.bytes, wish});
        if (!reader.read(at, out.subspan(text.bytes, piece))) return text;
        if (const void* nul = std::memchr(&out[text.bytes], 0, piece)) {
            text.bytes = static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - out.data());
            text.ended = text.ok = true;
            return text;
        }
        text.bytes += piece;
    }
    text.ok = true;
    return text;
}

std::uint64_t load_u64(const std::uint8_t* bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

struct TraceSink {
    Trace& trace;
    void add(std::uint8_t argument, std::span<const std::uint8_t> bytes, std::uint64_t full_bytes) {
        trace.add_payload(argument, bytes, full_bytes);
    }
};

template <class Sink>
class Capturer {
  public:
    Capturer(const SyscallSpec& spec, const std::array<std::uint64_t, 6>& args, std::int64_t result,
             MemoryReader& reader, Sink sink)
        : spec_(spec), args_(args), result_(result), reader_(reader), sink_(sink) {}

    void capture(std::size_t index, CapturePhase phase) {
        const std::uint64_t address = args_[index];
        if (address == 0) return;
        auto argument = static_cast<std::uint8_t>(index);
        if (phase == CapturePhase::outputs && (spec_.inputs >> index & 1) != 0 && is_read(index))
            argument |= kCaptureResultBit;
        switch (spec_.args[index].kind) {
            case ArgKind::path:
                return path(argument, address);
            case ArgKind::string_list:
                return string_list(argument, address);
            case ArgKind::bytes_in:
                return bytes(argument, address, index + 1 < args_.size() ? args_[index + 1] : 0);
            case ArgKind::bytes_out:
                return bytes(argument, address, received(index));
            case ArgKind::message_in:
                return bytes(argument, address, kAbiMessageTypeBytes + args_[index + 1]);
            case ArgKind::message_out:
                return bytes(argument, address, kAbiMessageTypeBytes + static_cast<std::uint64_t>(result_));
            case ArgKind::sembuf_in:
                return bytes(argument, address,
                             kAbiSembufBytes * std::min<std::uint64_t>(args_[index + 1], kSembufsMax));
            case ArgKind::sockaddr_in:
                return bytes(
                    argument, address,
                    std::min<std::uint64_t>(static_cast<std::uint32_t>(args_[index + 1]), kAbiSockaddrMost));
            case ArgKind::sockaddr_out:
            case ArgKind::option_out:
                return counted(argument, address, args_[index + 1]);
            case ArgKind::msghdr_in:
                return message_header(argument, address, UINT64_MAX);
            case ArgKind::msghdr_out:
                return message_header(argument, address, static_cast<std::uint64_t>(result_));
            case ArgKind::iovec_in:
                return iovec(argument, address, args_[index + 1], UINT64_MAX);
            case ArgKind::iovec_out:
                return iovec(argument, address, args_[index + 1], static_cast<std::uint64_t>(result_));
            case ArgKind::timespec_in:
            case ArgKind::timespec_out:
                return structure(argument, address, kAbiTimespecBytes);
            case ArgKind::sigset_in:
            case ArgKind::sigset_out:
                return structure(argument, address, kAbiSigsetBytes);
            case ArgKind::sigaction_in:
            case ArgKind::sigaction_out:
                return structure(argument, address, kAbiSigactionBytes);
            case ArgKind::stat_out:
                return structure(argument, address, kAbiStatBytes);
            case ArgKind::mq_attr_in:
            case ArgKind::mq_attr_out:
                return structure(argument, address, kAbiQueueAttributesBytes);
            case ArgKind::number_out:
                return structure(argument, address, kAbiNumberBytes);
            case ArgKind::ioctl_argument:
                return structure(argument, address, request_argument(args_[1]).bytes());
            case ArgKind::fcntl_argument:
                return structure(argument, address, kAbiFlockBytes);
            case ArgKind::fd_pair_out:
                return structure(argument, address, kAbiFdPairBytes);
            case ArgKind::status_out:
                return structure(argument, address, kAbiStatusBytes);
            case ArgKind::rusage_out:
                return structure(argument, address, kAbiRusageBytes);
            case ArgKind::timeval_in:
                return structure(argument, address, kAbiTimevalBytes);
            case ArgKind::timer_spec_in:
            case ArgKind::timer_spec_out:
                return structure(argument, address, kAbiTimerSpecBytes);
            case ArgKind::epoll_event_in:
                return structure(argument, address, kAbiEpollEventBytes);
            case ArgKind::epoll_events_out:
                return bytes(argument, address, kAbiEpollEventBytes * static_cast<std::uint64_t>(result_));
            case ArgKind::pollfds:
                return bytes(argument, address,
                             kAbiPollfdBytes * static_cast<std::uint32_t>(args_[index + 1]));
            case ArgKind::fd_set:
                return descriptor_set(argument, address);
            case ArgKind::none:
            case ArgKind::fd:
            case ArgKind::signed_:
            case ArgKind::unsigned_:
            case ArgKind::size:
            case ArgKind::address:
            case ArgKind::offset:
            case ArgKind::pid:
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
            case ArgKind::clone_flags:
            case ArgKind::futex_op:
            case ArgKind::seek_whence:
            case ArgKind::at_fd:
            case ArgKind::ioctl_command:
            case ArgKind::ipc_key:
            case ArgKind::ipc_flags:
            case ArgKind::ipc_command:
            case ArgKind::shmat_flags:
            case ArgKind::message_flags:
            case ArgKind::semctl_command:
            case ArgKind::semctl_argument:
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
                return;
        }
    }

    bool is_read(std::size_t index) const {
        if (spec_.args[index].kind == ArgKind::ioctl_argument) {
            const RequestArgument argument = request_argument(args_[1]);
            return argument.bytes() > 0 && !argument.is_written;
        }
        if (spec_.args[index].kind != ArgKind::fcntl_argument) return true;
        return is_lock_command(args_[1]) && !asks_for_lock(args_[1]);
    }

    /// Whether the call wrote this output.
    bool is_written(std::size_t index) const {
        const ArgKind kind = spec_.args[index].kind;
        if (kind == ArgKind::fcntl_argument && !asks_for_lock(args_[1])) return false;
        if (kind == ArgKind::ioctl_argument && !request_argument(args_[1]).is_written) return false;
        // nanosleep(2): the remaining time is written only where a signal interrupted the sleep.
        if (kind == ArgKind::timespec_out && index > 0 && spec_.args[index - 1].kind == ArgKind::timespec_in)
            return result_ == -static_cast<std::int64_t>(Errno::eintr);
        // wait(2): status and rusage belong to the child that was found; 0 means none (WNOHANG).
        if ((kind == ArgKind::status_out || kind == ArgKind::rusage_out) && spec_.result == ResultKind::pid)
            return result_ > 0;
        return result_ >= 0;
    }

  private:
    void structure(std::uint8_t argument, std::uint64_t address, std::size_t size) {
        if (reader_.read(address, std::span(buffer_).first(size)))
            sink_.add(argument, std::span(buffer_).first(size), size);
    }

    void bytes(std::uint8_t argument, std::uint64_t address, std::uint64_t length) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, kCaptureBytes));
        if (const auto seen = reader_.view(address, wanted); !seen.empty())
            return sink_.add(argument, seen, length);
        const std::size_t got = read_prefix(reader_, address, std::span(buffer_).first(wanted));
        if (got > 0 || length == 0) sink_.add(argument, std::span(buffer_).first(got), length);
    }

    /// select(2): whole words, as many as the first argument needs.
    void descriptor_set(std::uint8_t argument, std::uint64_t address) {
        constexpr std::uint64_t kWordBits = 64;
        const auto count = static_cast<std::int32_t>(args_[0]);
        if (count > 0)
            bytes(argument, address, (static_cast<std::uint64_t>(count) + kWordBits - 1) / kWordBits * 8);
    }

    /// recvfrom(2) with MSG_TRUNC: the result may be more than there was room for.
    std::uint64_t received(std::size_t index) const {
        const auto result = static_cast<std::uint64_t>(result_);
        const bool has_room = index + 1 < args_.size() && spec_.args[index + 1].kind == ArgKind::size;
        return has_room ? std::min(result, args_[index + 1]) : result;
    }

    /// What has its length in an int of its own, which the call has set.
    void counted(std::uint8_t argument, std::uint64_t address, std::uint64_t length_address) {
        std::array<std::uint8_t, 4> length;
        if (!reader_.read(length_address, length)) return;
        std::uint32_t value = 0;
        std::memcpy(&value, length.data(), sizeof value);
        bytes(argument, address, std::min<std::uint64_t>(value, kAbiSockaddrMost));
    }

    /// struct msghdr: the bytes as an iovec has them, and beside them the name and the control messages.
    void message_header(std::uint8_t argument, std::uint64_t address, std::uint64_t limit) {
        std::array<std::uint8_t, kAbiMsghdrBytes> header;
        if (!reader_.read(address, header)) return;
        const std::uint64_t name = load_u64(&header[0]), control = load_u64(&header[32]);
        const std::uint64_t name_bytes = load_u64(&header[8]) & UINT32_MAX,
                            control_bytes = load_u64(&header[40]);
        iovec(argument, load_u64(&header[16]), load_u64(&header[24]), limit);
        if (name)
            bytes(argument | kCaptureNameBit, name, std::min<std::uint64_t>(name_bytes, kAbiSockaddrMost));
        if (control) bytes(argument | kCaptureControlBit, control, control_bytes);
    }

    void path(std::uint8_t argument, std::uint64_t address) {
        const Text text = read_text(reader_, address, buffer_);
        if (text.ok)
            sink_.add(argument, std::span(buffer_).first(text.bytes), text.bytes + (text.ended ? 0 : 1));
    }

    void string_list(std::uint8_t argument, std::uint64_t address) {
        std::uint64_t count = 0, full_bytes = 0;
        std::size_t used = 0;
        for (bool fits = true; count < kStringsMax; ++count) {
            std::array<std::uint8_t, 8> pointer;
            if (!reader_.read(address + count * 8, pointer)) return;
            const std::uint64_t at = load_u64(pointer.data());
            if (at == 0) break;
            if (!fits) continue;
            const Text text = read_text(reader_, at, std::span(buffer_).subspan(used));
            if (!text.ok) return;
            full_bytes += text.bytes + 1;
            used += text.bytes;
            fits = text.ended;
            if (text.ended) ++used;  // read_text left the NUL in the buffer
        }
        sink_.add(argument, std::span(buffer_).first(used), full_bytes);
        list(argument, {&count, 1});
    }

    void iovec(std::uint8_t argument, std::uint64_t address, std::uint64_t count, std::uint64_t limit) {
        if (count > kIovecsMax) return;
        std::vector<std::uint8_t> parts(count * kAbiIovecBytes);
        if (!parts.empty() && !reader_.read(address, parts)) return;
        std::vector<std::uint64_t> lengths(count);
        std::uint64_t full_bytes = 0;
        std::size_t used = 0;
        bool whole = true;
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t base = load_u64(&parts[i * kAbiIovecBytes]);
            lengths[i] = load_u64(&parts[i * kAbiIovecBytes + 8]);
            const std::uint64_t length = std::min(lengths[i], limit - full_bytes);
            const auto wanted =
                static_cast<std::size_t>(std::min<std::uint64_t>(length, kCaptureBytes - used));
            if (whole) {
                const std::size_t got = read_prefix(reader_, base, std::span(buffer_).subspan(used, wanted));
                used += got;
                whole = got == wanted;
            }
            full_bytes += length;
        }
        sink_.add(argument, std::span(buffer_).first(used), full_bytes);
        list(argument, lengths);
    }

    void list(std::uint8_t argument, std::span<const std::uint64_t> values) {
        sink_.add(argument | kCaptureListBit,
                  {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()},
                  values.size_bytes());
    }

    const SyscallSpec& spec_;
    const std::array<std::uint64_t, 6>& args_;
    std::int64_t result_;
    MemoryReader& reader_;
    Sink sink_;
    std::array<std::uint8_t, kCaptureBytes> buffer_;  // filled before it is read
};

template <class Sink>
void capture(const SyscallSpec& spec, const std::array<std::uint64_t, 6>& args, std::int64_t result,
             CapturePhase phase, MemoryReader& reader, Sink sink) {
    const bool is_input = phase == CapturePhase::inputs;
    unsigned arguments = is_input ? spec.inputs : spec.outputs;
    if (arguments == 0) return;
    Capturer<Sink> capturer(spec, args, result, reader, sink);
    for (; arguments != 0; arguments &= arguments - 1) {
        const auto index = static_cast<std::size_t>(std::countr_zero(arguments));
        if (is_input ? capturer.is_read(index) : capturer.is_written(index)) capturer.capture(index, phase);
    }
}

struct CapturedSink {
    CapturedArguments& captured;
    void add(std::uint8_t argument, std::span<const std::uint8_t> bytes, std::uint64_t full_bytes) {
        captured.add(argument, bytes, full_bytes);
    }
};

}  // namespace

void CapturedArguments::add(std::uint8_t argument, std::span<const std::uint8_t> bytes,
                            std::uint64_t full_bytes) {
    items_.push_back({argument, static_cast<std::uint32_t>(bytes.size()), full_bytes});
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void CapturedArguments::copy_to(Trace& trace) const {
    std::size_t at = 0;
    for (const Item& item : items_) {
        trace.add_payload(item.argument, std::span(bytes_).subspan(at, item.bytes), item.full_bytes);
        at += item.bytes;
    }
}

void CapturedArguments::move_to(Trace& trace) {
    copy_to(trace);
    clear();
}

void CapturedArguments::clear() {
    items_.clear();
    bytes_.clear();
}

bool may_overwrite_inputs(const SyscallSpec& spec) {
    // execve empties the address space that its arguments are in.
    return spec.inputs != 0 && (spec.outputs != 0 || spec.number == static_cast<std::uint16_t>(Sys::execve) ||
                                spec.number == static_cast<std::uint16_t>(Sys::execveat));
}

void capture_arguments(const SyscallSpec& spec, const std::array<std::uint64_t, 6>& args, std::int64_t result,
                       CapturePhase phase, MemoryReader& reader, Trace& trace) {
    capture(spec, args, result, phase, reader, TraceSink{trace});
}

void capture_arguments(const SyscallSpec& spec, const std::array<std::uint64_t, 6>& args, std::int64_t result,
                       CapturePhase phase, MemoryReader& reader, CapturedArguments& captured) {
    capture(spec, args, result, phase, reader, CapturedSink{captured});
}

}  // namespace ipclab::kernel
