// Where objects with POSIX names live.
#ifndef _BITS_SHM_PATH_H
#define _BITS_SHM_PATH_H

enum { PATH_ROOM = 280 };

/// "/dev/shm/" + prefix + name without its leading slashes; -1 where that is no file name.
int __shm_path(char* path, const char* prefix, const char* name);

#endif
