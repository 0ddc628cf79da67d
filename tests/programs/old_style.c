/* C as it was written once: definitions in the old style, jumps, fall-through, names for everything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRUE 1
#define FALSE 0
#define MAXLINE 80

static int words[4], state;

/* the well-known copy, with its byte count in a register and its cases falling through */
static void send(char *to, const char *from, int count) {
    register int n = (count + 7) / 8;
    switch (count % 8) {
        case 0:
            do {
                *to++ = *from++;
                __attribute__((fallthrough));
                case 7:
                    *to++ = *from++;
                    __attribute__((fallthrough));
                case 6:
                    *to++ = *from++;
                    __attribute__((fallthrough));
                case 5:
                    *to++ = *from++;
                    __attribute__((fallthrough));
                case 4:
                    *to++ = *from++;
                    __attribute__((fallthrough));
                case 3:
                    *to++ = *from++;
                    __attribute__((fallthrough));
                case 2:
                    *to++ = *from++;
                    __attribute__((fallthrough));
                case 1:
                    *to++ = *from++;
            } while (--n > 0);
    }
}

static int detab(char *line, const char *text) {
    int c, column = 0;
    while ((c = *text++) != '\0')
        if (c == '\t')
            do line[column++] = ' ';
            while (column % 8 != 0);
        else
            line[column++] = (char)c;
    line[column] = '\0';
    return column;
}

static int find(int table[][3], int rows, int wanted) {
    int i, j;
    for (i = 0; i < rows; i++)
        for (j = 0; j < 3; j++)
            if (table[i][j] == wanted) goto found;
    return -1;
found:
    return i * 3 + j;
}

int main(void) {
    char line[MAXLINE], copy[20] = "...................";
    int table[2][3] = {{3, 1, 4}, {1, 5, 9}}, done = FALSE, i;
    send(copy, "duff's device", 13);
    printf("%s\n", copy);
    i = detab(line, "a\tbc\tdefghijk\tl");
    printf("%d [%s]\n", i, line);
    printf("%d %d %d\n", find(table, 2, 5), find(table, 2, 1), find(table, 2, 7));
    for (i = 0; !done; i++) {
        switch (state) {
            case 0:
            case 1:
                words[state]++;
                state++;
                continue;
            case 2:
                words[2] += i;
                if (words[2] > 10) break;
                state = 0;
                continue;
            default:
                abort();
        }
        done = TRUE;
    }
    printf("%d %d %d after %d\n", words[0], words[1], words[2], i);
    printf("%d %c %s\n", 3[words], "octal\101"[5], "a" "b" /* joined */ "c");
    return 0;
}
