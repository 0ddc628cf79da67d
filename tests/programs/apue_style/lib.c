#include <sys/wait.h>

#include "ourhdr.h"

Sigfunc *handle(int signo, Sigfunc *func) {
    struct sigaction act, oact;
    act.sa_handler = func;
    sigemptyset(&act.sa_mask);
    act.sa_flags = 0;
    if (signo != SIGALRM) act.sa_flags |= SA_RESTART;
    if (sigaction(signo, &act, &oact) < 0) return SIG_ERR;
    return oact.sa_handler;
}

ssize_t readn(int fd, void *ptr, size_t n) {
    size_t nleft = n;
    ssize_t nread;
    while (nleft > 0) {
        if ((nread = read(fd, ptr, nleft)) < 0) {
            if (nleft == n) return -1;
            break;
        }
        if (nread == 0) break;
        nleft -= (size_t)nread;
        ptr = (char *)ptr + nread;
    }
    return (ssize_t)(n - nleft);
}

ssize_t writen(int fd, const void *ptr, size_t n) {
    size_t nleft = n;
    ssize_t nwritten;
    while (nleft > 0) {
        if ((nwritten = write(fd, ptr, nleft)) < 0) {
            if (nleft == n) return -1;
            break;
        }
        nleft -= (size_t)nwritten;
        ptr = (const char *)ptr + nwritten;
    }
    return (ssize_t)(n - nleft);
}

void pr_exit(int status) {
    if (WIFEXITED(status))
        printf("normal termination, exit status = %d\n", WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("abnormal termination, signal number = %d\n", WTERMSIG(status));
}
