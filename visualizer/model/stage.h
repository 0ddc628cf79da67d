// The stage: a card for every process and a picture of every pipe, with the links between descriptors and pipe
// ends. Computed afresh from a machine whenever it has moved; everything in it is text and numbers, so that the
// view only draws.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/kernel.h"
#include "sim/engine/machine.h"
#include "visualizer/model/objects.h"
#include "visualizer/model/pipes.h"

namespace ipclab::visualizer {

enum class Direction : std::uint8_t { in, out, both };
enum class PipeEnd : std::uint8_t { none, read, write };

/// One row of a descriptor table. Neighbouring descriptors of the same object share a row: "0-2 terminal".
struct FdRow {
    std::string numbers;  ///< "3", "0-2"
    kernel::Fd first = 0, last = 0;
    Direction direction = Direction::both;
    std::string object;  ///< "pipe 1", "terminal", "/tmp/log"
    PipeEnd end = PipeEnd::none;
    kernel::PipeId pipe{};
    bool close_on_exec = false;
    bool is_waited_on = false;  ///< the process sleeps in a call on this descriptor
    bool operator==(const FdRow&) const = default;
};

struct LocalRow {
    std::string name, type, value;
    bool is_parameter = false;
    bool operator==(const LocalRow&) const = default;
};

/// One task of a process: a process has one, unless it starts threads.
struct TaskRow {
    kernel::Tid tid{};
    kernel::TaskState state{};
    std::string state_text;  ///< "running", "blocked", "zombie" ...
    std::string why;    ///< a sentence: why it is blocked, how it ended; empty where there is nothing to say
    std::string where;  ///< "main(), line 12"; empty where it has no source of its own
    bool operator==(const TaskRow&) const = default;
};

struct Card {
    kernel::Pid pid{};
    kernel::Pid parent{};
    std::string name;
    std::vector<TaskRow> tasks;  ///< at least one
    std::vector<FdRow> fds;
    std::string frame;    ///< "main": whose locals these are
    kernel::Tid focus{};  ///< the thread whose frame that is: the one that ran last
    std::vector<LocalRow> locals;
    bool is_zombie = false;
    bool operator==(const Card&) const = default;
};

/// A stretch of bytes by one writer.
struct ByteRun {
    std::uint32_t bytes = 0;
    kernel::Pid writer{};
    bool operator==(const ByteRun&) const = default;
};

struct SlotPicture {
    std::uint32_t consumed = 0;  ///< bytes at the page's beginning that have been read
    std::uint32_t whole_bytes =
        0;                      ///< of the page, or of the run of pages that splice(2) has put in its place
    std::vector<ByteRun> runs;  ///< still there
    std::string front;          ///< the first of them, at most kSlotFrontBytes
    bool is_packet = false;
    bool operator==(const SlotPicture&) const = default;
};

/// Who can use one end of a pipe.
struct EndHolder {
    kernel::Pid process{};
    kernel::Fd fd = 0;
    bool is_waiting = false;  ///< a task of it sleeps until it can use this end
    bool operator==(const EndHolder&) const = default;
};

struct PipePicture {
    kernel::PipeId id{};
    std::string title;
    std::uint32_t capacity_slots = 0;
    std::uint32_t slot_bytes = 0;
    std::uint64_t size_bytes = 0, capacity_bytes = 0;
    std::uint64_t read_position = 0, write_position = 0;  ///< bytes that passed each end since its creation
    std::vector<SlotPicture> slots;                       ///< in use, oldest first
    std::string front;                ///< the bytes that will be read next, at most kFrontBytes
    std::vector<ByteRun> front_runs;  ///< their writers
    std::vector<EndHolder> readers, writers;
    bool is_full = false, is_empty = false;
    bool operator==(const PipePicture&) const = default;
};

struct Link {
    std::size_t card = 0, fd_row = 0, pipe = 0;  ///< indices
    PipeEnd end = PipeEnd::none;
    bool is_waiting = false;
    bool operator==(const Link&) const = default;
};

struct Stage {
    std::vector<Card> cards;         ///< by pid; init, which runs nothing, has none
    std::vector<PipePicture> pipes;  ///< by id
    std::vector<ObjectPicture> objects;
    std::vector<Link> links;
    bool operator==(const Stage&) const = default;
};

inline constexpr std::size_t kFrontBytes = 512, kSlotFrontBytes = 12;

/// `pipes` gives the pipes their names; null: the kernel's own numbers.
Stage build_stage(const engine::Machine& machine, const PipeIndex* pipes = nullptr);

/// The state in a word, and as a sentence how a process ended ("exited with status 1", "killed by SIGPIPE").
std::string_view state_word(kernel::TaskState state);
std::string end_text(std::int32_t wait_status);

}  // namespace ipclab::visualizer
