// Events: the one thing that everything downstream reads - the window, the lessons, the comparison, the
// exports. The simulated kernel and the tracer of real Linux write the same vocabulary.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/types.h"

namespace ipclab::kernel {

/// What happened. The fields that each kind uses are listed behind it; `task` is whom it happened to,
/// `process` its process, `cpu` where (simulated kernel; real: as observed, or 0).
enum class EventKind : std::uint8_t {
    syscall,  ///< a call returned: number, args, result (-errno on failure), start_ns = entry, object, payload;
              ///< other = 1 inside of a function of the C library that looks names up (sim/trace/look_ups.h)
    blocked,  ///< a call put the task to sleep: number, args, result = bytes done so far, start_ns, object,
              ///< payload of its inputs (kernel/capture.h)
    woken,  ///< the task became runnable: object it waited for, other = task that woke it (0: time, outside)
    switched,     ///< CPU `cpu` goes from `task` (0: idle) to `other` (0: idle); result = 1 where task was
                  ///< preempted
    signal_sent,  ///< number = signal, other = sender's process (0: the kernel), task or process = target
    signal_delivered,  ///< number = signal, result = SignalAction taken; payload argument 0: siginfo_t as the
                       ///< kernel lays it out (128 bytes), where it is known
    signal_returned,   ///< the handler of signal `number` returned
    forked,            ///< other = the new task; result = 1 where it is a thread of the same process
    executed,          ///< execve succeeded: payload argument 0 = path
    exited,            ///< the task ended: result = wait status as waitpid(2) reports it
    reaped,            ///< process `other` was collected by wait: result = its wait status
    reparented,        ///< process `process` got a new parent, process `other`
    output,  ///< bytes reached the world outside: object = stream, result = 1 stdout 2 stderr, payload arg 0
    input,   ///< bytes came from the world outside: object = stream, payload argument 0; empty: end of file
    packet,  ///< something happens to a packet of the modelled network: number = PacketStep, other = the packet's number,
             ///< object = the socket that sent or gets it, result = when it arrives (sent, duplicated, delayed),
             ///< args = packed by kernel/network.cpp: see packet_text()
    explained,  ///< a sentence for the learner: payload argument 0 = text (a fault, an unsupported call, ...)
};
inline constexpr int kEventKinds = static_cast<int>(EventKind::explained) + 1;

enum class SignalAction : std::uint8_t { ignored, handled, terminated, dumped_core, stopped, continued };

/// A line of the program: file is an index into Program::files; line 0: unknown.
struct SourceLine {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    bool operator==(const SourceLine&) const = default;
};

struct Event {
    Time time_ns = 0;   ///< when it happened; for syscall: when the call returned
    Time start_ns = 0;  ///< syscall, blocked: when the call was entered
    EventKind kind{};
    std::uint8_t cpu = 0;
    std::uint16_t number = 0;  ///< system call number (Linux x86-64) or signal number
    Tid task{};
    Pid process{};
    std::int32_t other = 0;  ///< a Tid or Pid, see EventKind
    std::int64_t result = 0;
    std::array<std::uint64_t, 6> args{};
    ObjectRef object{};
    SourceLine source{};  ///< innermost frame in the program's own code (not the library's)
    std::uint32_t payload_begin = 0, payload_bytes = 0;  ///< range of Trace::payload
    bool operator==(const Event&) const = default;
};

/// One captured piece of memory that belongs to an event: what an argument pointed to.
struct PayloadItem {
    std::uint8_t argument = 0;     ///< index of the argument
    std::uint64_t full_bytes = 0;  ///< how long it was; bytes.size() where all of it was captured
    std::span<const std::uint8_t> bytes;
    std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

/// Events in the order in which they happened, and the bytes that belong to them. A plain value.
class Trace {
  public:
    std::vector<Event> events;
    std::vector<std::uint8_t> payload;

    /// A new last event, to be filled in by the caller. Its payload starts at the end: call add_payload() for each
    /// item, before the next event is added.
    Event& append() {
        Event& event = events.emplace_back();
        event.payload_begin = static_cast<std::uint32_t>(payload.size());
        return event;
    }
    /// The same with an event that is complete.
    void add(const Event& event) {
        events.push_back(event);
        events.back().payload_begin = static_cast<std::uint32_t>(payload.size());
        events.back().payload_bytes = 0;
    }
    /// Appends an item to the last event's payload.
    void add_payload(std::uint8_t argument, std::span<const std::uint8_t> bytes, std::uint64_t full_bytes);
    void add_payload(std::uint8_t argument, std::string_view text) {
        add_payload(argument, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, text.size());
    }
    /// The items of an event of this trace. The spans point into `payload`.
    std::vector<PayloadItem> items(const Event& event) const;
    /// The item for an argument, or an empty one.
    PayloadItem item(const Event& event, std::uint8_t argument) const;
    void clear() {
        events.clear();
        payload.clear();
    }
    bool operator==(const Trace&) const = default;
};

std::string_view name(EventKind kind);

}  // namespace ipclab::kernel
