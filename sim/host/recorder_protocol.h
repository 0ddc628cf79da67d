/* What the recorder (recorder.c), which is linked into traced programs, and the tracer agree on: where its code is, and
 * the memory that they share. C and C++.
 *
 * One record for each call under way, or done and not yet taken by the tracer. Its life:
 *
 *   free      owner 0
 *   claimed   owner is the task's number (gettid(2), as the task sees it); the task fills it in
 *   open      published; the call is made by the next instruction but two
 *   returned  `result` holds what the call returned
 *   complete  the tracer reads it, and frees it
 *
 * Where a task with a record that is not yet complete stops for the tracer (a signal, its end), the tracer takes the call
 * over: it marks the record `taken`, follows the call by ptrace from then on, and frees the record once it is complete.
 */
#pragma once

#include <stdint.h>

/* The recorder's system calls are here, and only calls from this page go without a stop. Below all else of a program at
 * fixed addresses: ld puts those at 0x400000. */
#define RECORDER_CODE 0x300000
#define RECORDER_PAGE 0x1000
/* The instruction that makes a recorded call; syscall is two bytes long. */
#define RECORDER_FAST (RECORDER_CODE + 0x20)
/* On the next page: the same for calls that stop. */
#define RECORDER_STOPPING (RECORDER_CODE + RECORDER_PAGE)
#define RECORDER_SYSCALL_BYTES 2
#define RECORDER_SECTION ".ipclab_recorder"

#define RECORDER_RECORDS 256
#define RECORDER_BYTES 4096 /* of the data of one call: as many as an event holds */
#define RECORDER_NO_RESULT INT64_MIN

enum { RECORD_CLAIMED, RECORD_OPEN, RECORD_COMPLETE };

struct CallRecord {
    uint32_t state;
    uint32_t taken; /* by the tracer */
    int64_t result; /* RECORDER_NO_RESULT: has not returned */
    uint64_t number, args[3];
    uint64_t caller;             /* the return address of the function that makes the call */
    int64_t start_ns, end_ns;    /* CLOCK_MONOTONIC */
    int64_t sleeps_before, sleeps_after; /* getrusage(2): ru_nvcsw of the task */
    uint64_t captured_bytes;
    uint8_t bytes[RECORDER_BYTES];
};

struct RecorderMemory {
    uint64_t clock_gettime; /* where the vDSO has it; set by the tracer, which so says that it reads this memory */
    uint32_t next;          /* record to try first, modulo RECORDER_RECORDS */
    int32_t owners[RECORDER_RECORDS];
    struct CallRecord records[RECORDER_RECORDS];
};
