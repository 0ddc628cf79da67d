// Users: the few that every toy machine has, as in its /etc/passwd.
#include <errno.h>
#include <pwd.h>
#include <string.h>

static struct passwd users[] = {
    {"root", "x", 0, 0, "root", "/", "/bin/sh"},
    {"student", "x", 1000, 1000, "student", "/home/student", "/bin/sh"},
    {"nobody", "x", 65534, 65534, "nobody", "/", "/bin/false"},
};
enum { COUNT = sizeof users / sizeof *users };
static int position;

struct passwd* getpwnam(const char* name) {
    for (int i = 0; i < COUNT; i++)
        if (strcmp(users[i].pw_name, name) == 0) return &users[i];
    return 0;
}

struct passwd* getpwuid(uid_t uid) {
    for (int i = 0; i < COUNT; i++)
        if (users[i].pw_uid == uid) return &users[i];
    return 0;
}

struct passwd* getpwent(void) {
    return position < COUNT ? &users[position++] : 0;
}

void setpwent(void) {
    position = 0;
}

void endpwent(void) {
    position = 0;
}

static int copy(const struct passwd* from, struct passwd* entry, size_t bytes, struct passwd** result) {
    *result = 0;
    if (!from) return 0;
    if (bytes < 64) return ERANGE;
    *entry = *from;
    *result = entry;
    return 0;
}

int getpwnam_r(const char* name, struct passwd* entry, char* buffer, size_t bytes, struct passwd** result) {
    (void)buffer;
    return copy(getpwnam(name), entry, bytes, result);
}

int getpwuid_r(uid_t uid, struct passwd* entry, char* buffer, size_t bytes, struct passwd** result) {
    (void)buffer;
    return copy(getpwuid(uid), entry, bytes, result);
}
