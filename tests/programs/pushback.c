/* A scanner that looks one character ahead and puts it back with ungetc(). */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static int next_token(FILE *in, char *text) {
    int c, length = 0;
    while ((c = getc(in)) == ' ' || c == '\t') continue;
    if (c == EOF) return 0;
    if (isdigit(c) || isalpha(c) || c == '_') {
        int (*belongs)(int) = isdigit(c) ? isdigit : isalnum;
        do text[length++] = (char)c;
        while ((c = getc(in)) != EOF && (belongs(c) || (belongs == isalnum && c == '_')));
        if (c != EOF) ungetc(c, in);
    } else {
        text[length++] = (char)c;
        int next = getc(in);
        if ((c == '<' || c == '>' || c == '=' || c == '&') && next == c)
            text[length++] = (char)next;
        else if (next != EOF)
            ungetc(next, in);
    }
    text[length] = '\0';
    return length;
}

int main(void) {
    char source[] = "if (count_1==10) x = y<<2 & 0; else z=12abc&&_q";
    char token[64];
    FILE *in = fmemopen(source, strlen(source), "r");
    int count = 0;
    while (next_token(in, token)) printf("%s%s", count++ ? "|" : "", token);
    printf("\n%d tokens\n", count);
    fclose(in);
    return 0;
}
