// The terminal that standard input and output may be: what ioctl(2) asks of it (ioctl_tty(2)).
#include <array>

#include "kernel/emit.h"
#include "kernel/files.h"

namespace ipclab::kernel {

namespace {

/// struct termios of the kernel: what isatty() and tcgetattr() see of a terminal in its usual state.
struct AbiTermios {
    std::uint32_t input = 0x4500, output = 0x5, control = 0xbf, local = 0x8a3b;
    std::uint8_t line = 0;
    std::array<std::uint8_t, 19> characters{3,  28, 127, 21, 4,  0,  1, 0, 17, 19,
                                            26, 0,  18,  15, 23, 22, 0, 0, 0};
};
static_assert(sizeof(AbiTermios) == 36);

struct AbiWindowSize {
    std::uint16_t rows = 24, columns = 80, x_pixels = 0, y_pixels = 0;
};

}  // namespace

Outcome control_terminal(Call& call, const File& file) {
    constexpr std::uint32_t kTcGets = 0x5401, kTcSets = 0x5402, kTcSetsWait = 0x5403, kTcSetsFlush = 0x5404,
                            kGetGroup = 0x540f, kSetGroup = 0x5410, kWindowSize = 0x5413;
    if (call.kernel.streams[file.stream()].kind != StreamKind::terminal) return Outcome::fail(Errno::enotty);
    const UserMemory memory = call.memory();
    switch (static_cast<std::uint32_t>(call.arg(1))) {
        case kTcGets:
            return Outcome::from(memory.write_object(call.arg(2), AbiTermios{}));
        case kWindowSize:
            return Outcome::from(memory.write_object(call.arg(2), AbiWindowSize{}));
        case kTcSets:
        case kTcSetsWait:
        case kTcSetsFlush: {
            auto wanted = memory.read_object<AbiTermios>(call.arg(2));
            if (!wanted) return Outcome::fail(wanted.error());
            if (wanted->local != AbiTermios{}.local || wanted->input != AbiTermios{}.input) {
                explain(call.kernel, call.task,
                        "ioctl: the terminal stays in canonical mode with echo: EINVAL", call.trace);
                return Outcome::fail(Errno::einval);
            }
            return Outcome::done(0);
        }
        case kGetGroup: {
            const StreamId keyboard = input_side(call.kernel, file.stream());
            return Outcome::from(
                memory.write_object(call.arg(2), call.kernel.streams[keyboard].foreground_group.value));
        }
        case kSetGroup: {
            auto group = memory.read_object<std::int32_t>(call.arg(2));
            if (!group) return Outcome::fail(group.error());
            if (*group < 0) return Outcome::fail(Errno::einval);
            bool exists = false, is_of_session = false;
            for (const auto& [pid, process] : call.kernel.processes)
                if (process->group.value == *group) {
                    exists = true;
                    is_of_session |= process->session == call.process_read().session;
                }
            // tcsetpgrp(3): a group of the caller's session.
            if (!exists) return Outcome::fail(Errno::esrch);
            if (!is_of_session) return Outcome::fail(Errno::eperm);
            call.kernel.streams.write(input_side(call.kernel, file.stream())).foreground_group = Pid{*group};
            return Outcome::done(0);
        }
        default:
            return Outcome::fail(Errno::enotty);
    }
}

}  // namespace ipclab::kernel
