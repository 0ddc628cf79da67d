// The unlocked functions, buffers of one's own, streams of cookies, words, positions, and bad arguments of <stdio.h>.
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void show(const char* what, long result) {
    printf("%s: %ld %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}

static int format_to(char** text, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int bytes = vasprintf(text, format, arguments);
    va_end(arguments);
    return bytes;
}

static int scan(const char* text, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vsscanf(text, format, arguments);
    va_end(arguments);
    return count;
}

static int print(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int bytes = vprintf(format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    bytes += vfprintf(stdout, format, arguments);
    va_end(arguments);
    fflush(stdout);
    va_start(arguments, format);
    bytes += vdprintf(1, format, arguments);
    va_end(arguments);
    char buffer[100];
    va_start(arguments, format);
    bytes += vsprintf(buffer, format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    bytes += vsnprintf(buffer, 3, format, arguments);
    va_end(arguments);
    printf("[%s]\n", buffer);
    return bytes;
}

struct tape {
    char text[64];
    size_t size, at;
};
static ssize_t tape_read(void* cookie, char* buffer, size_t bytes) {
    struct tape* tape = cookie;
    size_t left = tape->size - tape->at;
    if (bytes > left) bytes = left;
    memcpy(buffer, tape->text + tape->at, bytes);
    tape->at += bytes;
    return (ssize_t)bytes;
}
static ssize_t tape_write(void* cookie, const char* buffer, size_t bytes) {
    struct tape* tape = cookie;
    if (bytes > sizeof tape->text - tape->at) bytes = sizeof tape->text - tape->at;
    memcpy(tape->text + tape->at, buffer, bytes);
    tape->at += bytes;
    if (tape->at > tape->size) tape->size = tape->at;
    return (ssize_t)bytes;
}
static int tape_seek(void* cookie, off64_t* offset, int whence) {
    struct tape* tape = cookie;
    long base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (long)tape->at : (long)tape->size;
    if (base + *offset < 0 || base + *offset > (long)sizeof tape->text) return -1;
    tape->at = (size_t)(base + *offset);
    *offset = base + *offset;
    return 0;
}
static int tape_close(void* cookie) {
    printf("closed after %zu bytes\n", ((struct tape*)cookie)->size);
    return 0;
}

static void unlocked(void) {
    FILE* file = fopen("more.tmp", "w+");
    flockfile(file);
    show("try", ftrylockfile(file));
    funlockfile(file);
    putc_unlocked('a', file), fputc_unlocked('b', file), fputs_unlocked("cd\n", file);
    show("fwrite", (long)fwrite_unlocked("efgh", 2, 2, file));
    show("flush", fflush_unlocked(file));
    rewind(file);
    char line[20];
    show("getc", getc_unlocked(file));
    show("fgetc", fgetc_unlocked(file));
    printf("%s", fgets_unlocked(line, sizeof line, file));
    show("fread", (long)fread_unlocked(line, 3, 5, file));
    show("eof", feof_unlocked(file) != 0);
    show("error", ferror_unlocked(file) != 0);
    clearerr_unlocked(file);
    show("eof", feof_unlocked(file) != 0);
    show("fileno", fileno_unlocked(file) > 2);
    rewind(file);
    putw(0x12345678, file), putw(-1, file);
    rewind(file);
    printf("%x %x\n", (unsigned)getw(file), (unsigned)getw(file));
    show("position", ftello(file));
    show("fseeko", fseeko(file, -2, SEEK_END));
    show("position", ftello(file));
    show("before the start", fseeko(file, -100, SEEK_CUR));
    show("bad whence", fseek(file, 0, 17));
    fpos_t here;
    fgetpos(file, &here);
    getc(file);
    fsetpos(file, &here);
    show("position", ftell(file));
    fclose(file);
    putchar_unlocked('x'), putchar_unlocked('\n');
}

static void buffers(void) {
    static char own[16];
    FILE* file = fopen("more.tmp", "w");
    setbuffer(file, own, sizeof own);
    fputs("0123456789", file);
    printf("held: %.10s, pending %zu, size %zu\n", own, __fpending(file), __fbufsize(file));
    setlinebuf(file);
    show("line buffered", __flbf(file) != 0);
    fputs("x\ny", file);
    show("pending", (long)__fpending(file));
    show("modes",
         __freadable(file) * 8 + __fwritable(file) * 4 + __freading(file) * 2 + (__fwriting(file) != 0));
    __fpurge(file);
    show("purged", (long)__fpending(file));
    show("bad mode", setvbuf(file, 0, 9, 0));
    fclose(file);
    file = fopen("more.tmp", "r");
    show("write to a reader", fputs("x", file));
    show("error", ferror(file) != 0);
    show("getc", getc(file));
    fclose(file);
    file = fopen("more.tmp", "a+");
    show("start", ftell(file));
    show("getc", getc(file));
    fseek(file, 0, SEEK_CUR);
    fputs("end", file);
    show("position", ftell(file));
    fclose(file);
    show("mode", fopen("more.tmp", "q") ? 0 : -1);
    show("exclusive", fopen("more.tmp", "wx") ? 0 : -1);
    show("missing", fopen("no/such", "r") ? 0 : -1);
    show("directory", fopen(".", "w") ? 0 : -1);
    show("descriptor", fdopen(77, "r") ? 0 : -1);
    file = fopen("more.tmp", "r");
    show("fdopen", fdopen(fileno(file), "w") ? 0 : -1);
    fclose(file);
    unlink("more.tmp");
}

static void cookies(void) {
    struct tape tape = {"", 0, 0};
    cookie_io_functions_t functions = {tape_read, tape_write, tape_seek, tape_close};
    FILE* file = fopencookie(&tape, "w+", functions);
    fprintf(file, "cookie %d", 12);
    rewind(file);
    char word[20];
    int number;
    show("scanned", fscanf(file, "%19s %d", word, &number));
    printf("%s %d\n", word, number);
    show("seek", fseek(file, -2, SEEK_END));
    show("getc", getc(file));
    show("too far", fseek(file, 1000, SEEK_SET));
    fclose(file);
    cookie_io_functions_t none = {0, 0, 0, 0};
    file = fopencookie(0, "r+", none);
    show("no reader", getc(file));
    fclose(file);
}

static void memory(void) {
    char* text = 0;
    size_t size = 0;
    FILE* file = open_memstream(&text, &size);
    fprintf(file, "hello");
    fflush(file);
    printf("%s %zu\n", text, size);
    fseek(file, 10, SEEK_SET);
    putc('!', file);
    fflush(file);
    printf("%zu %d %d\n", size, text[5], text[10]);
    fseek(file, 1, SEEK_SET);
    putc('E', file);
    fclose(file);
    printf("%.5s %zu\n", text, size);
    free(text);
    char area[8] = "abc";
    file = fmemopen(area, sizeof area, "r+");
    show("getc", getc(file));
    show("end", fseek(file, 0, SEEK_END));
    show("position", ftell(file));
    fclose(file);
    file = fmemopen(area, sizeof area, "w");
    show("written", fprintf(file, "longer than the area"));
    show("flushed", fflush(file) != 0);
    fclose(file);
    printf("%.8s\n", area);
    file = fmemopen(0, 10, "w+");
    fputs("own", file);
    rewind(file);
    show("getc", getc(file));
    fclose(file);
    file = fmemopen(area, sizeof area, "a");
    show("append at", ftell(file));
    fclose(file);
}

int main(void) {
    char* text = 0;
    show("vasprintf", format_to(&text, "%s-%05d", "text", 42));
    puts(text);
    free(text);
    int a = 0, b = 0;
    show("vsscanf", scan("12 34", "%d %d", &a, &b));
    printf("%d %d\n", a, b);
    show("bytes", print("%d %s\n", 7, "seven"));
    unlocked();
    buffers();
    cookies();
    memory();
    return 0;
}
