// tee [-a] [FILE]...: copy standard input to standard output and to every FILE. -a appends.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_OUTPUTS = 64 };

static char buffer[65536];

static int write_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        bytes += written;
        count -= (size_t)written;
    }
    return 0;
}

int main(int argc, char *argv[]) {
    int fds[MAX_OUTPUTS] = {STDOUT_FILENO};
    const char *names[MAX_OUTPUTS] = {"standard output"};
    int outputs = 1, status = 0, mode = O_TRUNC, first = 1;

    if (argc > 1 && strcmp(argv[1], "-a") == 0) {
        mode = O_APPEND;
        first = 2;
    }
    for (int i = first; i < argc; i++) {
        if (outputs == MAX_OUTPUTS) {
            fprintf(stderr, "tee: too many files\n");
            return 1;
        }
        int fd = open(argv[i], O_WRONLY | O_CREAT | mode, 0666);
        if (fd < 0) {
            fprintf(stderr, "tee: %s: %s\n", argv[i], strerror(errno));
            status = 1;
            continue;
        }
        fds[outputs] = fd;
        names[outputs] = argv[i];
        outputs++;
    }

    for (;;) {
        ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            fprintf(stderr, "tee: read error: %s\n", strerror(errno));
            return 1;
        }
        if (got == 0) return status;
        for (int i = 0; i < outputs; i++) {
            if (fds[i] < 0 || write_all(fds[i], buffer, (size_t)got) == 0) continue;
            fprintf(stderr, "tee: %s: %s\n", names[i], strerror(errno));
            fds[i] = -1;  // the other outputs still get everything
            status = 1;
        }
    }
}
