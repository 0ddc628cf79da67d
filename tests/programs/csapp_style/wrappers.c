#include "wrappers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void unix_error(const char *msg) {
    fprintf(stderr, "%s: %s\n", msg, strerror(errno));
    exit(1);
}

pid_t Fork(void) {
    pid_t pid;
    if ((pid = fork()) < 0) unix_error("Fork error");
    return pid;
}

pid_t Waitpid(pid_t pid, int *iptr, int options) {
    pid_t result;
    if ((result = waitpid(pid, iptr, options)) < 0) unix_error("Waitpid error");
    return result;
}

handler_t *Signal(int signum, handler_t *handler) {
    struct sigaction action, old;
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    if (sigaction(signum, &action, &old) < 0) unix_error("Signal error");
    return old.sa_handler;
}

void Sigprocmask(int how, const sigset_t *set, sigset_t *oldset) {
    if (sigprocmask(how, set, oldset) < 0) unix_error("Sigprocmask error");
}

void Sigemptyset(sigset_t *set) {
    if (sigemptyset(set) < 0) unix_error("Sigemptyset error");
}

void Sigaddset(sigset_t *set, int signum) {
    if (sigaddset(set, signum) < 0) unix_error("Sigaddset error");
}

void *Malloc(size_t size) {
    void *p = malloc(size);
    if (p == NULL) unix_error("Malloc error");
    return p;
}

static void sio_reverse(char s[]) {
    for (size_t i = 0, j = strlen(s) - 1; i < j; i++, j--) {
        char c = s[i];
        s[i] = s[j];
        s[j] = c;
    }
}

static void sio_ltoa(long v, char s[], int b) {
    int i = 0;
    do {
        int c = (int)(v % b);
        s[i++] = (char)(c < 10 ? c + '0' : c - 10 + 'a');
    } while ((v /= b) > 0);
    s[i] = '\0';
    sio_reverse(s);
}

ssize_t sio_puts(const char s[]) {
    return write(STDOUT_FILENO, s, strlen(s));
}

ssize_t sio_putl(long v) {
    char s[128];
    sio_ltoa(v, s, 10);
    return sio_puts(s);
}

void rio_init(rio_t *rp, int fd) {
    rp->fd = fd;
    rp->count = 0;
    rp->at = rp->buffer;
}

static ssize_t rio_read(rio_t *rp, char *to, size_t n) {
    while (rp->count <= 0) {
        rp->count = (int)read(rp->fd, rp->buffer, sizeof rp->buffer);
        if (rp->count < 0) {
            if (errno != EINTR) return -1;
        } else if (rp->count == 0) {
            return 0;
        } else {
            rp->at = rp->buffer;
        }
    }
    size_t count = (size_t)rp->count < n ? (size_t)rp->count : n;
    memcpy(to, rp->at, count);
    rp->at += count;
    rp->count -= (int)count;
    return (ssize_t)count;
}

ssize_t rio_readline(rio_t *rp, void *buffer, size_t size) {
    char c, *to = buffer;
    size_t n;
    for (n = 1; n < size; n++) {
        ssize_t got = rio_read(rp, &c, 1);
        if (got == 1) {
            *to++ = c;
            if (c == '\n') {
                n++;
                break;
            }
        } else if (got == 0) {
            if (n == 1) return 0;
            break;
        } else {
            return -1;
        }
    }
    *to = 0;
    return (ssize_t)(n - 1);
}

ssize_t rio_writen(int fd, const void *buffer, size_t n) {
    const char *from = buffer;
    for (size_t left = n; left > 0;) {
        ssize_t done = write(fd, from, left);
        if (done <= 0) {
            if (done < 0 && errno == EINTR) continue;
            return -1;
        }
        left -= (size_t)done;
        from += done;
    }
    return (ssize_t)n;
}
