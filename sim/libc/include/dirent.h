#ifndef _DIRENT_H
#define _DIRENT_H

#include <bits/types.h>
#include <limits.h>

struct dirent {
    ino_t d_ino;
    off_t d_off;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[256];
};
typedef struct __DIR DIR;

#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_BLK 6
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12
#define DT_WHT 14
#define _DIRENT_HAVE_D_TYPE 1

DIR* opendir(const char* path);
DIR* fdopendir(int fd);
struct dirent* readdir(DIR* directory);
int readdir_r(DIR* directory, struct dirent* entry, struct dirent** result);
int closedir(DIR* directory);
void rewinddir(DIR* directory);
void seekdir(DIR* directory, long position);
long telldir(DIR* directory);
int dirfd(DIR* directory);
int scandir(const char* path, struct dirent*** entries, int (*filter)(const struct dirent*),
            int (*compare)(const struct dirent**, const struct dirent**));
int alphasort(const struct dirent** a, const struct dirent** b);
int versionsort(const struct dirent** a, const struct dirent** b);
ssize_t getdents64(int fd, void* buffer, size_t bytes);

// Offsets have 64 bits in any case: the names of the large-file interface are other names (feature_test_macros(7)).
#ifdef _LARGEFILE64_SOURCE
#define readdir64 readdir
#define dirent64 dirent
#define scandir64 scandir
#define alphasort64 alphasort
#endif

#endif
