// The machine's names.
#include <bits/syscall.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

int uname(struct utsname* result) {
    return (int)CALL1(SYS_uname, result);
}

int gethostname(char* name, size_t bytes) {
    struct utsname names;
    if (CALL1(SYS_uname, &names) < 0) return -1;
    size_t length = strlen(names.nodename) + 1;
    memcpy(name, names.nodename, length < bytes ? length : bytes);
    if (length <= bytes) return 0;
    errno = ENAMETOOLONG;
    return -1;
}

int sysinfo(struct sysinfo* result) {
    return (int)CALL1(SYS_sysinfo, result);
}
