#ifndef _STDIO_H
#define _STDIO_H

#include <bits/getopt.h>
#include <bits/types.h>

#ifndef _STDARG_H
typedef __builtin_va_list va_list;
#endif

typedef struct __FILE FILE;
typedef struct {
    long __position;
    long __state;
} fpos_t;

extern FILE *stdin, *stdout, *stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr

#define EOF (-1)
#define BUFSIZ 8192
#define FILENAME_MAX 4096
#define FOPEN_MAX 16
#define TMP_MAX 238328
#define L_tmpnam 20
#define L_ctermid 9
#define P_tmpdir "/tmp"
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

FILE* fopen(const char* path, const char* mode);
FILE* fdopen(int fd, const char* mode);
FILE* freopen(const char* path, const char* mode, FILE* stream);
int fclose(FILE* stream);
int fcloseall(void);
FILE* popen(const char* command, const char* type);
int pclose(FILE* stream);
FILE* tmpfile(void);
char* tmpnam(char* name);
char* tempnam(const char* directory, const char* prefix);
FILE* fmemopen(void* buffer, size_t bytes, const char* mode);
typedef struct {
    ssize_t (*read)(void* cookie, char* to, size_t bytes);
    ssize_t (*write)(void* cookie, const char* from, size_t bytes);
    int (*seek)(void* cookie, off64_t* offset, int whence);
    int (*close)(void* cookie);
} cookie_io_functions_t;
FILE* fopencookie(void* cookie, const char* mode, cookie_io_functions_t functions);
FILE* open_memstream(char** text, size_t* bytes);
int remove(const char* path);
int rename(const char* from, const char* to);
int renameat(int from_dir, const char* from, int to_dir, const char* to);
#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE 2
#define RENAME_WHITEOUT 4
int renameat2(int from_dir, const char* from, int to_dir, const char* to, unsigned int flags);
char* ctermid(char* name);

int fflush(FILE* stream);
int setvbuf(FILE* stream, char* buffer, int mode, size_t bytes);
void setbuf(FILE* stream, char* buffer);
void setbuffer(FILE* stream, char* buffer, size_t bytes);
void setlinebuf(FILE* stream);

int fgetc(FILE* stream);
int getc(FILE* stream);
int getchar(void);
int ungetc(int c, FILE* stream);
char* fgets(char* line, int bytes, FILE* stream);
ssize_t getline(char** line, size_t* bytes, FILE* stream);
ssize_t getdelim(char** line, size_t* bytes, int delimiter, FILE* stream);
size_t fread(void* block, size_t bytes, size_t count, FILE* stream);
int fputc(int c, FILE* stream);
int putc(int c, FILE* stream);
int putchar(int c);
int fputs(const char* text, FILE* stream);
int puts(const char* text);
size_t fwrite(const void* block, size_t bytes, size_t count, FILE* stream);
int getw(FILE* stream);
int putw(int word, FILE* stream);

int fseek(FILE* stream, long offset, int whence);
int fseeko(FILE* stream, off_t offset, int whence);
long ftell(FILE* stream);
off_t ftello(FILE* stream);
void rewind(FILE* stream);
int fgetpos(FILE* stream, fpos_t* position);
int fsetpos(FILE* stream, const fpos_t* position);
int feof(FILE* stream);
int ferror(FILE* stream);
void clearerr(FILE* stream);
int fileno(FILE* stream);

int printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE* stream, const char* format, ...) __attribute__((format(printf, 2, 3)));
int dprintf(int fd, const char* format, ...) __attribute__((format(printf, 2, 3)));
int sprintf(char* to, const char* format, ...) __attribute__((format(printf, 2, 3)));
int snprintf(char* to, size_t bytes, const char* format, ...) __attribute__((format(printf, 3, 4)));
int asprintf(char** to, const char* format, ...) __attribute__((format(printf, 2, 3)));
int vprintf(const char* format, va_list arguments);
int vfprintf(FILE* stream, const char* format, va_list arguments);
int vdprintf(int fd, const char* format, va_list arguments);
int vsprintf(char* to, const char* format, va_list arguments);
int vsnprintf(char* to, size_t bytes, const char* format, va_list arguments);
int vasprintf(char** to, const char* format, va_list arguments);
int scanf(const char* format, ...) __attribute__((format(scanf, 1, 2)));
int fscanf(FILE* stream, const char* format, ...) __attribute__((format(scanf, 2, 3)));
int sscanf(const char* text, const char* format, ...) __attribute__((format(scanf, 2, 3)));
int vscanf(const char* format, va_list arguments);
int vfscanf(FILE* stream, const char* format, va_list arguments);
int vsscanf(const char* text, const char* format, va_list arguments);
void perror(const char* prefix);

void flockfile(FILE* stream);
int ftrylockfile(FILE* stream);
void funlockfile(FILE* stream);
int getc_unlocked(FILE* stream);
int getchar_unlocked(void);
int putc_unlocked(int c, FILE* stream);
int putchar_unlocked(int c);
int fgetc_unlocked(FILE* stream);
int fputc_unlocked(int c, FILE* stream);
char* fgets_unlocked(char* line, int bytes, FILE* stream);
int fputs_unlocked(const char* text, FILE* stream);
size_t fread_unlocked(void* block, size_t bytes, size_t count, FILE* stream);
size_t fwrite_unlocked(const void* block, size_t bytes, size_t count, FILE* stream);
int fflush_unlocked(FILE* stream);
int feof_unlocked(FILE* stream);
int ferror_unlocked(FILE* stream);
void clearerr_unlocked(FILE* stream);
int fileno_unlocked(FILE* stream);

// Offsets have 64 bits in any case: the names of the large-file interface are other names (feature_test_macros(7)).
#ifdef _LARGEFILE64_SOURCE
#define fopen64 fopen
#define freopen64 freopen
#define fseeko64 fseeko
#define ftello64 ftello
#define fgetpos64 fgetpos
#define fsetpos64 fsetpos
#define tmpfile64 tmpfile
#endif

#endif
