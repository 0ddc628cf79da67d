// aio_read() and its like on files and pipes, notices by signal, lists, and bad arguments.
#define _GNU_SOURCE
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int signals, last_code, last_value;

static void note(int number, siginfo_t* info, void* context) {
    (void)number, (void)context;
    last_code = info->si_code;
    last_value = info->si_value.sival_int;
    signals++;
}

static void show(const char* what, int result) {
    printf("%s: %d %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}

static struct aiocb make(int fd, void* buffer, size_t bytes, off_t offset) {
    struct aiocb request;
    memset(&request, 0, sizeof request);
    request.aio_fildes = fd;
    request.aio_buf = buffer;
    request.aio_nbytes = bytes;
    request.aio_offset = offset;
    request.aio_sigevent.sigev_notify = SIGEV_NONE;
    return request;
}

static void finish(const char* what, struct aiocb* request) {
    const struct aiocb* list[] = {0, request};
    int status;
    while ((status = aio_error(request)) == EINPROGRESS) aio_suspend(list, 2, 0);
    printf("%s: error %d (%s), result %zd\n", what, status, strerror(status), aio_return(request));
}

int main(void) {
    char buffer[32] = "", text[] = "asynchronous";
    printf("size %zu, offset at %zu, event at %zu\n", sizeof(struct aiocb),
           offsetof(struct aiocb, aio_offset), offsetof(struct aiocb, aio_sigevent));
    int file = open("aio.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct aiocb request = make(file, text, 12, 4);
    show("write", aio_write(&request));
    finish("written", &request);
    show("sync", aio_fsync(O_SYNC, &request));
    finish("synced", &request);
    request = make(file, buffer, sizeof buffer, 2);
    show("read", aio_read(&request));
    finish("read", &request);
    printf("%d %d %.12s, file at %d\n", buffer[0], buffer[1], buffer + 2, (int)lseek(file, 0, SEEK_CUR));

    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, 0);
    sigset_t usr1, before;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, &before);
    request.aio_sigevent.sigev_notify = SIGEV_SIGNAL;
    request.aio_sigevent.sigev_signo = SIGUSR1;
    request.aio_sigevent.sigev_value.sival_int = 77;
    show("with a signal", aio_read(&request));
    while (signals == 0) sigsuspend(&before);
    printf("code %d value %d error %d\n", last_code, last_value, aio_error(&request));
    sigprocmask(SIG_SETMASK, &before, 0);

    int ends[2];
    pipe(ends);
    request = make(ends[0], buffer, sizeof buffer, 0);
    show("read of an empty pipe", aio_read(&request));
    show("in progress", aio_error(&request) == EINPROGRESS);
    const struct aiocb* list[] = {&request};
    show("suspended", aio_suspend(list, 1, &(struct timespec){0, 10000000}));
    show("under way", aio_cancel(ends[0], &request));
    struct aiocb behind = make(ends[0], buffer, 1, 0);
    aio_read(&behind);
    show("behind it", aio_cancel(ends[0], &behind));
    finish("cancelled", &behind);
    write(ends[1], "late", 4);
    finish("at last", &request);
    show("all done", aio_cancel(ends[0], 0));

    if (fork() == 0) {
        usleep(20000);
        write(ends[1], "child", 5);
        _exit(0);
    }
    request = make(ends[0], buffer, sizeof buffer, 0);
    aio_read(&request);
    finish("from the child", &request);
    wait(0);

    struct aiocb first = make(file, "one", 3, 0), second = make(file, buffer, 3, 8),
                 third = make(-1, buffer, 3, 0);
    first.aio_lio_opcode = LIO_WRITE;
    second.aio_lio_opcode = LIO_READ;
    struct aiocb* several[] = {&first, 0, &second};
    show("list", lio_listio(LIO_WAIT, several, 3, 0));
    finish("first", &first);
    finish("second", &second);
    third.aio_lio_opcode = LIO_READ;
    several[1] = &third;
    show("list with a bad one", lio_listio(LIO_WAIT, several, 3, 0));
    finish("third", &third);
    third.aio_lio_opcode = LIO_NOP;
    show("nothing to do", lio_listio(LIO_WAIT, &several[1], 1, 0));
    show("mode", lio_listio(7, several, 3, 0));
    signals = 0;
    sigprocmask(SIG_BLOCK, &usr1, 0);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    event.sigev_value.sival_int = 5;
    show("no waiting", lio_listio(LIO_NOWAIT, several, 3, &event));
    while (signals == 0) sigsuspend(&before);
    printf("code %d value %d\n", last_code, last_value);
    sigprocmask(SIG_SETMASK, &before, 0);

    request = make(file, buffer, 3, 0);
    request.aio_reqprio = -1;
    show("priority", aio_read(&request));
    request.aio_reqprio = 21;
    show("priority", aio_write(&request));
    request = make(99, buffer, 3, 0);
    show("no descriptor", aio_read(&request));
    finish("no descriptor", &request);
    show("fsync of none", aio_fsync(O_SYNC, &request));
    show("fsync how", aio_fsync(0, &request));
    show("cancel of none", aio_cancel(99, 0));
    request = make(file, buffer, 3, -1);
    aio_read(&request);
    finish("negative offset", &request);
    show("cancel with another", aio_cancel(ends[0], &request));
    show("suspended on nothing", aio_suspend(list, 0, 0));
    show("fewer than none", aio_suspend(list, -1, 0));
    unlink("aio.tmp");
    return 0;
}
