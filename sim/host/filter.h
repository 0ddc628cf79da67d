// The seccomp filters of toy processes: which system calls are refused, and which stop for the tracer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ipclab::host {

enum class FilterKind : std::uint8_t {
    free,      ///< only refuse what no toy program needs
    traced,    ///< and stop for the tracer at the calls that make events
    recorded,  ///< the same, but for calls that the recorder makes (recorder.c): they go without a stop
};

/// The filter as an array of struct sock_filter, ready for seccomp(2). Empty where libseccomp fails.
std::vector<std::uint8_t> make_filter(FilterKind kind);

/// Whether a call of this number stops for the tracer (mmap only where it maps shared).
bool is_traced(std::uint16_t number);

}  // namespace ipclab::host
