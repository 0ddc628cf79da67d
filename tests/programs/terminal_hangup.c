/* The end of a session: when its leader ends, and when its terminal goes. Each tells over a pipe what it gets. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

static int report[2];
static const char* me;

static void say(const char* text) {
    char line[100];
    int bytes = sprintf(line, "%s %s\n", me, text);
    if (write(report[1], line, (size_t)bytes) != bytes) _exit(9);
}
static void on_signal(int signal) {
    if (signal == SIGCONT) return say("goes on");
    say("is hung up");
    if (strcmp(me, "the job") == 0) _exit(0);
}

static void in_front(void) {
    char byte;
    me = "the job";
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(0, getpgrp());
    say("is in front");
    if (read(0, &byte, 1) < 0) say(strerror(errno));
    for (;;) pause();
}

static void leader(int goes_first) {
    char byte;
    me = "the leader";
    signal(SIGCONT, on_signal);
    say("has a terminal");
    if (goes_first) {
        /* The job speaks first: it has taken the terminal by then. */
        signal(SIGHUP, SIG_DFL);
        if (fork() == 0) {
            signal(SIGHUP, on_signal);
            in_front();
        }
        if (read(3, &byte, 1) != 0) _exit(1);
        say("ends");
        _exit(0);
    }
    if (read(3, &byte, 1) != 0) _exit(1);
    ssize_t got = read(0, &byte, 1);
    say(got == 0 ? "reads the end" : "?");
    if (write(1, "x", 1) < 0) say(strerror(errno));
    if (open("/dev/tty", O_RDWR) < 0) say(strerror(errno));
    say("ends");
    _exit(0);
}

static void run(int goes_first) {
    int master, slave, go[2], status;
    char line[100];
    if (pipe(report) < 0 || pipe(go) < 0 || openpty(&master, &slave, NULL, NULL, NULL) < 0) exit(1);
    pid_t pid = fork();
    if (pid == 0) {
        close(master);
        close(go[1]);
        close(report[0]);
        signal(SIGHUP, on_signal);
        login_tty(slave);
        dup2(go[0], 3);
        fcntl(3, F_SETFD, 0);
        leader(goes_first);
    }
    close(slave);
    close(go[0]);
    close(report[1]);
    FILE* lines = fdopen(report[0], "r");
    /* The job has taken the terminal when it speaks. */
    for (int i = 0; i <= goes_first; i++)
        if (fgets(line, sizeof line, lines)) printf("%s", line);
    if (!goes_first) close(master);
    close(go[1]);
    while (fgets(line, sizeof line, lines)) printf("%s", line);
    waitpid(pid, &status, 0);
    printf("status %d\n", status);
    if (goes_first) {
        ssize_t got = read(master, line, 1);
        printf("nobody has the terminal: %zd %s\n", got, strerror(errno));
        close(master);
    }
    fclose(lines);
}

int main(void) {
    me = "main";
    run(1);
    run(0);
    return 0;
}
