/* The server: who owns which selection. It goes to the background as soon as clients can connect; `server
   stop` ends it. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "selection.h"

enum { MAX_CLIENTS = 16, MAX_SELECTIONS = 8 };

static struct client {
    int fd, number; /* number NOBODY: this place is free */
    int waits_for;  /* for whose SELECTION_NOTIFY, or NOBODY */
} clients[MAX_CLIENTS];

static struct selection {
    char name[NAME_BYTES];
    int owner; /* NOBODY: this place is free, whatever its name was */
} selections[MAX_SELECTIONS];

static struct client *find_client(int number) {
    for (int i = 0; i < MAX_CLIENTS; i++)
        if (number != NOBODY && clients[i].number == number)
            return &clients[i];
    return NULL;
}

/* Null where nobody owns it. */
static struct selection *find_selection(const char *name) {
    for (int i = 0; i < MAX_SELECTIONS; i++)
        if (selections[i].owner != NOBODY && strcmp(selections[i].name, name) == 0)
            return &selections[i];
    return NULL;
}

static void refuse(struct client *client, const char *selection, const char *target) {
    struct message message = make_message(SELECTION_NOTIFY, selection, target);
    message.client = client->number;
    message.is_refused = 1;
    client->waits_for = NOBODY;
    send_message(client->fd, &message);
}

/* What a client owned belongs to nobody when it is gone, and what was copied is gone with it: it was never
   here. Who waits for an answer of it is told; X11 lets them wait until they have had enough (ICCCM 2.4). */
static void remove_client(struct client *client) {
    int number = client->number;
    close(client->fd);
    client->number = NOBODY;
    for (int i = 0; i < MAX_SELECTIONS; i++)
        if (selections[i].owner == number)
            selections[i].owner = NOBODY;
    for (int i = 0; i < MAX_CLIENTS; i++)
        if (clients[i].number != NOBODY && clients[i].waits_for == number)
            refuse(&clients[i], "", "");
}

static void add_client(int fd) {
    static int last_number = NOBODY; /* never used again: a late answer must not reach somebody else */
    for (int i = 0; i < MAX_CLIENTS; i++)
        if (clients[i].number == NOBODY) {
            clients[i] = (struct client){fd, ++last_number, NOBODY};
            return;
        }
    close(fd); /* the house is full */
}

/* The old owner is told (XSetSelectionOwner(3), ICCCM 2.3.2). Where there are too many selections nothing
   happens: the client finds out when it asks who the owner is. */
static void set_owner(const char *name, struct client *client) {
    struct selection *selection = find_selection(name);
    for (int i = 0; i < MAX_SELECTIONS && selection == NULL; i++)
        if (selections[i].owner == NOBODY)
            selection = &selections[i];
    if (selection == NULL)
        return;
    struct client *old = find_client(selection->owner);
    snprintf(selection->name, NAME_BYTES, "%s", name);
    selection->owner = client->number;
    if (old != NULL && old != client) {
        struct message clear = make_message(SELECTION_CLEAR, name, "");
        send_message(old->fd, &clear);
    }
}

/* The server does not answer: it asks the owner. Only where there is none it says so itself
   (XConvertSelection(3)). */
static void convert(const struct message *message, struct client *client) {
    struct selection *selection = find_selection(message->selection);
    struct client *owner = selection == NULL ? NULL : find_client(selection->owner);
    if (owner == NULL || client->waits_for != NOBODY) {
        refuse(client, message->selection, message->target);
        return;
    }
    struct message request = make_message(SELECTION_REQUEST, message->selection, message->target);
    request.client = client->number;
    client->waits_for = owner->number;
    if (!send_message(owner->fd, &request))
        refuse(client, message->selection, message->target);
}

/* Returns 0 where the server is to end. */
static int obey(struct client *client, struct message *message) {
    struct selection *selection = find_selection(message->selection);
    struct client *requestor = find_client(message->client);
    switch (message->type) {
        case SET_SELECTION_OWNER:
            set_owner(message->selection, client);
            break;
        case GET_SELECTION_OWNER:
            message->type = SELECTION_OWNER;
            message->client = selection == NULL ? NOBODY : selection->owner;
            message->self = client->number;
            send_message(client->fd, message);
            break;
        case CONVERT_SELECTION:
            convert(message, client);
            break;
        case SELECTION_NOTIFY:
            if (requestor != NULL && requestor->waits_for == client->number) {
                requestor->waits_for = NOBODY;
                send_message(requestor->fd, message);
            }
            break;
        case STOP_SERVER:
            return 0;
        default: /* what only a server says: a client that does not know its part */
            remove_client(client);
    }
    return 1;
}

static void serve(int listener) {
    for (;;) {
        struct pollfd polled[MAX_CLIENTS + 1] = {{.fd = listener, .events = POLLIN}};
        for (int i = 0; i < MAX_CLIENTS; i++) /* poll(2) passes over those below 0 */
            polled[i + 1] = (struct pollfd){clients[i].number == NOBODY ? -1 : clients[i].fd, POLLIN, 0};
        if (poll(polled, MAX_CLIENTS + 1, -1) == -1)
            return;
        for (int i = 0; i < MAX_CLIENTS; i++) {
            struct message message;
            if (polled[i + 1].revents == 0)
                continue;
            if (!receive_message(clients[i].fd, &message))
                remove_client(&clients[i]);
            else if (!obey(&clients[i], &message))
                return;
        }
        if (polled[0].revents != 0) {
            int fd = accept(listener, NULL, NULL);
            if (fd != -1)
                add_client(fd);
        }
    }
}

static int stop(void) {
    struct message message = make_message(STOP_SERVER, "", "");
    int fd = open_socket(0);
    send_message(fd, &message);
    return receive_message(fd, &message); /* it says no more: 0 */
}

int main(int argc, char *argv[]) {
    if (argc > 1 && strcmp(argv[1], "stop") == 0)
        return stop();
    int listener = open_socket(1);
    go_to_background();
    serve(listener);
    unlink("clipboard.socket");
    return 0;
}
