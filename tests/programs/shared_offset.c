/* After fork() both have the same open file: one offset. A second open() has one of its own. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH "/tmp/shared_offset.txt"

int main(void) {
    char buffer[8] = "";
    int fd = open(PATH, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, "abcdefghij", 10) != 10) {
        perror(PATH);
        return 1;
    }
    lseek(fd, 0, SEEK_SET);
    int own = open(PATH, O_RDONLY);
    if (fork() == 0) {
        if (read(fd, buffer, 3) == 3) printf("child read %s\n", buffer);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    if (read(fd, buffer, 3) == 3) printf("parent, same open file: %s\n", buffer);
    if (read(own, buffer, 3) == 3) printf("parent, another open file: %s\n", buffer);
    printf("offsets: %ld and %ld\n", (long)lseek(fd, 0, SEEK_CUR), (long)lseek(own, 0, SEEK_CUR));
    unlink(PATH);
    return 0;
}
