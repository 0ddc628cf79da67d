#ifndef _SYS_STAT_H
#define _SYS_STAT_H

#include <bits/mode.h>
#include <bits/stat.h>

#define S_BLKSIZE 512

#define S_ISREG(mode) (((mode)&S_IFMT) == S_IFREG)
#define S_ISDIR(mode) (((mode)&S_IFMT) == S_IFDIR)
#define S_ISCHR(mode) (((mode)&S_IFMT) == S_IFCHR)
#define S_ISBLK(mode) (((mode)&S_IFMT) == S_IFBLK)
#define S_ISFIFO(mode) (((mode)&S_IFMT) == S_IFIFO)
#define S_ISLNK(mode) (((mode)&S_IFMT) == S_IFLNK)
#define S_ISSOCK(mode) (((mode)&S_IFMT) == S_IFSOCK)
#define ACCESSPERMS 0777
#define ALLPERMS 07777
#define DEFFILEMODE 0666

int stat(const char* path, struct stat* result);
int fstat(int fd, struct stat* result);
int lstat(const char* path, struct stat* result);
int fstatat(int dir, const char* path, struct stat* result, int flags);
int chmod(const char* path, mode_t mode);
int fchmod(int fd, mode_t mode);
int fchmodat(int dir, const char* path, mode_t mode, int flags);
mode_t umask(mode_t mask);
int mkdir(const char* path, mode_t mode);
int mkdirat(int dir, const char* path, mode_t mode);
int mkfifo(const char* path, mode_t mode);
int mkfifoat(int dir, const char* path, mode_t mode);
int mknod(const char* path, mode_t mode, dev_t device);
int mknodat(int dir, const char* path, mode_t mode, dev_t device);
int futimens(int fd, const struct timespec times[2]);
int utimensat(int dir, const char* path, const struct timespec times[2], int flags);

// Offsets have 64 bits in any case: the names of the large-file interface are other names (feature_test_macros(7)).
#ifdef _LARGEFILE64_SOURCE
#define stat64 stat
#define fstat64 fstat
#define lstat64 lstat
#define fstatat64 fstatat
#endif

#endif
