// check: FAIL  no deadlock
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
    int ends[2];

    if (argc != 2 || pipe(ends) < 0) return 2;
    if (fork() == 0) {
        char text[16];
        ssize_t count;
        while ((count = read(ends[0], text, sizeof text)) > 0) write(1, text, (size_t)count);
        write(1, "\n", 1);
        _exit(0);
    }
    close(ends[0]);
    write(ends[1], argv[1], strlen(argv[1]));
    close(ends[1]);
    wait(NULL);
    return 0;
}
