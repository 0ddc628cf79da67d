// freopen() on the standard streams, and what a failed assertion and perror() then write to them.
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void show_file(const char* name) {
    char line[200];
    FILE* file = fopen(name, "r");
    if (!file) exit(1);
    // glibc's assertion names the program, whose path is not the same everywhere.
    while (fgets(line, sizeof line, file)) {
        const char* said = strstr(line, "Assertion");
        printf("%s: %s", name, said ? said : line);
    }
    fclose(file);
    unlink(name);
}

int main(void) {
    int status;
    fflush(stdout);
    if (fork() == 0) {
        if (!freopen("out.tmp", "w", stdout) || !freopen("err.tmp", "w", stderr)) _exit(1);
        printf("to the file, in the buffer\n");
        fprintf(stderr, "standard error is buffered now: ");
        errno = ENOENT;
        perror("perror");
        printf("unbuffered %d\n", fileno(stderr));
        fflush(stdout);
        assert(fileno(stdout) == 17);
    }
    wait(&status);
    printf("aborted %d\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    show_file("out.tmp");
    show_file("err.tmp");
    FILE* input = fopen("in.tmp", "w");
    if (!input) return 1;
    fputs("first\nsecond\n", input);
    fclose(input);
    char word[20];
    if (!freopen("in.tmp", "r", stdin) || scanf("%19s", word) != 1) return 1;
    printf("%s %d\n", word, fileno(stdin));
    unlink("in.tmp");
    return 0;
}
