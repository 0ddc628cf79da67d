// printenv [NAME]...: print the values of environment variables, or the whole environment.
// The exit status is 1 where one of the names is not set.
#include <stdio.h>
#include <stdlib.h>

extern char **environ;

int main(int argc, char *argv[]) {
    int status = 0;
    if (argc < 2) {
        for (char **entry = environ; *entry != NULL; entry++) puts(*entry);
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        const char *value = getenv(argv[i]);
        if (value != NULL) {
            puts(value);
        } else {
            status = 1;
        }
    }
    return status;
}
