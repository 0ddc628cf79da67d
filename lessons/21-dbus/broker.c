// broker [--address=ADDRESS] [COMMAND [ARGUMENT]...]: a message bus. With a command it runs that, with
// DBUS_SESSION_BUS_ADDRESS set to where the bus is, and ends when the command does, with its status, as
// dbus-run-session(1) does; else it says where it is and serves until SIGTERM or SIGINT.
#define _GNU_SOURCE  // accept4(), memmem(), ppoll(), struct ucred
#include "broker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct client *clients;
char bus_id[DBUS_ID];

static bool is_full;  // no descriptors are left
static volatile sig_atomic_t child_ended, told_to_end;

// ==== Bytes out ====

bool is_clogged(const struct client *client) {
    return client->out_size >= MOST_QUEUED;
}

static void reserve(uint8_t **bytes, size_t *room, size_t size) {
    if (size <= *room) return;
    *room = size + size / 2;
    *bytes = dbus_must(realloc(*bytes, *room));
}

void queue_bytes(struct client *client, const uint8_t *bytes, size_t size) {
    reserve(&client->out, &client->out_room, client->out_size + size);
    memcpy(client->out + client->out_size, bytes, size);
    client->out_size += size;
}

static void flush(struct client *client) {
    size_t sent = 0;
    while (sent < client->out_size) {
        ssize_t count =
            send(client->fd, client->out + sent, client->out_size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            client->is_dead = client->is_dead || (errno != EAGAIN && errno != EWOULDBLOCK);
            break;
        }
        sent += (size_t)count;
    }
    client->out_size -= sent;
    if (sent > 0) memmove(client->out, client->out + sent, client->out_size);
}

// ==== Authentication ("Authentication Protocol", the server's side) ====

static void say(struct client *client, const char *line) {
    queue_bytes(client, (const uint8_t *)line, strlen(line));
    queue_bytes(client, (const uint8_t *)"\r\n", 2);
}

// "EXTERNAL": each digit of the user's number as two hexadecimal ones; nothing at all means whoever the kernel says.
static bool is_own_identity(const struct client *client, const char *hex) {
    char own[16], expected[40] = "";
    snprintf(own, sizeof own, "%u", (unsigned)client->user);
    for (size_t i = 0; own[i] != '\0'; i++) sprintf(expected + 2 * i, "%02x", own[i]);
    return *hex == '\0' || strcmp(hex, expected) == 0;
}

// Who may use the bus: its own user, and root.
static void check_identity(struct client *client, const char *hex) {
    char line[DBUS_ID + 3];
    if (!is_own_identity(client, hex) || (client->user != geteuid() && client->user != 0)) {
        client->state = WAITING_FOR_AUTH;
        say(client, "REJECTED EXTERNAL");
        return;
    }
    client->state = WAITING_FOR_BEGIN;
    sprintf(line, "OK %s", bus_id);
    say(client, line);
}

static void hear(struct client *client, char *line) {
    char *rest = line + strcspn(line, " ");
    if (*rest != '\0') *rest++ = '\0';
    if (strcmp(line, "BEGIN") == 0) {
        client->is_dead = client->state != WAITING_FOR_BEGIN;
        client->state = AUTHENTICATED;
    } else if (strcmp(line, "AUTH") == 0 && client->state == WAITING_FOR_AUTH) {
        if (strncmp(rest, "EXTERNAL ", 9) == 0) {
            check_identity(client, rest + 9);
        } else if (strcmp(rest, "EXTERNAL") == 0) {
            client->state = WAITING_FOR_DATA;
            say(client, "DATA");
        } else {
            say(client, "REJECTED EXTERNAL");
        }
    } else if (strcmp(line, "DATA") == 0 && client->state == WAITING_FOR_DATA) {
        check_identity(client, rest);
    } else if (strcmp(line, "ERROR") == 0 ||
               (strcmp(line, "CANCEL") == 0 && client->state != WAITING_FOR_AUTH)) {
        client->state = WAITING_FOR_AUTH;
        say(client, "REJECTED EXTERNAL");
    } else {
        say(client, "ERROR");  // also for NEGOTIATE_UNIX_FD: no descriptors pass through here
    }
}

// Takes one line off the client's bytes. The number of bytes; 0 where it is not whole.
static size_t take_line(struct client *client) {
    if (client->state == WAITING_FOR_ZERO) {
        client->is_dead = client->in[0] != 0;
        client->state = WAITING_FOR_AUTH;
        return 1;
    }
    char *line = (char *)client->in, *end = memmem(line, client->in_size, "\r\n", 2);
    if (end == NULL) {
        client->is_dead = client->in_size > MOST_LINE;
        return 0;
    }
    *end = '\0';
    // A zero byte in the middle, or what is not ASCII, would only be another line that is not understood.
    hear(client, line);
    return (size_t)(end - line) + 2;
}

// ==== Bytes in ====

static size_t take_message(struct client *client) {
    if (client->in_size < DBUS_FIXED_HEADER) return 0;
    uint32_t size = dbus_message_size(client->in, MOST_MESSAGE);
    struct dbus_message message;
    if (size > client->in_size) return 0;
    if (size == 0 || !dbus_decode(client->in, size, &message)) {
        client->is_dead = true;  // "Invalid Protocol and Spec Extensions"
        return 0;
    }
    route(client, &message);
    dbus_message_free(&message);
    return size;
}

// Does what the client has said so far, unless it has to listen first.
static void take_input(struct client *client) {
    size_t taken;
    while (!client->is_dead && client->in_size > 0 && !is_clogged(client)) {
        taken = client->state == AUTHENTICATED ? take_message(client) : take_line(client);
        if (taken == 0) break;
        client->in_size -= taken;
        memmove(client->in, client->in + taken, client->in_size);
    }
}

