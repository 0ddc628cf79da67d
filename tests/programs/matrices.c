/* Arrays whose size is only known at run time: variable length arrays, as parameters too, and rows on the heap. */
#include <stdio.h>
#include <stdlib.h>

static void multiply(int n, int m, int k, double a[n][m], double b[m][k], double c[n][k]) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < k; j++) {
            c[i][j] = 0;
            for (int l = 0; l < m; l++) c[i][j] += a[i][l] * b[l][j];
        }
}

static double determinant(int n, double a[n][n]) {
    if (n == 1) return a[0][0];
    double sum = 0, smaller[n - 1][n - 1];
    for (int skip = 0; skip < n; skip++) {
        for (int i = 1; i < n; i++)
            for (int j = 0, to = 0; j < n; j++)
                if (j != skip) smaller[i - 1][to++] = a[i][j];
        sum += (skip % 2 ? -1 : 1) * a[0][skip] * determinant(n - 1, smaller);
    }
    return sum;
}

int main(void) {
    for (int n = 2; n <= 4; n++) {
        double a[n][n + 1], b[n + 1][n], c[n][n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= n; j++) {
                a[i][j] = i * j + 1;
                b[j][i] = i - j * (i + 1) % 3;
            }
        multiply(n, n + 1, n, a, b, c);
        printf("n = %d, %zu bytes: %g ... %g, determinant %g\n", n, sizeof c, c[0][0], c[n - 1][n - 1], determinant(n, c));
    }
    int rows = 5, **triangle = malloc((size_t)rows * sizeof *triangle);
    for (int i = 0; i < rows; i++) {
        triangle[i] = malloc((size_t)(i + 1) * sizeof **triangle);
        for (int j = 0; j <= i; j++) triangle[i][j] = j == 0 || j == i ? 1 : triangle[i - 1][j - 1] + triangle[i - 1][j];
    }
    for (int i = 0; i < rows; free(triangle[i++]))
        for (int j = 0; j <= i; j++) printf("%d%c", triangle[i][j], j < i ? ' ' : '\n');
    free(triangle);
    return 0;
}
