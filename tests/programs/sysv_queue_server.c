/* A server and three clients on one queue: requests have type 1, each reply the type of its client's number. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 3, REQUEST = 1, FIRST_REPLY = 10 };

struct message {
    long type;
    int client;
    char text[32];
};
#define TEXT_BYTES (sizeof(struct message) - sizeof(long))

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void client(int queue, int number) {
    struct message message = {.type = REQUEST, .client = number};
    snprintf(message.text, sizeof message.text, "hello from %d", number);
    if (msgsnd(queue, &message, TEXT_BYTES, 0) == -1) die("msgsnd");
    if (msgrcv(queue, &message, TEXT_BYTES, FIRST_REPLY + number, 0) == -1) die("msgrcv");
    exit(strcmp(message.text + 11, number == 0 ? "0" : number == 1 ? "1" : "2") == 0 ? 0 : 1);
}

int main(void) {
    int queue = msgget(IPC_PRIVATE, 0600);
    if (queue == -1) die("msgget");
    for (int i = 0; i < CLIENTS; i++) {
        pid_t child = fork();
        if (child == -1) die("fork");
        if (child == 0) client(queue, i);
    }
    int seen[CLIENTS] = {0};
    for (int i = 0; i < CLIENTS; i++) {
        struct message message;
        if (msgrcv(queue, &message, TEXT_BYTES, REQUEST, 0) == -1) die("msgrcv");
        seen[message.client]++;
        for (char *c = message.text; *c; c++) *c = (char)toupper((unsigned char)*c);
        message.type = FIRST_REPLY + message.client;
        if (msgsnd(queue, &message, TEXT_BYTES, 0) == -1) die("msgsnd");
    }
    int failures = 0, status;
    while (wait(&status) > 0) failures += status != 0;
    printf("requests: %d %d %d, failures: %d\n", seen[0], seen[1], seen[2], failures);
    if (msgctl(queue, IPC_RMID, NULL) == -1) die("msgctl");
    return 0;
}
