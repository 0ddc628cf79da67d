/* Streams in memory: text that grows as it is printed, and scanning out of a buffer. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return 1;
    for (int i = 0; i < 20; i++) fprintf(out, "%d,", i * i * i);
    fflush(out);
    printf("%zu: %s\n", size, text);
    fseek(out, 0, SEEK_SET);
    fputs("first", out);
    fclose(out);
    printf("%zu: %.10s\n", size, text);
    free(text);

    char numbers[] = "3 4 5 x 6";
    FILE *in = fmemopen(numbers, sizeof numbers - 1, "r");
    int number, sum = 0, got;
    while ((got = fscanf(in, "%d", &number)) == 1) sum += number;
    printf("sum %d, stopped by %d at '%c'\n", sum, got, getc(in));
    fclose(in);

    char fixed[8];
    out = fmemopen(fixed, sizeof fixed, "w");
    int written = fprintf(out, "%s", "0123456789");
    int result = fflush(out);
    printf("%d written, flushed: %s, kept %.7s\n", written, result == 0 ? "all" : "not all", fixed);
    fclose(out);
    return 0;
}
