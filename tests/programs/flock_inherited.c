/* flock(2): parent and child have one lock, because they have one open file description; another open() has another. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static void try(const char *who, int file, int operation) {
    int got = flock(file, operation | LOCK_NB);
    printf("%s: %s\n", who, got == 0 ? "has it" : errno == EWOULDBLOCK ? "would have to wait" : strerror(errno));
    fflush(stdout);
}

int main(void) {
    int to_child[2];
    char byte;
    int mine = open("/tmp/flock_inherited.data", O_RDWR | O_CREAT, 0600);
    if (mine < 0 || pipe(to_child) < 0)
        return 1;
    try("parent", mine, LOCK_EX);
    if (fork() == 0) {
        int own = open("/tmp/flock_inherited.data", O_RDONLY);
        try("child, the inherited description", mine, LOCK_EX);
        try("child, its own", own, LOCK_SH);
        if (read(to_child[0], &byte, 1) != 1)
            _exit(1);
        try("child, its own, after the parent's close", own, LOCK_SH);
        close(mine);
        try("child, its own, after its own close", own, LOCK_SH);
        return 0;
    }
    close(mine);
    if (write(to_child[1], "x", 1) != 1)
        return 1;
    wait(NULL);

    int first = open("/tmp/flock_inherited.data", O_RDONLY), second = open("/tmp/flock_inherited.data", O_RDONLY);
    try("first", first, LOCK_SH);
    try("second", second, LOCK_SH);
    try("first, made exclusive", first, LOCK_EX);
    try("second, made exclusive: the first has lost its lock", second, LOCK_EX);
    try("first", first, LOCK_SH);
    printf("both operations: %s\n", flock(first, LOCK_SH | LOCK_EX) < 0 ? strerror(errno) : "accepted");
    unlink("/tmp/flock_inherited.data");
    return 0;
}
