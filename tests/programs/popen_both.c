/* popen() reads what a command writes, or writes what it reads; pclose() waits for it. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

int main(void) {
    char line[100];
    FILE *from = popen("echo first; echo second; exit 7", "r");
    if (!from) return 1;
    for (int number = 1; fgets(line, sizeof line, from); number++) {
        line[strcspn(line, "\n")] = '\0';
        printf("%d: %s\n", number, line);
    }
    int status = pclose(from);
    printf("exit status %d\n", WEXITSTATUS(status));

    fflush(stdout);
    FILE *to = popen("sort", "w");
    if (!to) return 1;
    fputs("pear\napple\nfig\n", to);
    printf("sort: %d\n", pclose(to));
    printf("bad mode: %s\n", popen("true", "x") ? "accepted" : "refused");
    return 0;
}
