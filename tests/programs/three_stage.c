/* A pipeline of three processes of the same program: numbers, squares, sum. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void numbers(void) {
    for (int i = 1; i <= 100; i++) printf("%d\n", i);
}

static void squares(void) {
    long number;
    while (scanf("%ld", &number) == 1) printf("%ld\n", number * number);
}

static void sum(void) {
    long number, total = 0;
    while (scanf("%ld", &number) == 1) total += number;
    printf("%ld\n", total);
}

int main(void) {
    void (*const stages[])(void) = {numbers, squares, sum};
    int input = -1, ends[2];
    for (int i = 0; i < 3; i++) {
        if (i < 2 && pipe(ends) < 0) return 1;
        if (fork() == 0) {
            if (input >= 0) {
                dup2(input, STDIN_FILENO);
                close(input);
            }
            if (i < 2) {
                dup2(ends[1], STDOUT_FILENO);
                close(ends[0]);
                close(ends[1]);
            }
            stages[i]();
            exit(0);
        }
        if (input >= 0) close(input);
        if (i < 2) {
            input = ends[0];
            close(ends[1]);
        }
    }
    while (wait(NULL) > 0) continue;
    printf("all stages have ended\n");
    return 0;
}
