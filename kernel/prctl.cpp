// prctl(2): the options that matter between processes.
#include "kernel/prctl.h"
#include "kernel/emit.h"
#include "kernel/handlers.h"
#include "kernel/signals.h"

namespace ipclab::kernel {

namespace {

enum Option : std::uint32_t {
    kSetParentDeathSignal = 1,
    kGetParentDeathSignal = 2,
    kGetDumpable = 3,
    kSetDumpable = 4,
    kSetName = 15,
    kGetName = 16,
    kSetSubreaper = 36,
    kGetSubreaper = 37,
    kSetNoNewPrivileges = 38,
    kGetNoNewPrivileges = 39,
};

Outcome set_name(Call& call) {
    // prctl(2), PR_SET_NAME: cut off after 16 bytes with the NUL.
    std::string name;
    while (name.size() < kNameMax) {
        const auto byte = call.memory().read_object<char>(call.arg(1) + name.size());
        if (!byte) return Outcome::fail(byte.error());
        if (*byte == 0) break;
        name += *byte;
    }
    // It is the thread's; that of the first one is what the process is called.
    if (call.task.value == call.pid.value) call.process().name = name;
    call.me->name = std::move(name);
    return Outcome::done(0);
}

Outcome get_name(Call& call) {
    std::array<char, kNameMax + 1> name{};
    const std::string& own = call.self().name.empty() ? call.process_read().name : call.self().name;
    own.copy(name.data(), kNameMax);
    return Outcome::from(call.memory().write_object(call.arg(1), name));
}

}  // namespace

Outcome sys_prctl(Call& call) {
    const auto option = static_cast<std::uint32_t>(call.arg(0));
    const std::uint64_t value = call.arg(1);
    const bool rest_is_zero = call.arg(2) == 0 && call.arg(3) == 0 && call.arg(4) == 0;
    switch (option) {
        case kSetParentDeathSignal:
            if (value > kSignals) return Outcome::fail(Errno::einval);
            call.process().parent_death_signal = static_cast<std::uint8_t>(value);
            return Outcome::done(0);
        case kGetParentDeathSignal:
            return Outcome::from(
                call.memory().write_object(value, std::int32_t{call.process_read().parent_death_signal}));
        case kSetName:
            return set_name(call);
        case kGetName:
            return get_name(call);
        case kSetSubreaper:
            call.process().is_subreaper = value != 0;
            return Outcome::done(0);
        case kGetSubreaper:
            return Outcome::from(
                call.memory().write_object(value, std::int32_t{call.process_read().is_subreaper}));
        case kSetDumpable:
            if (value > 1) return Outcome::fail(Errno::einval);
            call.process().is_dumpable = value != 0;
            return Outcome::done(0);
        case kGetDumpable:
            return Outcome::done(call.process_read().is_dumpable);
        case kSetNoNewPrivileges:
            // prctl(2): it cannot be unset. Nobody gains privileges here anyway.
            if (value != 1 || !rest_is_zero) return Outcome::fail(Errno::einval);
            call.process().has_no_new_privileges = true;
            return Outcome::done(0);
        case kGetNoNewPrivileges:
            if (value != 0 || !rest_is_zero) return Outcome::fail(Errno::einval);
            return Outcome::done(call.process_read().has_no_new_privileges);
        default:
            explain(call.kernel, call.task,
                    "prctl: option " + std::to_string(option) + " is not simulated: EINVAL", call.trace);
            return Outcome::fail(Errno::einval);
    }
}

Pid new_parent(const Kernel& kernel, Pid ending) {
    for (Pid above = kernel.processes[ending].parent; above && above != kInit;) {
        const Process* process = kernel.processes.find(above);
        if (!process) break;
        if (process->is_subreaper && !process->is_zombie) return above;
        above = process->parent;
    }
    return kInit;
}

void parent_has_died(Kernel& kernel, Pid child, Pid parent, Trace* trace) {
    const int signal = kernel.processes[child].parent_death_signal;
    if (signal == 0 || kernel.processes[child].is_zombie) return;
    send_to_process(
        kernel, child,
        {.signal = signal, .code = kSiUser, .sender = parent, .sender_uid = static_cast<std::int32_t>(kUser)},
        trace);
}

}  // namespace ipclab::kernel
