/* The towers of Hanoi, with the pegs as stacks, and two recursions that grow fast. */
#include <stdio.h>

static int pegs[3][8], heights[3], moves;

static void move(int from, int to) {
    pegs[to][heights[to]++] = pegs[from][--heights[from]];
    moves++;
}

static void hanoi(int count, int from, int to) {
    if (count == 0) return;
    hanoi(count - 1, from, 3 - from - to);
    move(from, to);
    if (count == 3) printf("disc 3: %d -> %d\n", from, to);
    hanoi(count - 1, 3 - from - to, to);
}

static unsigned ackermann(unsigned m, unsigned n) {
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static int is_even(int), is_odd(int);
static int is_even(int n) {
    return n == 0 || is_odd(n - 1);
}
static int is_odd(int n) {
    return n != 0 && is_even(n - 1);
}

int main(void) {
    for (int disc = 5; disc > 0; disc--) pegs[0][heights[0]++] = disc;
    hanoi(5, 0, 2);
    printf("%d moves, heights %d %d %d, top %d\n", moves, heights[0], heights[1], heights[2], pegs[2][4]);
    printf("%u %u\n", ackermann(2, 5), ackermann(3, 4));
    printf("%d %d\n", is_even(100), is_odd(100));
    return 0;
}
