/* Conway's game on a torus: two-dimensional arrays by pointer, swapped every generation. */
#include <stdio.h>
#include <string.h>

enum { ROWS = 8, COLUMNS = 16 };
typedef char grid[ROWS][COLUMNS];

static int neighbours(grid g, int row, int column) {
    int count = 0;
    for (int r = -1; r <= 1; r++)
        for (int c = -1; c <= 1; c++)
            if (r != 0 || c != 0) count += g[(row + r + ROWS) % ROWS][(column + c + COLUMNS) % COLUMNS];
    return count;
}

static int step(grid from, char (*to)[COLUMNS]) {
    int alive = 0;
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLUMNS; c++) {
            int n = neighbours(from, r, c);
            alive += to[r][c] = n == 3 || (n == 2 && from[r][c]);
        }
    return alive;
}

int main(void) {
    static grid grids[2];
    static const char *const glider[] = {".#.", "..#", "###"};
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++) grids[0][r][c] = glider[r][c] == '#';
    for (int c = 9; c < 12; c++) grids[0][5][c] = 1;
    int alive = 8;
    for (int generation = 0; generation < 12; generation++) {
        if (generation % 4 == 0) {
            printf("generation %d, %d alive\n", generation, alive);
            for (int r = 0; r < ROWS; r++) {
                for (int c = 0; c < COLUMNS; c++) putchar(grids[generation % 2][r][c] ? '#' : '.');
                putchar('\n');
            }
        }
        alive = step(grids[generation % 2], grids[(generation + 1) % 2]);
    }
    printf("%zu bytes each\n", sizeof grids[0]);
    return 0;
}
