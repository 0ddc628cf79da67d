// Sessions, controlling terminals and foreground groups: who may use a terminal, and who hears of its end. The rules are
// those of credentials(7) and Linux's drivers/tty/tty_jobctrl.c.
#pragma once

#include <optional>

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// A background process reads (SIGTTIN) or changes (SIGTTOU) its controlling terminal: EIO, or the signal for its group
/// and the call waits to be made anew. Nothing: it may go on.
std::optional<Outcome> refuse_background(Call& call, TerminalId terminal, int signal);

/// A signal from the terminal for its foreground group, if it has one.
void signal_foreground(Kernel& kernel, TerminalId terminal, int signal, Trace* trace);

/// open(2) without O_NOCTTY: the terminal becomes the caller's controlling one where he leads a session that has none.
void take_terminal(Call& call, TerminalId terminal, const File& file);
/// TIOCSCTTY: EPERM. TIOCNOTTY: ENOTTY.
Outcome set_controlling_terminal(Call& call, TerminalId terminal, const File& file);
Outcome give_up_terminal(Call& call, TerminalId terminal);

/// tcgetpgrp(3), tcsetpgrp(3), tcgetsid(3). `of_master`: asked at the master, who needs not have it as his own.
Outcome get_foreground_group(Call& call, TerminalId terminal, bool of_master);
Outcome set_foreground_group(Call& call, TerminalId terminal);
Outcome get_session(Call& call, TerminalId terminal, bool of_master);

/// The other end of the terminal is gone: the session loses it, its leader gets SIGHUP and SIGCONT.
void hang_up_session(Kernel& kernel, TerminalId terminal, Trace* trace);
/// A process ends: where it leads a session, the foreground group gets SIGHUP and the session loses its terminal.
void leader_ends(Kernel& kernel, Pid process, Trace* trace);

}  // namespace ipclab::kernel
