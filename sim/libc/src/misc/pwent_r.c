// The next user or group into memory of the caller's.
#include <errno.h>
#include <grp.h>
#include <pwd.h>

int getpwent_r(struct passwd* entry, char* buffer, size_t bytes, struct passwd** result) {
    const struct passwd* next = getpwent();
    (void)buffer;
    *result = 0;
    if (!next) return ENOENT;
    if (bytes < 64) return ERANGE;
    *entry = *next;
    *result = entry;
    return 0;
}

int getgrent_r(struct group* entry, char* buffer, size_t bytes, struct group** result) {
    const struct group* next = getgrent();
    (void)buffer;
    *result = 0;
    if (!next) return ENOENT;
    if (bytes < 64) return ERANGE;
    *entry = *next;
    *result = entry;
    return 0;
}
