// Names, identity, attributes and own stacks.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *look(void *stack) {
    pthread_attr_t attributes;
    void *address;
    size_t bytes;
    char here;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &address, &bytes);
    printf("inside its stack: %s\n", &here >= (char *)address && &here < (char *)address + bytes ? "yes" : "no");
    if (stack) printf("the given one: %s, %zu bytes\n", address == stack ? "yes" : "no", bytes);
    printf("the process is the same, the thread another: %s\n", getpid() != gettid() ? "yes" : "no");
    pthread_attr_destroy(&attributes);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    char name[16];
    printf("too long: %s\n", strerror(pthread_setname_np(pthread_self(), "a name of sixteen")));
    pthread_setname_np(pthread_self(), "worker-1");
    pthread_getname_np(pthread_self(), name, sizeof name);
    printf("name: %s\n", name);
    pthread_create(&thread, NULL, look, NULL);
    pthread_join(thread, NULL);
    void *stack = aligned_alloc(4096, 65536);
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stack, 65536);
    pthread_create(&thread, &attributes, look, stack);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    free(stack);
    printf("equal: %d\n", pthread_equal(pthread_self(), pthread_self()) != 0);
    return 0;
}
