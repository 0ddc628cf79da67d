/* Two processes that are not related in any way that matters meet at a FIFO by its name. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    const char *name = "/tmp/fifo_hello";
    if (mkfifo(name, 0600) < 0)
        return 1;
    printf("again: %s\n", mkfifo(name, 0600) < 0 ? strerror(errno) : "made");
    fflush(stdout);
    struct stat status;
    if (stat(name, &status) < 0 || !S_ISFIFO(status.st_mode))
        return 1;
    if (fork() == 0) {
        int out = open(name, O_WRONLY);
        if (out < 0 || write(out, "hello ", 6) != 6 || write(out, "FIFO\n", 5) != 5)
            _exit(1);
        _exit(0);
    }
    FILE *in = fopen(name, "r");
    char line[80];
    if (!in)
        return 1;
    while (fgets(line, sizeof line, in))
        printf("got: %s", line);
    printf("end of file: %d\n", feof(in) != 0);
    fclose(in);
    wait(NULL);
    unlink(name);
    return 0;
}
