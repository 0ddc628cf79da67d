// The arguments and results of system calls as text, in strace's words: flags by name, strings escaped,
// structures field by field. Everything that shows a call reads it here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/event.h"
#include "kernel/syscalls.h"
#include "kernel/types.h"

namespace ipclab::trace {

struct DecodeOptions {
    std::size_t string_limit = 32;  ///< bytes of data that are shown; the rest is "..."
};

/// An event of kind syscall or blocked, with its row of the table and its captured memory at hand.
class CallView {
  public:
    /// Both have to live as long as the view.
    CallView(const kernel::Trace& trace, const kernel::Event& event);

    const kernel::Event& event() const { return event_; }
    /// The call's row, or null: a call that the simulated kernel does not have.
    const kernel::SyscallSpec* spec() const { return spec_; }
    /// "read"; "syscall_1000" for a number that Linux does not define.
    std::string name() const;
    /// The captured item of this argument (or list item: argument | kernel::kCaptureListBit), or null.
    const kernel::PayloadItem* item(std::size_t argument) const;
    std::uint64_t arg(std::size_t index) const { return event_.args[index]; }

  private:
    const kernel::Event& event_;
    const kernel::SyscallSpec* spec_;
    std::vector<kernel::PayloadItem> items_;
};

/// Which arguments to show: those known on entry (all before the first output), the others, or all.
enum class ArgumentPart : std::uint8_t { all, before_result, after_result };

/// Appends the arguments as strace puts them between the parentheses: `3, "hello", 5`. For before_result the
/// text ends in ", " where outputs follow.
void append_arguments(std::string& out, const CallView& call, ArgumentPart part,
                      const DecodeOptions& options);
/// Appends one argument.
void append_argument(std::string& out, const CallView& call, std::size_t index, const DecodeOptions& options);
/// Appends what stands behind the equals sign: `6`, `-1 EAGAIN (Resource temporarily unavailable)`, `?`,
/// `0x1 (flags FD_CLOEXEC)`.
void append_result(std::string& out, const CallView& call);

/// `"hel"...`: quoted, with C escapes as strace writes them. Shows at most `limit` bytes of data whose whole
/// length is `full_bytes`.
void append_quoted(std::string& out, std::span<const std::uint8_t> bytes, std::uint64_t full_bytes,
                   std::size_t limit);
/// "SIGPIPE", "SIGRT_3", or the bare number.
void append_signal(std::string& out, std::int64_t signal);
/// `[INT USR1]`, `~[KILL STOP]`.
void append_signal_set(std::string& out, std::uint64_t mask);
/// `WIFEXITED(s) && WEXITSTATUS(s) == 7`, of a status as waitpid(2) reports it.
void append_wait_status(std::string& out, std::int64_t status);
/// "exited with 7", "killed by SIGSEGV (core dumped)": the same in words.
std::string ending_text(std::int64_t status);
/// `SIGCHLD, si_code=CLD_EXITED, ...`: the fields of a siginfo_t as the kernel lays it out (128 bytes).
void append_siginfo(std::string& out, std::span<const std::uint8_t> siginfo);
/// "12.000345000": seconds with nine decimals.
void append_seconds(std::string& out, kernel::Time time_ns);

/// to - from. Wraps around for times that make no sense: a trace may come from a file.
constexpr kernel::Time elapsed_ns(kernel::Time from_ns, kernel::Time to_ns) {
    return static_cast<kernel::Time>(static_cast<std::uint64_t>(to_ns) - static_cast<std::uint64_t>(from_ns));
}

/// The object of an event: its name ("/tmp/log") where the event has it, else "pipe 7", "process 3"; "nothing" where there
/// is none.
std::string object_name(const CallView& call);
/// Why the call of a `blocked` event had to wait: "pipe 7 is empty", "no child has ended".
std::string blocked_reason(const CallView& call);

}  // namespace ipclab::trace
