// In which pieces a stream's bytes reach write(): seen through a socket that keeps messages apart.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char big[20000];

static void scenario(int number) {
    switch (number) {
        case 0:
            for (int i = 0; i < 1000; i++) printf("line %d\n", i);
            break;
        case 1:
            setvbuf(stdout, NULL, _IOLBF, 0);
            printf("a\nb\n");
            printf("one %d\n two %s three\n", 5, "x\ny");
            puts("puts");
            putchar('c');
            putchar('\n');
            fputs("no newline", stdout);
            fputs(" then\nmore", stdout);
            fwrite(big, 1, 5000, stdout);
            printf("%s", "\n");
            break;
        case 2:
            setvbuf(stdout, NULL, _IONBF, 0);
            printf("%d %s %c\n", 1, "two", '3');
            puts("puts");
            putchar('c');
            fputs("text", stdout);
            fwrite(big, 1, 9000, stdout);
            printf("%9000d|%s", 5, big);
            break;
        case 3:
            fprintf(stderr, "%d and %s\n", 1, "two");
            fputs("fputs", stderr);
            fputc('c', stderr);
            errno = ENOENT;
            perror("perror");
            fprintf(stderr, "%s", "");
            break;
        case 4:
            printf("start");
            fwrite(big, 1, 20000, stdout);
            fwrite(big, 1, 4096, stdout);
            fwrite(big, 1, 1, stdout);
            break;
        case 5:
            fwrite(big, 1, 4096, stdout);
            putchar('x');
            fwrite(big, 1, 4095, stdout);
            putchar('x');
            fwrite(big, 1, 8192, stdout);
            break;
        case 6: {
            static char own[100];
            setvbuf(stdout, own, _IOFBF, sizeof own);
            for (int i = 0; i < 50; i++) printf("%d,", i);
            fwrite(big, 1, 250, stdout);
            printf("\n");
            break;
        }
        case 7:
            printf("before perror");
            errno = EPERM;
            perror("first");
            fflush(stdout);
            perror("second");
            break;
        case 8:
            printf("%5000d", 1);
            printf("%s%s", big, big);
            break;
        case 9: {
            static char own[300];
            setvbuf(stdout, own, _IOLBF, sizeof own);
            fwrite(big, 1, 200, stdout);
            fputs("half\nhalf", stdout);
            fwrite(big, 1, 290, stdout);
            for (int i = 0; i < 60; i++) printf("%d\t", i);
            fputs("\n\n\n", stdout);
            break;
        }
        case 10:
            dprintf(1, "%d %s\n", 5, "dprintf");
            dprintf(1, "%9000d", 5);
            break;
        case 11:
            setbuf(stdout, NULL);
            printf("unbuffered\n");
            fprintf(stdout, "x%%");
            fprintf(stdout, "%c", 'q');
            break;
    }
}

int main(void) {
    memset(big, 'b', sizeof big - 1);
    for (int number = 0; number < 12; number++) {
        int fds[2];
        socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds);
        pid_t pid = fork();
        if (pid == 0) {
            dup2(fds[1], 1);
            dup2(fds[1], 2);
            close(fds[0]);
            close(fds[1]);
            scenario(number);
            exit(0);
        }
        close(fds[1]);
        printf("%d:", number);
        static char message[70000];
        ssize_t got;
        while ((got = read(fds[0], message, sizeof message)) > 0)
            printf(" %zd%s", got, message[got - 1] == '\n' ? "n" : "");
        printf("\n");
        fflush(stdout);
        waitpid(pid, NULL, 0);
        close(fds[0]);
    }
    return 0;
}
