/* preadv() and pwritev(): several pieces at an offset, which is not the file's own. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    char head[4] = "", tail[8] = "";
    int file = open("/tmp/vectors_at_offsets.data", O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct iovec out[] = {{"one ", 4}, {"two ", 4}, {"three", 5}}, in[] = {{head, 3}, {tail, 7}};
    if (file < 0)
        return 1;
    unlink("/tmp/vectors_at_offsets.data");
    printf("%zd written at 3, offset %lld\n", pwritev(file, out, 3, 3), (long long)lseek(file, 0, SEEK_CUR));
    printf("%zd read at 7:", preadv(file, in, 2, 7));
    printf(" \"%.3s\" \"%.7s\"\n", head, tail);
    printf("%zd read at the end\n", preadv(file, in, 2, 16));
    printf("%s\n", preadv(file, in, 2, -1) < 0 ? strerror(errno) : "read before the beginning");
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    printf("%s\n", pwritev(ends[1], out, 3, 0) < 0 ? strerror(errno) : "written somewhere in a pipe");
    return 0;
}
