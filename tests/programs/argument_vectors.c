/* A line is cut into arguments for exec(); quotes keep blanks; the child shows what arrives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int cut(char *line, char *words[], int most) {
    int count = 0;
    while (*line && count < most - 1) {
        while (*line == ' ') line++;
        if (!*line) break;
        char end = *line == '"' || *line == '\'' ? *line++ : ' ';
        words[count++] = line;
        while (*line && *line != end) line++;
        if (*line) *line++ = '\0';
    }
    words[count] = NULL;
    return count;
}

int main(void) {
    static const char *const lines[] = {"echo one two", "echo  'a  b'   \"c d\" e", "printenv COLOUR", "sh -c 'echo $0 $1 $#' zero first second"};
    setenv("COLOUR", "blue", 1);
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++) {
        char line[100], *words[10];
        strcpy(line, lines[i]);
        int status, count = cut(line, words, 10);
        printf("%d words:\n", count);
        fflush(stdout);
        if (fork() == 0) {
            execvp(words[0], words);
            _exit(127);
        }
        wait(&status);
        if (status != 0) printf("status %d\n", WEXITSTATUS(status));
    }
    return 0;
}
