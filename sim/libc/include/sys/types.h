#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H

#include <bits/sigset.h>
#include <bits/types.h>
#include <stdint.h>

#ifdef _DEFAULT_SOURCE
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned int uint;
typedef unsigned short ushort;
typedef unsigned long ulong;
typedef unsigned char u_int8_t;
typedef unsigned short u_int16_t;
typedef unsigned int u_int32_t;
typedef unsigned long u_int64_t;
typedef long quad_t;
typedef unsigned long u_quad_t;
typedef char* caddr_t;
typedef int daddr_t;
typedef long loff_t;
#endif

// glibc brings select(), byte order and the pthread types with this header.
#include <bits/pthreadtypes.h>
#ifdef _DEFAULT_SOURCE
#include <endian.h>
#endif
#include <sys/select.h>

#endif
