// plug LABEL: plugs a disk in, that is, tells the disk service so.
#include <stdio.h>

#include "dbus.h"

#define DISKS "org.example.Disks"

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: plug LABEL\n");
        return 2;
    }
    struct dbus *bus = dbus_connect(NULL);
    if (bus == NULL) return 1;
    struct dbus_message reply;
    dbus_invoke(bus, &reply, DISKS, "/org/example/Disks", DISKS, "Plug", "s", argv[1]);
    int status = reply.type == DBUS_ERROR;
    if (status != 0) dbus_complain(&reply);
    dbus_message_free(&reply);
    dbus_close(bus);
    return status;
}
