/* When does output leave the buffer? Seen from the other end of a pipe. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int arrived(int fd) {
    char bytes[20000];
    ssize_t got = read(fd, bytes, sizeof bytes);
    return got < 0 ? 0 : (int)got;
}

static void experiment(const char *name, int mode, size_t size) {
    static char buffer[8192];
    int ends[2];
    if (pipe(ends) < 0) return;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    FILE *out = fdopen(ends[1], "w");
    setvbuf(out, mode == _IONBF ? NULL : buffer, mode, size);
    printf("%s:", name);
    fputs("abc", out);
    printf(" %d", arrived(ends[0]));
    fputs("def\nghi", out);
    printf(" %d", arrived(ends[0]));
    for (int i = 0; i < 100; i++) putc('x', out);
    printf(" %d", arrived(ends[0]));
    fflush(out);
    printf(" %d", arrived(ends[0]));
    fputs("end", out);
    fclose(out);
    printf(" %d\n", arrived(ends[0]));
    close(ends[0]);
}

int main(void) {
    experiment("full", _IOFBF, 8192);
    experiment("full, 64 bytes", _IOFBF, 64);
    experiment("by line", _IOLBF, 8192);
    experiment("none", _IONBF, 0);
    return 0;
}
