/* A small shell: words with quotes, pipelines, files, a built-in command; it runs a script of its own. */
#include <stdio.h>
#include <sys/wait.h>

#include "shell.h"

int main(void) {
    static const char *const script[] = {
        "echo hello world",
        "echo 'two  blanks' \"and | no pipe\"",
        "cd /tmp",
        "echo pear > mini_shell.txt",
        "echo apple >> mini_shell.txt",
        "echo fig>>mini_shell.txt",
        "sort < mini_shell.txt",
        "cat mini_shell.txt | sort | head -n 1",
        "cat mini_shell.txt|wc -l",
        "false",
        "no-such-program",
        "cat < /no/such/file",
        "echo |",
        "| echo",
        "echo >",
        "cd /no/such/place",
        "sleep 0 &",
        "sh -c 'exit 5'",
    };
    for (size_t i = 0; i < sizeof script / sizeof *script; i++) {
        struct pipeline pipeline;
        printf("$ %s\n", script[i]);
        if (parse(script[i], &pipeline) == 0) {
            int status = run(&pipeline);
            if (status != 0) printf("[%d]\n", status);
        }
    }
    while (wait(NULL) > 0) continue;
    remove("/tmp/mini_shell.txt");
    return 0;
}
