/* Children tell that they are done by closing a pipe: end of file comes when the last one has. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    const char *name = "/tmp/pipe_barrier.file";
    int ends[2], file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    struct stat status;
    char byte;
    if (file < 0 || pipe(ends) < 0) return 1;
    for (int i = 0; i < 4; i++) {
        pid_t child = fork();
        if (child < 0) return 1;
        if (child == 0) {
            close(ends[0]);
            usleep((unsigned)(4 - i) * 10000);
            if (write(file, "work", 4) != 4) _exit(1);
            close(ends[1]);
            _exit(0);
        }
    }
    close(ends[1]);
    ssize_t got = read(ends[0], &byte, 1);
    fstat(file, &status);
    printf("read() gave %zd, all the work is done: %ld bytes\n", got, (long)status.st_size);
    while (wait(NULL) > 0) continue;
    unlink(name);
    return 0;
}
