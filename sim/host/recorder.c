/* Linked into native programs: makes their frequent system calls without stopping for the tracer, and leaves a record of
 * each in memory that is shared with it (recorder_protocol.h).
 *
 * Its functions stand before the C library's in the program's own calls. Where nobody traces, where there are threads,
 * where a call does not come from the program's own code or the memory is full, they call the C library's, whose calls
 * stop. So nothing is lost, and the tracer is called to take what is there whenever the memory is full.
 *
 * A signal may come at any instruction, and its handler may record calls too, or never return. */
#define _GNU_SOURCE
#include "sim/host/recorder_protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define TEXT(value) TEXT_(value)
#define TEXT_(value) #value

/* long ipclab_recorder_call(number, a, b, c, record): from `movl` to the system call the registers are those of the call,
 * so that the tracer can let the call be made at STOPPING instead. Its result is published by one instruction. */
__asm__(
    ".section " RECORDER_SECTION ",\"ax\",@progbits\n"
    "ipclab_recorder_code:\n"
    "ipclab_recorder_call:\n"
    ".cfi_startproc\n"
    "mov %rdi, %rax\n"
    "mov %rsi, %rdi\n"
    "mov %rdx, %rsi\n"
    "mov %rcx, %rdx\n"
    "movl $1, (%r8)\n" /* RECORD_OPEN */
    "cmpl $0, 4(%r8)\n" /* taken */
    "jne ipclab_recorder_stopping\n"
    ".org " TEXT(RECORDER_FAST - RECORDER_CODE) ", 0x90\n"
    "syscall\n"
    "mov %rax, 8(%r8)\n" /* result */
    "ret\n"
    ".cfi_endproc\n"
    /* long ipclab_recorder_quiet(number, a, b, c, d, e, f): calls of the recorder's own */
    "ipclab_recorder_quiet:\n"
    ".cfi_startproc\n"
    "mov %rdi, %rax\n"
    "mov %rsi, %rdi\n"
    "mov %rdx, %rsi\n"
    "mov %rcx, %rdx\n"
    "mov %r8, %r10\n"
    "mov %r9, %r8\n"
    "mov 8(%rsp), %r9\n"
    "syscall\n"
    "ret\n"
    ".cfi_endproc\n"
    ".org " TEXT(RECORDER_STOPPING - RECORDER_CODE) ", 0x90\n"
    "ipclab_recorder_stopping:\n"
    ".cfi_startproc\n"
    "syscall\n"
    "ret\n"
    ".cfi_endproc\n"
    /* long ipclab_recorder_close(fd) */
    "ipclab_recorder_close:\n"
    ".cfi_startproc\n"
    "mov $3, %eax\n" /* SYS_close */
    "jmp ipclab_recorder_stopping\n"
    ".cfi_endproc\n"
    ".previous\n");

#define LOCAL __attribute__((visibility("hidden")))
extern const char ipclab_recorder_code[] LOCAL;
LOCAL long ipclab_recorder_call(long number, long a, long b, long c, struct CallRecord* record);
LOCAL long ipclab_recorder_quiet(long number, long a, long b, long c, long d, long e, long f);
LOCAL long ipclab_recorder_close(long fd);
_Static_assert(offsetof(struct CallRecord, state) == 0 && offsetof(struct CallRecord, taken) == 4 &&
                   offsetof(struct CallRecord, result) == 8 && RECORD_OPEN == 1 && SYS_close == 3,
               "as the assembly has them");

/* The linker's: where the program's own code is. */
extern const char __executable_start[], etext[];
/* sys/single_threaded.h, of newer C libraries only */
extern char __libc_single_threaded __attribute__((weak));
ssize_t __read(int fd, void* buffer, size_t count);
ssize_t __write(int fd, const void* buffer, size_t count);

static struct RecorderMemory* memory;
static int (*vdso_clock)(clockid_t, struct timespec*);

