// Two processes write N bytes each into a pipe, one at a time; their parent reads all and prints them.
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    pipe(ends);
    for (int p = 0; p < 2; p++)
        if (fork() == 0) {
            for (int i = 0; i < N; i++) write(ends[1], p == 0 ? "a" : "b", 1);
            _exit(0);
        }
    close(ends[1]);
    char text[2 * N + 1];
    int length = 0;
    for (ssize_t got; (got = read(ends[0], text + length, 1)) > 0;) length += (int)got;
    text[length] = 0;
    while (wait(NULL) > 0) {}
    printf("%s", text);
    return 0;
}
