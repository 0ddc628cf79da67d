/* process_vm_readv() and process_vm_writev(): a parent reads and writes its child's memory; what stands where it should not. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[32] = "the parent's";

static void tell(const char *what, ssize_t result) {
    if (result < 0)
        printf("%s: %s\n", what, strerrorname_np(errno));
    else
        printf("%s: %zd\n", what, result);
}

int main(void) {
    int ready[2], go[2];
    char byte;
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page + 4096, 4096);
    pipe(ready);
    pipe(go);
    pid_t child = fork();
    if (child == 0) {
        strcpy(text, "the child's");
        mprotect(page, 4096, PROT_READ);
        write(ready[1], "r", 1);
        read(go[0], &byte, 1);
        printf("the child finds \"%s\"\n", text);
        return 0;
    }
    read(ready[0], &byte, 1);
    char first[5], second[20] = "";
    struct iovec mine[] = {{first, 4}, {second, 8}}, its[] = {{text, 4}, {text + 4, 8}};
    first[4] = 0;
    tell("read", process_vm_readv(child, mine, 2, its, 2, 0));
    printf("\"%s\" and \"%s\", where the parent itself has \"%s\"\n", first, second, text);
    struct iovec new = {"from outside", 13}, there = {text, 13};
    tell("written", process_vm_writev(child, &new, 1, &there, 1, 0));
    printf("the parent still has \"%s\"\n", text);

    struct iovec ends[] = {{page + 4090, 12}}, room = {second, 12};
    tell("up to the end of what is mapped", process_vm_readv(child, &room, 1, ends, 1, 0));
    struct iovec nowhere = {(void *)16, 4};
    tell("from nowhere", process_vm_readv(child, &room, 1, &nowhere, 1, 0));
    tell("to nowhere of one's own", process_vm_readv(child, &nowhere, 1, &there, 1, 0));
    struct iovec closed = {page, 4};
    tell("to what the other may only read", process_vm_writev(child, &new, 1, &closed, 1, 0));
    tell("with flags", process_vm_readv(child, &room, 1, &there, 1, 1));
    tell("nothing", process_vm_readv(child, &room, 0, &there, 1, 0));
    tell("from nothing", process_vm_readv(child, &room, 1, &there, 0, 0));
    tell("too many", process_vm_readv(child, &room, 1025, &there, 1, 0));
    tell("from one's own", process_vm_readv(getpid(), &room, 1, &there, 1, 0));
    write(go[1], "g", 1);
    int status;
    waitpid(child, &status, 0);
    tell("from nobody", process_vm_readv(child, &room, 1, &there, 1, 0));
    return 0;
}
