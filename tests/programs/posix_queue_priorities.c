/* A POSIX message queue: the highest priority first, the oldest among equals; what the attributes say; what fails. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const name = "/posix_queue_priorities";

static void show(const char *what, long result) {
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %ld\n", what, result);
}

static void put(mqd_t queue, const char *text, unsigned priority) {
    if (mq_send(queue, text, strlen(text), priority) < 0)
        show(text, -1);
}

static void show_poll(const char *when, mqd_t queue) {
    struct pollfd entry = {.fd = queue, .events = POLLIN | POLLOUT};
    poll(&entry, 1, 0);
    printf("%s:%s%s\n", when, entry.revents & POLLIN ? " IN" : "", entry.revents & POLLOUT ? " OUT" : "");
}

int main(void) {
    char text[32];
    unsigned priority;
    struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = sizeof text};
    show("no such queue", mq_open(name, O_RDWR));
    show("a name without a slash", mq_open("queue", O_RDWR));
    show("only a slash", mq_open("/", O_RDWR | O_CREAT, 0600, NULL));
    show("two slashes", mq_open("/a/b", O_RDWR | O_CREAT, 0600, NULL));
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    if (queue < 0)
        return 1;
    show("once more, exclusively", mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL));
    printf("close on exec: %d\n", fcntl(queue, F_GETFD));
    show_poll("empty", queue);
    put(queue, "low", 1);
    put(queue, "high", 9);
    put(queue, "middle", 5);
    put(queue, "middle, too", 5);
    show_poll("full", queue);

    struct mq_attr now;
    mq_getattr(queue, &now);
    printf("flags %ld, %ld of %ld messages of at most %ld bytes\n", now.mq_flags, now.mq_curmsgs, now.mq_maxmsg,
           now.mq_msgsize);
    struct timespec past = {0}, wrong = {.tv_nsec = -1};
    show("full, and late", mq_timedsend(queue, "x", 1, 0, &past));
    show("no time", mq_timedsend(queue, "x", 1, 0, &wrong));
    struct mq_attr flags = {.mq_flags = O_NONBLOCK};
    mq_setattr(queue, &flags, NULL);
    show("full, and not to wait", mq_send(queue, "x", 1, 0));
    show("too long", mq_send(queue, text, sizeof text + 1, 0));
    show("no such priority", mq_send(queue, "x", 1, 32768));
    show("too little room", mq_receive(queue, text, sizeof text - 1, NULL));
    for (;;) {
        ssize_t bytes = mq_receive(queue, text, sizeof text, &priority);
        if (bytes < 0)
            break;
        printf("%u %.*s\n", priority, (int)bytes, text);
    }
    show("empty, and not to wait", mq_receive(queue, text, sizeof text, NULL));
    flags.mq_flags = 0;
    mq_setattr(queue, &flags, &now);
    printf("it was %s\n", now.mq_flags & O_NONBLOCK ? "non-blocking" : "blocking");
    show("empty, and late", mq_timedreceive(queue, text, sizeof text, NULL, &past));

    struct stat status;
    fstat(queue, &status);
    printf("a file of type %o and mode %o\n", (unsigned)(status.st_mode & S_IFMT), (unsigned)(status.st_mode & 0777));
    mqd_t reader = mq_open(name, O_RDONLY);
    show("sent through a reader's descriptor", mq_send(reader, "x", 1, 0));
    show("received from standard input", mq_receive(0, text, sizeof text, NULL));
    mq_close(queue);
    show("after close", mq_send(queue, "x", 1, 0));
    show("unlink", mq_unlink(name));
    show("unlink again", mq_unlink(name));
    show("opened by its old name", mq_open(name, O_RDONLY));
    mq_getattr(reader, &now);
    printf("but it lives: %ld messages\n", now.mq_curmsgs);

    struct mq_attr bad = {.mq_maxmsg = 0, .mq_msgsize = 1};
    show("no messages", mq_open(name, O_RDWR | O_CREAT, 0600, &bad));
    bad.mq_maxmsg = 1;
    bad.mq_msgsize = 0;
    show("no bytes", mq_open(name, O_RDWR | O_CREAT, 0600, &bad));
    return 0;
}
