// One form for calls that mean the same: the C library of the simulated system and the one of the real system
// may make different calls for one function (open and openat, fork and clone). The comparison looks at this
// form.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kernel/event.h"
#include "kernel/result.h"
#include "kernel/syscalls.h"
#include "sim/trace/decode.h"

namespace ipclab::trace {

/// Linux's marks of calls that a signal interrupted (include/linux/errno.h), which only a tracer sees: asked for again where
/// the handler has SA_RESTART, always, unless a handler runs, or with the time that is left.
inline constexpr std::int64_t kRestartIfAsked = -512, kRestartAlways = -513, kRestartNoHandler = -514,
                              kRestartWithBlock = -516;
constexpr bool is_restart(std::int64_t result) {
    return result <= kRestartIfAsked && result >= kRestartWithBlock;
}
/// The call was interrupted: EINTR, or one of these marks.
constexpr bool is_interruption(std::int64_t result) {
    return result == -static_cast<std::int64_t>(kernel::Errno::eintr) || is_restart(result);
}

/// A call in its common form. Argument i of `spec` is argument from[i] of the event, or `fixed[i]`.
struct CanonicalCall {
    static constexpr std::int8_t kFixed = -1;
    std::uint16_t number = 0;
    const kernel::SyscallSpec* spec = nullptr;  ///< of `number`; null: not in the table, arguments unknown
    std::array<std::int8_t, 6> from{0, 1, 2, 3, 4, 5};
    std::array<std::uint64_t, 6> fixed{};

    std::uint64_t arg(const kernel::Event& event, std::size_t index) const {
        return from[index] == kFixed ? fixed[index] : event.args[static_cast<std::size_t>(from[index])];
    }
};
CanonicalCall canonical_call(const kernel::Event& event);

/// Calls that the C library makes for its own sake, so that the two systems make different ones: they are
/// left out of a comparison. Each with its reason.
struct HousekeepingRow {
    std::uint16_t number;
    std::string_view name, reason;
};
/// The calls that are always left out. Besides these: reading shared libraries, locales and time zones, naming threads; stat
/// and ioctl(TCGETS) of the standard descriptors by stdio; private anonymous mmap by the allocator; handlers and
/// masks of the C library's own signals, and putting the mask back after them; all inside of functions that look names up
/// (look_ups.h).
std::span<const HousekeepingRow> housekeeping_table();

/// Whether an event of one task is housekeeping. Keeps track of the descriptors of library files, so it is
/// given all calls of a task in their order.
class HousekeepingFilter {
  public:
    bool is_housekeeping(const CallView& call);

  private:
    std::uint64_t library_fds_ = 0;  ///< bit n: descriptor n (below 64) is a library file
    bool blocks_all_ = false;        ///< the C library has blocked every signal and not yet put the mask back
    bool is_new_ = true;             ///< a thread begins with every signal blocked
};

/// Which calls of a trace are held against the other side's: all but housekeeping, what the C library does in a child
/// that it spawns, the program's own start and calls that Linux makes again after a signal.
class CallSelector {
  public:
    /// To be told of every event before the calls of the task that it makes are asked about.
    void note(const kernel::Event& event);
    /// Whether this call is compared. To be asked about every event, in their order.
    bool selects(const kernel::Trace& trace, const kernel::Event& event);

  private:
    bool is_preparation(const kernel::Event& event);
    bool is_begin_of_notice(const kernel::Trace& trace, const kernel::Event& event);

    struct TaskNotes {
        HousekeepingFilter filter;
        std::int32_t last_child = 0, parent = 0;
        bool has_parent = false, has_called = false;
        bool is_helper = false;   ///< a thread of the library's own (look_ups.h)
        bool is_spawned = false;  ///< by system(), popen() or posix_spawn(), and has not yet executed
    };
    std::unordered_map<std::int32_t, TaskNotes> tasks_;
};

/// Signals that the C library keeps for itself: cancellation of threads and the like (nptl(7)).
bool is_library_signal(std::uint64_t signal);

/// Calls without effect that may stand on one side only: raise() asks for its own ids on Linux.
bool is_quiet(const CanonicalCall& call);

}  // namespace ipclab::trace
