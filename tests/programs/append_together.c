/* Two processes write to one file: with O_APPEND nothing is lost, with lseek() and write() the last writer wins. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const name = "/tmp/append_together.file";

static long size_after(int flags) {
    struct stat status;
    unlink(name);
    for (int writer = 0; writer < 3; writer++)
        if (fork() == 0) {
            int fd = open(name, O_WRONLY | O_CREAT | flags, 0600);
            for (int i = 0; i < 50; i++)
                if (write(fd, "0123456789", 10) != 10) _exit(1);
            _exit(0);
        }
    while (wait(NULL) > 0) continue;
    stat(name, &status);
    unlink(name);
    return (long)status.st_size;
}

int main(void) {
    printf("O_APPEND: %ld bytes\n", size_after(O_APPEND));
    printf("each from the start: %ld bytes\n", size_after(0));
    return 0;
}
