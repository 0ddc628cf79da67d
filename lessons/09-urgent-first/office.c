/* An office with a tray for letters: the most urgent one is always on top. */
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t told;

static void on_letter(int signal) {
    (void)signal;
    told++;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void put(mqd_t tray, const char *text, unsigned priority) {
    if (mq_send(tray, text, strlen(text), priority) == -1)
        die("mq_send");
}

static int clerk(mqd_t tray) {
    char text[32];
    sleep(1);
    for (int i = 0; i < 4; i++) {
        ssize_t bytes = mq_receive(tray, text, sizeof text, NULL);
        if (bytes == -1)
            die("mq_receive");
        printf("%.*s\n", (int)bytes, text);
    }

    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct mq_attr attributes;
    sigset_t none;
    sigemptyset(&none);
    if (mq_notify(tray, &event) == -1)
        die("mq_notify");
    sigsuspend(&none);
    sleep(2);
    mq_getattr(tray, &attributes);
    printf("told %d time, %ld letters wait\n", (int)told, attributes.mq_curmsgs);
    return 0;
}

int main(void) {
    struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 32};
    struct sigaction action = {.sa_handler = on_letter};
    sigset_t usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    sigaction(SIGUSR1, &action, NULL);

    mqd_t tray = mq_open("/tray", O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    if (tray == (mqd_t)-1)
        die("mq_open");
    put(tray, "coffee", 1);
    put(tray, "fire", 9);
    put(tray, "mail", 1);
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        return clerk(tray);
    put(tray, "tax", 2);
    sleep(2);
    put(tray, "one more", 1);
    sleep(1);
    put(tray, "and another", 1);
    wait(NULL);
    mq_unlink("/tray");
    return 0;
}
