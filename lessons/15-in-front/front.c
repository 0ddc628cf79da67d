#define _GNU_SOURCE
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* A process of a job: in the group `leader`, 0: in a group of its own. */
static pid_t start(pid_t leader, void (*work)(void)) {
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, leader);
        work();
    }
    setpgid(pid, leader ? leader : pid);
    return pid;
}

static void sleep_for_ever(void) {
    for (;;) pause();
}

static void read_a_line(void) {
    char line[80];
    _exit((int)read(0, line, sizeof line));
}

static void show(const char *text) {
    if (write(1, text, strlen(text)) < 0) _exit(1);
}

static void shell(void) {
    int status;
    signal(SIGTTOU, SIG_IGN); /* or tcsetpgrp() from the background would stop the shell */

    pid_t job = start(0, sleep_for_ever);
    pid_t other = start(job, sleep_for_ever);
    tcsetpgrp(0, job); /* sleep | sleep */
    show("running");
    waitpid(job, &status, 0);
    waitpid(other, &status, 0);
    tcsetpgrp(0, getpgrp());

    job = start(0, read_a_line); /* read & */
    waitpid(job, &status, WUNTRACED);

    tcsetpgrp(0, job); /* fg */
    kill(-job, SIGCONT);
    show("reading");
    waitpid(job, &status, 0);
    tcsetpgrp(0, getpgrp());

    show("ready");
    for (;;) pause();
}

/* The terminal waits until this is on its screen. */
static void see(int screen, const char *text) {
    static char seen[500];
    static size_t size;
    while (strstr(seen, text) == NULL) {
        ssize_t got = read(screen, seen + size, sizeof seen - 1 - size);
        if (got <= 0) exit(1);
        size += (size_t)got;
    }
}

static void type(int keyboard, const char *keys) {
    if (write(keyboard, keys, strlen(keys)) < 0) exit(1);
}

int main(void) {
    int terminal;
    if (forkpty(&terminal, NULL, NULL, NULL) == 0) shell();
    see(terminal, "running");
    type(terminal, "\3"); /* ^C */
    see(terminal, "reading");
    type(terminal, "hello\n");
    see(terminal, "ready");
    close(terminal);
    wait(NULL);
    return 0;
}
