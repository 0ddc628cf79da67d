// files: the file manager. It asks the bus for the signal DiskAdded, has each new disk mounted, and opens a window on it
// (a line of text). When the disk service goes away, so does it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dbus.h"

#define DISKS "org.example.Disks"

static void open_window(struct dbus *bus, const struct dbus_message *event) {
    const char *label, *place;
    if (!dbus_read(event, "s", &label)) return;
    printf("files: there is a new disk, %s\n", label);
    struct dbus_message reply;
    dbus_invoke(bus, &reply, DISKS, "/org/example/Disks", DISKS, "Mount", "s", label);
    if (reply.type == DBUS_RETURN && dbus_read(&reply, "s", &place))
        printf("files: a window shows %s\n", place);
    else
        printf("files: no window: %s\n", reply.error != NULL ? reply.error : "a strange answer");
    dbus_message_free(&reply);
}

// Whether the disk service has gone.
static bool has_gone(const struct dbus_message *event) {
    const char *name, *before, *after;
    return dbus_read(event, "sss", &name, &before, &after) && *after == '\0';
}

static bool is_signal(const struct dbus_message *message, const char *interface, const char *member) {
    return message->type == DBUS_SIGNAL && strcmp(message->interface, interface) == 0 &&
           strcmp(message->member, member) == 0;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct dbus *bus = dbus_connect(NULL);
    if (bus == NULL) return 1;
    dbus_add_match(bus, "type='signal',sender='" DISKS "',member='DiskAdded'");
    dbus_add_match(bus,
                   "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" DISKS "'");
    dbus_own(bus, "org.example.Files");  // only now, so that whoever sees the name knows that we listen
    struct dbus_message message;
    bool has_disks = true;
    while (has_disks && dbus_next(bus, &message)) {
        if (is_signal(&message, DISKS, "DiskAdded"))
            open_window(bus, &message);
        else if (is_signal(&message, "org.freedesktop.DBus", "NameOwnerChanged"))
            has_disks = !has_gone(&message);
        else if (message.type == DBUS_CALL)
            dbus_reply_error(bus, &message, DBUS_FAILURE("UnknownMethod"), "The file manager has no methods");
        dbus_message_free(&message);
    }
    puts("files: the disk service has gone");
    dbus_close(bus);
    return 0;
}
