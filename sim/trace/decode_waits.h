// What the calls that wait for descriptors are given and give back: struct pollfd, fd_set, struct epoll_event. As strace
// shows it, and how two runs are compared.
#pragma once

#include "sim/trace/call_difference.h"
#include "sim/trace/decode.h"

namespace ipclab::trace {

/// Which half of a struct pollfd: what was asked for, or what there is.
enum class PollfdPart : std::uint8_t { asked, found };

/// `[{fd=3, events=POLLIN}, {fd=4, events=POLLOUT}]`; found: only those with something in revents.
void append_pollfds(std::string& out, const kernel::PayloadItem& item, PollfdPart part);
/// `[0 3 5]`: the descriptors below `count` in a set.
void append_descriptor_set(std::string& out, std::span<const std::uint8_t> words, std::int32_t count);
/// `{events=EPOLLIN|EPOLLET, data={u32=5, u64=5}}`.
void append_epoll_event(std::string& out, std::span<const std::uint8_t> event);
void append_epoll_events(std::string& out, const kernel::PayloadItem& item);
/// Behind the result of poll, select and their like: ` ([{fd=3, revents=POLLIN}])`, ` (in [3], out [4])`, ` (Timeout)`.
void append_found_ready(std::string& out, const CallView& call);
/// An argument that is a number with a name in one of the calls about event descriptors. False: it is none.
bool append_wait_flag(std::string& out, const CallView& call, std::size_t index);

/// Whether both sets hold the same descriptors below `count`.
bool same_descriptor_set(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                         std::int32_t count);
/// The same descriptors and events; asked: what stands in revents is left from before.
bool same_pollfds(const kernel::PayloadItem& left, const kernel::PayloadItem& right, PollfdPart part);
/// struct signalfd_siginfo, several: without what belongs to each system, the sender's ids and times.
bool same_signal_records(const kernel::PayloadItem& left, const kernel::PayloadItem& right, const IdMap& ids);
/// struct inotify_event, several: without the cookies, which only have to agree among themselves.
bool same_inotify_events(const kernel::PayloadItem& left, const kernel::PayloadItem& right);
/// The same events for the same data. Data are the program's own: addresses are not those of the other system, and what
/// stands above a 32-bit value has often never been set.
bool same_epoll_events(const kernel::PayloadItem& left, const kernel::PayloadItem& right);

}  // namespace ipclab::trace
