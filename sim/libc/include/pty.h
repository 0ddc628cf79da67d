#ifndef _PTY_H
#define _PTY_H
#include <sys/ioctl.h>
#include <termios.h>
int openpty(int* master, int* terminal, char* name, const struct termios* state, const struct winsize* size);
pid_t forkpty(int* master, char* name, const struct termios* state, const struct winsize* size);
#endif
