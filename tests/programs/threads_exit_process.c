// exit() and a fatal signal end the whole process, whatever its threads do; execve() leaves one thread.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t both;

static void *sleep_for_ever(void *argument) {
    for (;;) pause();
    return argument;
}

static void *exit_now(void *argument) {
    (void)argument;
    pthread_barrier_wait(&both);
    exit(5);
}

static void *kill_it(void *argument) {
    pthread_barrier_wait(&both);
    raise(SIGKILL);
    return argument;
}

static void *execute(void *argument) {
    pthread_barrier_wait(&both);
    execl("/bin/echo", "echo", "executed by a thread", (char *)NULL);
    return argument;
}

static void run(const char *name, void *(*function)(void *)) {
    int status;
    fflush(stdout);
    if (fork() == 0) {
        pthread_t sleeper, other;
        pthread_create(&sleeper, NULL, sleep_for_ever, NULL);
        pthread_barrier_init(&both, NULL, 2);
        pthread_create(&other, NULL, function, NULL);
        pthread_barrier_wait(&both);
        pthread_join(sleeper, NULL);
        _exit(99);
    }
    wait(&status);
    if (WIFEXITED(status))
        printf("%s: exited with %d\n", name, WEXITSTATUS(status));
    else
        printf("%s: killed by signal %d\n", name, WTERMSIG(status));
}

int main(void) {
    run("exit", exit_now);
    run("signal", kill_it);
    run("execve", execute);
    return 0;
}
