/* One server process for each client, each pair with its own two pipes; the parent is the client of all. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SERVERS = 3 };
struct connection {
    int to, from;
};

static void serve(int number, int in, int out) {
    char text[64];
    ssize_t got;
    while ((got = read(in, text, sizeof text)) > 0) {
        for (ssize_t i = 0; i < got; i++)
            text[i] = (char)(number == 0   ? toupper((unsigned char)text[i])
                             : number == 1 ? text[i] == 'e' ? '3' : text[i]
                                           : text[i]);
        if (number == 2)
            for (ssize_t i = 0; i < got / 2; i++) {
                char c = text[i];
                text[i] = text[got - 1 - i];
                text[got - 1 - i] = c;
            }
        if (write(out, text, (size_t)got) != got) _exit(1);
    }
    _exit(number);
}

int main(void) {
    struct connection servers[SERVERS];
    pid_t pids[SERVERS];
    for (int i = 0; i < SERVERS; i++) {
        int to[2], from[2];
        if (pipe(to) < 0 || pipe(from) < 0) return 1;
        pids[i] = fork();
        if (pids[i] == 0) {
            for (int j = 0; j < i; j++) {
                close(servers[j].to);
                close(servers[j].from);
            }
            close(to[1]);
            close(from[0]);
            serve(i, to[0], from[1]);
        }
        close(to[0]);
        close(from[1]);
        servers[i] = (struct connection){to[1], from[0]};
    }
    static const char *const texts[] = {"hello", "never odd or even", "echo"};
    for (int t = 0; t < 3; t++)
        for (int i = 0; i < SERVERS; i++) {
            char answer[64];
            size_t length = strlen(texts[t]);
            if (write(servers[i].to, texts[t], length) != (ssize_t)length) return 1;
            ssize_t got = read(servers[i].from, answer, sizeof answer);
            printf("server %d: %.*s\n", i, (int)got, answer);
        }
    for (int i = 0; i < SERVERS; i++) {
        int status;
        close(servers[i].to);
        waitpid(pids[i], &status, 0);
        printf("server %d ended with %d\n", i, WEXITSTATUS(status));
    }
    return 0;
}
