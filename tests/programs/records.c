/* Four writers, one pipe: as no record is longer than PIPE_BUF, none is ever torn. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITERS = 4, RECORDS = 200, SIZE = 512 };

int main(void) {
    int ends[2], seen[WRITERS] = {0}, torn = 0;
    char record[SIZE];
    if (pipe(ends) < 0) return 1;
    for (int writer = 0; writer < WRITERS; writer++) {
        if (fork() != 0) continue;
        close(ends[0]);
        memset(record, 'a' + writer, SIZE);
        for (int i = 0; i < RECORDS; i++) {
            if (write(ends[1], record, SIZE) != SIZE) _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    for (;;) {
        ssize_t have = 0, got = 1;
        while (have < SIZE && (got = read(ends[0], record + have, (size_t)(SIZE - have))) > 0) have += got;
        if (got <= 0) break;
        for (int i = 1; i < SIZE; i++) torn += record[i] != record[0];
        seen[record[0] - 'a']++;
    }
    while (wait(NULL) > 0) continue;
    for (int writer = 0; writer < WRITERS; writer++)
        printf("writer %c: %d records\n", 'a' + writer, seen[writer]);
    printf("torn: %d (a record has %d bytes, PIPE_BUF is %s)\n", torn, SIZE,
           PIPE_BUF >= SIZE ? "not less" : "less");
    return 0;
}
