// Names of threads: the library keeps them; Linux keeps them in the kernel (prctl(2), PR_SET_NAME), for ps to show.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>

extern char* program_invocation_short_name;

int pthread_setname_np(pthread_t id, const char* name) {
    struct __pthread* thread = (struct __pthread*)id;
    long length = __ipclab_strlen(name);
    if (length >= (long)sizeof thread->name) return ERANGE;
    __ipclab_memcpy(thread->name, name, length + 1);
    return 0;
}

int pthread_getname_np(pthread_t id, char* name, size_t bytes) {
    struct __pthread* thread = (struct __pthread*)id;
    if (bytes < sizeof thread->name) return ERANGE;
    const char* text = thread->name[0] ? thread->name : program_invocation_short_name;
    long length = __ipclab_strlen(text);
    if (length > 15) length = 15;
    __ipclab_memcpy(name, text, length);
    name[length] = 0;
    return 0;
}
