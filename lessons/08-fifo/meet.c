/* A server waits at a FIFO; two clients come, one after the other. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const name = "/tmp/counter";

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void be_client(int number) {
    char text[32];
    sleep(number);
    alarm(5); /* we do not wait for ever */
    int out = open(name, O_WRONLY);
    if (out == -1)
        die("open");
    int bytes = snprintf(text, sizeof text, "client %d\n", number);
    if (write(out, text, bytes) != bytes)
        die("write");
    exit(0);
}

int main(int argc, char *argv[]) {
    char text[32];
    int served = 0;
    (void)argv;
    if (mkfifo(name, 0600) == -1)
        die("mkfifo");
    for (int number = 1; number <= 2; number++)
        if (fork() == 0)
            be_client(number);

    int in = open(name, O_RDONLY);
    if (in == -1)
        die("open");
    if (argc > 1 && open(name, O_WRONLY) == -1)
        die("open");
    while (served < 2) {
        ssize_t bytes = read(in, text, sizeof text);
        if (bytes <= 0)
            break;
        if (write(STDOUT_FILENO, text, bytes) != bytes)
            die("write");
        served++;
    }
    close(in);
    wait(NULL);
    wait(NULL);
    printf("served %d\n", served);
    unlink(name);
    return 0;
}
