/* mq_notify(): one process is told, once, of a message that arrives in the empty queue - unless somebody waits for it. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const name = "/posix_queue_notify";
static mqd_t queue;

static int tell_me(int value) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = value};
    return mq_notify(queue, &event);
}

/* Whether the signal is there. */
static void look(const char *when) {
    sigset_t set;
    siginfo_t info;
    struct timespec now = {0};
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    if (sigtimedwait(&set, &info, &now) < 0)
        printf("%s: nothing\n", when);
    else
        printf("%s: signal with %d%s%s\n", when, info.si_value.sival_int, info.si_code == SI_MESGQ ? ", SI_MESGQ" : "",
               info.si_pid == getpid() ? " from myself" : "");
}

static void send_one(void) {
    if (mq_send(queue, "x", 1, 0) < 0)
        perror("mq_send");
}

static void take_all(void) {
    char text[16];
    struct mq_attr attributes;
    while (mq_getattr(queue, &attributes) == 0 && attributes.mq_curmsgs > 0)
        if (mq_receive(queue, text, sizeof text, NULL) < 0)
            perror("mq_receive");
}

int main(void) {
    struct mq_attr attributes = {.mq_maxmsg = 5, .mq_msgsize = 16};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    mq_unlink(name);
    queue = mq_open(name, O_RDWR | O_CREAT, 0600, &attributes);
    if (queue < 0)
        return 1;
    printf("registered: %d\n", tell_me(1));
    printf("again: %s\n", tell_me(2) < 0 ? strerror(errno) : "registered");
    fflush(stdout);
    if (fork() == 0) {
        printf("another process: %s\n", tell_me(3) < 0 ? strerror(errno) : "registered");
        mq_notify(queue, NULL); /* not its registration: nothing happens */
        return 0;
    }
    wait(NULL);
    look("before any message");
    send_one();
    look("the first message");
    send_one();
    look("the second");
    take_all();
    send_one();
    look("only once");
    printf("registered with a message there: %d\n", tell_me(4));
    send_one();
    look("the queue was not empty");
    take_all();
    send_one();
    look("now it was");
    take_all();

    tell_me(5);
    mq_notify(queue, NULL);
    send_one();
    look("registration taken back");
    take_all();

    tell_me(6);
    mqd_t other = mq_open(name, O_RDONLY);
    mq_close(other);
    send_one();
    look("a descriptor closed");
    take_all();

    struct sigevent wrong = {.sigev_notify = 77};
    printf("no such kind: %s\n", mq_notify(queue, &wrong) < 0 ? strerror(errno) : "registered");
    wrong.sigev_notify = SIGEV_SIGNAL;
    wrong.sigev_signo = 65;
    printf("no such signal: %s\n", mq_notify(queue, &wrong) < 0 ? strerror(errno) : "registered");
    printf("no queue: %s\n", mq_notify(0, NULL) < 0 ? strerror(errno) : "registered");
    mq_unlink(name);
    return 0;
}
