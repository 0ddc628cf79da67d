// Process groups and sessions.
#include <bits/syscall.h>
#include <sys/ioctl.h>
#include <unistd.h>

pid_t getpgrp(void) {
    return (pid_t)RAW0(SYS_getpgrp);
}
pid_t getpgid(pid_t pid) {
    return (pid_t)CALL1(SYS_getpgid, pid);
}
int setpgid(pid_t pid, pid_t group) {
    return (int)CALL2(SYS_setpgid, pid, group);
}
int setpgrp(void) {
    return (int)CALL2(SYS_setpgid, 0, 0);
}
pid_t getsid(pid_t pid) {
    return (pid_t)CALL1(SYS_getsid, pid);
}
pid_t setsid(void) {
    return (pid_t)CALL0(SYS_setsid);
}
pid_t tcgetpgrp(int fd) {
    pid_t group;
    return CALL3(SYS_ioctl, fd, TIOCGPGRP, &group) < 0 ? -1 : group;
}
int tcsetpgrp(int fd, pid_t group) {
    return (int)CALL3(SYS_ioctl, fd, TIOCSPGRP, &group);
}
