#ifndef _ERR_H
#define _ERR_H

#include <bits/types.h>

void warn(const char* format, ...) __attribute__((format(printf, 1, 2)));
void warnx(const char* format, ...) __attribute__((format(printf, 1, 2)));
void vwarn(const char* format, __va_list arguments);
void vwarnx(const char* format, __va_list arguments);
_Noreturn void err(int status, const char* format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void errx(int status, const char* format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void verr(int status, const char* format, __va_list arguments);
_Noreturn void verrx(int status, const char* format, __va_list arguments);

#endif
