// sleep NUMBER[smhd]...: sleep for the sum of the times. A signal that is handled or ignored doesn't shorten
// it.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// The seconds that `text` means, or a negative number.
static double seconds_of(const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || !(value >= 0)) return -1;
    switch (*end) {
        case '\0': return value;
        case 's': break;
        case 'm': value *= 60; break;
        case 'h': value *= 60 * 60; break;
        case 'd': value *= 24 * 60 * 60; break;
        default: return -1;
    }
    return end[1] == '\0' ? value : -1;
}

int main(int argc, char *argv[]) {
    if (argc < 2) {
        fprintf(stderr, "sleep: missing operand\n");
        return 1;
    }
    double total = 0;
    for (int i = 1; i < argc; i++) {
        double seconds = seconds_of(argv[i]);
        if (seconds < 0) {
            fprintf(stderr, "sleep: invalid time interval '%s'\n", argv[i]);
            return 1;
        }
        total += seconds;
    }
    if (total > 1e9) total = 1e9;  // thirty years will do for ever

    struct timespec left;
    left.tv_sec = (time_t)total;
    left.tv_nsec = (long)((total - (double)left.tv_sec) * 1e9);
    while (nanosleep(&left, &left) < 0) {
        if (errno == EINTR) continue;
        perror("sleep: nanosleep");
        return 1;
    }
    return 0;
}
