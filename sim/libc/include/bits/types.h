// The types that several headers share, as Linux x86-64 has them (LP64).
#ifndef _BITS_TYPES_H
#define _BITS_TYPES_H

#include <features.h>

typedef unsigned long size_t;
typedef long ssize_t;
typedef long off_t;
typedef long off64_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int mode_t;
typedef unsigned long dev_t;
typedef unsigned long ino_t;
typedef unsigned long nlink_t;
typedef long blksize_t;
typedef long blkcnt_t;
typedef unsigned long fsblkcnt_t;
typedef unsigned long fsfilcnt_t;
typedef long time_t;
typedef long suseconds_t;
typedef unsigned int useconds_t;
typedef long clock_t;
typedef int clockid_t;
typedef void* timer_t;
typedef unsigned int id_t;
typedef int key_t;
typedef unsigned int socklen_t;
typedef __builtin_va_list __va_list;

#ifndef NULL
#define NULL ((void*)0)
#endif

#endif
