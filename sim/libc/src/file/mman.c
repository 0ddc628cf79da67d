// Mappings.
#include <bits/syscall.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>

void* mmap(void* address, size_t bytes, int protection, int flags, int fd, off_t offset) {
    // glibc looks at this itself, and makes no call.
    if (offset & 4095) {
        errno = EINVAL;
        return MAP_FAILED;
    }
    return (void*)CALL6(SYS_mmap, address, bytes, protection, flags, fd, offset);
}
int munmap(void* address, size_t bytes) {
    return (int)CALL2(SYS_munmap, address, bytes);
}
int mprotect(void* address, size_t bytes, int protection) {
    return (int)CALL3(SYS_mprotect, address, bytes, protection);
}
int msync(void* address, size_t bytes, int flags) {
    return (int)CALL3(SYS_msync, address, bytes, flags);
}
void* mremap(void* address, size_t bytes, size_t new_bytes, int flags, ...) {
    void* new_address = 0;
    if (flags & MREMAP_FIXED) {
        va_list arguments;
        va_start(arguments, flags);
        new_address = va_arg(arguments, void*);
        va_end(arguments);
    }
    return (void*)CALL5(SYS_mremap, address, bytes, new_bytes, flags, new_address);
}
int madvise(void* address, size_t bytes, int advice) {
    return (int)CALL3(SYS_madvise, address, bytes, advice);
}
int posix_madvise(void* address, size_t bytes, int advice) {
    // POSIX_MADV_DONTNEED must not throw data away, as madvise() would
    return advice == MADV_DONTNEED ? 0 : (int)-RAW3(SYS_madvise, address, bytes, advice);
}
int mlock(const void* address, size_t bytes) {
    return (int)CALL2(SYS_mlock, address, bytes);
}
int munlock(const void* address, size_t bytes) {
    return (int)CALL2(SYS_munlock, address, bytes);
}
int mlockall(int flags) {
    return (int)CALL1(SYS_mlockall, flags);
}
int munlockall(void) {
    return (int)CALL0(SYS_munlockall);
}
int memfd_create(const char* name, unsigned int flags) {
    return (int)CALL2(SYS_memfd_create, name, flags);
}
