// disks [MOUNTS]: the service that knows the disks, as udisks does. It has a fault: after MOUNTS mounts (without the
// argument: never) it dies of the next. It has the name org.example.Disks and one object:
//
//   Plug(s label)          a disk was plugged in; called by `plug`, where Linux's kernel would send a uevent
//   Mount(s label) -> s    where its files are from now on
//   Count                  how many disks there are
//   DiskAdded(s label)     the signal to whoever wants to know: this program does not know who does
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dbus.h"

#define NAME "org.example.Disks"
#define PATH "/org/example/Disks"

enum { MOST_DISKS = 8 };
static char labels[MOST_DISKS][32];
static uint32_t disks;
static int mounts_left = -1;

static const char *label_of(const struct dbus_message *call) {
    const char *label = "";
    dbus_read(call, "s", &label);
    return label;
}

static void plug(struct dbus *bus, const struct dbus_message *call) {
    const char *label = label_of(call);
    if (disks == MOST_DISKS || strlen(label) >= sizeof labels[0]) {
        dbus_reply_error(bus, call, NAME ".Error.NoRoom", "No room for this disk");
        return;
    }
    strcpy(labels[disks++], label);
    printf("disks: %s is plugged in\n", label);
    dbus_emit(bus, PATH, NAME, "DiskAdded", "s", label);
    dbus_reply(bus, call, "");
}

static void mount(struct dbus *bus, const struct dbus_message *call) {
    const char *label = label_of(call);
    if (mounts_left-- == 0) abort();
    for (uint32_t i = 0; i < disks; i++) {
        if (strcmp(labels[i], label) != 0) continue;
        char place[64];
        snprintf(place, sizeof place, "/media/%s", label);
        printf("disks: %s is at %s\n", label, place);
        dbus_reply(bus, call, "s", place);
        return;
    }
    dbus_reply_error(bus, call, NAME ".Error.NoSuchDisk", "There is no such disk");
}

static void count(struct dbus_writer *value) {
    dbus_append(value, "u", disks);
}

static const struct dbus_member members[] = {
    {DBUS_METHOD, "Plug", "s", "", plug, NULL},
    {DBUS_METHOD, "Mount", "s", "s", mount, NULL},
    {DBUS_PROPERTY, "Count", NULL, "u", NULL, count},
    {DBUS_EVENT, "DiskAdded", NULL, "s", NULL, NULL},
    {0},
};

int main(int argc, char **argv) {
    const struct dbus_object object = {PATH, NAME, members};
    if (argc > 1) mounts_left = atoi(argv[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct dbus *bus = dbus_connect(NULL);
    if (bus == NULL) return 1;
    dbus_own(bus, NAME);
    struct dbus_message message;
    while (dbus_next(bus, &message)) {
        dbus_serve(bus, &object, &message);
        dbus_message_free(&message);
    }
    dbus_close(bus);
    return 0;
}
