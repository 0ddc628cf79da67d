#ifndef _STRING_H
#define _STRING_H

#include <bits/types.h>
#include <strings.h>

void* memcpy(void* to, const void* from, size_t bytes);
void* memmove(void* to, const void* from, size_t bytes);
void* mempcpy(void* to, const void* from, size_t bytes);
void* memccpy(void* to, const void* from, int stop, size_t bytes);
void* memset(void* block, int value, size_t bytes);
int memcmp(const void* a, const void* b, size_t bytes);
void* memchr(const void* block, int value, size_t bytes);
void* memrchr(const void* block, int value, size_t bytes);
void* rawmemchr(const void* block, int value);
void* memmem(const void* block, size_t bytes, const void* needle, size_t needle_bytes);
void explicit_bzero(void* block, size_t bytes);

size_t strlen(const char* text);
size_t strnlen(const char* text, size_t limit);
char* strcpy(char* to, const char* from);
char* strncpy(char* to, const char* from, size_t bytes);
char* stpcpy(char* to, const char* from);
char* stpncpy(char* to, const char* from, size_t bytes);
char* strcat(char* to, const char* from);
char* strncat(char* to, const char* from, size_t bytes);
int strcmp(const char* a, const char* b);
int strncmp(const char* a, const char* b, size_t bytes);
int strcoll(const char* a, const char* b);
size_t strxfrm(char* to, const char* from, size_t bytes);
char* strchr(const char* text, int c);
char* strrchr(const char* text, int c);
char* strchrnul(const char* text, int c);
char* strstr(const char* text, const char* needle);
char* strcasestr(const char* text, const char* needle);
size_t strspn(const char* text, const char* accept);
size_t strcspn(const char* text, const char* reject);
char* strpbrk(const char* text, const char* accept);
char* strtok(char* text, const char* delimiters);
char* strtok_r(char* text, const char* delimiters, char** rest);
char* strsep(char** rest, const char* delimiters);
#ifdef _GNU_SOURCE  // copies that go with the caller's frame
#define strdupa(text)                                                          \
    (__extension__({                                                           \
        const char* __from = (text);                                           \
        size_t __bytes = strlen(__from) + 1;                                   \
        (char*)memcpy(__builtin_alloca(__bytes), __from, __bytes);             \
    }))
#define strndupa(text, most)                                                   \
    (__extension__({                                                           \
        const char* __from = (text);                                           \
        size_t __bytes = strnlen(__from, (most));                              \
        char* __to = __builtin_alloca(__bytes + 1);                            \
        __to[__bytes] = '\0';                                                  \
        (char*)memcpy(__to, __from, __bytes);                                  \
    }))
#endif
char* strdup(const char* text);
char* strndup(const char* text, size_t bytes);
int strverscmp(const char* a, const char* b);

char* strerror(int error);
#if defined _GNU_SOURCE
char* strerror_r(int error, char* buffer, size_t bytes);
#else
/// POSIX's strerror_r; a program that defines _GNU_SOURCE gets GNU's, as with glibc.
int __xpg_strerror_r(int error, char* buffer, size_t bytes);
#define strerror_r __xpg_strerror_r
#endif
const char* strerrorname_np(int error);
const char* strerrordesc_np(int error);
char* strsignal(int signal);
const char* sigabbrev_np(int signal);
const char* sigdescr_np(int signal);
#if defined _GNU_SOURCE
char* __gnu_basename(const char* path);
#if !defined basename
#define basename __gnu_basename
#endif
#endif

#endif
