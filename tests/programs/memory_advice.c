// Advice about memory and files, and memory that is not to be swapped out: what is accepted and what is not.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void report(const char *what, int result) {
    printf("%s: %d%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

int main(void) {
    int ends[2];
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int file = open("advised", O_CREAT | O_RDWR, 0600);

    if (memory == MAP_FAILED || file == -1 || pipe(ends) == -1) return 1;
    munmap(memory + 4096, 4096);
    report("mlock", mlock(memory, 100));
    report("mlock over a hole", mlock(memory, 5000));
    report("munlock", munlock(memory, 100));
    report("mlockall of nothing", mlockall(0));
    report("munlockall", munlockall());
    report("madvise", madvise(memory, 4096, MADV_SEQUENTIAL));
    report("madvise over a hole", madvise(memory, 8192, MADV_WILLNEED));
    report("madvise in the middle of a page", madvise(memory + 1, 1, MADV_NORMAL));
    report("no such advice", madvise(memory, 4096, 99));
    report("posix_fadvise", posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL));
    report("no such advice", posix_fadvise(file, 0, 0, 99) == EINVAL);
    report("a pipe cannot be advised", posix_fadvise(ends[0], 0, 0, POSIX_FADV_NORMAL) == ESPIPE);
    report("a negative length", posix_fadvise(file, 0, -1, POSIX_FADV_NORMAL) == EINVAL);
    report("on a processor", sched_getcpu() >= 0);
    unlink("advised");
    return 0;
}
