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
double __ipclab_sqrt(double), __ipclab_sin(double), __ipclab_cos(double), __ipclab_tan(double),
    __ipclab_asin(double), __ipclab_acos(double), __ipclab_atan(double), __ipclab_atan2(double, double),
    __ipclab_exp(double), __ipclab_log(double), __ipclab_log2(double), __ipclab_log10(double),
    __ipclab_pow(double, double), __ipclab_fmod(double, double), __ipclab_floor(double),
    __ipclab_ceil(double), __ipclab_round(double), __ipclab_trunc(double), __ipclab_fabs(double),
    __ipclab_cbrt(double), __ipclab_hypot(double, double),
    __ipclab_remainder(double, double), __ipclab_exp2(double), __ipclab_expm1(double), __ipclab_log1p(double),
    __ipclab_sinh(double), __ipclab_cosh(double), __ipclab_tanh(double), __ipclab_asinh(double),
    __ipclab_acosh(double), __ipclab_atanh(double);
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
void* __ipclab_thread_pointer(void);
void __ipclab_set_thread_pointer(void*);
long __ipclab_thread_local_bytes(void);
long __ipclab_copy_thread_locals(void*);
