#ifndef _SYS_RANDOM_H
#define _SYS_RANDOM_H
#include <sys/types.h>
#define GRND_NONBLOCK 1
#define GRND_RANDOM 2
ssize_t getrandom(void* buffer, size_t bytes, unsigned int flags);
int getentropy(void* buffer, size_t bytes);
#endif
