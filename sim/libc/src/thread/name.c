// Names of threads: the library keeps them, so that one thread can name another; the kernel hears of what a thread calls
// itself (prctl(2), PR_SET_NAME).
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

extern char* program_invocation_short_name;

int pthread_setname_np(pthread_t id, const char* name) {
    struct __pthread* thread = (struct __pthread*)id;
    long length = __ipclab_strlen(name);
    if (length >= (long)sizeof thread->name) return ERANGE;
    __ipclab_memcpy(thread->name, name, length + 1);
    return thread == THREAD_SELF ? (int)-RAW2(SYS_prctl, PR_SET_NAME, name) : 0;
}

int pthread_getname_np(pthread_t id, char* name, size_t bytes) {
    struct __pthread* thread = (struct __pthread*)id;
    if (bytes < sizeof thread->name) return ERANGE;
    if (thread == THREAD_SELF) return (int)-RAW2(SYS_prctl, PR_GET_NAME, name);
    const char* text = thread->name[0] ? thread->name : program_invocation_short_name;
    long length = __ipclab_strlen(text);
    if (length > 15) length = 15;
    __ipclab_memcpy(name, text, length);
    name[length] = 0;
    return 0;
}
