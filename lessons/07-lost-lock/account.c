/* Two processes change an account, each under a lock on its file. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const name = "/tmp/account";
static int wait_for_lock = F_SETLKW;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void lock(int file, short type) {
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
    if (fcntl(file, wait_for_lock, &whole) == -1)
        die("fcntl");
}

static int balance(int file) {
    char text[16] = "";
    if (pread(file, text, sizeof text - 1, 0) == -1)
        die("pread");
    return atoi(text);
}

static void set_balance(int file, int amount) {
    char text[16];
    int bytes = snprintf(text, sizeof text, "%5d\n", amount);
    if (pwrite(file, text, bytes, 0) != bytes)
        die("pwrite");
}

/* From a library, by somebody who has never heard of our lock. It only reads. */
static void audit(void) {
    int file = open(name, O_RDONLY);
    if (file == -1)
        die("open");
    if (balance(file) < 0)
        fprintf(stderr, "overdrawn\n");
    close(file);
}

int main(int argc, char *argv[]) {
    (void)argv;
    if (argc > 1)
        wait_for_lock = F_OFD_SETLKW;
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file == -1)
        die("open");
    set_balance(file, 100);
    lock(file, F_WRLCK);

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        int own = open(name, O_RDWR);
        if (own == -1)
            die("open");
        close(file);
        lock(own, F_WRLCK);
        set_balance(own, balance(own) - 10);
        lock(own, F_UNLCK);
        return 0;
    }
    int amount = balance(file);
    sleep(1); /* we ask the customer */
    audit();
    sleep(1); /* we print a receipt */
    set_balance(file, amount + 50);
    lock(file, F_UNLCK);
    wait(NULL);
    printf("%d\n", balance(file));
    unlink(name);
    return 0;
}
