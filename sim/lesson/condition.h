// Sentences about a run: what a lesson waits for (`until`), claims (`expect`) and points at (`look`).
//
// The sentences are rows of vocabulary.def; one matcher reads them all. What they mean is decided elsewhere
// (check.h): here they become data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/types.h"

namespace ipclab::lesson {

enum class SentenceKind : std::uint8_t {
#define SENTENCE(kind, use, pattern) kind,
#include "sim/lesson/vocabulary.def"
#undef SENTENCE
};

enum class SentenceUse : std::uint8_t { happening, fact, outcome, place };

/// A process by its role in the run, so that the name means the same on both kernels.
struct ProcessName {
    enum class Kind : std::uint8_t {
        first,       ///< "parent": the process that the run starts with
        child,       ///< the index-th process that the first one made, from 1
        grandchild,  ///< the index-th process that a child of the first one made
        program,     ///< the index-th process, in the order of their making, that runs the program `program`
        anybody,     ///< "somebody"
    };
    Kind kind = Kind::first;
    int index = 1;
    std::string program;
    std::string text;  ///< as the lesson calls it
    bool operator==(const ProcessName&) const = default;
};

/// An object by its kind and the order in which the run makes them, from 1.
/// "pipe 2": objects of a kind are counted in the order in which the run makes them.
struct ObjectName {
    kernel::ObjectKind kind = kernel::ObjectKind::pipe;
    int index = 1;
    bool operator==(const ObjectName&) const = default;
};

/// The kinds of objects that lessons speak of, and their words.
struct ObjectWord {
    kernel::ObjectKind kind;
    std::string_view word;
};
inline constexpr ObjectWord kObjectWords[] = {{kernel::ObjectKind::pipe, "pipe"},
                                              {kernel::ObjectKind::message_queue, "queue"},
                                              {kernel::ObjectKind::semaphore_set, "semaphores"},
                                              {kernel::ObjectKind::segment, "segment"},
                                              {kernel::ObjectKind::eventfd, "eventfd"},
                                              {kernel::ObjectKind::timerfd, "timerfd"},
                                              {kernel::ObjectKind::epoll, "epoll"},
                                              {kernel::ObjectKind::socket, "socket"},
                                              {kernel::ObjectKind::posix_queue, "mqueue"},
                                              {kernel::ObjectKind::terminal, "terminal"}};
/// "pipe 2"
std::string text_of(const ObjectName& name);

enum class Comparison : std::uint8_t { equal, unequal, less, less_equal, greater, greater_equal };

/// One sentence, taken apart. Which members are set follows from the row's pattern.
struct Condition {
    SentenceKind kind{};
    std::string text;  ///< the sentence itself
    bool negated = false;
    ProcessName process;
    std::string call;                  ///< as written; empty: any
    std::vector<std::uint16_t> calls;  ///< the system calls that it stands for, by number
    std::optional<ObjectName> object;
    std::int64_t number = 0;
    int times = 1;
    std::string string;               ///< <string> or <value>
    std::string name;                 ///< <name>
    std::optional<std::string> file;  ///< "of <file>" behind a line
    int signal = 0;
    int error = 0;  ///< an errno
    Comparison comparison = Comparison::equal;
    bool operator==(const Condition&) const = default;
};

SentenceUse use_of(SentenceKind kind);

/// Which names a lesson may use for processes.
struct Names {
    std::vector<std::string> programs;
    std::vector<std::pair<std::string, ProcessName>> processes;  ///< from the lesson's [processes]
};

/// A mistake in a sentence: where it is (bytes from the sentence's begin), and what to do.
struct SentenceError {
    std::size_t begin = 0, end = 0;
    std::string message;
};

struct ParsedSentence {
    std::optional<Condition> condition;
    SentenceError error;  ///< where there is no condition
};

/// Reads one sentence that belongs to one of the given uses.
ParsedSentence parse_sentence(std::string_view text, const Names& names, std::span<const SentenceUse> uses);

/// Reads a process's name alone, as in [processes].
std::optional<ProcessName> parse_process(std::string_view text, const Names& names, std::string& error);

/// Numbers of the system calls that a name stands for: "fork" is fork, vfork, clone and clone3, because C
/// libraries differ. Empty: no such call.
std::vector<std::uint16_t> calls_named(std::string_view name);

/// "; did you mean 'write'?", or nothing where no candidate is near.
std::string suggestion(std::string_view wrong, const std::vector<std::string>& candidates);

}  // namespace ipclab::lesson
