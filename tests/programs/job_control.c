/* A session on a pseudo-terminal: who may read from it, who gets ^C, and what becomes of everybody when its leader ends.
 * The leader tells what it sees over a pipe, as the terminal would mix it with what is typed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

static int report[2];

static void say(const char* text) {
    if (write(report[1], text, strlen(text)) < 0) _exit(9);
}

static void how(const char* who, pid_t pid) {
    char text[100];
    int status;
    if (waitpid(pid, &status, WUNTRACED) != pid) _exit(8);
    if (WIFSTOPPED(status))
        sprintf(text, "%s is stopped by %s\n", who, sigabbrev_np(WSTOPSIG(status)));
    else if (WIFSIGNALED(status))
        sprintf(text, "%s was killed by %s\n", who, sigabbrev_np(WTERMSIG(status)));
    else
        sprintf(text, "%s has exited with %d\n", who, WEXITSTATUS(status));
    say(text);
}

/* A job of its own group, which waits until it is told to go. */
static pid_t job(void (*work)(void)) {
    int go[2];
    char byte;
    if (pipe(go) < 0) _exit(7);
    pid_t pid = fork();
    if (pid == 0) {
        close(go[1]);
        if (read(go[0], &byte, 1) != 0) _exit(6);
        work();
        _exit(0);
    }
    setpgid(pid, pid);
    close(go[0]);
    close(go[1]);
    return pid;
}

static void reader(void) {
    char line[20];
    ssize_t got = read(0, line, sizeof line);
    _exit(got < 0 ? errno : (int)got);
}
static void ignoring_reader(void) {
    signal(SIGTTIN, SIG_IGN);
    reader();
}
static void writer(void) {
    _exit(write(1, "x", 1) == 1 ? 0 : errno);
}
static void setter(void) {
    struct termios state;
    tcgetattr(0, &state);
    _exit(tcsetattr(0, TCSANOW, &state) == 0 ? 0 : errno);
}
static void ignoring_setter(void) {
    signal(SIGTTOU, SIG_IGN);
    setter();
}
static void grabber(void) {
    _exit(tcsetpgrp(0, getpgrp()) == 0 ? 0 : errno);
}
static void on_hangup(int signal) {
    (void)signal;
    say("the stopped job is woken, and hung up\n");
    _exit(0);
}
static void sleeper(void) {
    for (;;) pause();
}

static void leader(void) {
    struct termios state;
    char text[60], line[20];
    int pid, before;
    sprintf(text, "the terminal is ours: %d %d\n", tcgetsid(0) == getpid(), tcgetpgrp(0) == getpid());
    say(text);
    sprintf(text, "/dev/tty: %d\n", open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0);
    say(text);

    how("the background reader", pid = job(reader));
    before = pid;
    kill(pid, SIGCONT);
    how("the reader that goes on", pid);
    tcsetpgrp(0, pid);
    kill(pid, SIGCONT);
    say("typing\n");
    how("the reader in front", pid);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(0, getpgrp());
    signal(SIGTTOU, SIG_DFL);

    how("the reader that ignores SIGTTIN", job(ignoring_reader));
    how("the background writer", job(writer));
    tcgetattr(0, &state);
    state.c_lflag |= TOSTOP;
    tcsetattr(0, TCSANOW, &state);
    how("the writer with TOSTOP", pid = job(writer));
    kill(pid, SIGKILL);
    how("the writer", pid);
    how("the background setter", pid = job(setter));
    kill(pid, SIGKILL);
    how("the setter", pid);
    how("the setter that ignores SIGTTOU", job(ignoring_setter));
    how("the grabber", pid = job(grabber));
    kill(pid, SIGKILL);
    how("the grabber", pid);
    before = tcsetpgrp(0, before);
    sprintf(text, "no such group: %d %s\n", before, strerror(errno));
    say(text);

    pid = job(sleeper);
    tcsetpgrp(0, pid);
    say("interrupt\n");
    how("the job in front", pid);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(0, getpgrp());
    signal(SIGHUP, on_hangup);
    pid = job(sleeper);
    signal(SIGHUP, SIG_DFL);
    tcsetpgrp(0, pid);
    say("suspend\n");
    how("the job in front", pid);
    tcsetpgrp(0, getpgrp());
    say("quit\n");
    ssize_t got = read(0, line, sizeof line);
    sprintf(text, "the leader reads %zd\n", got);
    say(text);
    pause();
}

static void on_quit(int signal) {
    (void)signal;
    say("the leader has SIGQUIT, and ends\n");
    _exit(0);
}

/* The next line of the report; types when it says so. */
static int next_line(FILE* lines, int master) {
    char line[100];
    static const struct {
        const char *line, *keys;
    } typed[] = {{"typing\n", "hello\n"}, {"interrupt\n", "\3"}, {"suspend\n", "\32"}, {"quit\n", "lost\34kept\n"}};
    if (!fgets(line, sizeof line, lines)) return 0;
    printf("%s", line);
    for (unsigned i = 0; i < 4; i++)
        if (strcmp(line, typed[i].line) == 0 &&
            write(master, typed[i].keys, strlen(typed[i].keys)) < 0)
            return 0;
    return 1;
}

int main(void) {
    int master, status;
    if (pipe(report) < 0) return 1;
    pid_t pid = forkpty(&master, NULL, NULL, NULL);
    if (pid == 0) {
        close(report[0]);
        signal(SIGQUIT, on_quit);
        leader();
    }
    close(report[1]);
    FILE* lines = fdopen(report[0], "r");
    while (next_line(lines, master)) {
    }
    waitpid(pid, &status, 0);
    printf("the leader has exited with %d\n", WEXITSTATUS(status));
    return 0;
}
