/* alarm() and pause(), and what alarm() returns. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t rings;

static void ring(int sig) {
    (void)sig;
    rings++;
}

int main(void) {
    signal(SIGALRM, ring);
    printf("no alarm before: %u\n", alarm(100));
    printf("seconds left, replaced: %s\n", alarm(1) > 90 ? "many" : "few");
    int result = pause();
    printf("pause() = %d, %s, rings: %d\n", result, errno == EINTR ? "EINTR" : "?", (int)rings);
    alarm(10);
    printf("cancelled with some left: %s\n", alarm(0) > 0 ? "yes" : "no");
    printf("nothing left: %u\n", alarm(0));
    return 0;
}
