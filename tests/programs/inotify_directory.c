/* What happens in a directory, as inotify tells it: names, cookies of moves, and when a watch ends. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static int notes;
static uint32_t last_cookie;

static void show(const char *what) {
    static const struct {
        uint32_t bit;
        const char *name;
    } kNames[] = {{IN_ACCESS, "access"},         {IN_MODIFY, "modify"},       {IN_ATTRIB, "attrib"},
                  {IN_CLOSE_WRITE, "close-write"}, {IN_CLOSE_NOWRITE, "close"}, {IN_OPEN, "open"},
                  {IN_MOVED_FROM, "from"},       {IN_MOVED_TO, "to"},         {IN_CREATE, "create"},
                  {IN_DELETE, "delete"},         {IN_DELETE_SELF, "self-deleted"}, {IN_MOVE_SELF, "self-moved"},
                  {IN_IGNORED, "ignored"},       {IN_Q_OVERFLOW, "overflow"}, {IN_ISDIR, "dir"}};
    char buffer[4096] __attribute__((aligned(8)));
    printf("%s:\n", what);
    for (;;) {
        ssize_t got = read(notes, buffer, sizeof buffer);
        if (got < 0) break;
        for (char *at = buffer; at < buffer + got;) {
            const struct inotify_event *event = (const struct inotify_event *)at;
            printf("  %d", event->wd);
            for (unsigned i = 0; i < sizeof kNames / sizeof *kNames; i++)
                if (event->mask & kNames[i].bit) printf(" %s", kNames[i].name);
            if (event->len > 0) printf(" '%s' (%u)", event->name, event->len);
            if (event->cookie != 0) printf(event->cookie == last_cookie ? " same cookie" : " new cookie");
            if (event->cookie != 0) last_cookie = event->cookie;
            printf("\n");
            at += sizeof *event + event->len;
        }
    }
}

static void touch(const char *path) {
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    close(fd);
}

int main(void) {
    char directory[] = "/tmp/inotify-XXXXXX";
    if (!mkdtemp(directory) || chdir(directory) < 0) return 1;
    mkdir("in", 0700);
    mkdir("out", 0700);
    notes = inotify_init1(IN_NONBLOCK);
    if (notes < 0) return 1;
    int in = inotify_add_watch(notes, "in", IN_ALL_EVENTS), out = inotify_add_watch(notes, "out", IN_MOVE | IN_CREATE);
    printf("watches %d %d, again %d\n", in, out, inotify_add_watch(notes, "in", IN_ALL_EVENTS));
    touch("in/file");
    show("created");
    int fd = open("in/file", O_RDWR);
    if (write(fd, "abc", 3) != 3 || write(fd, "def", 3) != 3) return 1;
    char byte;
    if (pread(fd, &byte, 1, 0) != 1) return 1;
    if (ftruncate(fd, 1) < 0) return 1;
    fchmod(fd, 0644);
    close(fd);
    show("written, read, cut, changed");
    if (rename("in/file", "in/renamed") < 0) return 1;
    show("renamed");
    if (rename("in/renamed", "out/moved") < 0) return 1;
    show("moved out");
    if (rename("out/moved", "in/back-with-a-long-name") < 0) return 1;
    show("and back");
    if (link("in/back-with-a-long-name", "in/hard") < 0 || symlink("hard", "in/soft") < 0) return 1;
    show("linked");
    fd = open("in/soft", O_RDONLY);
    close(fd);
    show("opened through the symbolic link");
    mkdir("in/sub", 0700);
    rmdir("in/sub");
    show("a directory came and went");
    unlink("in/back-with-a-long-name");
    unlink("in/hard");
    unlink("in/soft");
    show("deleted");
    rmdir("in");
    show("the directory is gone");
    int result = inotify_rm_watch(notes, in);
    printf("remove: %s\n", result < 0 ? strerror(errno) : "done");
    result = inotify_rm_watch(notes, out);
    printf("remove: %s\n", result < 0 ? strerror(errno) : "done");
    show("removed");
    if (chdir("/") < 0) return 1;
    char path[64];
    snprintf(path, sizeof path, "%s/out", directory);
    rmdir(path);
    rmdir(directory);
    return 0;
}
