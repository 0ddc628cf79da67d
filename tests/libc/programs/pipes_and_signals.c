// Descriptors, pipes and signal handlers.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t count;
static sigjmp_buf back;

static void on_signal(int signal) {
    count += signal;
}

static void on_info(int signal, siginfo_t* info, void* context) {
    (void)context;
    count = signal * 1000 + (info->si_code == SI_TKILL) * 100 + (info->si_pid == getpid()) * 10;
}

static void jump(int signal) {
    siglongjmp(back, signal);
}

int main(void) {
    int fds[2];
    char buffer[100];
    if (pipe(fds) < 0) perror("pipe");
    printf("%d %d\n", fds[0], fds[1]);
    if (fork() == 0) {
        close(fds[0]);
        dup2(fds[1], STDOUT_FILENO);
        printf("through the pipe\n");
        return 0;
    }
    close(fds[1]);
    ssize_t got = read(fds[0], buffer, sizeof buffer);
    printf("%zd %.*s", got, (int)got, buffer);
    got = read(fds[0], buffer, sizeof buffer);
    printf("%zd\n", got);
    wait(NULL);

    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    raise(SIGUSR1);
    printf("count %d\n", count);
    struct sigaction action = {0};
    action.sa_sigaction = on_info;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR2);
    printf("count %d\n", count);
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    count = 0;
    sigprocmask(SIG_BLOCK, &set, &old);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    sigset_t pending;
    sigpending(&pending);
    printf("pending %d count %d member %d\n", sigismember(&pending, SIGUSR1), count,
           sigismember(&old, SIGUSR1));
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("count %d\n", count);
    signal(SIGPIPE, SIG_IGN);
    pipe(fds);
    close(fds[0]);
    got = write(fds[1], "x", 1);
    printf("%zd %s\n", got, strerror(errno));
    signal(SIGSEGV, jump);
    int came = sigsetjmp(back, 1);
    if (came == 0) *(volatile int*)8 = 1;
    printf("came back with %d\n", came);
    sigprocmask(SIG_BLOCK, NULL, &set);
    printf("blocked %d\n", sigismember(&set, SIGSEGV));
    jmp_buf here;
    volatile int times = 0;
    int value = setjmp(here);
    times++;
    if (times < 3) longjmp(here, times - 1);
    printf("%d %d\n", value, times);
    int low = sigaddset(&set, 0), high = sigaddset(&set, 65);
    printf("%d %d %d\n", low, high, errno);
    int missing = open("/nonexistent", O_RDONLY);
    printf("%d %d\n", missing, errno);
    printf("%x %d\n", fcntl(1, F_GETFD), fcntl(99, F_GETFL));
    printf("%d %d %d\n", SIGRTMIN, SIGRTMAX, sigismember(&set, 99));
    fflush(stdout);
    psignal(SIGTERM, "psignal");
    psignal(99, "psignal");
    errno = EAGAIN;
    perror("perror");
    perror("");
    fprintf(stderr, "stderr %d\n", 5);
    perror("again");
    return 0;
}
