// Users and groups of the process.
#include <bits/syscall.h>
#include <grp.h>
#include <sys/syscall.h>
#include <unistd.h>

uid_t getuid(void) {
    return (uid_t)RAW0(SYS_getuid);
}
uid_t geteuid(void) {
    return (uid_t)RAW0(SYS_geteuid);
}
gid_t getgid(void) {
    return (gid_t)RAW0(SYS_getgid);
}
gid_t getegid(void) {
    return (gid_t)RAW0(SYS_getegid);
}
int setuid(uid_t uid) {
    return (int)CALL1(SYS_setuid, uid);
}
int setgid(gid_t gid) {
    return (int)CALL1(SYS_setgid, gid);
}
int setreuid(uid_t real, uid_t effective) {
    return (int)CALL2(SYS_setreuid, real, effective);
}
int setregid(gid_t real, gid_t effective) {
    return (int)CALL2(SYS_setregid, real, effective);
}
int setresuid(uid_t real, uid_t effective, uid_t saved) {
    return (int)CALL3(SYS_setresuid, real, effective, saved);
}
int setresgid(gid_t real, gid_t effective, gid_t saved) {
    return (int)CALL3(SYS_setresgid, real, effective, saved);
}
int seteuid(uid_t uid) {
    return (int)CALL3(SYS_setresuid, -1, uid, -1);
}
int setegid(gid_t gid) {
    return (int)CALL3(SYS_setresgid, -1, gid, -1);
}
int getresuid(uid_t* real, uid_t* effective, uid_t* saved) {
    return (int)CALL3(SYS_getresuid, real, effective, saved);
}
int getresgid(gid_t* real, gid_t* effective, gid_t* saved) {
    return (int)CALL3(SYS_getresgid, real, effective, saved);
}
int getgroups(int size, gid_t list[]) {
    return (int)CALL2(SYS_getgroups, size, list);
}
