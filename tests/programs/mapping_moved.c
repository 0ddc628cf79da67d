/* mremap(): a mapping that grows, here by moving it; what it holds stays, and a shared one still shows its file. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void show(const char *what, void *result) {
    printf("%s: %s\n", what, result == MAP_FAILED ? strerror(errno) : "done");
}

int main(void) {
    enum { page = 4096 };
    /* Ten pages, of which two are in use; behind them a wall. */
    char *area = mmap(NULL, 10 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *text = mmap(area, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (area == MAP_FAILED || text == MAP_FAILED)
        return 1;
    strcpy(text + page - 3, "over the border");
    show("no room, and not to move", mremap(text, 2 * page, 4 * page, 0));
    char *moved = mremap(text, 2 * page, 4 * page, MREMAP_MAYMOVE);
    printf("moved: %d, \"%s\"\n", moved != text, moved + page - 3);
    moved[3 * page] = 'x';
    char *smaller = mremap(moved, 4 * page, page, 0);
    printf("made smaller in its place: %d\n", smaller == moved);
    char *there = mremap(smaller, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, area + 5 * page);
    printf("moved to a place: %d, \"%.3s\"\n", there == area + 5 * page, there + page - 3);
    show("what is not mapped", mremap(smaller, page, 2 * page, MREMAP_MAYMOVE));
    show("fixed, but not to move", mremap(there, page, page, MREMAP_FIXED, area));
    show("not a page", mremap(there + 1, page, page, MREMAP_MAYMOVE));
    show("nothing", mremap(there, page, 0, MREMAP_MAYMOVE));

    int file = memfd_create("file", 0);
    if (file < 0 || ftruncate(file, 4 * page) < 0)
        return 1;
    char *shared = mmap(area + 8 * page, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, page);
    shared = mremap(shared, page, 2 * page, MREMAP_MAYMOVE);
    if (shared == MAP_FAILED)
        return 1;
    strcpy(shared + page, "third page");
    char read_back[16] = "";
    if (pread(file, read_back, 10, 2 * page) != 10)
        return 1;
    printf("in the file: %s\n", read_back);
    return 0;
}
