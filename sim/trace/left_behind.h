// What a run leaves behind: objects that outlive every process that could use them, and processes that nobody waited
// for. Both kernels fill it in: the simulated one in sim/engine/left_behind.h, the real one in sim/host/left_behind.c.
//
// Looked at are System V and POSIX queues, semaphores and shared memory, and all that is in the directories that a
// program can write to. Identifiers, owners and times are not.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/event.h"
#include "sim/trace/left_behind_format.h"

namespace ipclab::trace {

enum class LeftKind : std::uint8_t {
    message_queue = LEFT_MESSAGE_QUEUE,
    semaphore_set = LEFT_SEMAPHORE_SET,
    segment = LEFT_SEGMENT,
    posix_queue = LEFT_POSIX_QUEUE,
    regular_file = LEFT_REGULAR_FILE,
    directory = LEFT_DIRECTORY,
    fifo = LEFT_FIFO,
    socket = LEFT_SOCKET,
    symlink = LEFT_SYMLINK,
    other = LEFT_OTHER,
    too_many = LEFT_TOO_MANY,
    unwaited = LEFT_UNWAITED,
    outliving = LEFT_OUTLIVING,
};

/// A message with its type or priority, the value of a semaphore, the bytes of a file or a segment.
struct LeftPart {
    std::int64_t number = 0;
    std::uint64_t bytes = 0;
    std::string begin{};  ///< of the bytes, at most LEFT_MOST_BYTES
    bool operator==(const LeftPart&) const = default;
};

struct LeftObject {
    LeftKind kind{};
    std::string name{};  ///< path, or what all of `too_many` are; of System V objects and processes empty
    std::array<std::int64_t, LEFT_NUMBERS> numbers{};  ///< left_behind_format.h says which
    std::vector<LeftPart> parts{};                     ///< at most LEFT_MOST_PARTS
    bool operator==(const LeftObject&) const = default;
};

/// In this order: System V queues, semaphore sets and segments, each by age; POSIX queues, directories and what is in
/// them, by name; processes.
struct LeftBehind {
    std::vector<LeftObject> objects;
    bool is_cut = false;  ///< there were more than LEFT_MOST_OBJECTS
    bool operator==(const LeftBehind&) const = default;
};

inline constexpr std::array<std::string_view, 3> kLeftDirectories{LEFT_DIRECTORIES};

/// What the trace of a whole run says of processes.
class LeftProcesses {
  public:
    /// The next piece of the trace.
    void note(const kernel::Trace& piece);
    /// Children that had ended when their parent did, and that it had not waited for. Not who was killed by the same signal
    /// as its parent, as by kill(0, SIGKILL): which of them dies first is chance.
    void add_unwaited(LeftBehind& left) const;
    /// Who ended after the first process; likewise.
    void add_outliving(LeftBehind& left) const;

  private:
    struct End {
        std::size_t event = 0;
        std::int64_t wait_status = 0;
        bool is_by_same_signal_as(const End& other) const;
    };
    struct Reparented {
        std::int32_t process = 0;
        std::size_t event = 0;
        End parents;
    };
    std::size_t events_ = 0;
    std::optional<std::int32_t> first_;
    std::map<std::int32_t, End> ends_;  ///< of each process's last task
    End last_end_;
    std::vector<Reparented> reparented_;
};

/// A sentence for each difference; empty: there is none.
std::vector<std::string> left_differences(const LeftBehind& simulated, const LeftBehind& real);

/// A line for each object that is seldom left on purpose, with what removes it: not of files and directories that are
/// nothing more than that.
std::vector<std::string> left_sentences(const LeftBehind& left);

}  // namespace ipclab::trace
