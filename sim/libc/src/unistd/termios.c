// termios(3). The kernel's structure has fewer control characters and no speeds after them.
#include <bits/syscall.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

struct kernel_termios {
    tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
    cc_t c_line;
    cc_t c_cc[19];
};

enum { SPEED_BITS = 0x100f /* CBAUD */ };

int tcgetattr(int fd, struct termios* state) {
    struct kernel_termios kernel;
    if (CALL3(SYS_ioctl, fd, TCGETS, &kernel) < 0) return -1;
    memset(state, 0, sizeof *state);
    memcpy(state, &kernel, sizeof kernel);
    state->c_ispeed = state->c_ospeed = kernel.c_cflag & SPEED_BITS;
    return 0;
}

int tcsetattr(int fd, int when, const struct termios* state) {
    struct kernel_termios kernel;
    if (when < TCSANOW || when > TCSAFLUSH) {
        errno = EINVAL;
        return -1;
    }
    memcpy(&kernel, state, sizeof kernel);
    return (int)CALL3(SYS_ioctl, fd, TCSETS + when, &kernel);
}

int tcsendbreak(int fd, int duration) {
    if (duration <= 0) return (int)CALL3(SYS_ioctl, fd, TCSBRK, 0);
    // glibc counts in milliseconds, TCSBRKP in tenths of a second.
    return (int)CALL3(SYS_ioctl, fd, TCSBRKP, (duration + 99) / 100);
}
int tcdrain(int fd) {
    return (int)CALL3(SYS_ioctl, fd, TCSBRK, 1);
}
int tcflush(int fd, int queue) {
    return (int)CALL3(SYS_ioctl, fd, TCFLSH, queue);
}
int tcflow(int fd, int action) {
    return (int)CALL3(SYS_ioctl, fd, TCXONC, action);
}
pid_t tcgetsid(int fd) {
    pid_t session;
    return CALL3(SYS_ioctl, fd, TIOCGSID, &session) < 0 ? -1 : session;
}

void cfmakeraw(struct termios* state) {
    state->c_iflag &= (tcflag_t) ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    state->c_oflag &= (tcflag_t)~OPOST;
    state->c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    state->c_cflag = (state->c_cflag & (tcflag_t) ~(CSIZE | PARENB)) | CS8;
    state->c_cc[VMIN] = 1;
    state->c_cc[VTIME] = 0;
}

speed_t cfgetospeed(const struct termios* state) {
    return state->c_cflag & SPEED_BITS;
}
speed_t cfgetispeed(const struct termios* state) {
    return state->c_cflag & SPEED_BITS;
}
int cfsetospeed(struct termios* state, speed_t speed) {
    if (speed & ~(speed_t)SPEED_BITS) {
        errno = EINVAL;
        return -1;
    }
    state->c_cflag = (state->c_cflag & ~(tcflag_t)SPEED_BITS) | speed;
    state->c_ospeed = speed;
    return 0;
}
int cfsetispeed(struct termios* state, speed_t speed) {
    return speed == 0 ? 0 : cfsetospeed(state, speed);
}
int cfsetspeed(struct termios* state, speed_t speed) {
    return cfsetospeed(state, speed);
}
