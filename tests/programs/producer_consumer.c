/* Two producers, one consumer, a pipe of records between them: each producer's records arrive in their order. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct record {
    int producer, number;
    char text[24];
};

int main(void) {
    int ends[2], next[2] = {0, 0}, out_of_order = 0, total = 0, bad = 0;
    struct record record;
    if (pipe(ends) < 0) return 1;
    for (int producer = 0; producer < 2; producer++) {
        if (fork() > 0) continue;
        close(ends[0]);
        for (int number = 0; number < 100; number++) {
            memset(&record, 0, sizeof record);
            record.producer = producer;
            record.number = number;
            snprintf(record.text, sizeof record.text, "%d squared is %d", number, number * number);
            if (write(ends[1], &record, sizeof record) != sizeof record) _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    while (read(ends[0], &record, sizeof record) == sizeof record) {
        int number, square;
        if (record.number != next[record.producer]++) out_of_order++;
        if (sscanf(record.text, "%d squared is %d", &number, &square) != 2 || square != number * number) bad++;
        total++;
    }
    while (wait(NULL) > 0) continue;
    printf("%d records, %d out of order, %d bad\n", total, out_of_order, bad);
    return 0;
}
