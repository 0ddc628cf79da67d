// glob(): wildcards, classes, braces, marks, appended searches, and what is given where nothing matches.
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char* pattern, int flags) {
    glob_t found;
    memset(&found, 0, sizeof found);
    found.gl_offs = 2;
    const int result = glob(pattern, flags, NULL, &found);
    printf("%s (%d): %d, %zu:", pattern, flags, result, found.gl_pathc);
    const size_t first = flags & GLOB_DOOFFS ? 2 : 0;
    if (result == 0)
        for (size_t i = 0; i < first + found.gl_pathc; i++)
            printf(" %s", found.gl_pathv[i] ? found.gl_pathv[i] : "-");
    puts("");
    if (result == 0) globfree(&found);
}

static const char* const files[] = {"g/a.c", "g/b.c", "g/c.h", "g/.hidden.c", "g/d/x.c", "g/d/y*z", "g/e/x.c"};

int main(void) {
    mkdir("g", 0700);
    mkdir("g/d", 0700);
    mkdir("g/e", 0700);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) close(creat(files[i], 0600));
    show("g/*.c", 0);
    show("g/.*.c", 0);
    show("g/*.c", GLOB_PERIOD);
    show("g/[b-z].?", 0);
    show("g/[!a].c", 0);
    show("g/*", GLOB_MARK);
    show("g/*", GLOB_ONLYDIR);
    show("g/*/*.c", 0);
    show("*/d/x.c", 0);
    show("g//d/", 0);
    show("g/d/y\\*z", 0);
    show("g/d/y\\*z", GLOB_NOESCAPE);
    show("g/a.c", 0);
    show("g/none", 0);
    show("g/none*", GLOB_NOCHECK);
    show("g/none*", GLOB_NOMAGIC);
    show("g/none", GLOB_NOMAGIC);
    show("g/{a,b,d/{x,q}}.c", GLOB_BRACE);
    show("g/{a,b}.c", 0);
    show("g/{q,r}", GLOB_BRACE);
    show("g/{q,r}", GLOB_BRACE | GLOB_NOCHECK);
    show("g/*.c", GLOB_DOOFFS);
    show("~/nothing*", GLOB_TILDE);
    show("g/[", 0);
    show("", 0);
    glob_t both;
    printf("%d", glob("g/*.h", 0, NULL, &both));
    printf(" %d:", glob("g/*.c", GLOB_APPEND | GLOB_MARK, NULL, &both));
    for (char** at = both.gl_pathv; *at; at++) printf(" %s", *at);
    puts("");
    globfree(&both);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) unlink(files[i]);
    rmdir("g/d");
    rmdir("g/e");
    rmdir("g");
    return 0;
}
