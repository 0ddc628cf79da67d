/* Writes of at most PIPE_BUF bytes are atomic: the lines of several writers may mix, but no line is torn. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITERS = 4, LINES = 50, LENGTH = 100 };

int main(void) {
    int ends[2], count[WRITERS] = {0}, torn = 0;
    if (pipe(ends) < 0) return 1;
    for (int writer = 0; writer < WRITERS; writer++) {
        if (fork() == 0) {
            char line[LENGTH];
            memset(line, 'a' + writer, sizeof line - 1);
            line[sizeof line - 1] = '\n';
            for (int i = 0; i < LINES; i++)
                if (write(ends[1], line, sizeof line) != sizeof line) _exit(1);
            _exit(0);
        }
    }
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    char line[256];
    while (fgets(line, sizeof line, in)) {
        size_t same = strspn(line, (char[]){line[0], '\0'});
        if (same != LENGTH - 1 || strlen(line) != LENGTH)
            torn++;
        else
            count[line[0] - 'a']++;
    }
    while (wait(NULL) > 0) continue;
    for (int i = 0; i < WRITERS; i++) printf("writer %d: %d whole lines\n", i, count[i]);
    printf("torn lines: %d\n", torn);
    return 0;
}
