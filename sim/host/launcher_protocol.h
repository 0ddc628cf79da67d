/* What the host says to the launcher, the small init process of a sandbox, and what it hears from it. C and
 * C++.
 *
 * One SOCK_SEQPACKET socket, descriptor 3 of the launcher:
 *   host -> launcher   one message: LaunchConfig, then filter_count * 8 bytes of seccomp filter, then
 *                      network_bytes of requests to rtnetlink(7), then the strings (path, argc arguments, envc
 *                      environment entries), each with its NUL
 *   launcher -> host   'I'               started; its credentials tell the host's number of its pid
 *   program -> host    'R'               ready to execve; credentials as above
 *   host -> program    'G'               go
 *   program -> host    'E' + errno       execve (or a step before it) failed
 *   launcher -> host   'N' + errno       the network could not be made
 *   launcher -> host   'X' + LaunchExit  the first process ended
 *   launcher -> host   'D'               no process is left
 * and where LAUNCH_REPORT_LEFT is set (sim/trace/left_behind_format.h says what is reported):
 *   launcher -> host   'L' + LaunchObject + its name    an object that is left
 *   launcher -> host   'P' + LaunchPart + its bytes     a part of the last object
 *   launcher -> host   'C'               there are more objects than are reported
 *   launcher -> host   'F'               that was all
 */
#pragma once

#include <stdint.h>

#include "sim/trace/left_behind_format.h"

#define LAUNCH_SOCKET 3
#define LAUNCH_MAX_MESSAGE (160 * 1024)
#define LAUNCH_MAX_LIMITS 8
#define LAUNCH_MAX_REPORT (LEFT_MOST_BYTES + 256) /* a message of the launcher */

enum {
    LAUNCH_WAIT_FOR_GO = 1, /* stop before the filter is installed, until 'G' */
    LAUNCH_SUBREAPER = 2,   /* not pid 1: adopt orphans all the same */
    LAUNCH_REPORT_LEFT = 4, /* say what is left when no process is */
};

struct LaunchLimit {
    uint32_t resource;
    uint32_t padding;
    uint64_t soft, hard;
};

struct LaunchConfig {
    uint32_t flags;
    uint32_t argc, envc;
    uint32_t filter_count;
    uint32_t limit_count;
    uint32_t network_bytes; /* 0: the network namespace stays as it is */
    int32_t terminal_fd; /* becomes the controlling terminal; -1: none */
    struct LaunchLimit limits[LAUNCH_MAX_LIMITS];
};

struct LaunchExit {
    int32_t wait_status;
    int32_t padding;
    int64_t user_us, system_us, max_resident_kib;
};

struct LaunchObject {
    int64_t numbers[LEFT_NUMBERS];
    uint32_t kind; /* LEFT_... */
    uint32_t name_bytes;
};

struct LaunchPart {
    int64_t number;
    uint64_t bytes;      /* that it has */
    uint64_t told_bytes; /* that follow, at most LEFT_MOST_BYTES */
};
