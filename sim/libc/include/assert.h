// May be included again with another NDEBUG.
#undef assert
#undef assert_perror
#ifdef NDEBUG
#define assert(condition) ((void)0)
#define assert_perror(error) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : __assert_fail(#condition, __FILE__, __LINE__, __func__))
#define assert_perror(error) \
    (!(error) ? (void)0 : __assert_perror_fail((error), __FILE__, __LINE__, __func__))
#endif

#ifndef _ASSERT_H
#define _ASSERT_H
_Noreturn void __assert_fail(const char* condition, const char* file, unsigned int line,
                             const char* function);
_Noreturn void __assert_perror_fail(int error, const char* file, unsigned int line, const char* function);
#define static_assert _Static_assert
#endif
