// The version of glibc that this library behaves like.
#include <gnu/libc-version.h>

const char* gnu_get_libc_version(void) {
    return "2.36";
}
const char* gnu_get_libc_release(void) {
    return "stable";
}
