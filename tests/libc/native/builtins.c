// The builtins over glibc, in a shared library of their own, so that glibc's names and the tested library's
// do not meet.
#include "builtins.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

void* __ipclab_memcpy(void* to, const void* from, long n) {
    return memmove(to, from, (size_t)n);
}
void* __ipclab_memset(void* to, long value, long n) {
    return memset(to, (int)value, (size_t)n);
}
long __ipclab_memcmp(const void* a, const void* b, long n) {
    return memcmp(a, b, (size_t)n);
}
void* __ipclab_memchr(const void* p, long value, long n) {
    return memchr(p, (int)value, (size_t)n);
}
long __ipclab_strlen(const void* p) {
    return (long)strlen(p);
}
long __ipclab_strcmp(const void* a, const void* b) {
    return strcmp(a, b);
}
void* __ipclab_stpcpy(void* to, const void* from) {
    return (char*)memcpy(to, from, strlen(from) + 1) + strlen(from);
}

static void format(char* to, long conversion, long precision, const char* length) {
    sprintf(to, "%%%s%s%s%c", conversion & 256 ? "#" : "", precision >= 0 ? ".*" : "", length,
            (char)conversion);
}
long __ipclab_format_double(void* to, long size, long conversion, long precision, double value) {
    char form[8];
    format(form, conversion, precision, "");
    return precision >= 0 ? snprintf(to, (size_t)size, form, (int)precision, value)
                          : snprintf(to, (size_t)size, form, value);
}
long __ipclab_format_extended(void* to, long size, long conversion, long precision, const void* value) {
    char form[8];
    format(form, conversion, precision, "L");
    return precision >= 0 ? snprintf(to, (size_t)size, form, (int)precision, *(const long double*)value)
                          : snprintf(to, (size_t)size, form, *(const long double*)value);
}
double __ipclab_parse_double(const void* text, void* end) {
    return strtod(text, end);
}
void __ipclab_parse_extended(void* to, const void* text, void* end) {
    *(long double*)to = strtold(text, end);
}

void __ipclab_shade(const void* address, long bytes, long shade) {
    (void)address, (void)bytes, (void)shade;  // real memory has no shades
}
/* On real Linux nobody decides what fails. */
long __ipclab_fails(long request) {
    (void)request;
    return 0;
}

void __ipclab_bad_free(const void* address) {
    (void)address;
}
long __ipclab_place(void) {
    return 0;
}

static void* thread_pointer;  // of the one thread: fs belongs to glibc

void* __ipclab_thread_pointer(void) {
    return thread_pointer;
}
void __ipclab_set_thread_pointer(void* pointer) {
    thread_pointer = pointer;
}
long __ipclab_thread_local_bytes(void) {
    return 0;
}
long __ipclab_copy_thread_locals(void* to) {
    (void)to;
    return 0;
}

#define FUNCTION1(name)                                      \
    double __ipclab_##name(double x) {                       \
        return name(x);                                      \
    }                                                        \
    void __ipclab_##name##l(void* to, const void* x) {       \
        *(long double*)to = name##l(*(const long double*)x); \
    }
#define FUNCTION2(name)                                                              \
    double __ipclab_##name(double x, double y) {                                     \
        return name(x, y);                                                           \
    }                                                                                \
    void __ipclab_##name##l(void* to, const void* x, const void* y) {                \
        *(long double*)to = name##l(*(const long double*)x, *(const long double*)y); \
    }
#include "../../../sim/vm/math_functions.def"
FUNCTION1(lgamma)
double __ipclab_fma(double x, double y, double z) {
    return fma(x, y, z);
}
void __ipclab_fmal(void* to, const void* x, const void* y, const void* z) {
    *(long double*)to = fmal(*(const long double*)x, *(const long double*)y, *(const long double*)z);
}

#define BY_SIZE(expression)            \
    switch (size) {                    \
        case 1: {                      \
            typedef signed char T;     \
            return (long)(expression); \
        }                              \
        case 2: {                      \
            typedef short T;           \
            return (long)(expression); \
        }                              \
        case 4: {                      \
            typedef int T;             \
            return (long)(expression); \
        }                              \
        case 8: {                      \
            typedef long T;            \
            return (long)(expression); \
        }                              \
    }                                  \
    abort()
