// What the calls about files tell inotify (kernel/inotify.cpp). All of it costs nothing while nobody watches.
#pragma once

#include <string_view>

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// inotify(7)
enum InotifyEvent : std::uint32_t {
    kInAccess = 0x1,
    kInModify = 0x2,
    kInAttrib = 0x4,
    kInCloseWrite = 0x8,
    kInCloseNoWrite = 0x10,
    kInOpen = 0x20,
    kInMovedFrom = 0x40,
    kInMovedTo = 0x80,
    kInCreate = 0x100,
    kInDelete = 0x200,
    kInDeleteSelf = 0x400,
    kInMoveSelf = 0x800,
    kInOverflow = 0x4000,
    kInIgnored = 0x8000,
    kInIsDirectory = 0x40000000,
};

/// Who causes an event: for the one whom it wakes.
struct Cause {
    Tid by{};
    Trace* trace = nullptr;
    explicit Cause(const Call& call) : by(call.task), trace(call.trace) {}
    Cause(Tid task, Trace* events) : by(task), trace(events) {}
};

/// Something happened to an inode that was reached by this name: those who watch the directory hear of it with the
/// name, those who watch the inode without. A directory is told of under its own name, whatever is given.
void note(Kernel& kernel, InodeId inode, const FileName& name, std::uint32_t event, Cause cause);
/// The same of what is open as `file`; nothing where it has no inode.
void note_file(Kernel& kernel, const File& file, std::uint32_t event, Cause cause);
/// Something happened to an inode itself, whatever its names.
void note_inode(Kernel& kernel, InodeId inode, std::uint32_t event, Cause cause);
/// An entry of a directory came or went; `inode` is what it names.
void note_entry(Kernel& kernel, const FileName& name, InodeId inode, std::uint32_t event, Cause cause,
                std::uint32_t cookie = 0);
/// An entry was renamed; `replaced`: what had the new name before.
void note_move(Kernel& kernel, const FileName& from, const FileName& to, InodeId inode, InodeId replaced,
               Cause cause);
/// The inode is about to go: its watches end.
void note_end(Kernel& kernel, InodeId inode, Cause cause);

}  // namespace ipclab::kernel
