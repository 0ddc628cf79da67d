// pthread_atfork(): `prepare` functions run in reverse order before fork(), the others in order after it.
#include <bits/heap.h>
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

extern void (*__fork_hook)(int stage);

struct handlers {
    void (*functions[3])(void);
    struct handlers *before, *after;
};
static struct handlers *first, *last;
static int lock;

static void run(int stage) {
    for (struct handlers* each = stage == 0 ? last : first; each; each = stage == 0 ? each->before : each->after)
        if (each->functions[stage]) each->functions[stage]();
}

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
    struct handlers* fresh = __heap_own(sizeof *fresh);
    if (!fresh) return ENOMEM;
    fresh->functions[0] = prepare;
    fresh->functions[1] = parent;
    fresh->functions[2] = child;
    fresh->after = 0;
    LOW_LOCK(&lock);
    fresh->before = last;
    if (last)
        last->after = fresh;
    else
        first = fresh;
    last = fresh;
    LOW_UNLOCK(&lock);
    __fork_hook = run;
    return 0;
}
