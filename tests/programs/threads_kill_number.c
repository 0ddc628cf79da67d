// kill() with a thread's number signals its process; tgkill() only that thread.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int thread_number;
static volatile sig_atomic_t handled;
static pthread_barrier_t both;

static void on_signal(int signal) {
    (void)signal;
    handled++;
}

static void* run(void* argument) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    thread_number = (int)syscall(SYS_gettid);
    pthread_barrier_wait(&both);
    pthread_barrier_wait(&both);
    sigset_t pending;
    sigpending(&pending);
    printf("for the thread: USR1 %d, USR2 %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2));
    return argument;
}

int main(void) {
    pthread_t thread;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    pthread_barrier_init(&both, NULL, 2);
    pthread_create(&thread, NULL, run, NULL);
    pthread_barrier_wait(&both);
    printf("another number: %d\n", thread_number != getpid());
    printf("kill: %d\n", kill(thread_number, SIGUSR1));
    printf("the process took it: %d\n", (int)handled);
    printf("tgkill: %ld\n", syscall(SYS_tgkill, getpid(), thread_number, SIGUSR2));
    printf("and that stays with the thread: %d\n", (int)handled);
    fflush(stdout);
    pthread_barrier_wait(&both);
    pthread_join(thread, NULL);
    return 0;
}
