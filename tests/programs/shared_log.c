/* Several processes write to one log by O_APPEND; the parent counts afterwards what each has written. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITERS = 3, ENTRIES = 10 };

int main(void) {
    const char *name = "/tmp/shared_log.log";
    int log = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (log < 0) return 1;
    for (int w = 0; w < WRITERS; w++)
        if (fork() == 0) {
            for (int i = 0; i < ENTRIES; i++) {
                char line[40];
                int length = snprintf(line, sizeof line, "writer %d entry %d\n", w, i);
                if (write(log, line, (size_t)length) != length) _exit(1);
            }
            _exit(0);
        }
    while (wait(NULL) > 0) continue;
    close(log);
    FILE *in = fopen(name, "r");
    int writer, entry, next[WRITERS] = {0}, in_order = 1, count = 0;
    while (fscanf(in, "writer %d entry %d\n", &writer, &entry) == 2) {
        in_order &= entry == next[writer]++;
        count++;
    }
    fclose(in);
    printf("%d entries, each writer's in order: %d\n", count, in_order);
    unlink(name);
    return 0;
}
