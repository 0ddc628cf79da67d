/* Calls that cannot fail: their wrappers end the program where they do. */
#ifndef WRAPPERS_H
#define WRAPPERS_H
#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

typedef void handler_t(int);

pid_t Fork(void);
pid_t Waitpid(pid_t pid, int *iptr, int options);
handler_t *Signal(int signum, handler_t *handler);
void Sigprocmask(int how, const sigset_t *set, sigset_t *oldset);
void Sigemptyset(sigset_t *set);
void Sigaddset(sigset_t *set, int signum);
void *Malloc(size_t size);
ssize_t sio_puts(const char s[]);
ssize_t sio_putl(long v);

typedef struct {
    int fd;
    int count;
    char *at;
    char buffer[64];
} rio_t;
void rio_init(rio_t *rp, int fd);
ssize_t rio_readline(rio_t *rp, void *buffer, size_t size);
ssize_t rio_writen(int fd, const void *buffer, size_t n);
#endif
