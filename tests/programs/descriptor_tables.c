/* Three levels: descriptors, open files, inodes. dup() shares the position, a second open() does not. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    const char *name = "/tmp/descriptor_tables.file";
    int one = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), two = dup(one), other = open(name, O_RDWR);
    struct stat a, b;
    char text[16];
    if (write(one, "Hello,", 6) != 6 || write(two, " world\n", 7) != 7) return 1;
    printf("positions: %ld %ld %ld\n", (long)lseek(one, 0, SEEK_CUR), (long)lseek(two, 0, SEEK_CUR),
           (long)lseek(other, 0, SEEK_CUR));
    if (write(other, "HELLO", 5) != 5) return 1;
    lseek(two, 0, SEEK_SET);
    ssize_t got = read(one, text, sizeof text);
    printf("%.*s", (int)got, text);
    fstat(one, &a);
    fstat(other, &b);
    printf("one file: %d\n", a.st_ino == b.st_ino && a.st_dev == b.st_dev);
    fcntl(one, F_SETFL, O_APPEND);
    printf("append: %d %d %d\n", (fcntl(one, F_GETFL) & O_APPEND) != 0, (fcntl(two, F_GETFL) & O_APPEND) != 0,
           (fcntl(other, F_GETFL) & O_APPEND) != 0);
    printf("dup2 closes its target: %d\n", dup2(one, other) == other);
    printf("position there now: %ld\n", (long)lseek(other, 0, SEEK_CUR));
    close(one);
    printf("the others stay open: %d\n", fcntl(two, F_GETFD) == 0 && fcntl(other, F_GETFD) == 0);
    unlink(name);
    return 0;
}
