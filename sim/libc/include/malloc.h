#ifndef _MALLOC_H
#define _MALLOC_H
#include <stdio.h>
#include <stdlib.h>
size_t malloc_usable_size(void* block);
int malloc_trim(size_t pad);
#endif
