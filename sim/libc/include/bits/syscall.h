// How the library calls the kernel. `__ipclab_syscall` is known to the compiler; a failure is a negative
// errno. The library calls the kernel rather than its own read(), fork() ...: a program may define functions
// of these names.
#ifndef _BITS_SYSCALL_H
#define _BITS_SYSCALL_H

/// Returns `result`, or sets errno and returns -1 where it is a kernel's error number.
long __syscall_result(long result);
/// The same for a call just made: most succeed, and those are not worth another call.
#define CHECKED(raw) \
    ({ \
        long __result = (raw); \
        __result < 0 && __result >= -4095 ? __syscall_result(__result) : __result; \
    })

#define RAW0(number) __ipclab_syscall(number)
#define RAW1(number, a) __ipclab_syscall(number, (long)(a))
#define RAW2(number, a, b) __ipclab_syscall(number, (long)(a), (long)(b))
#define RAW3(number, a, b, c) __ipclab_syscall(number, (long)(a), (long)(b), (long)(c))
#define RAW4(number, a, b, c, d) __ipclab_syscall(number, (long)(a), (long)(b), (long)(c), (long)(d))
#define RAW5(number, a, b, c, d, e) \
    __ipclab_syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))
#define RAW6(number, a, b, c, d, e, f) \
    __ipclab_syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define CALL6(number, a, b, c, d, e, f) CHECKED(RAW6(number, a, b, c, d, e, f))
#define CALL5(number, a, b, c, d, e) CHECKED(RAW5(number, a, b, c, d, e))
#define CALL4(number, a, b, c, d) CHECKED(RAW4(number, a, b, c, d))
#define CALL3(number, a, b, c) CHECKED(RAW3(number, a, b, c))
#define CALL2(number, a, b) CHECKED(RAW2(number, a, b))
#define CALL1(number, a) CHECKED(RAW1(number, a))
#define CALL0(number) CHECKED(RAW0(number))

// The numbers that the most used parts need; the others include <sys/syscall.h>.
#define SYS_read 0
#define SYS_write 1
#define SYS_close 3
#define SYS_lseek 8
#define SYS_mmap 9
#define SYS_munmap 11
#define SYS_brk 12
#define SYS_rt_sigaction 13
#define SYS_rt_sigprocmask 14
#define SYS_ioctl 16
#define SYS_access 21
#define SYS_pipe 22
#define SYS_sched_yield 24
#define SYS_dup 32
#define SYS_dup2 33
#define SYS_pause 34
#define SYS_nanosleep 35
#define SYS_getpid 39
#define SYS_clone 56
#define SYS_fork 57
#define SYS_vfork 58
#define SYS_execve 59
#define SYS_exit 60
#define SYS_wait4 61
#define SYS_kill 62
#define SYS_fcntl 72
#define SYS_chdir 80
#define SYS_rename 82
#define SYS_mkdir 83
#define SYS_rmdir 84
#define SYS_creat 85
#define SYS_unlink 87
#define SYS_setpgid 109
#define SYS_getppid 110
#define SYS_getpgrp 111
#define SYS_setsid 112
#define SYS_getpgid 121
#define SYS_getsid 124
#define SYS_rt_sigpending 127
#define SYS_rt_sigtimedwait 128
#define SYS_rt_sigsuspend 130
#define SYS_sigaltstack 131
#define SYS_gettid 186
#define SYS_futex 202
#define SYS_set_tid_address 218
#define SYS_clock_gettime 228
#define SYS_clock_nanosleep 230
#define SYS_exit_group 231
#define SYS_tgkill 234
#define SYS_waitid 247
#define SYS_openat 257
#define SYS_newfstatat 262
#define SYS_unlinkat 263
#define SYS_renameat 264
#define SYS_dup3 292
#define SYS_pipe2 293
#define SYS_set_robust_list 273

#endif
