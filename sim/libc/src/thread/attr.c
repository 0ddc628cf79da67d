#include <bits/thread.h>
#include <bits/thread_attr.h>
#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>

_Static_assert(sizeof(struct __attributes) <= sizeof(pthread_attr_t), "");

#define OF(attributes) ((struct __attributes*)(attributes))

int pthread_attr_init(pthread_attr_t* attributes) {
    __ipclab_memset(attributes, 0, sizeof *attributes);
    *OF(attributes) = __default_attributes;
    OF(attributes)->is_detached = 0;
    return 0;
}

int pthread_getattr_default_np(pthread_attr_t* attributes) {
    *OF(attributes) = __default_attributes;
    return 0;
}

int pthread_setattr_default_np(const pthread_attr_t* attributes) {
    if (OF(attributes)->has_stack) return EINVAL;
    __default_attributes = *OF(attributes);
    return 0;
}

int pthread_attr_destroy(pthread_attr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t* attributes, int* state) {
    *state = OF(attributes)->is_detached;
    return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t* attributes, int state) {
    if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED) return EINVAL;
    OF(attributes)->is_detached = state;
    return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t* attributes, size_t* bytes) {
    *bytes = OF(attributes)->guard_bytes;
    return 0;
}

int pthread_attr_setguardsize(pthread_attr_t* attributes, size_t bytes) {
    OF(attributes)->guard_bytes = bytes;
    return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t* attributes, size_t* bytes) {
    *bytes = OF(attributes)->stack_bytes;
    return 0;
}

int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t bytes) {
    if (bytes < PTHREAD_STACK_MIN) return EINVAL;
    OF(attributes)->stack_bytes = bytes;
    return 0;
}

int pthread_attr_getstack(const pthread_attr_t* attributes, void** address, size_t* bytes) {
    *address = OF(attributes)->stack;
    *bytes = OF(attributes)->stack_bytes;
    return 0;
}

int pthread_attr_setstack(pthread_attr_t* attributes, void* address, size_t bytes) {
    if (bytes < PTHREAD_STACK_MIN) return EINVAL;
    OF(attributes)->stack = address;
    OF(attributes)->stack_bytes = bytes;
    OF(attributes)->has_stack = 1;
    return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t* attributes, struct sched_param* parameters) {
    parameters->sched_priority = OF(attributes)->priority;
    return 0;
}

int pthread_attr_setschedparam(pthread_attr_t* attributes, const struct sched_param* parameters) {
    int policy = OF(attributes)->policy, priority = parameters->sched_priority;
    int least = (int)RAW1(SYS_sched_get_priority_min, policy), most = (int)RAW1(SYS_sched_get_priority_max, policy);
    if (priority < least || priority > most) return EINVAL;
    OF(attributes)->priority = priority;
    OF(attributes)->has_priority = 1;
    return 0;
}

int pthread_attr_getschedpolicy(const pthread_attr_t* attributes, int* policy) {
    *policy = OF(attributes)->policy;
    return 0;
}

int pthread_attr_setschedpolicy(pthread_attr_t* attributes, int policy) {
    if (policy != SCHED_OTHER && policy != SCHED_FIFO && policy != SCHED_RR) return EINVAL;
    OF(attributes)->policy = policy;
    OF(attributes)->has_policy = 1;
    return 0;
}

int pthread_attr_getinheritsched(const pthread_attr_t* attributes, int* inherit) {
    *inherit = OF(attributes)->is_explicit;
    return 0;
}

int pthread_attr_setinheritsched(pthread_attr_t* attributes, int inherit) {
    if (inherit != PTHREAD_INHERIT_SCHED && inherit != PTHREAD_EXPLICIT_SCHED) return EINVAL;
    OF(attributes)->is_explicit = (short)inherit;
    return 0;
}

int pthread_attr_getscope(const pthread_attr_t* attributes, int* scope) {
    *scope = OF(attributes)->scope;
    return 0;
}

int pthread_attr_setscope(pthread_attr_t* attributes, int scope) {
    if (scope == PTHREAD_SCOPE_SYSTEM) return 0;
    (void)attributes;
    return scope == PTHREAD_SCOPE_PROCESS ? ENOTSUP : EINVAL;
}

int pthread_getattr_np(pthread_t id, pthread_attr_t* attributes) {
    struct __pthread* thread = (struct __pthread*)id;
    pthread_attr_init(attributes);
    OF(attributes)->is_detached = thread->joinability == DETACHED;
    OF(attributes)->has_stack = 1;
    if (thread == &__main_thread) {
        OF(attributes)->guard_bytes = 0;
        OF(attributes)->stack = (char*)0x7ffffffff000UL - OF(attributes)->stack_bytes;
        return 0;
    }
    OF(attributes)->guard_bytes = thread->guard_bytes;
    OF(attributes)->stack = thread->map + thread->guard_bytes;
    OF(attributes)->stack_bytes = thread->map_bytes - thread->guard_bytes;
    return 0;
}
