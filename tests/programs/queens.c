/* Eight queens by backtracking; the branches of the first row are counted by processes of their own. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N = 8 };
static int column[N];

static int fits(int row) {
    for (int before = 0; before < row; before++) {
        int distance = column[row] - column[before];
        if (distance == 0 || distance == row - before || distance == before - row) return 0;
    }
    return 1;
}

static int place(int row) {
    int found = 0;
    if (row == N) return 1;
    for (column[row] = 0; column[row] < N; column[row]++)
        if (fits(row)) found += place(row + 1);
    return found;
}

int main(void) {
    int total = 0, results[N];
    pid_t workers[N];
    for (int c = 0; c < N; c++) {
        column[0] = c;
        workers[c] = fork();
        if (workers[c] == 0) _exit(place(1));
    }
    for (int c = 0; c < N; c++) {
        int status;
        waitpid(workers[c], &status, 0);
        total += results[c] = WEXITSTATUS(status);
    }
    for (int c = 0; c < N; c++) printf("first queen in column %d: %d\n", c, results[c]);
    printf("%d solutions\n", total);
    return 0;
}
