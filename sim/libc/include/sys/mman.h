#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H

#include <bits/types.h>

#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_SHARED_VALIDATE 3
#define MAP_TYPE 15
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#define MAP_ANON MAP_ANONYMOUS
#define MAP_FILE 0
#define MAP_GROWSDOWN 0x100
#define MAP_DENYWRITE 0x800
#define MAP_LOCKED 0x2000
#define MAP_NORESERVE 0x4000
#define MAP_POPULATE 0x8000
#define MAP_NONBLOCK 0x10000
#define MAP_STACK 0x20000
#define MAP_HUGETLB 0x40000
#define MAP_FIXED_NOREPLACE 0x100000
#define MAP_FAILED ((void*)-1)
#define MS_ASYNC 1
#define MS_INVALIDATE 2
#define MS_SYNC 4
#define MCL_CURRENT 1
#define MCL_FUTURE 2
#define MADV_NORMAL 0
#define MADV_RANDOM 1
#define MADV_SEQUENTIAL 2
#define MADV_WILLNEED 3
#define MADV_DONTNEED 4
#define MADV_FREE 8
#define MADV_DONTFORK 10
#define MADV_DOFORK 11
#define MADV_WIPEONFORK 18
#define MREMAP_MAYMOVE 1
#define MREMAP_FIXED 2
#define MFD_CLOEXEC 1U
#define MFD_ALLOW_SEALING 2U

void* mmap(void* address, size_t bytes, int protection, int flags, int fd, off_t offset);
int munmap(void* address, size_t bytes);
int mprotect(void* address, size_t bytes, int protection);
int msync(void* address, size_t bytes, int flags);
void* mremap(void* address, size_t bytes, size_t new_bytes, int flags, ...);
int remap_file_pages(void* address, size_t bytes, int protection, size_t page, int flags);
int madvise(void* address, size_t bytes, int advice);
int posix_madvise(void* address, size_t bytes, int advice);
int mincore(void* address, size_t bytes, unsigned char* resident);
int mlock(const void* address, size_t bytes);
int munlock(const void* address, size_t bytes);
int mlockall(int flags);
int munlockall(void);
int memfd_create(const char* name, unsigned int flags);
int shm_open(const char* name, int flags, mode_t mode);
int shm_unlink(const char* name);

// Offsets have 64 bits in any case: the names of the large-file interface are other names (feature_test_macros(7)).
#ifdef _LARGEFILE64_SOURCE
#define mmap64 mmap
#endif

#endif
