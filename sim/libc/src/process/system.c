// system(3): a shell runs the command; meanwhile SIGINT and SIGQUIT are ignored and SIGCHLD waits.
#include <bits/request.h>
#include <bits/sigaction.h>
#include <bits/syscall.h>
#include <errno.h>
#include <stdlib.h>

extern char** environ;

int system(const char* command) {
    if (!command) return system("exit 0") == 0;
    struct __kernel_sigaction ignore = {(void*)1, 0, 0, 0}, old_interrupt, old_quit;
    unsigned long child_bit = 1UL << 16, old_mask;
    RAW4(SYS_rt_sigaction, 2, &ignore, &old_interrupt, 8);
    RAW4(SYS_rt_sigaction, 3, &ignore, &old_quit, 8);
    RAW4(SYS_rt_sigprocmask, 0, &child_bit, &old_mask, 8);
    long pid = IS_TASK_REFUSED ? -EAGAIN : RAW5(SYS_clone, 0x4111 /* CLONE_VM, CLONE_VFORK, SIGCHLD */, 0, 0, 0, 0);
    if (pid == 0) {
        char* argv[] = {"sh", "-c", (char*)command, 0};
        RAW4(SYS_rt_sigaction, 2, &old_interrupt, 0, 8);
        RAW4(SYS_rt_sigaction, 3, &old_quit, 0, 8);
        RAW4(SYS_rt_sigprocmask, 2, &old_mask, 0, 8);
        RAW3(SYS_execve, "/bin/sh", argv, environ);
        RAW1(SYS_exit_group, 127);
    }
    int status = -1;
    long result = pid;
    if (pid > 0) {
        do result = RAW4(SYS_wait4, pid, &status, 0, 0);
        while (result == -EINTR);
    }
    if (result < 0) {
        errno = (int)-result;
        status = -1;
    }
    RAW4(SYS_rt_sigaction, 2, &old_interrupt, 0, 8);
    RAW4(SYS_rt_sigaction, 3, &old_quit, 0, 8);
    RAW4(SYS_rt_sigprocmask, 2, &old_mask, 0, 8);
    return status;
}
