#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H
// makedev(3): Linux's 12 + 20 bits, spread over the 64 as glibc does.
#define major(device) ((unsigned int)((((device) >> 8) & 0xfff) | ((unsigned int)((device) >> 32) & ~0xfffu)))
#define minor(device) ((unsigned int)(((device) & 0xff) | ((unsigned int)((device) >> 12) & ~0xffu)))
#define makedev(major, minor)                                                                          \
    ((((unsigned long)(major) & 0xfff) << 8) | (((unsigned long)(major) & ~0xffful) << 32) |           \
     ((unsigned long)(minor) & 0xff) | (((unsigned long)(minor) & ~0xfful) << 12))
#endif
