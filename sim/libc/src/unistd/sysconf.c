// Limits that a program can ask for.
#include <bits/syscall.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

static long soft_limit(int resource) {
    struct rlimit limit;
    if (RAW4(SYS_prlimit64, 0, resource, 0, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) return -1;
    return (long)limit.rlim_cur;
}

static int processors(void) {
    unsigned long mask[16] = {0};
    long bytes = RAW3(SYS_sched_getaffinity, 1, sizeof mask, mask);  // of init: a mask of our own says nothing
    int count = 0;
    for (long i = 0; i < bytes / 8; i++)
        for (unsigned long word = mask[i]; word; word &= word - 1) count++;
    return count > 0 ? count : 1;
}

static long pages(int free) {
    struct sysinfo info;
    if (CALL1(SYS_sysinfo, &info) < 0) return -1;
    return (long)((free ? info.freeram : info.totalram) * info.mem_unit / 4096);
}

long sysconf(int name) {
    switch (name) {
        case _SC_ARG_MAX: {
            long stack = soft_limit(RLIMIT_STACK);
            return stack / 4 > 131072 ? stack / 4 : 131072;
        }
        case _SC_CHILD_MAX:
            return soft_limit(RLIMIT_NPROC);
        case _SC_OPEN_MAX:
            return soft_limit(RLIMIT_NOFILE);
        case _SC_SIGQUEUE_MAX:
            return soft_limit(RLIMIT_SIGPENDING);
        case _SC_CLK_TCK:
            return 100;
        case _SC_NGROUPS_MAX:
            return NGROUPS_MAX;
        case _SC_STREAM_MAX:
            return 16;
        case _SC_JOB_CONTROL:
        case _SC_SAVED_IDS:
            return 1;
        case _SC_REALTIME_SIGNALS:
        case _SC_PRIORITY_SCHEDULING:
        case _SC_TIMERS:
        case _SC_SEMAPHORES:
        case _SC_SHARED_MEMORY_OBJECTS:
        case _SC_VERSION:
        case _SC_THREADS:
        case _SC_MONOTONIC_CLOCK:
            return 200809L;
        case _SC_MQ_PRIO_MAX:
            return MQ_PRIO_MAX;
        case _SC_PAGESIZE:
            return 4096;
        case _SC_RTSIG_MAX:
            return RTSIG_MAX;
        case _SC_SEM_VALUE_MAX:
            return SEM_VALUE_MAX;
        case _SC_IOV_MAX:
            return IOV_MAX;
        case _SC_GETGR_R_SIZE_MAX:
        case _SC_GETPW_R_SIZE_MAX:
            return 1024;
        case _SC_ATEXIT_MAX:
            return 2147483647;
        case _SC_LOGIN_NAME_MAX:
            return LOGIN_NAME_MAX;
        case _SC_TTY_NAME_MAX:
            return TTY_NAME_MAX;
        case _SC_HOST_NAME_MAX:
            return HOST_NAME_MAX;
        case _SC_THREAD_KEYS_MAX:
            return PTHREAD_KEYS_MAX;
        case _SC_THREAD_STACK_MIN:
            return PTHREAD_STACK_MIN;
        case _SC_MQ_OPEN_MAX:
        case _SC_SEM_NSEMS_MAX:
        case _SC_TIMER_MAX:
        case _SC_THREAD_THREADS_MAX:
            return -1;  // no limit of its own
        case _SC_NPROCESSORS_CONF:
        case _SC_NPROCESSORS_ONLN:
            return processors();
        case _SC_PHYS_PAGES:
            return pages(0);
        case _SC_AVPHYS_PAGES:
            return pages(1);
    }
    errno = EINVAL;
    return -1;
}

int get_nprocs(void) {
    return processors();
}
int get_nprocs_conf(void) {
    return processors();
}
long get_phys_pages(void) {
    return pages(0);
}
long get_avphys_pages(void) {
    return pages(1);
}
int getpagesize(void) {
    return 4096;
}
int getdtablesize(void) {
    long limit = soft_limit(RLIMIT_NOFILE);
    return limit < 0 ? 256 : (int)limit;
}
int getloadavg(double averages[], int count) {
    struct sysinfo info;
    if (CALL1(SYS_sysinfo, &info) < 0) return -1;
    if (count > 3) count = 3;
    for (int i = 0; i < count; i++) averages[i] = (double)info.loads[i] / 65536.0;
    return count;
}

static long path_limit(int name) {
    switch (name) {
        case _PC_LINK_MAX:
            return 127;
        case _PC_MAX_CANON:
        case _PC_MAX_INPUT:
        case _PC_NAME_MAX:
            return 255;
        case _PC_PATH_MAX:
        case _PC_PIPE_BUF:
            return 4096;
        case _PC_CHOWN_RESTRICTED:
        case _PC_NO_TRUNC:
            return 1;
        case _PC_VDISABLE:
            return 0;
    }
    errno = EINVAL;
    return -1;
}
long pathconf(const char* path, int name) {
    if (*path == 0) {
        errno = ENOENT;
        return -1;
    }
    return path_limit(name);
}
long fpathconf(int fd, int name) {
    if (fd < 0) {
        errno = EBADF;
        return -1;
    }
    return path_limit(name);
}
