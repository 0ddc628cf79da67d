/* One file watched: events that are equal to the last one are told once, masks, one-shot watches, errors, lengths. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int notes;
static char buffer[4096] __attribute__((aligned(8)));

static void report(const char *what, long result) {
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void show(const char *what) {
    ssize_t got = read(notes, buffer, sizeof buffer);
    printf("%s:", what);
    for (char *at = buffer; at < buffer + got;) {
        const struct inotify_event *event = (const struct inotify_event *)at;
        printf(" %d/%x", event->wd, event->mask);
        at += sizeof *event + event->len;
    }
    printf("\n");
}

int main(void) {
    char path[] = "/tmp/inotify-file-XXXXXX";
    int fd = mkstemp(path), waiting = 0;
    notes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    int watch = inotify_add_watch(notes, path, IN_MODIFY | IN_ATTRIB);
    if (fd < 0 || watch < 0) return 1;
    for (int i = 0; i < 3; i++)
        if (write(fd, "x", 1) != 1) return 1;
    struct pollfd entry = {notes, POLLIN, 0};
    int ready = poll(&entry, 1, 0);
    printf("poll %d %x\n", ready, entry.revents);
    ioctl(notes, FIONREAD, &waiting);
    printf("three writes, %d bytes\n", waiting);
    report("too short", read(notes, buffer, 15));
    show("one event");
    fchmod(fd, 0644);
    if (write(fd, "x", 1) != 1) return 1;
    fchmod(fd, 0600);
    show("changed, written, changed");
    if (ftruncate(fd, 0) < 0 || ftruncate(fd, 0) < 0) return 1;
    show("cut");

    report("only attributes", inotify_add_watch(notes, path, IN_ATTRIB) == watch);
    if (write(fd, "x", 1) != 1) return 1;
    show("written");
    report("and more", inotify_add_watch(notes, path, IN_MODIFY | IN_MASK_ADD) == watch);
    if (write(fd, "x", 1) != 1) return 1;
    fchmod(fd, 0644);
    show("written, changed");
    report("only new ones", inotify_add_watch(notes, path, IN_MODIFY | IN_MASK_CREATE));
    report("removed", inotify_rm_watch(notes, watch));
    show("ignored");

    watch = inotify_add_watch(notes, path, IN_MODIFY | IN_ONESHOT);
    printf("another number: %d\n", watch);
    for (int i = 0; i < 2; i++)
        if (write(fd, "x", 1) != 1) return 1;
    show("once");
    watch = inotify_add_watch(notes, path, IN_ALL_EVENTS);
    close(open(path, O_RDONLY));
    if (read(fd, buffer, 1) < 0) return 1;
    show("opened and closed");
    unlink(path);
    show("unlinked, still open");
    close(fd);
    show("closed");

    report("nothing asked", inotify_add_watch(notes, "/tmp", 0));
    report("not there", inotify_add_watch(notes, path, IN_MODIFY));
    report("not a directory", inotify_add_watch(notes, "/dev/null", IN_OPEN | IN_ONLYDIR));
    report("not an inotify", inotify_add_watch(0, "/tmp", IN_MODIFY));
    report("closed", inotify_add_watch(77, "/tmp", IN_MODIFY));
    report("no such watch", inotify_rm_watch(notes, 99));
    report("flags", inotify_init1(1));
    report("write", write(notes, buffer, 16));

    /* Somebody else's doing, waited for. */
    int blocking = inotify_init();
    inotify_add_watch(blocking, "/tmp", IN_CREATE | IN_DELETE);
    snprintf(path, sizeof path, "/tmp/inotify-%d", (int)getpid());
    if (fork() == 0) {
        close(open(path, O_CREAT | O_WRONLY, 0600));
        unlink(path);
        _exit(0);
    }
    int created = 0, deleted = 0;
    const char *name = path + strlen("/tmp/");
    while (!deleted) {
        ssize_t got = read(blocking, buffer, sizeof buffer);
        if (got < 0) return 1;
        for (char *at = buffer; at < buffer + got;) {
            const struct inotify_event *event = (const struct inotify_event *)at;
            if (event->len > 0 && strcmp(event->name, name) == 0) {
                created += (event->mask & IN_CREATE) != 0;
                deleted += (event->mask & IN_DELETE) != 0;
            }
            at += sizeof *event + event->len;
        }
    }
    wait(NULL);
    printf("created %d, deleted %d\n", created, deleted);
    return 0;
}
