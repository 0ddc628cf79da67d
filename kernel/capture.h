// Capturing what the arguments of a system call point to, as the payload of its event. The simulated kernel
// and the tracer of real Linux both call this, each with its own way of reading user memory, so that their
// events hold the same bytes.
//
// What an event holds for each argument kind of syscalls.def (items are cut at kCaptureBytes; full_bytes says
// how long the whole was):
//   path                 the text, without its NUL
//   string_list          the texts, each followed by a NUL; and a list item (see kCaptureListBit)
//   bytes_in, bytes_out  the bytes
//   message_in, message_out  the type (8 bytes) and the text
//   sockaddr_in, sockaddr_out, option_out  the bytes
//   msghdr_in, msghdr_out  as iovecs; and items for the name and the control messages, where there are any
//   sembuf_in            all operations, 6 bytes each
//   pollfds, fd_set      all entries, or the words of the set, before the call; and what it left (see kCaptureResultBit)
//   epoll_events_out     as many as the call gave
//   iovec_in, iovec_out  the bytes of all parts, one after the other; and a list item
//   structures           the bytes of the kernel's ABI, sizes below
// No item: the pointer was null, its memory could not be read, or the call wrote nothing there (an output of
// a call that failed, the status of a wait4 that found nobody).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/event.h"
#include "kernel/syscalls.h"

namespace ipclab::kernel {

/// Reads user memory: all of `out` from `address`, or false and `out` in any state.
class MemoryReader {
  public:
    virtual ~MemoryReader() = default;
    virtual bool read(std::uint64_t address, std::span<std::uint8_t> out) = 0;
    /// Where these bytes are, if that is known without reading them; else nothing.
    virtual std::span<const std::uint8_t> view(std::uint64_t address, std::size_t bytes) {
        static_cast<void>(address), static_cast<void>(bytes);
        return {};
    }
};

/// Longest piece that is captured of one argument.
inline constexpr std::size_t kCaptureBytes = 4096;
/// An item whose argument index has this bit describes the list behind the argument: for string_list one u64,
/// the number of texts; for iovecs one u64 for each part, its length.
inline constexpr std::uint8_t kCaptureListBit = 0x80;
/// What the call left where an argument is both input and output.
inline constexpr std::uint8_t kCaptureResultBit = 0x40;
/// Items beside the bytes of a struct msghdr: its name, its control messages.
inline constexpr std::uint8_t kCaptureNameBit = 0x20, kCaptureControlBit = 0x10;
/// Item of `blocked` and `woken`: what the object is called at that moment, where that says more than its kind and
/// number ("/tmp/log", "terminal /dev/pts/0").
inline constexpr std::uint8_t kObjectNameItem = 0xff;

/// Sizes of the kernel's structures on x86-64, in bytes.
inline constexpr std::size_t kAbiTimespecBytes = 16, kAbiSigsetBytes = 8, kAbiSigactionBytes = 32,
                             kAbiStatBytes = 144, kAbiRusageBytes = 144, kAbiStatusBytes = 4,
                             kAbiFdPairBytes = 8, kAbiIovecBytes = 16, kAbiMessageTypeBytes = 8,
                             kAbiSembufBytes = 6, kAbiTimevalBytes = 16, kAbiTimerSpecBytes = 32,
                             kAbiPollfdBytes = 8, kAbiEpollEventBytes = 12, kAbiFlockBytes = 32,
                             kAbiMsghdrBytes = 56, kAbiSockaddrMost = 128, kAbiQueueAttributesBytes = 64,
                             kAbiNumberBytes = 4;

enum class CapturePhase : std::uint8_t {
    inputs,   ///< what the call reads: to be captured before it is carried out
    outputs,  ///< what it wrote: to be captured after it
};

/// Items that wait for their event: inputs are captured on entry, the event is written on return.
class CapturedArguments {
  public:
    void add(std::uint8_t argument, std::span<const std::uint8_t> bytes, std::uint64_t full_bytes);
    /// Appends the items to the last event of `trace`, and is empty afterwards.
    void move_to(Trace& trace);
    /// Appends the items to the last event of `trace`, and keeps them: for the event `blocked`, which is
    /// followed by `syscall` with the same inputs.
    void copy_to(Trace& trace) const;
    bool empty() const { return items_.empty(); }
    void clear();
    bool operator==(const CapturedArguments&) const = default;

  private:
    struct Item {
        std::uint8_t argument = 0;
        std::uint32_t bytes = 0;
        std::uint64_t full_bytes = 0;
        bool operator==(const Item&) const = default;
    };
    std::vector<Item> items_;
    std::vector<std::uint8_t> bytes_;
};

/// Whether the call may overwrite or take away its own inputs (nanosleep(&t, &t), execve): then they have to
/// be captured before it is carried out. For all other calls a single-threaded caller can capture inputs and
/// outputs together, when the event is written.
bool may_overwrite_inputs(const SyscallSpec& spec);

/// Captures the arguments of one phase into the last event of `trace`. `result` is what the call returned,
/// -errno on failure; it is not looked at for inputs.
void capture_arguments(const SyscallSpec& spec, const std::array<std::uint64_t, 6>& args, std::int64_t result,
                       CapturePhase phase, MemoryReader& reader, Trace& trace);
/// The same into `captured`.
void capture_arguments(const SyscallSpec& spec, const std::array<std::uint64_t, 6>& args, std::int64_t result,
                       CapturePhase phase, MemoryReader& reader, CapturedArguments& captured);

}  // namespace ipclab::kernel
