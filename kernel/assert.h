// IPCLAB_ASSERT: a fault of ours, never of a toy program. Stays on in release builds.
#pragma once

namespace ipclab::kernel {

/// Prints the condition, the place and, where the engine has set one, the schedule that reproduces the fault;
/// aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

/// What assertion_failed() calls before it aborts: the engine prints the schedule that led here. Per host
/// thread.
void set_assertion_reporter(void (*report)(void* context), void* context);

}  // namespace ipclab::kernel

#define IPCLAB_ASSERT(condition)            \
    (static_cast<bool>(condition) ? void(0) \
                                  : ::ipclab::kernel::assertion_failed(#condition, __FILE__, __LINE__))
