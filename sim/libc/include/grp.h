#ifndef _GRP_H
#define _GRP_H
#include <bits/types.h>
struct group {
    char* gr_name;
    char* gr_passwd;
    gid_t gr_gid;
    char** gr_mem;
};
struct group* getgrnam(const char* name);
struct group* getgrgid(gid_t gid);
struct group* getgrent(void);
int getgrnam_r(const char* name, struct group* entry, char* buffer, size_t bytes, struct group** result);
int getgrgid_r(gid_t gid, struct group* entry, char* buffer, size_t bytes, struct group** result);
int getgrent_r(struct group* entry, char* buffer, size_t bytes, struct group** result);
int getgrouplist(const char* user, gid_t group, gid_t* list, int* room);
void setgrent(void);
void endgrent(void);
int setgroups(size_t count, const gid_t* list);
#endif
