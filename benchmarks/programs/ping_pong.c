/* A byte goes to a child and comes back, for ever. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(void) {
    int there[2], back[2];
    char byte = 'x';

    if (pipe(there) == -1 || pipe(back) == -1) die("pipe");
    switch (fork()) {
    case -1:
        die("fork");
    case 0:
        while (read(there[0], &byte, 1) == 1)
            if (write(back[1], &byte, 1) != 1) die("write");
        return 0;
    default:
        for (;;)
            if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) die("parent");
    }
}
