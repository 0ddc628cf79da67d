#include "selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

int open_socket(int for_server) {
    static const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "clipboard.socket"};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    if (fd == -1)
        die("socket");
    if (!for_server) {
        if (connect(fd, (const struct sockaddr *)&address, sizeof address) == -1)
            die("is the server running? connect");
        return fd;
    }
    unlink(address.sun_path); /* of a server that was killed */
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) == -1)
        die("bind");
    if (listen(fd, 8) == -1)
        die("listen");
    return fd;
}

int send_message(int fd, const struct message *message) {
    return send(fd, message, sizeof *message, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof *message;
}

static int is_string(const char *text, size_t size) {
    return memchr(text, '\0', size) != NULL;
}

int receive_message(int fd, struct message *message) {
    ssize_t bytes = recv(fd, message, sizeof *message, 0);
    return bytes == sizeof *message && message->type < MESSAGE_TYPES &&
           is_string(message->selection, NAME_BYTES) && is_string(message->target, NAME_BYTES) &&
           is_string(message->data, DATA_BYTES);
}

struct message make_message(enum message_type type, const char *selection, const char *target) {
    struct message message;
    memset(&message, 0, sizeof message);
    message.type = type;
    snprintf(message.selection, NAME_BYTES, "%s", selection);
    snprintf(message.target, NAME_BYTES, "%s", target);
    return message;
}

int ask_owner(int fd, const char *selection) {
    struct message message = make_message(GET_SELECTION_OWNER, selection, "");
    if (!send_message(fd, &message))
        die("send");
    do
        if (!receive_message(fd, &message)) {
            fprintf(stderr, "the server has gone\n");
            exit(1);
        }
    while (message.type != SELECTION_OWNER);
    return message.client == message.self ? -1 : message.client;
}

void become_owner(int fd, const char *selection) {
    struct message message = make_message(SET_SELECTION_OWNER, selection, "");
    if (!send_message(fd, &message))
        die("send");
    if (ask_owner(fd, selection) != -1) {
        fprintf(stderr, "somebody else was faster\n");
        exit(1);
    }
}

void go_to_background(void) {
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child > 0)
        exit(0);
    setsid(); /* a ^C at the terminal is not for us */
}

/* Every owner can say in which forms it has the selection: TARGETS (ICCCM 2.6.2). */
void answer_request(int fd, const struct message *request, const char *text) {
    struct message answer = make_message(SELECTION_NOTIFY, request->selection, request->target);
    answer.client = request->client;
    if (text == NULL)
        answer.is_refused = 1;
    else if (strcmp(request->target, "TARGETS") == 0)
        snprintf(answer.data, DATA_BYTES, "TARGETS STRING LENGTH");
    else if (strcmp(request->target, "STRING") == 0)
        snprintf(answer.data, DATA_BYTES, "%s", text);
    else if (strcmp(request->target, "LENGTH") == 0)
        snprintf(answer.data, DATA_BYTES, "%zu", strlen(text));
    else
        answer.is_refused = 1;
    send_message(fd, &answer);
}
