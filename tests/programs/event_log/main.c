/* Sensors are processes that send events; the logger keeps only the last few in a ring. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kinds.h"
#include "ring.h"

const char *const kind_names[KIND_COUNT] = {KINDS(AS_TEXT)};

static void sensor(int source, int out) {
    struct event event = {source, KIND_START, 0};
    for (int i = 0; i < 4; i++) {
        if (write(out, &event, sizeof event) != sizeof event) _exit(1);
        event.kind = KIND_SAMPLE;
        event.value = source + 0.25 * i;
    }
    event.kind = KIND_STOP;
    _exit(write(out, &event, sizeof event) == sizeof event ? 0 : 1);
}

int main(void) {
    int ends[2], counts[KIND_COUNT] = {0};
    struct event event;
    for (int source = 1; source <= 2; source++) {
        if (pipe(ends) < 0) return 1;
        if (fork() == 0) sensor(source, ends[1]);
        close(ends[1]);
        while (read(ends[0], &event, sizeof event) == sizeof event) {
            counts[event.kind]++;
            ring_put(event);
        }
        close(ends[0]);
        wait(NULL);
    }
    for (int kind = 0; kind < KIND_COUNT; kind++) printf("%-7s %d\n", kind_names[kind], counts[kind]);
    printf("lost %d, kept:\n", ring_lost());
    while (ring_take(&event)) printf("  %d %-7s %.2f\n", event.source, kind_names[event.kind], event.value);
    return 0;
}
