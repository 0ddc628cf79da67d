// Schedules in files: what `ipclab explore --save` writes; `run --replay`, `view --replay` and lessons read. A text: lines
// that begin with '#' say what was explored, how the machine was set up follows as NAME VALUE, then the schedule
// (stretches.h).
//
//     streams file terminal terminal
//     limit pipe_size=16
//     host server=10.0.0.2
//     input 68690a
//     memory tso
//     buffered 9 4210704 4      bytes that tasks have in common (vm::Place), stores to which wait in store buffers
//     schedule
//     2:5120 3:77 2:0+1
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/kernel.h"
#include "kernel/limits.h"
#include "sim/engine/stretches.h"

namespace ipclab::engine {

struct ScheduleFile {
    std::optional<std::array<kernel::StreamKind, 3>>
        streams;  ///< of descriptors 0, 1, 2; none: as they would be anyway
    std::vector<std::pair<const kernel::LimitSpec*, std::uint64_t>> limits;
    std::vector<kernel::Host> hosts;                   ///< of the network; none: as they would be anyway
    std::string input;                                 ///< of standard input, which is a file
    std::shared_ptr<const vm::SharedPlaces> buffered;  ///< of the machine
    Stretches schedule;

    /// As the machine was when the schedule was made: calls and instructions take no time.
    void set_up(kernel::BootOptions& boot) const;
};

/// Nothing, and a sentence, where it is no such text.
std::optional<ScheduleFile> schedule_file_from(std::string_view text, std::string& error);

/// The lines of such a file, without comments. `limits`: "NAME=VALUE"; `buffered`: of the machine, may be null.
std::string schedule_file_text(const kernel::BootOptions& boot, const std::vector<std::string>& limits,
                               const vm::SharedPlaces* buffered, const Stretches& schedule);

/// What to say where a machine cannot make a schedule's steps.
inline constexpr std::string_view kForeignSchedule =
    "the schedule is not of this program: other source, other arguments, or another ipclab";

}  // namespace ipclab::engine
