/* A family tree is built from a text by processes and printed in order: each waits for its children. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* "a(b(cd)e)": a has the children b and e, b has c and d. Returns behind the children. */
static const char *grow(const char *text, int depth) {
    char name = *text++;
    printf("%*s%c\n", 2 * depth, "", name);
    fflush(stdout);
    int children = 0;
    if (*text == '(') {
        text++;
        while (*text && *text != ')') {
            children++;
            pid_t pid = fork();
            if (pid == 0) {
                grow(text, depth + 1);
                exit(0);
            }
            waitpid(pid, NULL, 0);
            int level = 0; /* over the child that has been printed by its process */
            do {
                level += (*text == '(') - (*text == ')');
                text++;
            } while (level > 0 || *text == '(');
        }
    }
    printf("%*s%c has ended, %d children\n", 2 * depth, "", name, children);
    fflush(stdout);
    return text;
}

int main(void) {
    grow("a(b(cd)e(f(g))h)", 0);
    return 0;
}
