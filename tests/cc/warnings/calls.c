// Null pointers where the library needs objects, and functions called as what they are not.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char text[10];
char *copy(void) { return strdup(NULL); }
unsigned long length(void) { return strlen(0); }
int compare(void) { return strcmp(text, (char *)0) + memcmp(NULL, text, 0); }
void files(void) {
    if (unlink(NULL) < 0 || access((const char *)NULL, R_OK) < 0) perror(NULL);
    if (chdir(0) < 0) _exit(1);
    execlp(NULL, "x", (char *)NULL);
    execl("/bin/true", NULL, (char *)NULL);
}
void tokens(void) {
    char *at = strtok(text, ","), *save;
    at = strtok(NULL, ",");
    at = strtok_r(NULL, ",", &save);
    at = strtok(at, NULL);
    setenv("NAME", NULL, 1);
    printf("%s", getenv(NULL));
}
void sets(void) {
    sigset_t set;
    sigemptyset(NULL);
    sigemptyset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    kill(0, sigaddset(NULL, SIGINT));
}

int with_int(int i) { return i; }
void *with_pointer(void *p) { return p; }
void nothing(void) {}
double real(double d) { return d; }
int any();
typedef void *(*start)(void *);
void casts(void) {
    pthread_t id;
    pthread_create(&id, NULL, (start)with_int, NULL);
    pthread_create(&id, NULL, (start)with_pointer, NULL);
    pthread_create(&id, NULL, (void *(*)(void *))nothing, NULL);
    pthread_create(&id, NULL, (start)any, NULL);
    pthread_create(&id, NULL, NULL, NULL);
    signal(SIGINT, (void (*)(int))nothing);
    signal(SIGINT, (void (*)(int))with_int);
    signal(SIGTERM, (void (*)(int))real);
    qsort(text, 1, 1, (int (*)(const void *, const void *))strcmp);
    int (*more)(int, int) = (int (*)(int, int))with_int;
    int (*variadic)(const char *, ...) = (int (*)(const char *, ...))puts;
    unsigned (*sign)(unsigned) = (unsigned (*)(unsigned))with_int;
    void *(*cast)(const char *) = (void *(*)(const char *))with_pointer;
    long address = (long)with_int;
    printf("%d%d%u%p%ld", more(1, 2), variadic("x"), sign(1), cast(text), address);
}
