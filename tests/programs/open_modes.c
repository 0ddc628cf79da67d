/* Which open() works when: flags against what is there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void try(const char *path, int flags, const char *text) {
    int fd = open(path, flags, 0600);
    printf("%-28s %s\n", text, fd < 0 ? strerror(errno) : "opened");
    if (fd < 0) return;
    char byte = 'x';
    ssize_t written = write(fd, &byte, 1);
    printf("    write %s", written == 1 ? "1" : strerror(errno));
    lseek(fd, 0, SEEK_SET);
    ssize_t got = read(fd, &byte, 1);
    printf(", read %s\n", got >= 0 ? (got ? "1" : "0") : strerror(errno));
    close(fd);
}

#define TRY(path, flags) try(path, flags, #flags)

int main(void) {
    const char *name = "/tmp/open_modes.file";
    unlink(name);
    TRY(name, O_RDONLY);
    TRY(name, O_WRONLY | O_CREAT);
    TRY(name, O_RDONLY);
    TRY(name, O_RDWR | O_CREAT | O_EXCL);
    TRY(name, O_RDWR | O_TRUNC);
    TRY(name, O_RDWR | O_APPEND);
    TRY(name, O_RDONLY | O_DIRECTORY);
    TRY("/tmp", O_RDONLY | O_DIRECTORY);
    TRY("/tmp", O_RDWR);
    TRY("/tmp/open_modes.file/x", O_RDONLY);
    TRY("/no/such/place", O_WRONLY | O_CREAT);
    TRY("", O_RDONLY);
    TRY("/dev/null", O_RDWR);
    TRY("/dev/zero", O_RDONLY);
    unlink(name);
    return 0;
}
