/* Raw and nearly raw terminals: VMIN and VTIME, bytes that are translated, what poll() says. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;
static struct termios state;

static void set(int least, int tenths) {
    state.c_cc[VMIN] = (cc_t)least;
    state.c_cc[VTIME] = (cc_t)tenths;
    if (tcsetattr(slave, TCSANOW, &state) < 0) exit(1);
}
static void type(const char* keys) {
    if (write(master, keys, strlen(keys)) != (ssize_t)strlen(keys)) exit(2);
}
static void wait_for(int fd, short what) {
    struct pollfd polled = {fd, what, 0};
    if (poll(&polled, 1, -1) != 1) exit(3);
    printf("ready:%s%s%s\n", polled.revents & POLLIN ? " in" : "", polled.revents & POLLOUT ? " out" : "",
           polled.revents & POLLHUP ? " hang-up" : "");
}
static void read_some(const char* what) {
    char bytes[50];
    ssize_t got = read(slave, bytes, sizeof bytes);
    printf("%s: %zd", what, got);
    for (ssize_t i = 0; i < got; i++) printf(" %02x", (unsigned char)bytes[i]);
    if (got < 0) printf(" %s", strerror(errno));
    printf("\n");
}

int main(void) {
    struct termios before;
    struct pollfd polled;
    if (openpty(&master, &slave, NULL, NULL, NULL) < 0) return 1;
    tcgetattr(slave, &before);
    printf("canonical %d, echo %d, signals %d\n", (before.c_lflag & ICANON) != 0, (before.c_lflag & ECHO) != 0,
           (before.c_lflag & ISIG) != 0);
    state = before;
    cfmakeraw(&state);
    set(1, 0);
    type("\3\4\r\177");
    wait_for(slave, POLLIN | POLLOUT);
    read_some("every key is a byte");
    set(0, 0);
    read_some("nothing, at once");
    set(0, 1);
    read_some("nothing, after a while");
    set(5, 1);
    type("abc");
    read_some("some, and then nothing for a while");
    set(4, 0);
    type("wxyz");
    read_some("as many as wanted");
    type("tail");
    wait_for(slave, POLLIN);
    state.c_iflag |= ICRNL | INLCR;
    set(1, 0);
    read_some("what had come before is not changed");
    type("\r\n");
    wait_for(slave, POLLIN);
    set(2, 0);
    read_some("both translated");
    state.c_iflag = IGNCR;
    set(3, 0);
    type("a\rb\rc");
    read_some("one ignored");
    fcntl(slave, F_SETFL, O_NONBLOCK);
    read_some("no waiting");
    polled.fd = slave;
    polled.events = POLLIN | POLLOUT;
    printf("poll: %d", poll(&polled, 1, 0));
    printf(" %s\n", polled.revents == POLLOUT ? "out" : "?");
    fcntl(slave, F_SETFL, 0);
    set(1, 0);
    if (write(slave, "out\n", 4) != 4) return 4;
    wait_for(master, POLLIN);
    char shown[10];
    ssize_t got = read(master, shown, sizeof shown);
    printf("raw output: %zd\n", got);
    state.c_oflag = OPOST | ONLCR;
    set(1, 0);
    if (write(slave, "\n", 1) != 1) return 5;
    got = read(master, shown, 1);
    got += read(master, shown + got, 1);
    printf("cooked: %zd %02x %02x\n", got, shown[0], shown[1]);
    state = before;
    tcsetattr(slave, TCSAFLUSH, &state);
    printf("speed %s\n", cfgetospeed(&state) == B38400 ? "38400" : "?");
    return 0;
}
