/* Files that nobody else can find: one that is unlinked while it is open, and tmpfile(). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    const char *name = "/tmp/temporary_files.file";
    char line[64];
    struct stat status;
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || write(fd, "kept while open\n", 16) != 16) return 1;
    fstat(fd, &status);
    printf("links %d\n", (int)status.st_nlink);
    unlink(name);
    fstat(fd, &status);
    printf("links %d, the name is gone: %d\n", (int)status.st_nlink, access(name, F_OK) < 0 && errno == ENOENT);
    int again = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    fstat(again, &status);
    printf("a new file of the same name is empty: %d\n", status.st_size == 0);
    close(again);
    unlink(name);
    lseek(fd, 0, SEEK_SET);
    ssize_t got = read(fd, line, sizeof line);
    printf("%.*s", (int)got, line);
    close(fd);
    FILE *file = tmpfile();
    if (!file) return 1;
    fprintf(file, "%d %s\n", 42, "text");
    rewind(file);
    int number, scanned = fscanf(file, "%d %63s", &number, line);
    printf("read back: %d: %d %s\n", scanned, number, line);
    fclose(file);
    return 0;
}
