/* Streams on a file: position, modes, both directions, end of file and errors. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    const char *name = "/tmp/stdio_files.file";
    char line[64];
    FILE *file = fopen(name, "w+");
    if (!file) return 1;
    for (int i = 1; i <= 5; i++) fprintf(file, "line %d\n", i);
    printf("position %ld\n", ftell(file));
    fseek(file, 7, SEEK_SET);
    printf("%s", fgets(line, sizeof line, file));
    fseek(file, 0, SEEK_CUR);
    fputs("LINE 3", file);
    rewind(file);
    int c, count = 0;
    while ((c = getc(file)) != EOF) count += c == '\n';
    printf("%d lines, eof %d, error %d\n", count, feof(file) != 0, ferror(file) != 0);
    fseek(file, -7, SEEK_END);
    printf("eof after a seek: %d\n", feof(file));
    printf("%s", fgets(line, sizeof line, file));
    fclose(file);

    file = fopen(name, "a+");
    fputs("appended\n", file);
    rewind(file);
    for (int i = 0; fgets(line, sizeof line, file); i++)
        if (i == 2 || i == 5) printf("%s", line);
    fclose(file);

    file = fopen(name, "r");
    int result = fputs("no", file);
    printf("writing where only reading is allowed: %d, %s\n", result, strerror(errno));
    printf("ferror %d", ferror(file) != 0);
    clearerr(file);
    printf(" %d\n", ferror(file));
    fclose(file);
    printf("exclusive: %s\n", fopen(name, "wx") ? "opened" : strerror(errno));
    unlink(name);
    printf("missing: %s\n", fopen(name, "r") ? "opened" : strerror(errno));
    return 0;
}
