/* In the manner of a book on operating systems: time is spent by spinning, a child becomes wc with its output in a
 * file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"

static const char *const text = "/tmp/ostep_style.txt", *const output = "/tmp/ostep_style.output";

int main(void) {
    double start = GetTime();
    Spin(20);
    printf("at least 20 ms have passed: %d\n", Elapsed(start) >= 0.02);
    int fd = open(text, O_WRONLY | O_CREAT | O_TRUNC, S_IRWXU);
    assert(fd >= 0);
    char buffer[] = "hello world\nhow are you\n";
    ssize_t rc = write(fd, buffer, strlen(buffer));
    assert(rc == (ssize_t)strlen(buffer));
    fsync(fd);
    close(fd);
    fflush(stdout);
    int child = fork();
    if (child < 0) {
        fprintf(stderr, "fork failed\n");
        exit(1);
    } else if (child == 0) {
        close(STDOUT_FILENO);
        open(output, O_CREAT | O_WRONLY | O_TRUNC, S_IRWXU);
        char *myargs[3];
        myargs[0] = strdup("wc");
        myargs[1] = strdup(text);
        myargs[2] = NULL;
        execvp(myargs[0], myargs);
        exit(127);
    }
    int status, lines, words, bytes;
    int gone = waitpid(child, &status, 0);
    assert(gone == child);
    FILE *in = fopen(output, "r");
    assert(in != NULL);
    rc = fscanf(in, "%d %d %d", &lines, &words, &bytes);
    printf("wc (%d) said: %d lines, %d words, %d bytes\n", status, lines, words, bytes);
    fclose(in);
    unlink(text);
    unlink(output);
    return 0;
}
