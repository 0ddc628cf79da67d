// Functions of the C library that look names up: hosts, services, protocols, users and groups. Each library has its own way to
// do that (nsswitch.conf(5), files, a daemon that keeps answers, sockets that are only asked for a route), so that the calls
// inside of them are no part of a comparison. An event of kind syscall that is one of those says so by `other` = kInLookUp.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/event.h"

namespace ipclab::trace {

inline constexpr std::int32_t kInLookUp = 1;

/// By the function of the library that the program itself has called.
bool looks_names_up(std::string_view function);

inline bool is_in_look_up(const kernel::Event& event) {
    return event.kind == kernel::EventKind::syscall && event.other == kInLookUp;
}

}  // namespace ipclab::trace
