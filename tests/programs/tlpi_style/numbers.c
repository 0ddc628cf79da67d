#include "numbers.h"

#include "hdr.h"

static void fail(const char *fname, const char *msg, const char *arg, const char *name) {
    printf("%s error", fname);
    if (name != NULL) printf(" (in %s)", name);
    printf(": %s\n", msg);
    if (arg != NULL && *arg != '\0') printf("        offending text: %s\n", arg);
    exit(EXIT_FAILURE);
}

long get_long(const char *arg, int flags, const char *name) {
    char *end;
    if (arg == NULL || *arg == '\0') fail("get_long", "null or empty string", arg, name);
    int base = (flags & GN_ANY_BASE) ? 0 : (flags & GN_BASE_16) ? 16 : 10;
    errno = 0;
    long res = strtol(arg, &end, base);
    if (errno != 0) fail("get_long", "strtol() failed", arg, name);
    if (*end != '\0') fail("get_long", "nonnumeric characters", arg, name);
    if ((flags & GN_NONNEG) && res < 0) fail("get_long", "negative value not allowed", arg, name);
    if ((flags & GN_GT_0) && res <= 0) fail("get_long", "value must be > 0", arg, name);
    return res;
}
