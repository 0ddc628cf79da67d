// What splice(2) and its like do with either end: a pipe, or the world outside where it looks like one.
#pragma once

#include <optional>

#include "kernel/kernel.h"

namespace ipclab::kernel {

inline constexpr std::uint32_t kDoNotBlock = 2;  ///< SPLICE_F_NONBLOCK

/// A standard stream that is a pipe.
bool is_stream(const Kernel& kernel, const File& file);
bool is_pipe(const Kernel& kernel, const File& file);
bool is_empty(const Kernel& kernel, const File& file);
/// Of a stream: more output than the simulator keeps.
bool is_full(const Kernel& kernel, const File& file);
bool has_writers(const Kernel& kernel, const File& file);
/// The most that one page takes; that one place takes, which may hold a run of pages.
std::uint64_t page_bytes(const Kernel& kernel, const File& file);
std::uint64_t place_bytes(const Kernel& kernel, const File& file);
/// Bytes that lie in somebody's memory, `offset` bytes behind the begin of their page, run of pages or fragment.
PipeSlot shared_page(std::string bytes, Pid writer, std::uint64_t offset = 0, Fragment fragment = {});
/// Takes the next page out, or as much of it as is wanted.
PipeSlot take_page(Call& call, const File& from, std::uint64_t most);
void put_page(Call& call, const File& to, PipeSlot page);
/// Nothing where the pipe has room for a page (fs/splice.c, wait_for_space()).
std::optional<Outcome> wait_for_room(Call& call, const File& out, bool may_wait);
/// Nothing where there is something to take; 0 at the end of file.
std::optional<Outcome> wait_for_data(Call& call, const File& in, bool may_wait);

/// kernel/splice_socket.cpp. `may_wait`: at the pipe; whether to wait at the socket, its own flags say, and of a UNIX
/// stream that is read, `flags`, too.
Outcome pipe_to_socket(Call& call, const File& in, const File& out, std::uint64_t bytes, bool may_wait);
Outcome socket_to_pipe(Call& call, const File& in, const File& out, std::uint64_t bytes, bool may_wait,
                       std::uint32_t flags);

}  // namespace ipclab::kernel
