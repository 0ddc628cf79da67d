/* Three letters in one queue; the reader does not take them in the order in which they came. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

struct letter {
    long type;
    char text[16];
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void put(int queue, long type, const char *text) {
    struct letter letter = {.type = type};
    strcpy(letter.text, text);
    if (msgsnd(queue, &letter, strlen(text), 0) == -1)
        die("msgsnd");
}

static void take(int queue, long type) {
    struct letter letter;
    ssize_t bytes = msgrcv(queue, &letter, sizeof letter.text, type, 0);
    if (bytes == -1)
        die("msgrcv");
    printf("%ld %.*s\n", letter.type, (int)bytes, letter.text);
}

int main(void) {
    int queue = msgget(IPC_PRIVATE, 0600);
    if (queue == -1)
        die("msgget");
    put(queue, 3, "whenever");
    put(queue, 1, "urgent");
    put(queue, 2, "today");

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        take(queue, -2);
        take(queue, 3);
        take(queue, -2);
        take(queue, 7);
        return 0;
    }
    sleep(1);
    put(queue, 9, "for nobody");
    put(queue, 7, "at last");
    wait(NULL);
    if (msgctl(queue, IPC_RMID, NULL) == -1)
        die("msgctl");
    return 0;
}
