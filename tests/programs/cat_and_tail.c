/* The last lines of a file, found from its end backwards; line numbers from the start. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tail(FILE *file, int lines) {
    fseek(file, 0, SEEK_END);
    long at = ftell(file);
    int c;
    while (at > 0 && lines >= 0) {
        fseek(file, --at, SEEK_SET);
        if (getc(file) == '\n' && lines-- == 0) break;
    }
    if (at == 0) rewind(file);
    while ((c = getc(file)) != EOF) putchar(c);
}

int main(void) {
    const char *name = "/tmp/cat_and_tail.txt";
    FILE *file = fopen(name, "w+");
    if (!file) return 1;
    for (int i = 1; i <= 30; i++) fprintf(file, "%*s%d\n", i % 7, "", i);
    printf("-- 3\n");
    tail(file, 3);
    printf("-- 1\n");
    tail(file, 1);
    rewind(file);
    char line[40];
    for (int number = 1; fgets(line, sizeof line, file); number++)
        if (strchr(line, '7')) printf("%4d\t%s", number, line);
    if (freopen(name, "w", file) == NULL) return 1;
    fprintf(file, "only\n");
    fclose(file);
    file = fopen(name, "r");
    printf("-- all\n");
    tail(file, 10);
    fclose(file);
    unlink(name);
    return 0;
}
