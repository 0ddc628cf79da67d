#include <bits/thread_attr.h>

/// pthread_attr_init(3): the stack is as large as RLIMIT_STACK says.
struct __attributes __default_attributes = {.guard_bytes = 4096, .stack_bytes = 8 << 20};
