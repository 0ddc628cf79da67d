#ifndef _STDLIB_H
#define _STDLIB_H

#include <alloca.h>
#include <bits/types.h>
#include <bits/wait.h>
#if defined _DEFAULT_SOURCE || defined _XOPEN_SOURCE
#include <sys/types.h>
#endif

#ifndef _STDDEF_H
typedef int wchar_t;
#endif

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 2147483647
#define MB_CUR_MAX 1UL

typedef struct {
    int quot;
    int rem;
} div_t;
typedef struct {
    long quot;
    long rem;
} ldiv_t;
typedef struct {
    long long quot;
    long long rem;
} lldiv_t;

void* malloc(size_t bytes);
void* calloc(size_t count, size_t bytes);
void* realloc(void* block, size_t bytes);
void* reallocarray(void* block, size_t count, size_t bytes);
void free(void* block);
void* aligned_alloc(size_t alignment, size_t bytes);
int posix_memalign(void** block, size_t alignment, size_t bytes);
void* memalign(size_t alignment, size_t bytes);
void* valloc(size_t bytes);

_Noreturn void exit(int status);
unsigned int arc4random(void);
unsigned int arc4random_uniform(unsigned int bound);
void arc4random_buf(void* block, size_t bytes);
int rpmatch(const char* answer);
_Noreturn void _Exit(int status);
_Noreturn void quick_exit(int status);
_Noreturn void abort(void);
int atexit(void (*function)(void));
int at_quick_exit(void (*function)(void));
int on_exit(void (*function)(int status, void* argument), void* argument);

char* getenv(const char* name);
char* secure_getenv(const char* name);
int setenv(const char* name, const char* value, int overwrite);
int unsetenv(const char* name);
int putenv(char* text);
int clearenv(void);
int system(const char* command);

int atoi(const char* text);
long atol(const char* text);
long long atoll(const char* text);
double atof(const char* text);
long strtol(const char* text, char** end, int base);
long long strtoll(const char* text, char** end, int base);
unsigned long strtoul(const char* text, char** end, int base);
unsigned long long strtoull(const char* text, char** end, int base);
double strtod(const char* text, char** end);
float strtof(const char* text, char** end);
long double strtold(const char* text, char** end);
char* l64a(long value);
long a64l(const char* text);

int abs(int value);
long labs(long value);
long long llabs(long long value);
div_t div(int numerator, int denominator);
ldiv_t ldiv(long numerator, long denominator);
lldiv_t lldiv(long long numerator, long long denominator);

void* bsearch(const void* key, const void* base, size_t count, size_t bytes,
              int (*compare)(const void*, const void*));
void qsort(void* base, size_t count, size_t bytes, int (*compare)(const void*, const void*));
void qsort_r(void* base, size_t count, size_t bytes, int (*compare)(const void*, const void*, void*),
             void* argument);
typedef int (*__compar_fn_t)(const void*, const void*);

int rand(void);
void srand(unsigned int seed);
int rand_r(unsigned int* seed);
long random(void);
void srandom(unsigned int seed);
char* initstate(unsigned int seed, char* state, size_t bytes);
char* setstate(char* state);
double drand48(void);
double erand48(unsigned short state[3]);
long lrand48(void);
long nrand48(unsigned short state[3]);
long mrand48(void);
long jrand48(unsigned short state[3]);
void srand48(long seed);
unsigned short* seed48(unsigned short state[3]);
void lcong48(unsigned short parameters[7]);

int mkstemp(char* pattern);
int mkostemp(char* pattern, int flags);
int mkstemps(char* pattern, int suffix_length);
int mkostemps(char* pattern, int suffix_length, int flags);
char* mkdtemp(char* pattern);
char* mktemp(char* pattern);
char* canonicalize_file_name(const char* path);
char* gcvt(double value, int digits, char* to);
char* ecvt(double value, int digits, int* point, int* is_negative);
char* realpath(const char* path, char* resolved);
int getsubopt(char** options, char* const* tokens, char** value);

int mblen(const char* text, size_t limit);
int mbtowc(wchar_t* wide, const char* text, size_t limit);
int wctomb(char* text, wchar_t wide);
size_t mbstowcs(wchar_t* to, const char* from, size_t limit);
size_t wcstombs(char* to, const wchar_t* from, size_t limit);

int posix_openpt(int flags);
int grantpt(int fd);
int unlockpt(int fd);
char* ptsname(int fd);
int ptsname_r(int fd, char* buffer, size_t bytes);
int getloadavg(double averages[], int count);

#endif