static void receive(struct client *client) {
    enum { CHUNK = 4096 };
    reserve(&client->in, &client->in_room, client->in_size + CHUNK);
    ssize_t count = recv(client->fd, client->in + client->in_size, CHUNK, MSG_DONTWAIT);
    if (count > 0)
        client->in_size += (size_t)count;
    else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        client->is_dead = true;
}

// ==== Connections ====

static int count_clients(bool strangers_only) {
    int count = 0;
    for (struct client *client = clients; client != NULL; client = client->next)
        count += !strangers_only || client->state != AUTHENTICATED;
    return count;
}

// Those who connect and say nothing must not keep others out: the oldest of them goes.
static void make_room(void) {
    if (count_clients(true) < MOST_STRANGERS) return;
    struct client *client = clients;
    while (client->state == AUTHENTICATED) client = client->next;
    client->is_dead = true;
}

static void accept_client(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {  // it has gone again, or there are no descriptors: then not before somebody leaves
        is_full = errno == EMFILE || errno == ENFILE;
        return;
    }
    make_room();
    struct client *client = dbus_must(calloc(1, sizeof *client)), **end = &clients;
    struct ucred who = {0};
    socklen_t size = sizeof who;
    client->fd = fd;
    client->is_dead = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0;
    client->user = who.uid;
    client->process = who.pid;
    while (*end != NULL) end = &(*end)->next;
    *end = client;
}

// While it goes it is still in the list, but for what is said to everybody then it is dead.
static void disconnect(struct client **place) {
    struct client *client = *place;
    remove_all_rules(client);
    release_all_names(client);
    forget_calls(client);
    *place = client->next;
    close(client->fd);
    is_full = false;
    free(client->in);
    free(client->out);
    free(client);
}

static void disconnect_the_dead(void) {
    for (struct client **place = &clients; *place != NULL;) {
        if ((*place)->is_dead)
            disconnect(place);
        else
            place = &(*place)->next;
    }
}

static void serve(int listener, const sigset_t *mask) {
    struct pollfd fds[1 + MOST_CLIENTS];
    nfds_t count = 0;
    fds[count++] =
        (struct pollfd){.fd = count_clients(false) < MOST_CLIENTS ? listener : -1, .events = POLLIN};
    for (struct client *client = clients; client != NULL; client = client->next) {
        short events = (short)((is_clogged(client) ? 0 : POLLIN) | (client->out_size > 0 ? POLLOUT : 0));
        fds[count++] = (struct pollfd){.fd = client->fd, .events = events};
    }
    if (ppoll(fds, count, NULL, mask) < 0) return;
    struct pollfd *fd = fds + 1;
    for (struct client *client = clients; client != NULL; client = client->next, fd++)
        // A connection that has ended may still have something to be read.
        if (fd->revents != 0 && !is_clogged(client))
            receive(client);
        else if (fd->revents & (POLLERR | POLLHUP))
            client->is_dead = true;
    if (fds[0].revents != 0) accept_client(listener);
    for (struct client *client = clients; client != NULL; client = client->next) take_input(client);
    disconnect_the_dead();
    for (struct client *client = clients; client != NULL; client = client->next) flush(client);
    disconnect_the_dead();
}

// ==== The program ====

static void on_signal(int number) {
    if (number == SIGCHLD)
        child_ended = 1;
    else
        told_to_end = 1;
}

static void fail(const char *what) {
    fprintf(stderr, "broker: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int listen_at(const char *address, struct sockaddr_un *place) {
    socklen_t size;
    if (!dbus_socket_address(address, place, &size)) {
        fprintf(stderr, "broker: not an address that is understood here: %s\n", address);
        exit(1);
    }
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)place, size) < 0 || listen(listener, 30) < 0)
        fail(address);
    return listener;
}

static pid_t start(char **command, const char *address, const sigset_t *mask) {
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child > 0) return child;
    setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(command[0], command);
    fprintf(stderr, "broker: %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

// "UUIDs": this bus's number is another one each time.
static void make_id(void) {
    uint8_t random[(DBUS_ID - 1) / 2];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) fail("getrandom");
    for (size_t i = 0; i < sizeof random; i++) sprintf(bus_id + 2 * i, "%02x", random[i]);
}

int main(int argc, char **argv) {
    const char *address = "unix:path=/tmp/bus";
    int next = 1;
    for (; next < argc && argv[next][0] == '-'; next++) {
        if (strncmp(argv[next], "--address=", 10) == 0) {
            address = argv[next] + 10;
        } else {
            fprintf(stderr, "usage: broker [--address=ADDRESS] [COMMAND [ARGUMENT]...]\n");
            return 2;
        }
    }
    struct sockaddr_un place;
    int listener = listen_at(address, &place);
    make_id();

    // Signals come only while ppoll() waits, so none can fall between looking and waiting.
    sigset_t blocked, before;
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&blocked);
    for (int i = 0; i < 3; i++) {
        int number = ((int[]){SIGCHLD, SIGTERM, SIGINT})[i];
        sigaddset(&blocked, number);
        sigaction(number, &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &blocked, &before);

    int status = 0;
    pid_t child = -1;
    if (next < argc) {
        child = start(argv + next, address, &before);
    } else {
        printf("%s\n", address);
        fflush(stdout);
    }
    while (!told_to_end && !(child_ended && child > 0 && waitpid(child, &status, WNOHANG) == child)) {
        child_ended = 0;
        serve(listener, &before);
    }
    for (struct client *client = clients; client != NULL; client = client->next) client->is_dead = true;
    disconnect_the_dead();
    close(listener);
    if (place.sun_path[0] != '\0') unlink(place.sun_path);
    if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
    return WEXITSTATUS(status);
}
