// What the toy compiler knows without a declaration, for the system's compiler: lets the library and the
// programs that use it run on real Linux. Included before everything else (-include).
#pragma once

void* __ipclab_memcpy(void*, const void*, long);
void* __ipclab_memset(void*, long, long);
long __ipclab_memcmp(const void*, const void*, long);
void* __ipclab_memchr(const void*, long, long);
long __ipclab_strlen(const void*);
long __ipclab_strcmp(const void*, const void*);
void* __ipclab_stpcpy(void*, const void*);
long __ipclab_setjmp(void*) __attribute__((returns_twice));
void __ipclab_longjmp(void*, long) __attribute__((noreturn));
long __ipclab_format_double(void*, long, long, long, double);
double __ipclab_parse_double(const void*, void*);
long __ipclab_format_extended(void*, long, long, long, const void*);
void __ipclab_parse_extended(void*, const void*, void*);
#define FUNCTION1(name)             \
    double __ipclab_##name(double); \
    void __ipclab_##name##l(void*, const void*);
#define FUNCTION2(name)                     \
    double __ipclab_##name(double, double); \
    void __ipclab_##name##l(void*, const void*, const void*);
#include "../../../sim/vm/math_functions.def"
FUNCTION1(lgamma)
#undef FUNCTION1
#undef FUNCTION2
double __ipclab_fma(double, double, double);
void __ipclab_fmal(void*, const void*, const void*, const void*);
long __ipclab_atomic_load(volatile void*, long);
void __ipclab_atomic_store(volatile void*, long, long);
long __ipclab_atomic_exchange(volatile void*, long, long);
long __ipclab_atomic_cas(volatile void*, void*, long, long);
long __ipclab_atomic_add(volatile void*, long, long);
long __ipclab_atomic_and(volatile void*, long, long);
long __ipclab_atomic_or(volatile void*, long, long);
long __ipclab_atomic_xor(volatile void*, long, long);
void __ipclab_fence(void);
long __ipclab_syscall(long, ...);
void __ipclab_shade(const void*, long, long);
long __ipclab_place(void);
void __ipclab_bad_free(const void*);
long __ipclab_fails(long);
void* __ipclab_thread_pointer(void);
void __ipclab_set_thread_pointer(void*);
long __ipclab_thread_local_bytes(void);
long __ipclab_copy_thread_locals(void*);
