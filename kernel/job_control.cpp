#include "kernel/job_control.h"

#include <algorithm>

#include "kernel/emit.h"
#include "kernel/line_discipline.h"
#include "kernel/processes.h"
#include "kernel/signals.h"

namespace ipclab::kernel {

namespace {

/// From the kernel: no process is its sender.
SignalInfo from_terminal(int signal) {
    return {.signal = signal, .code = kSiKernel};
}

void signal_all(Kernel& kernel, Pid group, const SignalInfo& info, Trace* trace) {
    std::vector<Pid> members;
    for (const auto& [pid, process] : kernel.processes)
        if (process->group == group && !process->is_zombie) members.push_back(pid);
    for (Pid member : members) send_to_process(kernel, member, info, trace);
}

bool leads_session(const Process& process) {
    return process.session == process.pid;
}

void leave_terminal(Kernel& kernel, Pid session) {
    std::vector<Pid> members;
    for (const auto& [pid, process] : kernel.processes)
        if (process->session == session && process->terminal) members.push_back(pid);
    for (Pid member : members) kernel.processes.write(member).terminal = {};
}

void own(Call& call, TerminalId id) {
    Terminal& terminal = call.kernel.terminals.write(id);
    terminal.session = call.process_read().session;
    terminal.foreground_group = call.process_read().group;
    call.process().terminal = id;
}

/// The session of a process group: of a process of that number where no group has it (drivers/tty/tty_jobctrl.c).
Pid session_of(const Kernel& kernel, Pid group) {
    for (const auto& [pid, process] : kernel.processes)
        if (process->group == group) return process->session;
    const Process* process = kernel.processes.find(group);
    return process ? process->session : Pid{};
}

bool exists(const Kernel& kernel, Pid number) {
    return std::any_of(kernel.processes.begin(), kernel.processes.end(), [&](const auto& entry) {
        const Process& process = *entry.second;
        return process.pid == number || process.group == number || process.session == number;
    });
}

}  // namespace

std::optional<Outcome> refuse_background(Call& call, TerminalId id, int signal) {
    const Kernel& kernel = call.kernel;
    const Process& process = call.process_read();
    const Terminal& terminal = kernel.terminals[id];
    if (process.terminal != id || !terminal.foreground_group || terminal.foreground_group == process.group)
        return std::nullopt;
    const bool is_ignored = (call.self().blocked_signals & signal_bit(signal)) != 0 ||
                            (*process.actions)[static_cast<std::size_t>(signal)].handler == kSigIgn;
    if (is_ignored) {
        // tcsetattr(3): who ignores SIGTTOU may write; a read without SIGTTIN cannot succeed.
        if (signal == kSigTtou) return std::nullopt;
        return Outcome::fail(Errno::eio);
    }
    if (is_orphaned_group(kernel, process.group)) return Outcome::fail(Errno::eio);
    signal_all(call.kernel, process.group, from_terminal(signal), call.trace);
    return call.block(ref(call.task), WaitFor::signal);
}

void signal_foreground(Kernel& kernel, TerminalId id, int signal, Trace* trace) {
    if (const Pid group = kernel.terminals[id].foreground_group)
        signal_all(kernel, group, from_terminal(signal), trace);
}

void take_terminal(Call& call, TerminalId id, const File& file) {
    const Process& process = call.process_read();
    if (leads_session(process) && !process.terminal && !call.kernel.terminals[id].session && file.readable())
        own(call, id);
}

Outcome set_controlling_terminal(Call& call, TerminalId id, const File& file) {
    const Process& process = call.process_read();
    const Pid session = call.kernel.terminals[id].session;
    if (leads_session(process) && session == process.session) return Outcome::done(0);
    // ioctl_tty(2): a session leader without a controlling terminal; and nobody else's.
    if (!leads_session(process) || process.terminal || session || !file.readable())
        return Outcome::fail(Errno::eperm);
    own(call, id);
    return Outcome::done(0);
}

Outcome give_up_terminal(Call& call, TerminalId id) {
    const Process& process = call.process_read();
    if (process.terminal != id) return Outcome::fail(Errno::enotty);
    if (!leads_session(process)) {
        call.process().terminal = {};
        return Outcome::done(0);
    }
    // ioctl_tty(2), TIOCNOTTY: of a session leader the foreground group gets SIGHUP and SIGCONT.
    const Pid session = process.session;
    const Pid group = call.kernel.terminals[id].foreground_group;
    for (int signal : {kSigHup, kSigCont})
        if (group) signal_all(call.kernel, group, from_caller(call, signal, kSiUser), call.trace);
    Terminal& terminal = call.kernel.terminals.write(id);
    terminal.session = terminal.foreground_group = {};
    leave_terminal(call.kernel, session);
    return Outcome::done(0);
}

Outcome get_foreground_group(Call& call, TerminalId id, bool of_master) {
    if (!of_master && call.process_read().terminal != id) return Outcome::fail(Errno::enotty);
    return Outcome::from(
        call.memory().write_object(call.arg(2), call.kernel.terminals[id].foreground_group.value));
}

Outcome set_foreground_group(Call& call, TerminalId id) {
    if (auto refused = refuse_background(call, id, kSigTtou)) {
        const bool is_orphan = refused->value == -static_cast<std::int64_t>(Errno::eio);
        return is_orphan ? Outcome::fail(Errno::enotty) : std::move(*refused);
    }
    const auto group = call.memory().read_object<std::int32_t>(call.arg(2));
    if (!group) return Outcome::fail(group.error());
    if (*group < 0) return Outcome::fail(Errno::einval);
    // tcsetpgrp(3): the caller's controlling terminal, and a group of his session.
    const Process& process = call.process_read();
    if (process.terminal != id || call.kernel.terminals[id].session != process.session)
        return Outcome::fail(Errno::enotty);
    if (!exists(call.kernel, Pid{*group})) return Outcome::fail(Errno::esrch);
    if (session_of(call.kernel, Pid{*group}) != process.session) return Outcome::fail(Errno::eperm);
    call.kernel.terminals.write(id).foreground_group = Pid{*group};
    return Outcome::done(0);
}

Outcome get_session(Call& call, TerminalId id, bool of_master) {
    const Pid session = call.kernel.terminals[id].session;
    if ((!of_master && call.process_read().terminal != id) || !session) return Outcome::fail(Errno::enotty);
    return Outcome::from(call.memory().write_object(call.arg(2), session.value));
}

void hang_up_session(Kernel& kernel, TerminalId id, Trace* trace) {
    Terminal& terminal = kernel.terminals.write(id);
    const Pid session = std::exchange(terminal.session, Pid{});
    const Pid group = std::exchange(terminal.foreground_group, Pid{});
    if (!session) return;
    leave_terminal(kernel, session);
    const Process* leader = kernel.processes.find(session);
    if (!leader || leader->is_zombie) return;
    kernel.processes.write(session).hung_up_group = group;
    for (int signal : {kSigHup, kSigCont}) send_to_process(kernel, session, from_terminal(signal), trace);
}

void leader_ends(Kernel& kernel, Pid pid, Trace* trace) {
    const Process& process = kernel.processes[pid];
    if (!leads_session(process)) return;
    const TerminalId id = process.terminal;
    if (!id) {
        // The terminal went first: only now its foreground group hears of it.
        const Pid group = std::exchange(kernel.processes.write(pid).hung_up_group, Pid{});
        for (int signal : {kSigHup, kSigCont})
            if (group) signal_all(kernel, group, from_terminal(signal), trace);
        return;
    }
    // drivers/tty/tty_jobctrl.c, disassociate_ctty(): SIGHUP alone; who is stopped is woken as a member of an orphaned
    // group.
    signal_foreground(kernel, id, kSigHup, trace);
    Terminal& terminal = kernel.terminals.write(id);
    terminal.session = terminal.foreground_group = {};
    leave_terminal(kernel, process.session);
}

}  // namespace ipclab::kernel
