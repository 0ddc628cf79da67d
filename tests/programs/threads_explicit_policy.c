/* Policies and priorities of threads by their attributes: inherited, or the attributes' own. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>
static void *tell(void *unused) {
    struct sched_param parameters;
    int policy;
    pthread_getschedparam(pthread_self(), &policy, &parameters);
    printf("runs with policy %d, priority %d\n", policy, parameters.sched_priority);
    return unused;
}

/* policy, priority: -1 where the attributes say nothing */
static void create(const char *what, int inherit, int policy, int priority) {
    pthread_attr_t attributes;
    pthread_t thread;
    struct sched_param parameters = {priority};
    pthread_attr_init(&attributes);
    pthread_attr_setinheritsched(&attributes, inherit);
    if (policy >= 0) pthread_attr_setschedpolicy(&attributes, policy);
    if (priority >= 0) pthread_attr_setschedparam(&attributes, &parameters);
    int error = pthread_create(&thread, &attributes, tell, NULL);
    if (error == 0) pthread_join(thread, NULL);
    printf("%s: %s\n", what, error ? strerrorname_np(error) : "created");
}

int main(void) {
    create("inherited, whatever the attributes say", PTHREAD_INHERIT_SCHED, SCHED_FIFO, 10);
    create("explicit, but nothing said", PTHREAD_EXPLICIT_SCHED, -1, -1);
    create("explicit SCHED_OTHER", PTHREAD_EXPLICIT_SCHED, SCHED_OTHER, 0);
    return 0;
}