#define P ((volatile T*)p)
long __ipclab_atomic_load(volatile void* p, long size) {
    BY_SIZE(__atomic_load_n(P, __ATOMIC_SEQ_CST));
}
void __ipclab_atomic_store(volatile void* p, long v, long size) {
    __ipclab_atomic_exchange(p, v, size);
}
long __ipclab_atomic_exchange(volatile void* p, long v, long size) {
    BY_SIZE(__atomic_exchange_n(P, (T)v, __ATOMIC_SEQ_CST));
}
long __ipclab_atomic_cas(volatile void* p, void* expected, long v, long size) {
    BY_SIZE(__atomic_compare_exchange_n(P, (T*)expected, (T)v, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}
long __ipclab_atomic_add(volatile void* p, long v, long size) {
    BY_SIZE(__atomic_fetch_add(P, (T)v, __ATOMIC_SEQ_CST));
}
long __ipclab_atomic_and(volatile void* p, long v, long size) {
    BY_SIZE(__atomic_fetch_and(P, (T)v, __ATOMIC_SEQ_CST));
}
long __ipclab_atomic_or(volatile void* p, long v, long size) {
    BY_SIZE(__atomic_fetch_or(P, (T)v, __ATOMIC_SEQ_CST));
}
long __ipclab_atomic_xor(volatile void* p, long v, long size) {
    BY_SIZE(__atomic_fetch_xor(P, (T)v, __ATOMIC_SEQ_CST));
}
void __ipclab_fence(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

__asm__(
    ".text\n"
    ".globl raw_syscall\n"
    "raw_syscall:\n"
    "  mov %rdi, %rax\n  mov %rsi, %rdi\n  mov %rdx, %rsi\n  mov %rcx, %rdx\n"
    "  mov %r8, %r10\n  mov %r9, %r8\n  mov 8(%rsp), %r9\n  syscall\n  ret\n"
    // After clone() with CLONE_VFORK the child goes on in the parent's frame: what it calls next lies where our return
    // address was, so that is kept in a register, which the system call saves.
    ".globl __ipclab_syscall\n"
    "__ipclab_syscall:\n"
    "  cmp $56, %rdi\n  jne 1f\n  test $0x4000, %esi\n  jz 1f\n  pop %r9\n"
    "  mov %rdi, %rax\n  mov %rsi, %rdi\n  mov %rdx, %rsi\n  mov %rcx, %rdx\n  mov %r8, %r10\n"
    "  xor %r8d, %r8d\n  syscall\n  push %r9\n  ret\n"
    "1:\n  jmp usual_syscall\n"
    ".globl signal_return\n"
    "signal_return:\n  mov $15, %eax\n  syscall\n"
    ".globl __ipclab_setjmp\n"
    "__ipclab_setjmp:\n"
    "  mov %rbx, (%rdi)\n  mov %rbp, 8(%rdi)\n  mov %r12, 16(%rdi)\n  mov %r13, 24(%rdi)\n"
    "  mov %r14, 32(%rdi)\n  mov %r15, 40(%rdi)\n  lea 8(%rsp), %rdx\n  mov %rdx, 48(%rdi)\n"
    "  mov (%rsp), %rdx\n  mov %rdx, 56(%rdi)\n  xor %eax, %eax\n  ret\n"
    ".globl __ipclab_longjmp\n"
    "__ipclab_longjmp:\n"
    "  mov (%rdi), %rbx\n  mov 8(%rdi), %rbp\n  mov 16(%rdi), %r12\n  mov 24(%rdi), %r13\n"
    "  mov 32(%rdi), %r14\n  mov 40(%rdi), %r15\n  mov 48(%rdi), %rsp\n  mov %rsi, %rax\n"
    "  jmp *56(%rdi)\n");

long raw_syscall(long, long, long, long, long, long, long);
void signal_return(void);

__attribute__((visibility("hidden"))) long usual_syscall(long n, long a, long b, long c, long d, long e,
                                                         long f) {
    if (n == SYS_rt_sigaction && b != 0) {
        // Real x86-64 has no return from a handler without this; on the simulator there is no need.
        unsigned long action[4];
        memcpy(action, (void*)b, sizeof action);
        action[1] |= 0x04000000;
        action[2] = (unsigned long)signal_return;
        return raw_syscall(n, a, (long)action, c, d, e, f);
    }
    if (n == SYS_vfork) n = SYS_fork;
    return raw_syscall(n, a, b, c, d, e, f);
}
