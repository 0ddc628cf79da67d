// Groups into memory of the caller's.
#include <errno.h>
#include <grp.h>

static int copy(const struct group* from, struct group* entry, size_t bytes, struct group** result) {
    *result = 0;
    if (!from) return 0;
    if (bytes < 64) return ERANGE;
    *entry = *from;
    *result = entry;
    return 0;
}

int getgrnam_r(const char* name, struct group* entry, char* buffer, size_t bytes, struct group** result) {
    (void)buffer;
    return copy(getgrnam(name), entry, bytes, result);
}

int getgrgid_r(gid_t gid, struct group* entry, char* buffer, size_t bytes, struct group** result) {
    (void)buffer;
    return copy(getgrgid(gid), entry, bytes, result);
}
