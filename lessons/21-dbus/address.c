// Where a bus is ("Server Addresses"), and which machine this is ("UUIDs").
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "dbus.h"

static int hex_digit(char c) {
    const char *digits = "0123456789abcdef", *place = c == '\0' ? NULL : strchr(digits, c | 0x20);
    return place == NULL ? -1 : (int)(place - digits);
}

// "Server Addresses": the value behind "key=" in "unix:key=value,key=value", with %41 for A. False where there is none.
static bool address_value(const char *address, const char *key, char *value, size_t room) {
    size_t length = strlen(key), at = 0;
    for (const char *p = address; p != NULL; p = strpbrk(p + 1, ",;")) {
        if (*p == ';') return false;
        if (strncmp(p + 1, key, length) != 0 || p[length + 1] != '=') continue;
        for (p += length + 2; *p != '\0' && *p != ',' && *p != ';' && at + 1 < room; p++) {
            value[at++] = *p;
            if (*p != '%' || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0) continue;
            value[at - 1] = (char)(hex_digit(p[1]) << 4 | hex_digit(p[2]));
            p += 2;
        }
        value[at] = '\0';
        return *p == '\0' || *p == ',' || *p == ';';
    }
    return false;
}

bool dbus_socket_address(const char *address, struct sockaddr_un *socket_address, socklen_t *size) {
    memset(socket_address, 0, sizeof *socket_address);
    socket_address->sun_family = AF_UNIX;
    char *path = socket_address->sun_path;
    size_t room = sizeof socket_address->sun_path;
    if (strncmp(address, "unix:", 5) != 0) return false;
    if (address_value(address + 4, "path", path, room)) {
        *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
        return true;
    }
    // unix(7): an abstract name begins with a zero byte and has as many bytes as the address says.
    if (!address_value(address + 4, "abstract", path + 1, room - 1)) return false;
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(path + 1));
    return true;
}

bool dbus_machine_id(char id[DBUS_ID]) {
    static const char *const places[] = {"/var/lib/dbus/machine-id", "/etc/machine-id"};
    for (int i = 0; i < 2; i++) {
        FILE *file = fopen(places[i], "r");
        if (file == NULL) continue;
        bool is_good = fgets(id, DBUS_ID, file) != NULL && strspn(id, "0123456789abcdef") == DBUS_ID - 1;
        fclose(file);
        if (is_good) return true;
    }
    return false;
}
