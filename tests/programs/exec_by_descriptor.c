/* fexecve() and execveat(): a program that is named by a descriptor, or by a directory and a name in it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *const kArguments[] = {"again", "child", NULL};
static char *const kNothing[] = {NULL};

static void tell(const char *what, int result) {
    printf("%s: %d %s\n", what, result, strerrorname_np(errno));
    fflush(stdout);
}

static void wait_for_child(void) {
    int status;
    wait(&status);
    printf("the child exits with %d\n", WEXITSTATUS(status));
    fflush(stdout);
}

int main(int count, char **arguments) {
    if (count > 1) {
        printf("%s runs with argument %s\n", arguments[0], arguments[1]);
        return 7;
    }
    char path[256]; /* where a shell would have found the program */
    snprintf(path, sizeof path, "%s%s", strchr(arguments[0], '/') ? "" : "/bin/", arguments[0]);
    int self = open(path, O_RDONLY), ends[2];
    int marked = open(path, O_RDONLY | O_CLOEXEC);
    pipe(ends);
    if (fork() == 0) {
        fexecve(self, kArguments, kNothing);
        _exit(1);
    }
    wait_for_child();
    if (fork() == 0) {
        fexecve(marked, kArguments, kNothing); /* closed by the execution, but not before it */
        _exit(1);
    }
    wait_for_child();
    if (fork() == 0) {
        execveat(AT_FDCWD, path, kArguments, kNothing, 0);
        _exit(1);
    }
    wait_for_child();
    symlink(path, "link");
    tell("a link that is not to be followed", execveat(AT_FDCWD, "link", kArguments, kNothing, AT_SYMLINK_NOFOLLOW));
    tell("a flag that is none", execveat(AT_FDCWD, "link", kArguments, kNothing, 0x4000));
    tell("an empty path", execveat(self, "", kArguments, kNothing, 0));
    tell("no descriptor", execveat(99, "", kArguments, kNothing, AT_EMPTY_PATH));
    tell("a pipe", execveat(ends[0], "", kArguments, kNothing, AT_EMPTY_PATH));
    tell("a name in a file", execveat(self, "name", kArguments, kNothing, 0));
    tell("fexecve of -1", fexecve(-1, kArguments, kNothing));
    unlink("link");
    return 0;
}
