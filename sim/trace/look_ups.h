// Functions of the C library inside of which each library makes other calls.
//
// Those that look names up: hosts, services, protocols, users and groups. Each library has its own way to
// do that (nsswitch.conf(5), files, a daemon that keeps answers, sockets that are only asked for a route), so that the calls
// inside of them are no part of a comparison.
//
// Those that start a thread of the library's own, which waits for an event and has the program's function called in another
// thread (SIGEV_THREAD, sigevent(7)): that thread and what starts it are no part of it, either; the program's function is.
//
// An event of kind syscall that was made inside of one of them says so by `other`.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/event.h"

namespace ipclab::trace {

inline constexpr std::int32_t kInLookUp = 1, kInHelperStart = 2;

/// Of the calls inside of this function, which the program itself has called; 0: they are like any others.
std::int32_t library_mark(std::string_view function);

/// Whether a call is the library's own for its mark.
bool is_inside_of_library(const kernel::Event& event);

}  // namespace ipclab::trace
