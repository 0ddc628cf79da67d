/* The init process of a sandbox: starts one program with its limits, filter, session and terminal, reaps
 * every orphan, and reports the exact wait status of the first process, which bubblewrap's own init cannot.
 *
 * Freestanding: no C library, so that it can be embedded in ipclab as a few kilobytes that run anywhere.
 * See launcher_protocol.h for what it says and hears. */
#include "sim/host/launcher.h"

#include <asm/ioctls.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/seccomp.h>

#define SIGCHLD_NUMBER 17
#define SIGKILL_NUMBER 9

/* The compiler may call these for loops and initialisers. */
void* memset(void* to, int value, unsigned long bytes) {
    volatile unsigned char* p = to;
    while (bytes--) *p++ = (unsigned char)value;
    return to;
}
void* memcpy(void* to, const void* from, unsigned long bytes) {
    volatile unsigned char* p = to;
    const unsigned char* q = from;
    while (bytes--) *p++ = *q++;
    return to;
}

static char message[LAUNCH_MAX_MESSAGE] __attribute__((aligned(16)));
static char* pointers[LAUNCH_MAX_MESSAGE / 2 + 4];

__attribute__((noreturn)) static void leave(int status) {
    for (;;) CALL1(__NR_exit_group, status);
}

static void report_failure_of(char what, long error) {
    struct {
        char kind;
        int32_t error;
    } __attribute__((packed)) failure = {what, (int32_t)-error};
    CALL3(__NR_write, LAUNCH_SOCKET, &failure, sizeof failure);
    leave(127);
}
#define report_failure(error) report_failure_of('E', error)

/* A network namespace with what the requests make in it. */
static void make_network(const char* requests, uint32_t bytes) {
    static char answer[4096] __attribute__((aligned(8)));
    long error = CALL1(__NR_unshare, 0x40000000 /* CLONE_NEWNET */);
    if (error < 0) report_failure_of('N', error);
    const long fd = CALL3(__NR_socket, 16 /* AF_NETLINK */, 3 /* SOCK_RAW */, 0 /* NETLINK_ROUTE */);
    if (fd < 0) report_failure_of('N', fd);
    for (uint32_t at = 0; at < bytes;) {
        const struct nlmsghdr* request = (const struct nlmsghdr*)(const void*)(requests + at);
        error = CALL3(__NR_write, fd, request, request->nlmsg_len);
        if (error >= 0) error = CALL3(__NR_read, fd, answer, sizeof answer);
        if (error >= 0) error = ((const struct nlmsgerr*)(const void*)(answer + NLMSG_HDRLEN))->error;
        if (error < 0) report_failure_of('N', error);
        at += NLMSG_ALIGN(request->nlmsg_len);
    }
    CALL1(__NR_close, fd);
}

static void take_foreground(int terminal_fd) {
    int group = (int)CALL0(__NR_getpid);
    unsigned long all = ~0ul, none = 0;
    /* A background group that sets the foreground group would be stopped by SIGTTOU: block it meanwhile. */
    CALL4(__NR_rt_sigprocmask, 0, &all, 0, 8);
    CALL3(__NR_ioctl, terminal_fd, TIOCSPGRP, &group);
    CALL4(__NR_rt_sigprocmask, 2, &none, 0, 8);
}

