// rand() and random(): glibc's additive feedback generator, so that a seed gives the same sequence as there.
// With a state of 128 bytes, x[i] = x[i - 3] + x[i - 31], and the result is x[i] without its lowest bit;
// initstate(3) lists the other sizes. The state array holds the type and position in its first word.
#include <errno.h>
#include <stdlib.h>

static const unsigned char degrees[5] = {0, 7, 15, 31, 63};
static const unsigned char separations[5] = {0, 3, 1, 3, 1};

static int default_state[32];
static int* state;  ///< null: not seeded yet, as if by srandom(1)
static int type = 3, front, rear;

static void seed_state(unsigned int seed) {
    if (seed == 0) seed = 1;
    int word = (int)seed;
    state[0] = word;
    if (type == 0) return;
    int degree = degrees[type];
    for (int i = 1; i < degree; i++) {
        // 16807 * word % 2147483647 without overflow (Schrage's method)
        long high = word / 127773, low = word % 127773;
        word = (int)(16807 * low - 2836 * high);
        if (word < 0) word += 2147483647;
        state[i] = word;
    }
    front = separations[type];
    rear = 0;
    for (int i = 0; i < degree * 10; i++) random();
}

void srandom(unsigned int seed) {
    if (!state) state = default_state + 1;
    seed_state(seed);
}

void srand(unsigned int seed) {
    srandom(seed);
}

long random(void) {
    if (!state) srandom(1);
    if (type == 0) {
        state[0] = (int)(((unsigned)state[0] * 1103515245U + 12345U) & 0x7fffffffU);
        return state[0];
    }
    unsigned int sum = (unsigned)state[front] + (unsigned)state[rear];
    state[front] = (int)sum;
    int degree = degrees[type];
    if (++front == degree) front = 0;
    if (++rear == degree) rear = 0;
    return (long)(sum >> 1);
}

int rand(void) {
    return (int)random();
}

static char* leave_state(void) {
    if (!state) srandom(1);
    state[-1] = type == 0 ? 0 : rear * 5 + type;
    return (char*)(state - 1);
}

char* initstate(unsigned int seed, char* memory, size_t bytes) {
    if (bytes < 8) {
        errno = EINVAL;
        return 0;
    }
    char* old = leave_state();
    type = bytes < 32 ? 0 : bytes < 64 ? 1 : bytes < 128 ? 2 : bytes < 256 ? 3 : 4;
    state = (int*)memory + 1;
    seed_state(seed);
    leave_state();
    return old;
}

char* setstate(char* memory) {
    int head = *(int*)memory;
    if (head < 0 || head % 5 > 4) {
        errno = EINVAL;
        return 0;
    }
    char* old = leave_state();
    type = head % 5;
    state = (int*)memory + 1;
    if (type != 0) {
        rear = head / 5;
        front = (rear + separations[type]) % degrees[type];
    }
    return old;
}