#define CALL0(n) ipclab_recorder_quiet(n, 0, 0, 0, 0, 0, 0)
#define CALL2(n, a, b) ipclab_recorder_quiet(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) ipclab_recorder_quiet(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL6(n, a, b, c, d, e, f) \
    ipclab_recorder_quiet(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

__attribute__((constructor)) static void share_memory(void) {
    if (ipclab_recorder_code != (const char*)RECORDER_CODE || &__libc_single_threaded == 0) return;
    struct rlimit most = {0, 0};  /* ftruncate(2) beyond it ends in SIGXFSZ */
    CALL2(SYS_getrlimit, RLIMIT_FSIZE, &most);
    if (most.rlim_cur < sizeof *memory) return;
    const long fd = CALL2(SYS_memfd_create, "recorder", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return;
    struct RecorderMemory* shared = 0;
    if (CALL2(SYS_ftruncate, fd, sizeof *shared) == 0 &&
        CALL3(SYS_fcntl, fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
        const long at = CALL6(SYS_mmap, 0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at > 0 || at < -4095) shared = (struct RecorderMemory*)at;
    }
    ipclab_recorder_close(fd); /* a tracer looks at it now */
    if (shared == 0) return;
    if (shared->clock_gettime == 0) {
        CALL2(SYS_munmap, shared, sizeof *shared);
        return;
    }
    vdso_clock = (int (*)(clockid_t, struct timespec*))shared->clock_gettime;
    memory = shared;
}

static int64_t now_ns(void) {
    struct timespec now = {0, 0};
    vdso_clock(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int64_t sleeps(void) {
    struct rusage usage;
    usage.ru_nvcsw = 0;
    CALL2(SYS_getrusage, RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

/* By a system call: it fails where the memory is not there, and does not fault. */
static uint64_t copied(struct CallRecord* record, uint64_t from, uint64_t bytes, int32_t task) {
    struct iovec to = {record->bytes, bytes < RECORDER_BYTES ? bytes : RECORDER_BYTES};
    struct iovec what = {(void*)from, to.iov_len};
    return CALL6(SYS_process_vm_readv, task, &to, 1, &what, 1, 0) == (long)to.iov_len ? to.iov_len : 0;
}

/* A record of one's own, and its owner; 0: there is none. */
static struct CallRecord* claim(int32_t* task, int32_t** owner) {
    *task = (int32_t)CALL0(SYS_gettid);
    const uint32_t at = __atomic_fetch_add(&memory->next, 1, __ATOMIC_RELAXED) % RECORDER_RECORDS;
    int32_t nobody = 0;
    *owner = &memory->owners[at];
    return __atomic_compare_exchange_n(*owner, &nobody, *task, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)
               ? &memory->records[at]
               : 0;
}

static int is_recorded(const void* caller) {
    return memory != 0 && __libc_single_threaded && (const char*)caller >= __executable_start &&
           (const char*)caller < etext;
}

/* What the call returned, -errno on failure; 0 and `done` 0: it has not been made. */
static long record_call(long number, int fd, uint64_t buffer, size_t count, const void* caller, int* done) {
    int32_t task, *owner;
    struct CallRecord* record = claim(&task, &owner);
    *done = record != 0;
    if (record == 0) return 0;
    record->number = (uint64_t)number;
    record->args[0] = (uint32_t)fd;
    record->args[1] = buffer;
    record->args[2] = count;
    record->caller = (uint64_t)caller;
    record->result = RECORDER_NO_RESULT;
    record->captured_bytes = number == SYS_write ? copied(record, buffer, count, task) : 0;
    record->sleeps_before = sleeps();
    record->start_ns = now_ns();
    const long result = ipclab_recorder_call(number, (uint32_t)fd, (long)buffer, (long)count, record);
    if (!__atomic_load_n(&record->taken, __ATOMIC_ACQUIRE)) {
        record->end_ns = now_ns();
        record->sleeps_after = sleeps();
        if (number == SYS_read && result > 0)
            record->captured_bytes = copied(record, buffer, (uint64_t)result, task);
    } else if (CALL0(SYS_gettid) != task) {
        return result; /* the child of a fork() in a handler: the record is its parent's */
    }
    __atomic_store_n(&record->state, RECORD_COMPLETE, __ATOMIC_RELEASE);
    return result;
}

static ssize_t with_errno(long result) {
    if (result >= 0) return result;
    errno = (int)-result;
    return -1;
}

/* Weak, as the C library's are: a program may have functions of these names. */
__attribute__((weak)) ssize_t read(int fd, void* buffer, size_t count) {
    const void* caller = __builtin_return_address(0);
    int done = 0;
    if (is_recorded(caller)) {
        const long result = record_call(SYS_read, fd, (uint64_t)buffer, count, caller, &done);
        if (done) return with_errno(result);
    }
    return __read(fd, buffer, count);
}

__attribute__((weak)) ssize_t write(int fd, const void* buffer, size_t count) {
    const void* caller = __builtin_return_address(0);
    int done = 0;
    /* All of what is written to a terminal or another standard stream is kept, however long it is. */
    if (count <= RECORDER_BYTES && is_recorded(caller)) {
        const long result = record_call(SYS_write, fd, (uint64_t)buffer, count, caller, &done);
        if (done) return with_errno(result);
    }
    return __write(fd, buffer, count);
}
