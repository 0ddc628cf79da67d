/* lseek() beyond the end and a write there make a hole of zeros. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    const char *name = "/tmp/file_holes.file";
    char bytes[16];
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, "abc", 3) != 3) return 1;
    printf("position %ld\n", (long)lseek(fd, 10000, SEEK_SET));
    if (write(fd, "xyz", 3) != 3) return 1;
    struct stat status;
    fstat(fd, &status);
    printf("size %ld\n", (long)status.st_size);
    lseek(fd, 2, SEEK_SET);
    ssize_t got = read(fd, bytes, 4);
    printf("%zd bytes: %d %d %d %d\n", got, bytes[0], bytes[1], bytes[2], bytes[3]);
    got = pread(fd, bytes, sizeof bytes, 9999);
    printf("%zd bytes: %d %.3s, position still %ld\n", got, bytes[0], bytes + 1, (long)lseek(fd, 0, SEEK_CUR));
    printf("from the end: %ld\n", (long)lseek(fd, -3, SEEK_END));
    printf("before the start: %ld\n", (long)lseek(fd, -1, SEEK_SET));
    if (ftruncate(fd, 5) < 0) return 1;
    got = pread(fd, bytes, sizeof bytes, 0);
    printf("cut to %zd: %d %d\n", got, bytes[2], bytes[4]);
    close(fd);
    unlink(name);
    return 0;
}
