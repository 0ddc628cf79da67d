/* A pseudo-terminal between two ends of one process: lines are edited before anybody reads them, and what is typed is
 * shown. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;

static void print(const char* what, const char* bytes, ssize_t size) {
    printf("%s %zd \"", what, size);
    for (ssize_t i = 0; i < size; i++)
        if (bytes[i] == '\n')
            printf("\\n");
        else if (bytes[i] == '\r')
            printf("\\r");
        else if (bytes[i] == '\b')
            printf("\\b");
        else if (bytes[i] < 32)
            printf("\\%o", bytes[i]);
        else
            putchar(bytes[i]);
    printf("\"\n");
}

/* Types, and waits until the terminal has shown so many bytes. */
static void type(const char* keys, size_t shown) {
    char screen[200];
    size_t got = 0;
    if (write(master, keys, strlen(keys)) != (ssize_t)strlen(keys)) exit(1);
    while (got < shown) {
        ssize_t bytes = read(master, screen + got, sizeof screen - got);
        if (bytes <= 0) exit(2);
        got += (size_t)bytes;
    }
    print("shown:", screen, (ssize_t)got);
}

static void read_line(size_t most) {
    char line[100];
    ssize_t bytes = read(slave, line, most);
    print("read:", line, bytes);
}

int main(void) {
    struct termios state;
    int waiting;
    if (openpty(&master, &slave, NULL, NULL, NULL) < 0) return 1;
    type("one\n", 5);
    read_line(100);
    type("twi\177o\n", 9);
    read_line(100);
    type("all wrong\25right\n", 9 + 27 + 7);
    read_line(100);
    type("some words\27thing\n", 10 + 15 + 7);
    read_line(100);
    type("\26\3 is a key\n", 15);
    read_line(100);
    type("long line\n", 11);
    read_line(4);
    read_line(100);
    type("a\nb\nc\n", 9);
    ioctl(slave, FIONREAD, &waiting);
    printf("waiting: %d\n", waiting);
    read_line(100);
    read_line(100);
    read_line(100);
    type("no end\4", 6);
    read_line(100);
    type("\4", 0);
    read_line(100);
    type("exact\4", 5);
    read_line(5);
    fcntl(slave, F_SETFL, O_NONBLOCK);
    printf("nothing is left: %zd %s\n", read(slave, &state, 1), strerror(errno));
    type("unfinished", 10);
    printf("nor is half a line: %zd %s\n", read(slave, &state, 1), strerror(errno));
    tcgetattr(slave, &state);
    state.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(slave, TCSANOW, &state);
    type(" password\n", 0);
    fcntl(slave, F_SETFL, 0);
    read_line(100);
    state.c_lflag |= ECHONL;
    state.c_oflag &= ~(tcflag_t)ONLCR;
    tcsetattr(slave, TCSADRAIN, &state);
    type("hidden\n", 1);
    read_line(100);
    type("forgotten\n", 1);
    state.c_lflag |= ECHO;
    tcsetattr(slave, TCSAFLUSH, &state);
    type("kept\n", 5);
    read_line(100);
    return 0;
}
