// Streams: positions, modes, buffers, pushed-back bytes, memory streams, pipes to commands.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    FILE* f = fopen("file", "w+");
    fprintf(f, "line one\nline two\nline three");
    printf("%ld\n", ftell(f));
    rewind(f);
    char line[40];
    while (fgets(line, sizeof line, f)) printf("[%s] %ld\n", line, ftell(f));
    int at_end = feof(f);
    printf("%d %d %d\n", at_end != 0, ferror(f), fgetc(f));
    clearerr(f);
    fseek(f, 5, SEEK_SET);
    int c = getc(f);
    printf("%c %ld\n", c, ftell(f));
    ungetc('X', f);
    ungetc('Y', f);
    c = getc(f);
    int d = getc(f), e = getc(f);
    printf("%c%c%c %ld\n", c, d, e, ftell(f));
    fseek(f, -5, SEEK_END);
    size_t got = fread(line, 1, sizeof line, f);
    printf("%zu %.*s\n", got, (int)got, line);
    fseek(f, 0, SEEK_SET);
    fputs("LINE", f);
    fflush(f);
    fseek(f, -4, SEEK_CUR);
    printf("%s", fgets(line, 40, f));
    fpos_t position;
    fgetpos(f, &position);
    printf("%s", fgets(line, 40, f));
    fsetpos(f, &position);
    printf("%s", fgets(line, 5, f));
    printf("%d\n", fseek(f, -100, SEEK_SET));
    printf("%d\n", fclose(f));
    f = fopen("file", "a+");
    fprintf(f, " appended");
    printf("%ld\n", ftell(f));
    rewind(f);
    char* text = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&text, &room, f)) >= 0) printf("%zd %s|", length, text);
    free(text);
    printf("\n");
    fclose(f);
    f = fopen("file", "r");
    int refused = fputs("no", f);
    printf("%d %s\n", refused, strerror(errno));
    printf("%d\n", ferror(f) != 0);
    fclose(f);
    f = fopen("file", "w");
    refused = fgetc(f);
    printf("%d %s\n", refused, strerror(errno));
    fclose(f);
    errno = 0;
    f = fopen("file", "wx");
    printf("%d %s\n", f == NULL, strerror(errno));
    f = fopen("file", "q");
    printf("%d %s\n", f == NULL, strerror(errno));
    f = fopen("missing/file", "w");
    printf("%d %s\n", f == NULL, strerror(errno));
    f = fdopen(99, "w");
    printf("%d %s\n", f == NULL, strerror(errno));
    f = fopen("big", "w+");
    for (int i = 0; i < 5000; i++) fprintf(f, "%d ", i);
    char* block = malloc(80000);
    memset(block, 'z', 30000);
    printf("%zu\n", fwrite(block, 1, 30000, f));
    fseek(f, 0, SEEK_SET);
    printf("%zu\n", fread(block, 1, 20000, f));
    printf("%.30s %ld\n", block + 10000, ftell(f));
    printf("%zu\n", fread(block, 7, 10000, f));
    printf("%d %ld\n", feof(f) != 0, ftell(f));
    fclose(f);
    struct stat status;
    stat("big", &status);
    printf("%ld\n", status.st_size);
    f = fopen("unbuffered", "w");
    setvbuf(f, NULL, _IONBF, 0);
    fputs("seen", f);
    stat("unbuffered", &status);
    printf("%ld\n", status.st_size);
    fclose(f);
    f = fopen("lines", "w");
    char own[64];
    setvbuf(f, own, _IOLBF, sizeof own);
    fputs("partial", f);
    stat("lines", &status);
    printf("%ld", status.st_size);
    fputs(" done\nnext", f);
    stat("lines", &status);
    printf(" %ld", status.st_size);
    for (int i = 0; i < 20; i++) fprintf(f, "number %d,", i);
    stat("lines", &status);
    printf(" %ld %zu %zu\n", status.st_size, __fbufsize(f), __fpending(f));
    fclose(f);

    char* made;
    size_t bytes;
    f = open_memstream(&made, &bytes);
    fprintf(f, "in %s", "memory");
    fflush(f);
    printf("%s %zu\n", made, bytes);
    for (int i = 0; i < 300; i++) fprintf(f, " %d", i);
    fclose(f);
    printf("%zu %s\n", bytes, made + bytes - 7);
    free(made);
    char fixed[32] = "one two three";
    f = fmemopen(fixed, sizeof fixed, "r");
    char word[10];
    int count = fscanf(f, "%9s", word);
    printf("%d %s %ld\n", count, word, ftell(f));
    fclose(f);
    f = fmemopen(fixed, sizeof fixed, "w");
    fprintf(f, "%s", "written");
    fclose(f);
    printf("%s\n", fixed);
    fflush(stdout);

    f = popen("cat; exit 3", "w");
    fprintf(f, "to a command\n");
    int result = pclose(f);
    printf("%d\n", WEXITSTATUS(result));
    f = popen("echo from a command; echo twice", "r");
    while (fgets(line, sizeof line, f)) printf("got %s", line);
    printf("%d\n", pclose(f));
    fflush(stdout);
    result = system("echo in a shell; exit 5");
    printf("%d %d\n", WEXITSTATUS(result), system(NULL) != 0);
    f = tmpfile();
    fputs("temporary", f);
    rewind(f);
    printf("%s\n", fgets(line, sizeof line, f));
    fclose(f);
    result = rename("lines", "renamed");
    printf("%d %d\n", result, remove("renamed"));
    printf("%d\n", remove("renamed"));
    f = freopen("redirected", "w", stdout);
    printf("into the file\n");
    fflush(stdout);
    stat("redirected", &status);
    fprintf(stderr, "%ld %d\n", status.st_size, f == stdout);
    fclose(stdout);
    return 0;
}
