#ifndef _SIGNAL_H
#define _SIGNAL_H

#include <bits/pthreadtypes.h>
#include <bits/siginfo.h>
#include <bits/sigset.h>
#include <bits/timespec.h>
#include <bits/types.h>

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGIOT SIGABRT
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGSTKFLT 16
#define SIGCHLD 17
#define SIGCLD SIGCHLD
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGIO 29
#define SIGPOLL SIGIO
#define SIGPWR 30
#define SIGSYS 31
#define NSIG 65
#define _NSIG 65
/// glibc keeps 32 and 33 for its threads.
#define SIGRTMIN (__libc_current_sigrtmin())
#define SIGRTMAX (__libc_current_sigrtmax())

typedef int sig_atomic_t;
typedef void (*__sighandler_t)(int);
typedef __sighandler_t sighandler_t;
typedef __sighandler_t sig_t;
#define SIG_ERR ((__sighandler_t)-1)
#define SIG_DFL ((__sighandler_t)0)
#define SIG_IGN ((__sighandler_t)1)
#define SIG_HOLD ((__sighandler_t)2)

#define SA_NOCLDSTOP 1
#define SA_NOCLDWAIT 2
#define SA_SIGINFO 4
#define SA_ONSTACK 0x08000000
#define SA_STACK SA_ONSTACK
#define SA_RESTART 0x10000000
#define SA_NODEFER 0x40000000
#define SA_NOMASK SA_NODEFER
#define SA_RESETHAND 0x80000000
#define SA_ONESHOT SA_RESETHAND
#define SA_INTERRUPT 0x20000000
#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2
#define SS_ONSTACK 1
#define SS_DISABLE 2
#define MINSIGSTKSZ 2048
#define SIGSTKSZ 8192

struct sigaction {
    union {
        __sighandler_t __handler;
        void (*__action)(int, siginfo_t*, void*);
    } __sigaction_handler;
    sigset_t sa_mask;
    int sa_flags;
    void (*sa_restorer)(void);
};
#define sa_handler __sigaction_handler.__handler
#define sa_sigaction __sigaction_handler.__action

typedef struct {
    void* ss_sp;
    int ss_flags;
    size_t ss_size;
} stack_t;

int __libc_current_sigrtmin(void);
int __libc_current_sigrtmax(void);
__sighandler_t signal(int signal, __sighandler_t handler);
__sighandler_t bsd_signal(int signal, __sighandler_t handler);
__sighandler_t sysv_signal(int signal, __sighandler_t handler);
__sighandler_t sigset(int signal, __sighandler_t handler);
int sigaction(int signal, const struct sigaction* action, struct sigaction* old);
int siginterrupt(int signal, int interrupt);
int kill(pid_t pid, int signal);
int killpg(pid_t group, int signal);
int raise(int signal);
int tgkill(pid_t group, pid_t thread, int signal);
int sigqueue(pid_t pid, int signal, const union sigval value);
int sigprocmask(int how, const sigset_t* set, sigset_t* old);
int sigpending(sigset_t* set);
int sigsuspend(const sigset_t* mask);
int sigwait(const sigset_t* set, int* signal);
int sigwaitinfo(const sigset_t* set, siginfo_t* info);
int sigtimedwait(const sigset_t* set, siginfo_t* info, const struct timespec* timeout);
int sigaltstack(const stack_t* stack, stack_t* old);
#define sigmask(signal) ((int)(1U << ((signal) - 1)))
int sigblock(int mask);
int sigsetmask(int mask);
int siggetmask(void);
int gsignal(int signal);
__sighandler_t ssignal(int number, __sighandler_t handler);
/// What a handler's third argument points to; what a processor's registers held is not known here.
typedef struct ucontext_t ucontext_t;
int sighold(int signal);
int sigrelse(int signal);
int sigignore(int signal);
int sigpause(int signal);
int sigemptyset(sigset_t* set);
int sigfillset(sigset_t* set);
int sigaddset(sigset_t* set, int signal);
int sigdelset(sigset_t* set, int signal);
int sigismember(const sigset_t* set, int signal);
int sigisemptyset(const sigset_t* set);
int sigandset(sigset_t* set, const sigset_t* a, const sigset_t* b);
int sigorset(sigset_t* set, const sigset_t* a, const sigset_t* b);
int pthread_sigmask(int how, const sigset_t* set, sigset_t* old);
void psignal(int signal, const char* prefix);
void psiginfo(const siginfo_t* info, const char* prefix);
#define sigmask(signal) (1 << ((signal)-1))

#endif
