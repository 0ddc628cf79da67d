#include "sim/explore/handlers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace ipclab::explore {

namespace {

/// signal-safety(7): "the set of functions required to be async-signal-safe by POSIX.1".
constexpr auto kSafe = std::to_array<std::string_view>({
    "_Exit",
    "_exit",
    "abort",
    "accept",
    "access",
    "aio_error",
    "aio_return",
    "aio_suspend",
    "alarm",
    "bind",
    "cfgetispeed",
    "cfgetospeed",
    "cfsetispeed",
    "cfsetospeed",
    "chdir",
    "chmod",
    "chown",
    "clock_gettime",
    "close",
    "connect",
    "creat",
    "dup",
    "dup2",
    "execl",
    "execle",
    "execv",
    "execve",
    "faccessat",
    "fchdir",
    "fchmod",
    "fchmodat",
    "fchown",
    "fchownat",
    "fcntl",
    "fdatasync",
    "fexecve",
    "ffs",
    "fork",
    "fstat",
    "fstatat",
    "fsync",
    "ftruncate",
    "futimens",
    "getegid",
    "geteuid",
    "getgid",
    "getgroups",
    "getpeername",
    "getpgrp",
    "getpid",
    "getppid",
    "getsockname",
    "getsockopt",
    "getuid",
    "htonl",
    "htons",
    "kill",
    "link",
    "linkat",
    "listen",
    "longjmp",
    "lseek",
    "lstat",
    "memccpy",
    "memchr",
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "mkdir",
    "mkdirat",
    "mkfifo",
    "mkfifoat",
    "mknod",
    "mknodat",
    "ntohl",
    "ntohs",
    "open",
    "openat",
    "pause",
    "pipe",
    "poll",
    "posix_trace_event",
    "pselect",
    "pthread_kill",
    "pthread_self",
    "pthread_sigmask",
    "raise",
    "read",
    "readlink",
    "readlinkat",
    "recv",
    "recvfrom",
    "recvmsg",
    "rename",
    "renameat",
    "rmdir",
    "select",
    "sem_post",
    "send",
    "sendmsg",
    "sendto",
    "setgid",
    "setpgid",
    "setsid",
    "setsockopt",
    "setuid",
    "shutdown",
    "sigaction",
    "sigaddset",
    "sigdelset",
    "sigemptyset",
    "sigfillset",
    "sigismember",
    "siglongjmp",
    "signal",
    "sigpause",
    "sigpending",
    "sigprocmask",
    "sigqueue",
    "sigset",
    "sigsuspend",
    "sleep",
    "sockatmark",
    "socket",
    "socketpair",
    "stat",
    "stpcpy",
    "stpncpy",
    "strcat",
    "strchr",
    "strcmp",
    "strcpy",
    "strcspn",
    "strlen",
    "strncat",
    "strncmp",
    "strncpy",
    "strnlen",
    "strpbrk",
    "strrchr",
    "strspn",
    "strstr",
    "strtok_r",
    "symlink",
    "symlinkat",
    "tcdrain",
    "tcflow",
    "tcflush",
    "tcgetattr",
    "tcgetpgrp",
    "tcsendbreak",
    "tcsetattr",
    "tcsetpgrp",
    "time",
    "timer_getoverrun",
    "timer_gettime",
    "timer_settime",
    "times",
    "umask",
    "uname",
    "unlink",
    "unlinkat",
    "utime",
    "utimensat",
    "utimes",
    "wait",
    "waitpid",
    "wcpcpy",
    "wcpncpy",
    "wcscat",
    "wcschr",
    "wcscmp",
    "wcscpy",
    "wcscspn",
    "wcslen",
    "wcsncat",
    "wcsncmp",
    "wcsncpy",
    "wcsnlen",
    "wcspbrk",
    "wcsrchr",
    "wcsspn",
    "wcsstr",
    "wcstok",
    "wmemchr",
    "wmemcmp",
    "wmemcpy",
    "wmemmove",
    "wmemset",
    "write",
});
static_assert(std::ranges::is_sorted(kSafe));

/// Of the program's own functions in these frames that call the library: the outermost such call that is not safe. 0: none.
std::size_t unsafe_frame(const vm::Program& program, const vm::Context& context, std::size_t begin,
                         std::size_t end) {
    for (std::size_t depth = std::max<std::size_t>(begin, 1); depth < end; ++depth) {
        const vm::Function& callee = program.functions[context.frames[depth].function];
        const bool is_called_by_own = !program.functions[context.frames[depth - 1].function].is_library;
        if (depth > begin && callee.is_library && is_called_by_own && !is_safe_in_handlers(callee.name))
            return depth;
    }
    return 0;
}

std::string line_of(const vm::Program& program, const vm::Frame& frame) {
    const vm::Function& function = program.functions[frame.function];
    if (function.spans.empty()) return {};
    // Behind a call, as every frame is but the last.
    const std::size_t at = std::min<std::size_t>(frame.pc == 0 ? 0 : frame.pc - 1, function.spans.size() - 1);
    return vm::place_text(program, function.spans[at].file, function.spans[at].line);
}

}  // namespace

bool is_safe_in_handlers(std::string_view function) {
    return std::ranges::binary_search(kSafe, function);
}

std::vector<std::string> describe(const UnsafeCall& call, std::string_view process, kernel::Pid pid) {
    return {fmt::format("{} ({}) is inside {}(), called at {}, when a signal comes", process, pid.value,
                        call.interrupted, call.interrupted_line),
            fmt::format("the handler {}() calls {}() at {}: what {}() was changing may be half done",
                        call.handler, call.function, call.line, call.interrupted),
            "a handler calls only what signal-safety(7) lists, as write(); better, it sets a volatile "
            "sig_atomic_t that the program looks at"};
}

std::optional<UnsafeCall> unsafe_call(const vm::Program& program, const vm::Context& context) {
    const auto& frames = context.frames;
    for (std::size_t handler = frames.size(); handler-- > 1;) {
        if (frames[handler].kind != vm::Frame::Kind::signal_handler) continue;
        const std::size_t called = unsafe_frame(program, context, handler, frames.size());
        const std::size_t interrupted = called == 0 ? 0 : unsafe_frame(program, context, 0, handler);
        if (interrupted == 0) continue;
        const auto name = [&](std::size_t depth) { return program.functions[frames[depth].function].name; };
        return UnsafeCall{name(called), line_of(program, frames[called - 1]), name(interrupted),
                          line_of(program, frames[interrupted - 1]), name(handler)};
    }
    return std::nullopt;
}

}  // namespace ipclab::explore
