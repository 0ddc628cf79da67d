#ifndef _UNISTD_H
#define _UNISTD_H

#include <bits/access.h>
#include <bits/getopt.h>
#include <bits/types.h>

typedef long intptr_t;

#define _POSIX_VERSION 200809L
#define _POSIX2_VERSION 200809L
#define _XOPEN_VERSION 700
#define _POSIX_JOB_CONTROL 1
#define _POSIX_SAVED_IDS 1
#define _POSIX_THREADS 200809L
#define _POSIX_SEMAPHORES 200809L
#define _POSIX_SHARED_MEMORY_OBJECTS 200809L
#define _POSIX_MESSAGE_PASSING 200809L
#define _POSIX_MAPPED_FILES 200809L
#define _POSIX_TIMERS 200809L
#define _POSIX_REALTIME_SIGNALS 200809L
#define _POSIX_PRIORITY_SCHEDULING 200809L
#define _POSIX_MONOTONIC_CLOCK 0

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define SEEK_DATA 3
#define SEEK_HOLE 4
#define L_SET SEEK_SET
#define L_INCR SEEK_CUR
#define L_XTND SEEK_END

#define _PC_LINK_MAX 0
#define _PC_MAX_CANON 1
#define _PC_MAX_INPUT 2
#define _PC_NAME_MAX 3
#define _PC_PATH_MAX 4
#define _PC_PIPE_BUF 5
#define _PC_CHOWN_RESTRICTED 6
#define _PC_NO_TRUNC 7
#define _PC_VDISABLE 8
#define _SC_ARG_MAX 0
#define _SC_CHILD_MAX 1
#define _SC_CLK_TCK 2
#define _SC_NGROUPS_MAX 3
#define _SC_OPEN_MAX 4
#define _SC_STREAM_MAX 5
#define _SC_JOB_CONTROL 7
#define _SC_SAVED_IDS 8
#define _SC_REALTIME_SIGNALS 9
#define _SC_PRIORITY_SCHEDULING 10
#define _SC_TIMERS 11
#define _SC_SEMAPHORES 21
#define _SC_SHARED_MEMORY_OBJECTS 22
#define _SC_MQ_OPEN_MAX 27
#define _SC_MQ_PRIO_MAX 28
#define _SC_VERSION 29
#define _SC_PAGESIZE 30
#define _SC_PAGE_SIZE _SC_PAGESIZE
#define _SC_RTSIG_MAX 31
#define _SC_SEM_NSEMS_MAX 32
#define _SC_SEM_VALUE_MAX 33
#define _SC_SIGQUEUE_MAX 34
#define _SC_TIMER_MAX 35
#define _SC_IOV_MAX 60
#define _SC_THREADS 67
#define _SC_GETGR_R_SIZE_MAX 69
#define _SC_GETPW_R_SIZE_MAX 70
#define _SC_LOGIN_NAME_MAX 71
#define _SC_TTY_NAME_MAX 72
#define _SC_THREAD_KEYS_MAX 74
#define _SC_THREAD_STACK_MIN 75
#define _SC_THREAD_THREADS_MAX 76
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84
#define _SC_PHYS_PAGES 85
#define _SC_AVPHYS_PAGES 86
#define _SC_ATEXIT_MAX 87
#define _SC_MONOTONIC_CLOCK 149
#define _SC_HOST_NAME_MAX 180

extern char** environ;

ssize_t read(int fd, void* buffer, size_t bytes);
ssize_t write(int fd, const void* buffer, size_t bytes);
ssize_t pread(int fd, void* buffer, size_t bytes, off_t offset);
ssize_t pwrite(int fd, const void* buffer, size_t bytes, off_t offset);
off_t lseek(int fd, off_t offset, int whence);
int close(int fd);
int dup(int fd);
int dup2(int from, int to);
int dup3(int from, int to, int flags);
int pipe(int fds[2]);
int pipe2(int fds[2], int flags);
int fsync(int fd);
int fdatasync(int fd);
void sync(void);
int syncfs(int fd);
int truncate(const char* path, off_t bytes);
int ftruncate(int fd, off_t bytes);
int lockf(int fd, int command, off_t bytes);
int isatty(int fd);
char* ttyname(int fd);
int ttyname_r(int fd, char* buffer, size_t bytes);
int close_range(unsigned int first, unsigned int last, int flags);
void closefrom(int first);
ssize_t copy_file_range(int in, off_t* in_offset, int out, off_t* out_offset, size_t bytes,
                        unsigned int flags);

