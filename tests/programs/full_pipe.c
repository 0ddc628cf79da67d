/* A writer that is faster than its reader: it blocks when the pipe is full, and nothing is lost. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOTAL 200000

static unsigned char byte_at(long position) {
    return (unsigned char)(position * 31 % 251);
}

int main(void) {
    int ends[2];
    if (pipe(ends) < 0) {
        perror("pipe");
        return 1;
    }
    pid_t writer = fork();
    if (writer == 0) {
        static unsigned char data[TOTAL];
        close(ends[0]);
        for (long i = 0; i < TOTAL; i++) data[i] = byte_at(i);
        ssize_t written = write(ends[1], data, TOTAL);
        _exit(written == TOTAL ? 0 : 1);
    }
    close(ends[1]);
    unsigned char buffer[4096];
    long total = 0, wrong = 0;
    ssize_t got;
    while ((got = read(ends[0], buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < got; i++) wrong += buffer[i] != byte_at(total + i);
        total += got;
    }
    int status;
    waitpid(writer, &status, 0);
    printf("%ld bytes, %ld of them wrong; the writer's one write() %s\n", total, wrong,
           WEXITSTATUS(status) == 0 ? "wrote all" : "was short");
    return 0;
}
