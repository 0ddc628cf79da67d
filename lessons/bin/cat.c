// cat [FILE]...: copy the files, one after the other, to standard output. No FILE, or "-", means standard
// input.
//
// The whole program is the loop that every student should be able to write in their sleep: read() some bytes,
// write() all of them. Both calls may do less than they were asked to, and both may be interrupted by a
// signal.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buffer[65536];

// write() may take only a part (a pipe that is nearly full, for one), so go on until everything is out.
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

// Returns 0, or 1 after an error about `name`. Ends the program where standard output is gone.
static int copy(int fd, const char *name) {
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got == 0) return 0;
        if (got < 0) {
            if (errno == EINTR) continue;
            fprintf(stderr, "cat: %s: %s\n", name, strerror(errno));
            return 1;
        }
        if (write_all(STDOUT_FILENO, buffer, (size_t)got) < 0) {
            fprintf(stderr, "cat: write error: %s\n", strerror(errno));
            _exit(1);
        }
    }
}

int main(int argc, char *argv[]) {
    int status = 0;
    if (argc < 2) return copy(STDIN_FILENO, "-");
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-") == 0) {
            status |= copy(STDIN_FILENO, "-");
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "cat: unrecognized option '%s'\n", argv[i]);
            return 1;
        } else {
            int fd = open(argv[i], O_RDONLY);
            if (fd < 0) {
                fprintf(stderr, "cat: %s: %s\n", argv[i], strerror(errno));
                status = 1;
                continue;
            }
            status |= copy(fd, argv[i]);
            close(fd);
        }
    }
    return status;
}
