// The C locale.
#include <limits.h>
#include <locale.h>
#include <string.h>

static struct lconv c_locale = {
    ".",      "",       "",       "",       "",       "",       "",       "",
    "",       "",       CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
    CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
};

struct lconv* localeconv(void) {
    return &c_locale;
}

char* setlocale(int category, const char* name) {
    if (category < 0 || category > 12) return 0;
    if (!name || *name == 0 || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0) return "C";
    return 0;
}
