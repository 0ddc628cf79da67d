// What a pthread_attr_t holds.
#ifndef _BITS_THREAD_ATTR_H
#define _BITS_THREAD_ATTR_H

#include <bits/types.h>

struct __attributes {
    int is_detached, has_stack;
    size_t guard_bytes, stack_bytes;
    char* stack;  ///< has_stack: its lowest address
    int policy, priority;
    short is_explicit, scope;
    unsigned char has_policy, has_priority;  ///< they have been set
};
extern struct __attributes __default_attributes;

#endif
