// Sizes and offsets of the structures that the kernel and programs share.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <locale.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SIZE(type) printf("%s %zu %zu\n", #type, sizeof(type), _Alignof(type))
#define AT(type, member) \
    printf("%s.%s %zu %zu\n", #type, #member, offsetof(type, member), sizeof(((type*)0)->member))

int main(void) {
    SIZE(char), SIZE(short), SIZE(int), SIZE(long), SIZE(void*), SIZE(float), SIZE(double), SIZE(_Bool),
        SIZE(wchar_t);
    SIZE(size_t), SIZE(ssize_t), SIZE(off_t), SIZE(pid_t), SIZE(uid_t), SIZE(gid_t), SIZE(mode_t),
        SIZE(dev_t), SIZE(ino_t);
    SIZE(nlink_t), SIZE(time_t), SIZE(clock_t), SIZE(clockid_t), SIZE(timer_t), SIZE(useconds_t),
        SIZE(suseconds_t);
    SIZE(socklen_t), SIZE(sa_family_t), SIZE(key_t), SIZE(id_t), SIZE(blksize_t), SIZE(blkcnt_t),
        SIZE(rlim_t), SIZE(nfds_t);
    SIZE(sigset_t), SIZE(siginfo_t), SIZE(struct sigaction), SIZE(stack_t), SIZE(union sigval),
        SIZE(struct sigevent);
    AT(struct sigaction, sa_handler), AT(struct sigaction, sa_mask), AT(struct sigaction, sa_flags);
    AT(siginfo_t, si_signo), AT(siginfo_t, si_errno), AT(siginfo_t, si_code), AT(siginfo_t, si_pid),
        AT(siginfo_t, si_uid);
    AT(siginfo_t, si_status), AT(siginfo_t, si_value), AT(siginfo_t, si_addr), AT(siginfo_t, si_band),
        AT(siginfo_t, si_fd);
    AT(siginfo_t, si_timerid), AT(siginfo_t, si_overrun), AT(siginfo_t, si_utime), AT(siginfo_t, si_syscall);
    AT(struct sigevent, sigev_value), AT(struct sigevent, sigev_signo), AT(struct sigevent, sigev_notify);
    AT(struct sigevent, sigev_notify_function), AT(struct sigevent, sigev_notify_attributes);
    AT(stack_t, ss_sp), AT(stack_t, ss_flags), AT(stack_t, ss_size);
    SIZE(struct stat), AT(struct stat, st_dev), AT(struct stat, st_ino), AT(struct stat, st_nlink),
        AT(struct stat, st_mode);
    AT(struct stat, st_uid), AT(struct stat, st_gid), AT(struct stat, st_rdev), AT(struct stat, st_size);
    AT(struct stat, st_blksize), AT(struct stat, st_blocks), AT(struct stat, st_atim),
        AT(struct stat, st_mtime), AT(struct stat, st_ctim);
    SIZE(struct timespec), SIZE(struct timeval), SIZE(struct itimerval), SIZE(struct itimerspec),
        SIZE(struct tm), SIZE(struct tms);
    AT(struct tm, tm_year), AT(struct tm, tm_yday), AT(struct tm, tm_gmtoff), AT(struct tm, tm_zone);
    SIZE(struct flock), AT(struct flock, l_type), AT(struct flock, l_start), AT(struct flock, l_len),
        AT(struct flock, l_pid);
    SIZE(struct dirent), AT(struct dirent, d_ino), AT(struct dirent, d_reclen), AT(struct dirent, d_type),
        AT(struct dirent, d_name);
    SIZE(struct rlimit), SIZE(struct rusage), AT(struct rusage, ru_maxrss), AT(struct rusage, ru_nivcsw);
    SIZE(struct utsname), AT(struct utsname, release), SIZE(struct sysinfo), AT(struct sysinfo, totalram),
        AT(struct sysinfo, mem_unit);
    SIZE(struct termios), AT(struct termios, c_lflag), AT(struct termios, c_cc), AT(struct termios, c_ospeed);
    SIZE(fd_set), SIZE(struct pollfd), AT(struct pollfd, revents), SIZE(struct epoll_event),
        AT(struct epoll_event, data);
    SIZE(struct sockaddr), SIZE(struct sockaddr_un), SIZE(struct sockaddr_in), SIZE(struct sockaddr_in6),
        SIZE(struct sockaddr_storage);
    AT(struct sockaddr_un, sun_path), AT(struct sockaddr_in, sin_port), AT(struct sockaddr_in, sin_addr),
        AT(struct sockaddr_in6, sin6_addr);
    SIZE(struct msghdr), AT(struct msghdr, msg_iov), AT(struct msghdr, msg_control),
        AT(struct msghdr, msg_flags), SIZE(struct cmsghdr);
    SIZE(struct ucred), SIZE(struct linger), SIZE(struct iovec), SIZE(struct in_addr), SIZE(struct in6_addr);
    SIZE(struct passwd), SIZE(struct group), SIZE(struct lconv);
    SIZE(jmp_buf), SIZE(sigjmp_buf), SIZE(div_t), SIZE(ldiv_t), SIZE(fpos_t);
    SIZE(pthread_t), SIZE(pthread_mutex_t), SIZE(pthread_mutexattr_t), SIZE(pthread_cond_t),
        SIZE(pthread_condattr_t);
    SIZE(pthread_rwlock_t), SIZE(pthread_rwlockattr_t), SIZE(pthread_barrier_t), SIZE(pthread_barrierattr_t);
    SIZE(pthread_attr_t), SIZE(pthread_key_t), SIZE(pthread_once_t), SIZE(pthread_spinlock_t);
    printf("%zu %zu %zu\n", CMSG_SPACE(4), CMSG_LEN(4), CMSG_ALIGN(13));
    return 0;
}
