// Attributes of posix_spawn().
#include <errno.h>
#include <spawn.h>
#include <string.h>

int posix_spawnattr_init(posix_spawnattr_t* attributes) {
    memset(attributes, 0, sizeof *attributes);
    return 0;
}
int posix_spawnattr_destroy(posix_spawnattr_t* attributes) {
    (void)attributes;
    return 0;
}
int posix_spawnattr_setflags(posix_spawnattr_t* attributes, short flags) {
    if (flags & ~0xff) return EINVAL;
    attributes->__flags = flags;
    return 0;
}
int posix_spawnattr_getflags(const posix_spawnattr_t* attributes, short* flags) {
    *flags = attributes->__flags;
    return 0;
}
int posix_spawnattr_setpgroup(posix_spawnattr_t* attributes, pid_t group) {
    attributes->__group = group;
    return 0;
}
int posix_spawnattr_getpgroup(const posix_spawnattr_t* attributes, pid_t* group) {
    *group = attributes->__group;
    return 0;
}
int posix_spawnattr_setsigdefault(posix_spawnattr_t* attributes, const sigset_t* set) {
    attributes->__defaults = *set;
    return 0;
}
int posix_spawnattr_getsigdefault(const posix_spawnattr_t* attributes, sigset_t* set) {
    *set = attributes->__defaults;
    return 0;
}
int posix_spawnattr_setsigmask(posix_spawnattr_t* attributes, const sigset_t* set) {
    attributes->__mask = *set;
    return 0;
}
int posix_spawnattr_getsigmask(const posix_spawnattr_t* attributes, sigset_t* set) {
    *set = attributes->__mask;
    return 0;
}
int posix_spawnattr_setschedpolicy(posix_spawnattr_t* attributes, int policy) {
    attributes->__policy = policy;
    return 0;
}
int posix_spawnattr_setschedparam(posix_spawnattr_t* attributes, const struct sched_param* parameters) {
    attributes->__parameters = *parameters;
    return 0;
}
int posix_spawnattr_getschedpolicy(const posix_spawnattr_t* attributes, int* policy) {
    *policy = attributes->__policy;
    return 0;
}
int posix_spawnattr_getschedparam(const posix_spawnattr_t* attributes, struct sched_param* parameters) {
    *parameters = attributes->__parameters;
    return 0;
}
