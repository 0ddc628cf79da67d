// Blocks that the library takes for itself: the program need not free them, so they are no leaks of its.
#ifndef _BITS_HEAP_H
#define _BITS_HEAP_H

#include <stddef.h>

// As malloc().
void* __heap_own(size_t bytes);
// The block (or null) that malloc() or its like has just given is the library's; worth the same.
void* __heap_keep(void* block);

#endif
