/* Both ends of a pseudo-terminal: names, locks, hang-ups. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static void say(const char* what, long result) {
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}
static void events(const char* what, int fd) {
    struct pollfd polled = {fd, POLLIN | POLLOUT, 0};
    poll(&polled, 1, 0);
    printf("%s:%s%s%s%s\n", what, polled.revents & POLLIN ? " in" : "", polled.revents & POLLOUT ? " out" : "",
           polled.revents & POLLERR ? " error" : "", polled.revents & POLLHUP ? " hang-up" : "");
}

int main(void) {
    char name[32], small[4], byte;
    struct stat status;
    struct winsize size;
    struct termios state;
    int master = posix_openpt(O_RDWR | O_NOCTTY), number = -1, slave;
    if (master < 0 || grantpt(master) < 0) return 1;
    say("isatty(master)", isatty(master));
    say("ptsname", ptsname_r(master, name, sizeof name));
    say("ptsname with too little room", ptsname_r(master, small, sizeof small));
    say("opened while locked", open(name, O_RDWR | O_NOCTTY));
    say("unlockpt", unlockpt(master));
    slave = open(name, O_RDWR | O_NOCTTY);
    say("number", ioctl(master, TIOCGPTN, &number));
    printf("the name is /dev/pts/ and that number: %d\n", strncmp(name, "/dev/pts/", 9) == 0 && atoi(name + 9) == number);
    printf("ttyname: %d\n", strcmp(ttyname(slave), name) == 0);
    say("number of the slave", ioctl(slave, TIOCGPTN, &number));
    fstat(slave, &status);
    printf("a character device: %d\n", S_ISCHR(status.st_mode));
    say("lseek", lseek(slave, 0, SEEK_CUR));
    ioctl(slave, TIOCGWINSZ, &size);
    printf("size: %d %d\n", size.ws_row, size.ws_col);
    size.ws_row = 30;
    size.ws_col = 100;
    ioctl(master, TIOCSWINSZ, &size);
    memset(&size, 0, sizeof size);
    ioctl(slave, TIOCGWINSZ, &size);
    printf("size: %d %d\n", size.ws_row, size.ws_col);
    say("no session's", tcgetsid(slave));
    say("no foreground", tcgetpgrp(slave));
    say("nor to be set", tcsetpgrp(slave, getpgrp()));

    fcntl(master, F_SETFL, O_NONBLOCK);
    events("both open", master);
    say("nothing written yet", read(master, &byte, 1));
    tcgetattr(slave, &state);
    cfmakeraw(&state);
    tcsetattr(slave, TCSANOW, &state);
    say("the last words", write(slave, "x", 1));
    close(slave);
    fcntl(master, F_SETFL, 0);
    say("are read", read(master, &byte, 1));
    say("then", read(master, &byte, 1));
    events("no slave", master);
    say("opened again", (slave = open(name, O_RDWR | O_NOCTTY)) >= 0);
    events("again", master);
    tcgetattr(slave, &state);
    printf("still raw: %d\n", (state.c_lflag & ICANON) == 0);
    close(master);
    events("no master", slave);
    say("read", read(slave, &byte, 1));
    say("write", write(slave, &byte, 1));
    say("isatty", isatty(slave));
    say("tcsetpgrp", tcsetpgrp(slave, getpgrp()));
    say("opened once more", open(name, O_RDWR | O_NOCTTY));
    return 0;
}
