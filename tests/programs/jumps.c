/* setjmp() and longjmp(): errors leave several functions at once; only volatile locals are sure to keep a change. */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf on_error;
static int depth;

static int parse(const char *text) {
    depth++;
    if (*text == '\0') longjmp(on_error, 1);
    if (*text == '!') longjmp(on_error, 0); /* arrives as 1 */
    if (*text == '?') longjmp(on_error, 7);
    if (*text == '.') return 0;
    return 1 + parse(text + 1);
}

int main(void) {
    static const char *const cases[] = {"abc.", "ab", "a!", "abcd?", "."};
    volatile int tries = 0;
    for (int i = 0; i < 5; i++) {
        depth = 0;
        switch (setjmp(on_error)) {
            case 0:
                tries++;
                printf("%s: length %d\n", cases[i], parse(cases[i]));
                break;
            case 1:
                printf("%s: ends too early, at depth %d\n", cases[i], depth);
                break;
            default:
                printf("%s: a question, at depth %d\n", cases[i], depth);
        }
    }
    printf("%d tries\n", tries);
    return 0;
}