pid_t fork(void);
pid_t vfork(void);
pid_t _Fork(void);
pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t pid);
int setpgid(pid_t pid, pid_t group);
int setpgrp(void);
pid_t getsid(pid_t pid);
pid_t setsid(void);
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t group);
_Noreturn void _exit(int status);
int execve(const char* path, char* const argv[], char* const envp[]);
int execv(const char* path, char* const argv[]);
int execvp(const char* file, char* const argv[]);
int execvpe(const char* file, char* const argv[], char* const envp[]);
int execl(const char* path, const char* argument, ...);
int execlp(const char* file, const char* argument, ...);
int execle(const char* path, const char* argument, ...);
int fexecve(int fd, char* const argv[], char* const envp[]);
int execveat(int dir, const char* path, char* const argv[], char* const envp[], int flags);
int nice(int increment);
int daemon(int nochdir, int noclose);
int pause(void);
unsigned int alarm(unsigned int seconds);
useconds_t ualarm(useconds_t usec, useconds_t interval);
unsigned int sleep(unsigned int seconds);
int usleep(useconds_t usec);

uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t uid);
int setgid(gid_t gid);
int seteuid(uid_t uid);
int setegid(gid_t gid);
int setreuid(uid_t real, uid_t effective);
int setregid(gid_t real, gid_t effective);
int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved);
int getresuid(uid_t* real, uid_t* effective, uid_t* saved);
int getresgid(gid_t* real, gid_t* effective, gid_t* saved);
int getgroups(int size, gid_t list[]);

char* getcwd(char* buffer, size_t bytes);
char* get_current_dir_name(void);
int chdir(const char* path);
int fchdir(int fd);
int chroot(const char* path);
int rmdir(const char* path);
int unlink(const char* path);
int unlinkat(int dir, const char* path, int flags);
int link(const char* from, const char* to);
int linkat(int from_dir, const char* from, int to_dir, const char* to, int flags);
int symlink(const char* target, const char* path);
int symlinkat(const char* target, int dir, const char* path);
ssize_t readlink(const char* path, char* buffer, size_t bytes);
ssize_t readlinkat(int dir, const char* path, char* buffer, size_t bytes);
int access(const char* path, int mode);
int faccessat(int dir, const char* path, int mode, int flags);
int euidaccess(const char* path, int mode);
int eaccess(const char* path, int mode);
int chown(const char* path, uid_t owner, gid_t group);
int fchown(int fd, uid_t owner, gid_t group);
int lchown(const char* path, uid_t owner, gid_t group);
int fchownat(int dir, const char* path, uid_t owner, gid_t group, int flags);

int brk(void* end);
void* sbrk(long bytes);
int getpagesize(void);
int getdtablesize(void);
long sysconf(int name);
long pathconf(const char* path, int name);
long fpathconf(int fd, int name);
int gethostname(char* name, size_t bytes);
int sethostname(const char* name, size_t bytes);
char* getlogin(void);
int getlogin_r(char* name, size_t bytes);
char* ctermid(char* name);
void swab(const void* from, void* to, ssize_t bytes);
int getentropy(void* buffer, size_t bytes);
long syscall(long number, ...);

// Offsets have 64 bits in any case: the names of the large-file interface are other names (feature_test_macros(7)).
#ifdef _LARGEFILE64_SOURCE
#define lseek64 lseek
#define pread64 pread
#define pwrite64 pwrite
#define truncate64 truncate
#define ftruncate64 ftruncate
#define lockf64 lockf
#endif

#endif
