/* A matrix product: one process for each row, which sends it back through a pipe. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N = 4 };
struct row {
    int index;
    double values[N];
};

int main(void) {
    double a[N][N], b[N][N], product[N][N];
    int ends[2];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = i + 1.5 * j;
            b[i][j] = i == j ? 2 : 0.25 * (i - j);
        }
    if (pipe(ends) < 0) return 1;
    for (int i = 0; i < N; i++) {
        if (fork() > 0) continue;
        struct row row = {.index = i};
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++) row.values[j] += a[i][k] * b[k][j];
        exit(write(ends[1], &row, sizeof row) == sizeof row ? 0 : 1);
    }
    for (int i = 0; i < N; i++) {
        struct row row;
        if (read(ends[0], &row, sizeof row) != sizeof row) return 1;
        for (int j = 0; j < N; j++) product[row.index][j] = row.values[j];
    }
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) printf("%8.3f", product[i][j]);
        printf("\n");
    }
    while (wait(NULL) > 0) continue;
    return 0;
}
