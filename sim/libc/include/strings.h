#ifndef _STRINGS_H
#define _STRINGS_H

#include <bits/types.h>

int bcmp(const void* a, const void* b, size_t bytes);
void bcopy(const void* from, void* to, size_t bytes);
void bzero(void* block, size_t bytes);
char* index(const char* text, int c);
char* rindex(const char* text, int c);
int ffs(int value);
int ffsl(long value);
int ffsll(long long value);
int strcasecmp(const char* a, const char* b);
int strncasecmp(const char* a, const char* b, size_t bytes);

#endif
