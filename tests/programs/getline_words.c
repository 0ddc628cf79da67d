/* getline() takes lines of any length; getdelim() takes any separator. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    char text[600] = "one two\n\nthree\n";
    size_t begin = strlen(text);
    memset(text + begin, 'x', 300);
    strcpy(text + begin + 300, " end\nlast without newline");
    FILE *in = fmemopen(text, strlen(text), "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, in)) != -1) {
        int words = 0;
        for (char *rest = line, *word; (word = strtok_r(rest, " \n", &rest)) != NULL;) words += *word != '\0';
        printf("%zd bytes, %d words, room is enough: %d\n", length, words, room > (size_t)length);
    }
    printf("end: %d\n", feof(in) != 0);
    fclose(in);
    char path[] = "/usr/local/bin:/usr/bin::/bin";
    in = fmemopen(path, strlen(path), "r");
    while ((length = getdelim(&line, &room, ':', in)) != -1) {
        if (line[length - 1] == ':') line[--length] = '\0';
        printf("[%s]\n", line);
    }
    fclose(in);
    free(line);
    return 0;
}