static void run_program(const struct LaunchConfig* config, struct sock_filter* filter, char* path,
                        char** argv, char** envp) {
    long error = 0;
    CALL2(__NR_setpgid, 0, 0);
    if (config->terminal_fd >= 0) take_foreground(config->terminal_fd);
    for (uint32_t i = 0; i < config->limit_count && i < LAUNCH_MAX_LIMITS; ++i) {
        struct {
            uint64_t soft, hard;
        } limit = {config->limits[i].soft, config->limits[i].hard};
        error = CALL4(__NR_prlimit64, 0, config->limits[i].resource, &limit, 0);
        if (error < 0) report_failure(error);
    }
    /* What the launcher may, to make the network, the program may not (capabilities(7): ambient ones outlive execve). */
    CALL5(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    error = CALL5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (error < 0) report_failure(error);
    CALL3(__NR_write, LAUNCH_SOCKET, "R", 1);
    if (config->flags & LAUNCH_WAIT_FOR_GO) {
        char go = 0;
        do error = CALL3(__NR_read, LAUNCH_SOCKET, &go, 1);
        while (error == -EINTR_NUMBER);
        if (error != 1) leave(127);
    }
    CALL3(__NR_fcntl, LAUNCH_SOCKET, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */);
    if (config->filter_count) {
        struct sock_fprog program = {(unsigned short)config->filter_count, filter};
        error = CALL3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
        if (error < 0) report_failure(error);
    }
    report_failure(CALL3(__NR_execve, path, argv, envp));
}

static void supervise(long first, uint32_t flags) {
    for (;;) {
        int status = 0;
        struct rusage usage;
        long pid = CALL4(__NR_wait4, -1, &status, 0x40000000 /* __WALL */, &usage);
        if (pid == -EINTR_NUMBER) continue;
        if (pid < 0) break;
        if (pid == first) {
            struct {
                char kind;
                struct LaunchExit end;
            } __attribute__((packed)) ended;
            memset(&ended, 0, sizeof ended);
            ended.kind = 'X';
            ended.end.wait_status = status;
            ended.end.user_us = usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec;
            ended.end.system_us = usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
            ended.end.max_resident_kib = usage.ru_maxrss;
            CALL3(__NR_write, LAUNCH_SOCKET, &ended, sizeof ended);
        }
    }
    CALL3(__NR_write, LAUNCH_SOCKET, "D", 1);
    if (flags & LAUNCH_REPORT_LEFT) report_left_behind();
}

__attribute__((force_align_arg_pointer, noreturn, used)) void _start(void) {
    long bytes;
    do bytes = CALL3(__NR_read, LAUNCH_SOCKET, message, sizeof message - 1);
    while (bytes == -EINTR_NUMBER);
    if (bytes < (long)sizeof(struct LaunchConfig)) leave(126);
    const struct LaunchConfig* config = (const struct LaunchConfig*)(void*)message;
    char* at = message + sizeof *config;
    struct sock_filter* filter = (struct sock_filter*)(void*)at;
    at += (unsigned long)config->filter_count * sizeof(struct sock_filter);
    const char* network = at;
    at += config->network_bytes;
    char* path = at;
    char** argv = pointers;
    char** envp = pointers + config->argc + 1;
    const uint32_t texts = 1 + config->argc + config->envc;
    for (uint32_t i = 0; i < texts; ++i) {
        if (at >= message + bytes) leave(126);
        /* Text 0 is the path; argv's closing null stands between the arguments and the environment. */
        if (i > 0) pointers[i <= config->argc ? i - 1 : i] = at;
        while (*at) ++at;
        ++at;
    }

    /* Nothing but 0, 1, 2 and the socket is passed on. */
    if (CALL3(__NR_close_range, LAUNCH_SOCKET + 1, ~0u, 0) < 0)
        for (int fd = LAUNCH_SOCKET + 1; fd < 4096; ++fd) CALL1(__NR_close, fd);
    if (config->flags & LAUNCH_SUBREAPER) {
        CALL5(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL_NUMBER, 0, 0, 0);
        CALL5(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }
    /* This process is what a shell is to its jobs: it leads the session and owns the terminal, so that the
     * first process may end before its children without taking the terminal away from them. */
    CALL0(__NR_setsid);
    if (config->terminal_fd >= 0) CALL3(__NR_ioctl, config->terminal_fd, TIOCSCTTY, 0);

    CALL3(__NR_write, LAUNCH_SOCKET, "I", 1);
    if (config->network_bytes) make_network(network, config->network_bytes);
    const long child = CALL5(__NR_clone, SIGCHLD_NUMBER, 0, 0, 0, 0);
    if (child == 0) run_program(config, filter, path, argv, envp);
    if (child < 0) report_failure(child);
    /* The program alone holds the standard streams: they end with it and its children. */
    for (int fd = 0; fd < LAUNCH_SOCKET; ++fd) CALL1(__NR_close, fd);
    supervise(child, config->flags);
    leave(0);
}
