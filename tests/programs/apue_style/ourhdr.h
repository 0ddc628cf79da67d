/* The header that every program of the book includes. */
#ifndef OURHDR_H
#define OURHDR_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MAXLINE 4096
#define FILE_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)
#define min(a, b) ((a) < (b) ? (a) : (b))

typedef void Sigfunc(int);

Sigfunc *handle(int, Sigfunc *);
ssize_t readn(int, void *, size_t);
ssize_t writen(int, const void *, size_t);
void pr_exit(int);
void report(const char *, ...) __attribute__((format(printf, 1, 2)));
void quit_sys(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));
void quit(const char *, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
