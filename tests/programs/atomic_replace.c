/* rename(): readers see the old file or the new one, never half of it. link() as a lock that only one can take. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void put(const char *name, const char *text) {
    int file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text) || close(file) < 0) {
        perror(name);
        exit(1);
    }
}

static void show(int file) {
    char text[32];
    ssize_t bytes = pread(file, text, sizeof text, 0);
    struct stat status;
    fstat(file, &status);
    printf("%.*s, %d names\n", (int)bytes, text, (int)status.st_nlink);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *path) {
    char *names[16];
    int count = 0;
    DIR *directory = opendir(path);
    struct dirent *entry;
    if (!directory)
        exit(1);
    while ((entry = readdir(directory)) && count < 16)
        if (entry->d_name[0] != '.')
            names[count++] = strdup(entry->d_name);
    closedir(directory);
    qsort(names, count, sizeof *names, by_name);
    for (int i = 0; i < count; i++) {
        printf("%s%s", i ? " " : "", names[i]);
        free(names[i]);
    }
    printf("\n");
}

int main(void) {
    if (mkdir("/tmp/atomic_replace", 0700) < 0 || chdir("/tmp/atomic_replace") < 0)
        return 1;
    put("state", "old");
    int reader = open("state", O_RDONLY);
    put("state.new", "new");
    printf("rename: %d\n", rename("state.new", "state"));
    show(reader);
    int again = open("state", O_RDONLY);
    show(again);
    list(".");

    /* Of four processes one can give its file the lock's name. */
    fflush(stdout);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            char own[32];
            snprintf(own, sizeof own, "own.%d", i);
            put(own, "x");
            int got = link(own, "lock");
            if (got < 0 && errno != EEXIST)
                _exit(2);
            unlink(own);
            _exit(got == 0 ? 0 : 1);
        }
    int ends[3] = {0}, status;
    while (wait(&status) > 0)
        if (WIFEXITED(status) && WEXITSTATUS(status) < 3)
            ends[WEXITSTATUS(status)]++;
    printf("got the lock: %d, saw it taken: %d, failed: %d\n", ends[0], ends[1], ends[2]);
    list(".");
    printf("onto a directory: %s\n", mkdir("sub", 0700) == 0 && rename("state", "sub") < 0 ? strerror(errno) : "done");
    printf("a directory into itself: %s\n", rename("sub", "sub/sub") < 0 ? strerror(errno) : "done");
    printf("truncate: %d, ", truncate("state", 1));
    show(again);
    unlink("state");
    show(again);
    unlink("lock");
    rmdir("sub");
    printf("rmdir: %d\n", chdir("/") == 0 ? rmdir("/tmp/atomic_replace") : -1);
    return 0;
}
