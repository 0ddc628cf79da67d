// siginfo_t and union sigval, 128 bytes as the kernel fills them (sigaction(2)).
#ifndef _BITS_SIGINFO_H
#define _BITS_SIGINFO_H

#include <bits/types.h>

typedef union sigval {
    int sival_int;
    void* sival_ptr;
} sigval_t;
typedef union sigval __sigval_t;

typedef struct {
    int si_signo;
    int si_errno;
    int si_code;
    int __pad0;
    union {
        int __pad[28];
        struct {
            pid_t si_pid;
            uid_t si_uid;
        } __sender;
        struct {
            int si_tid;
            int si_overrun;
            sigval_t si_sigval;
        } __timer;
        struct {
            pid_t si_pid;
            uid_t si_uid;
            sigval_t si_sigval;
        } __rt;
        struct {
            pid_t si_pid;
            uid_t si_uid;
            int si_status;
            clock_t si_utime;
            clock_t si_stime;
        } __child;
        struct {
            void* si_addr;
            short si_addr_lsb;
        } __fault;
        struct {
            long si_band;
            int si_fd;
        } __poll;
        struct {
            void* si_call_addr;
            int si_syscall;
            unsigned int si_arch;
        } __sys;
    } __fields;
} siginfo_t;

#define si_pid __fields.__sender.si_pid
#define si_uid __fields.__sender.si_uid
#define si_timerid __fields.__timer.si_tid
#define si_overrun __fields.__timer.si_overrun
#define si_status __fields.__child.si_status
#define si_utime __fields.__child.si_utime
#define si_stime __fields.__child.si_stime
#define si_value __fields.__rt.si_sigval
#define si_int __fields.__rt.si_sigval.sival_int
#define si_ptr __fields.__rt.si_sigval.sival_ptr
#define si_addr __fields.__fault.si_addr
#define si_addr_lsb __fields.__fault.si_addr_lsb
#define si_band __fields.__poll.si_band
#define si_fd __fields.__poll.si_fd
#define si_call_addr __fields.__sys.si_call_addr
#define si_syscall __fields.__sys.si_syscall
#define si_arch __fields.__sys.si_arch

#define SI_USER 0
#define SI_QUEUE (-1)
#define SI_TIMER (-2)
#define SI_MESGQ (-3)
#define SI_ASYNCIO (-4)
#define SI_SIGIO (-5)
#define SI_DETHREAD (-7)
#define SI_ASYNCNL (-60)
#define SI_TKILL (-6)
#define SI_KERNEL 0x80
#define ILL_ILLOPC 1
#define ILL_ILLOPN 2
#define FPE_INTDIV 1
#define FPE_INTOVF 2
#define FPE_FLTDIV 3
#define FPE_FLTOVF 4
#define FPE_FLTUND 5
#define FPE_FLTRES 6
#define FPE_FLTINV 7
#define FPE_FLTSUB 8
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define BUS_OBJERR 3
#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_DUMPED 3
#define CLD_TRAPPED 4
#define CLD_STOPPED 5
#define CLD_CONTINUED 6
#define POLL_IN 1
#define POLL_OUT 2
#define POLL_MSG 3
#define POLL_ERR 4
#define POLL_PRI 5
#define POLL_HUP 6

#define SIGEV_SIGNAL 0
#define SIGEV_NONE 1
#define SIGEV_THREAD 2
#define SIGEV_THREAD_ID 4

typedef struct sigevent {
    sigval_t sigev_value;
    int sigev_signo;
    int sigev_notify;
    union {
        int __pad[12];
        pid_t __tid;
        struct {
            void (*__function)(sigval_t);
            void* __attributes;
        } __notify;
    } __sigev;
} sigevent_t;
#define sigev_notify_function __sigev.__notify.__function
#define sigev_notify_attributes __sigev.__notify.__attributes
#define sigev_notify_thread_id __sigev.__tid

#endif
