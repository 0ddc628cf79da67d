// What each kind of open file description can do: one row per FileKind, as Linux's struct file_operations. A row stands
// in its mechanism's own file; kFileOperations lists them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kernel/kernel.h"
#include "kernel/stat.h"
#include "kernel/transfer.h"

namespace ipclab::kernel {

enum class Seek : std::uint8_t {
    none,  ///< lseek(2), pread(2): ESPIPE
    zero,  ///< devices: the offset stays 0 (null(4))
    idle,  ///< lseek(2) gives 0 and pread(2) ESPIPE: Linux's noop_llseek(), of what has no bytes to stand at
    offset,  ///< moves File::offset
};

struct FileOperations {
    /// The object that calls on the description name in their events, and that its waiters wait for.
    ObjectRef (*object)(const File&);
    /// The access mode has been checked (EBADF). Null: EINVAL, as fs/read_write.c has it.
    Outcome (*read)(Call&, FileId, const File&, Transfer& to) = nullptr;
    Outcome (*write)(Call&, FileId, const File&, Transfer& from) = nullptr;
    /// A set of PollEvent: see ready_events(). Null: always ready (poll(2): as regular files are).
    std::uint32_t (*ready)(const Kernel&, const File&) = nullptr;
    /// Where somebody waits for these PollEvents while none of them is there. Null: on `object`, for readable or
    /// writable as `events` and the access mode say, for peer where neither: a hang-up must wake all three.
    void (*add_waits)(const Kernel&, const File&, std::uint32_t events, std::vector<WaitPoint>&) = nullptr;
    /// FIONREAD, in bytes. Null: `control` is asked.
    std::uint64_t (*bytes_to_read)(const Kernel&, const File&) = nullptr;
    /// The other requests of ioctl(2): the second argument. Null: ENOTTY.
    Outcome (*control)(Call&, const File&) = nullptr;
    /// fstat(2) of a description without an inode.
    AbiStat (*status)(const Kernel&, const File&) = nullptr;
    /// A process has closed a descriptor of it, not always the last one. Null: nobody has to know.
    void (*flushed)(Kernel&, const File&, Pid process) = nullptr;
    /// The last descriptor is gone, and the description with it (`file` is what it was). Null: nobody has to know.
    void (*closed)(Kernel&, const File&, Tid by, Trace*) = nullptr;
    Seek seek = Seek::none;
};

extern const FileOperations kRegularOperations, kDirectoryOperations, kNullOperations, kZeroOperations,
    kFullOperations, kPipeReadOperations, kPipeWriteOperations, kPipeBothOperations, kStreamOperations,
    kEventfdOperations, kTimerfdOperations, kSignalfdOperations, kPidfdOperations, kEpollOperations,
    kInotifyOperations, kSocketOperations, kQueueOperations, kMasterOperations, kSlaveOperations;

/// In the order of FileKind.
inline constexpr std::array<const FileOperations*, kFileKinds> kFileOperations{
    &kRegularOperations, &kDirectoryOperations, &kNullOperations,      &kZeroOperations,
    &kFullOperations,    &kPipeReadOperations,  &kPipeWriteOperations, &kPipeBothOperations,
    &kStreamOperations,  &kEventfdOperations,   &kTimerfdOperations,   &kSignalfdOperations,
    &kPidfdOperations,   &kEpollOperations,     &kInotifyOperations,   &kSocketOperations,
    &kQueueOperations,   &kMasterOperations,    &kSlaveOperations,
};
inline const FileOperations& operations(const File& file) {
    return *kFileOperations[static_cast<std::size_t>(file.kind)];
}

/// The inode: the object of what is opened by a path.
ObjectRef inode_object(const File& file);
/// Appends a wait that wakes everybody (Linux's waits in poll are not exclusive), once.
void add_wait(std::vector<WaitPoint>& waits, ObjectRef object, WaitFor what);
/// Where a description wakes who asked for these events: what its kind says, see FileOperations.
void add_waits(const Kernel& kernel, const File& file, std::uint32_t events, std::vector<WaitPoint>& waits);

/// fstat(2) of an anonymous inode: all of them share one, which has no type.
AbiStat anonymous_status(const Kernel& kernel, const File& file);

}  // namespace ipclab::kernel
