/* writev() and readv(): several pieces in one call. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

struct header {
    unsigned short kind, length;
};

int main(void) {
    int ends[2];
    if (pipe(ends) < 0) return 1;
    static const char *const texts[] = {"short", "", "a longer message"};
    for (int i = 0; i < 3; i++) {
        struct header header = {(unsigned short)i, (unsigned short)strlen(texts[i])};
        struct iovec pieces[2] = {{&header, sizeof header}, {(void *)texts[i], strlen(texts[i])}};
        printf("written: %zd\n", writev(ends[1], pieces, 2));
    }
    close(ends[1]);
    for (;;) {
        struct header header;
        char text[64];
        ssize_t got = read(ends[0], &header, sizeof header);
        if (got != sizeof header) break;
        char first[4];
        memset(text, 0, sizeof text);
        memset(first, 0, sizeof first);
        size_t begin = header.length < 3 ? header.length : 3;
        struct iovec pieces[2] = {{first, begin}, {text, (size_t)header.length - begin}};
        got = header.length == 0 ? 0 : readv(ends[0], pieces, 2);
        printf("%d: %zd bytes: '%.*s' and '%s'\n", header.kind, got, (int)begin, first, text);
    }
    return 0;
}
