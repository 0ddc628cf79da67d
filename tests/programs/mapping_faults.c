/* What happens beyond the end of a mapped file, and against a mapping's protection: the signal and its code. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile sig_atomic_t got_signal, got_code;
static char *volatile got_address;

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)context;
    got_signal = signal;
    got_code = info->si_code;
    got_address = info->si_addr;
    siglongjmp(back, 1);
}

static const char *text_of_fault(void) {
    if (got_signal == SIGBUS)
        return got_code == BUS_ADRERR ? "SIGBUS, BUS_ADRERR" : "SIGBUS";
    if (got_signal == SIGSEGV)
        return got_code == SEGV_ACCERR ? "SIGSEGV, SEGV_ACCERR" : got_code == SEGV_MAPERR ? "SIGSEGV, SEGV_MAPERR" : "SIGSEGV";
    return "no signal";
}

static void touch(const char *what, char *volatile at, int writes) {
    got_signal = 0;
    if (sigsetjmp(back, 1) == 0) {
        if (writes)
            *at = 'x';
        else
            (void)*(volatile char *)at;
    }
    printf("%s: %s%s\n", what, text_of_fault(), got_signal && got_address == at ? ", there" : "");
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    int file = open("/tmp/mapping_faults.data", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || ftruncate(file, 5000) < 0)
        return 1;
    unlink("/tmp/mapping_faults.data");
    char *shared = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    char *constant = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || constant == MAP_FAILED || none == MAP_FAILED)
        return 1;
    touch("in the file", shared + 4999, 0);
    touch("behind its end, in its last page", shared + 5001, 1);
    touch("in a page behind it", shared + 8192, 0);
    if (ftruncate(file, 4 * 4096) < 0)
        return 1;
    touch("the file has grown", shared + 8192, 1);
    if (ftruncate(file, 100) < 0)
        return 1;
    touch("and has been cut", shared + 8192, 1);
    touch("what is left of it", shared + 50, 1);
    touch("written where it may only be read", constant, 1);
    touch("read where nothing may be done", none, 0);
    mprotect(none, 4096, PROT_READ);
    touch("now it may", none, 0);
    munmap(none, 4096);
    touch("and now it is gone", none, 0);

    /* What others write into the file is seen in the mapping, and the other way round. */
    if (pwrite(file, "hello", 5, 0) != 5)
        return 1;
    printf("%.5s\n", constant);
    if (fork() == 0) {
        memcpy(shared, "HELLO", 5);
        _exit(0);
    }
    wait(NULL);
    char text[6] = "";
    close(file);
    memcpy(text, constant, 5);
    printf("%s\n", text);
    return 0;
}
