// Feature test macros, as glibc derives them from what the program defines (feature_test_macros(7)). Our headers declare
// everything in any case; these are for programs that look.
#ifndef _FEATURES_H
#define _FEATURES_H

#define __GNU_LIBRARY__ 6
#define __GLIBC__ 2
#define __GLIBC_MINOR__ 36
#define __GLIBC_PREREQ(major, minor) ((__GLIBC__ << 16) + __GLIBC_MINOR__ >= ((major) << 16) + (minor))

#ifdef _GNU_SOURCE
#undef _ISOC99_SOURCE
#define _ISOC99_SOURCE 1
#undef _ISOC11_SOURCE
#define _ISOC11_SOURCE 1
#undef _POSIX_SOURCE
#define _POSIX_SOURCE 1
#undef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#undef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#undef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#undef _LARGEFILE64_SOURCE
#define _LARGEFILE64_SOURCE 1
#undef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1
#undef _ATFILE_SOURCE
#define _ATFILE_SOURCE 1
#endif

#if defined _BSD_SOURCE || defined _SVID_SOURCE || \
    (!defined _ISOC99_SOURCE && !defined _ISOC11_SOURCE && !defined _POSIX_SOURCE && !defined _POSIX_C_SOURCE && \
     !defined _XOPEN_SOURCE && !defined __STRICT_ANSI__)
#undef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1
#endif

#ifdef _DEFAULT_SOURCE
#undef _POSIX_SOURCE
#define _POSIX_SOURCE 1
#undef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#elif defined _XOPEN_SOURCE && !defined _POSIX_C_SOURCE
#define _POSIX_SOURCE 1
#if (_XOPEN_SOURCE - 0) >= 700
#define _POSIX_C_SOURCE 200809L
#elif (_XOPEN_SOURCE - 0) >= 600
#define _POSIX_C_SOURCE 200112L
#elif (_XOPEN_SOURCE - 0) >= 500
#define _POSIX_C_SOURCE 199506L
#else
#define _POSIX_C_SOURCE 2
#endif
#elif defined _POSIX_SOURCE && !defined _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 199009L
#endif

#if defined _POSIX_C_SOURCE && _POSIX_C_SOURCE >= 200809L
#undef _ATFILE_SOURCE
#define _ATFILE_SOURCE 1
#endif

#endif
