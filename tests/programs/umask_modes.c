/* The permissions of a new file are what open() asks for, without the bits of the umask. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void make(mode_t mask, mode_t wanted) {
    struct stat status;
    const char *name = "/tmp/umask_modes.file";
    umask(mask);
    int fd = open(name, O_CREAT | O_WRONLY | O_EXCL, wanted);
    fstat(fd, &status);
    printf("%03o with umask %03o: %03o\n", wanted, mask, status.st_mode & 0777);
    close(fd);
    unlink(name);
}

int main(void) {
    static const mode_t masks[] = {0, 022, 077, 0777};
    for (int i = 0; i < 4; i++) {
        make(masks[i], 0666);
        make(masks[i], 0751);
    }
    printf("the last one was %03o\n", umask(022));
    const char *name = "/tmp/umask_modes.dir";
    struct stat status;
    mkdir(name, 0777);
    stat(name, &status);
    printf("directory %03o, is one: %d\n", status.st_mode & 0777, S_ISDIR(status.st_mode));
    chmod(name, 0700);
    stat(name, &status);
    printf("chmod %03o\n", status.st_mode & 0777);
    rmdir(name);
    return 0;
}
