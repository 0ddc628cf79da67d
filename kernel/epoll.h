// What the rest of the kernel tells epolls (kernel/epoll.cpp): that something has happened on an object, and that a
// description has gone.
#pragma once

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// wake()'s part for epolls: marks the interests that this wake-up concerns, and wakes who waits for them.
/// True for Wake::one where an exclusive interest (EPOLLEXCLUSIVE) that is older than all exclusive sleepers has taken it.
bool tell_epolls(Kernel& kernel, ObjectRef object, WaitFor what, Wake how, std::uint64_t oldest_sleeper,
                 Tid by, Trace* trace);
/// The object is no longer what it was: everybody who listens to it is told, whatever he asks for (Linux's sk_state_change()
/// and sk_error_report() wake so).
void tell_epolls_of_change(Kernel& kernel, ObjectRef object, Tid by, Trace* trace);
/// Whether an epoll listens for this: then Linux tells of it each time, not only where it changes something (fs/pipe.c,
/// poll_usage).
bool is_listened_to(const Kernel& kernel, ObjectRef object, WaitFor what);
/// An entry of an interest list for a person: "in, edge-triggered: ready, but reported already".
std::string describe_interest(const Kernel& kernel, const Epoll& epoll, const Interest& interest);
/// epoll(7): a description that is closed for the last time leaves all interest lists.
void forget_description(Kernel& kernel, FileId file);

}  // namespace ipclab::kernel
