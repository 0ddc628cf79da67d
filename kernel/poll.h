// Readiness of descriptors: the events of poll(2), with Linux's values.
#pragma once

#include <cstdint>

#include "kernel/types.h"

namespace ipclab::kernel {

struct Kernel;
struct Task;

enum PollEvent : std::uint32_t {
    kPollIn = 0x1,
    kPollPri = 0x2,
    kPollOut = 0x4,
    kPollErr = 0x8,
    kPollHup = 0x10,
    kPollNval = 0x20,
    kPollRdNorm = 0x40,
    kPollRdBand = 0x80,
    kPollWrNorm = 0x100,
    kPollWrBand = 0x200,
    kPollRdHup = 0x2000,
};

/// fs/select.c: what select(2) calls readable, writable and exceptional.
inline constexpr std::uint32_t kSelectReadable = kPollRdNorm | kPollRdBand | kPollIn | kPollHup | kPollErr,
                               kSelectWritable = kPollWrBand | kPollWrNorm | kPollOut | kPollErr,
                               kSelectExceptional = kPollPri;

/// Whether the call that the task sleeps in is poll(2), select(2) or one of their like, and was asked for this descriptor.
bool waits_in_poll(const Kernel& kernel, const Task& task, Fd fd);

}  // namespace ipclab::kernel
