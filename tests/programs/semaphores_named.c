// Named semaphores: two processes take turns, and each opens them by name.
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char ping[40], pong[40];

static void child(void) {
    sem_t *mine = sem_open(ping, 0), *theirs = sem_open(pong, 0);
    for (int i = 0; i < 3; i++) {
        sem_wait(mine);
        printf("child %d\n", i);
        fflush(stdout);
        sem_post(theirs);
    }
    sem_close(mine);
    sem_close(theirs);
    _exit(0);
}

int main(void) {
    int value;
    snprintf(ping, sizeof ping, "/ping.%d", (int)getpid());
    snprintf(pong, sizeof pong, "/pong.%d", (int)getpid());
    printf("not there: %s\n", sem_open(ping, 0) == SEM_FAILED ? strerror(errno) : "?");
    sem_t *theirs = sem_open(ping, O_CREAT | O_EXCL, 0600, 0), *mine = sem_open(pong, O_CREAT | O_EXCL, 0600, 1);
    printf("there already: %s\n", sem_open(ping, O_CREAT | O_EXCL, 0600, 0) == SEM_FAILED ? strerror(errno) : "?");
    printf("the same again: %s\n", sem_open(ping, 0) == theirs ? "yes" : "no");
    fflush(stdout);
    if (fork() == 0) child();
    for (int i = 0; i < 3; i++) {
        sem_wait(mine);
        printf("parent %d\n", i);
        fflush(stdout);
        sem_post(theirs);
    }
    sem_wait(mine);
    wait(NULL);
    sem_getvalue(mine, &value);
    printf("value %d\n", value);
    sem_unlink(ping);
    sem_unlink(pong);
    printf("unlinked: %s\n", sem_open(ping, 0) == SEM_FAILED ? strerror(errno) : "?");
    return 0;
}
