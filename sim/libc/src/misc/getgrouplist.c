// The groups of a user: its own, and those that name it as a member.
#include <grp.h>
#include <string.h>

int getgrouplist(const char* user, gid_t group, gid_t* list, int* room) {
    int count = 1;
    if (*room > 0) list[0] = group;
    setgrent();
    for (const struct group* entry; (entry = getgrent());)
        for (char** member = entry->gr_mem; *member; member++) {
            if (strcmp(*member, user) != 0 || entry->gr_gid == group) continue;
            if (count < *room) list[count] = entry->gr_gid;
            count++;
        }
    endgrent();
    int fits = count <= *room;
    *room = count;
    return fits ? count : -1;
}
