// Pseudo terminals.
#include <bits/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

int posix_openpt(int flags) {
    return open("/dev/ptmx", flags);
}

int grantpt(int fd) {
    unsigned int number;
    return ioctl(fd, TIOCGPTN, &number) < 0 ? -1 : 0;
}

int unlockpt(int fd) {
    int locked = 0;
    return ioctl(fd, TIOCSPTLCK, &locked);
}

int ptsname_r(int fd, char* buffer, size_t bytes) {
    unsigned int number;
    if (ioctl(fd, TIOCGPTN, &number) < 0) return errno;
    if (snprintf(buffer, bytes, "/dev/pts/%u", number) < (int)bytes) return 0;
    return errno = ERANGE;
}

char* ptsname(int fd) {
    static char name[32];
    return ptsname_r(fd, name, sizeof name) == 0 ? name : 0;
}

int openpty(int* master, int* terminal, char* name, const struct termios* state, const struct winsize* size) {
    int ours = posix_openpt(O_RDWR), theirs = -1;
    if (ours < 0) return -1;
    if (grantpt(ours) < 0 || unlockpt(ours) < 0 ||
        (theirs = ioctl(ours, TIOCGPTPEER, O_RDWR | O_NOCTTY)) < 0) {
        close(ours);
        return -1;
    }
    if (state) tcsetattr(theirs, TCSAFLUSH, state);
    if (size) ioctl(theirs, TIOCSWINSZ, size);
    if (name) ptsname_r(ours, name, 32);
    *master = ours;
    *terminal = theirs;
    return 0;
}

int login_tty(int fd) {
    setsid();
    if (ioctl(fd, TIOCSCTTY, (char*)0) < 0) return -1;
    for (int i = 0; i < 3; i++) dup2(fd, i);
    if (fd > 2) close(fd);
    return 0;
}

pid_t forkpty(int* master, char* name, const struct termios* state, const struct winsize* size) {
    int terminal;
    if (openpty(master, &terminal, name, state, size) < 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(*master);
        if (login_tty(terminal) < 0) _exit(1);
    } else {
        close(terminal);
        if (pid < 0) close(*master);
    }
    return pid;
}
