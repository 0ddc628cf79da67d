/* The environment is an array of strings that belongs to the process; a child gets a copy. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *title) {
    int count = 0;
    while (environ && environ[count]) count++;
    printf("%s:", title);
    if (count > 0) qsort(environ, (size_t)count, sizeof *environ, by_text);
    for (int i = 0; i < count; i++) printf(" %s", environ[i]);
    printf("\n");
}

int main(void) {
    char own[] = "THIRD=3";
    clearenv();
    list("empty");
    setenv("FIRST", "1", 1);
    setenv("SECOND", "2", 1);
    putenv(own);
    list("three");
    setenv("FIRST", "one", 0);
    printf("kept: %s\n", getenv("FIRST"));
    setenv("FIRST", "one", 1);
    own[6] = '4'; /* putenv() took the string itself */
    unsetenv("SECOND");
    list("changed");
    printf("missing: %s\n", getenv("SECOND") ? "no" : "yes");
    printf("bad name: %d\n", setenv("A=B", "x", 1));
    fflush(stdout);
    if (fork() == 0) {
        setenv("FIRST", "child", 1);
        list("child");
        exit(0);
    }
    wait(NULL);
    list("parent");
    return 0;
}
