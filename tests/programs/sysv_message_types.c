/* One queue, many mailboxes: what msgrcv(2) takes for a type of 0, above 0 and below 0. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>

struct letter {
    long type;
    char text[20];
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void send(int queue, long type, const char *text) {
    struct letter letter = {.type = type};
    strncpy(letter.text, text, sizeof letter.text - 1);
    if (msgsnd(queue, &letter, strlen(text) + 1, 0) == -1) die("msgsnd");
}

static void take(int queue, long type) {
    struct letter letter;
    ssize_t bytes = msgrcv(queue, &letter, sizeof letter.text, type, IPC_NOWAIT);
    if (bytes == -1)
        printf("%4ld: %s\n", type, strerror(errno));
    else
        printf("%4ld: type %ld, %zd bytes, \"%s\"\n", type, letter.type, bytes, letter.text);
}

int main(void) {
    int queue = msgget(IPC_PRIVATE, 0600);
    if (queue == -1) die("msgget");
    send(queue, 4, "four");
    send(queue, 2, "two");
    send(queue, 2, "second two");
    send(queue, 9, "nine");
    send(queue, 1, "one");
    take(queue, 3);
    take(queue, 9);
    take(queue, -3);
    take(queue, -3);
    take(queue, 0);
    take(queue, 0);
    take(queue, 0);

    struct msqid_ds status;
    if (msgctl(queue, IPC_STAT, &status) == -1) die("msgctl");
    printf("left: %lu\n", (unsigned long)status.msg_qnum);
    if (msgctl(queue, IPC_RMID, NULL) == -1) die("msgctl");
    return 0;
}
