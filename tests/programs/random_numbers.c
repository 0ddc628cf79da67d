/* rand() and its relatives give the same numbers for the same seed. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int first = rand();
    printf("unseeded: %d %d\n", first, rand());
    for (unsigned seed = 0; seed < 4; seed++) {
        srand(seed);
        printf("srand(%u):", seed);
        for (int i = 0; i < 4; i++) printf(" %d", rand());
        printf("\n");
    }
    srandom(42);
    printf("random: %ld\n", random());
    unsigned state = 7;
    printf("rand_r: %d", rand_r(&state));
    printf(" %d\n", rand_r(&state));
    srand48(5);
    printf("drand48: %.10f", drand48());
    printf(" %ld\n", lrand48());
    char bytes[64];
    char *before = initstate(3, bytes, sizeof bytes);
    printf("another state: %ld", random());
    setstate(before);
    printf(" and back: %ld\n", random());
    int rolls[6] = {0};
    srand(2024);
    for (int i = 0; i < 6000; i++) rolls[rand() % 6]++;
    for (int i = 0; i < 6; i++) printf("%d%s", rolls[i], i < 5 ? " " : "\n");
    return 0;
}
