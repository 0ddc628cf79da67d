#ifndef ERRORS_H
#define ERRORS_H
#ifdef __GNUC__
#define NORETURN __attribute__((__noreturn__))
#else
#define NORETURN
#endif
void err_msg(const char *format, ...);
void err_exit(const char *format, ...) NORETURN;
void usage_err(const char *format, ...) NORETURN;
#endif
