/* A signal ends a sleep early; what is left can be slept afterwards. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void on_signal(int signal) {
    (void)signal;
}

int main(void) {
    struct sigaction action = {.sa_handler = on_signal};
    struct timespec wanted = {100, 0}, left = {0, 0};
    sigaction(SIGUSR1, &action, NULL);
    pid_t parent = getpid();
    if (fork() == 0) {
        usleep(300000);
        kill(parent, SIGUSR1);
        usleep(300000);
        kill(parent, SIGUSR1);
        _exit(0);
    }
    int result = nanosleep(&wanted, &left);
    printf("nanosleep: %d, EINTR: %d, left: 99 s and something: %d\n", result, errno == EINTR,
           left.tv_sec == 99 && left.tv_nsec > 0);
    unsigned rest = sleep(50);
    printf("sleep: between 49 and 50 s are left: %d\n", rest == 49 || rest == 50);
    wait(NULL);
    wanted.tv_sec = 0;
    wanted.tv_nsec = 1000000;
    printf("not interrupted: %d\n", nanosleep(&wanted, NULL));
    wanted.tv_nsec = 1000000000;
    result = nanosleep(&wanted, NULL);
    printf("bad time: %d, EINVAL: %d\n", result, errno == EINVAL);
    return 0;
}
