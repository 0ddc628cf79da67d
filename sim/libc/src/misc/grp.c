// Groups: the few that every toy machine has, as in its /etc/group.
#include <bits/syscall.h>
#include <grp.h>
#include <string.h>
#include <sys/syscall.h>

static char* no_members[] = {0};
static struct group groups[] = {
    {"root", "x", 0, no_members},
    {"student", "x", 1000, no_members},
    {"nogroup", "x", 65534, no_members},
};
enum { COUNT = sizeof groups / sizeof *groups };
static int position;

struct group* getgrnam(const char* name) {
    for (int i = 0; i < COUNT; i++)
        if (strcmp(groups[i].gr_name, name) == 0) return &groups[i];
    return 0;
}

struct group* getgrgid(gid_t gid) {
    for (int i = 0; i < COUNT; i++)
        if (groups[i].gr_gid == gid) return &groups[i];
    return 0;
}

struct group* getgrent(void) {
    return position < COUNT ? &groups[position++] : 0;
}

void setgrent(void) {
    position = 0;
}

void endgrent(void) {
    position = 0;
}
