// abort(3): SIGABRT, even where it is blocked; where it is handled and the handler returns, with its default
// action.
#include <bits/syscall.h>
#include <stdlib.h>

_Noreturn void abort(void) {
    unsigned long abort_bit = 1UL << 5;
    unsigned long default_action[4] = {0, 0, 0, ~0UL};
    RAW4(SYS_rt_sigprocmask, 1, &abort_bit, 0, 8);
    long thread = RAW0(SYS_gettid), pid = RAW0(SYS_getpid);
    RAW3(SYS_tgkill, pid, thread, 6);
    RAW4(SYS_rt_sigaction, 6, default_action, 0, 8);
    RAW3(SYS_tgkill, pid, thread, 6);
    for (;;) RAW1(SYS_exit_group, 127);
}
