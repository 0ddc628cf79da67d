#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

char* getlogin(void) {
    struct passwd* user = getpwuid(getuid());
    if (user) return user->pw_name;
    errno = ENXIO;
    return 0;
}

int getlogin_r(char* name, size_t bytes) {
    const char* user = getlogin();
    if (!user) return errno;
    if (strlen(user) >= bytes) return ERANGE;
    strcpy(name, user);
    return 0;
}
