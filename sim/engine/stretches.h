// A schedule as a short text: who goes on, and for how many instructions, until another one does.
//
//     2:5120 3:77>1 2:0+1 time 3:40 lost
//
// Task 2 runs 5,120 instructions with all system calls on the way; then task 3 runs 77; task 2 makes one step that takes no
// instruction (it looks again at a call in which it slept, or acts on a signal); time passes to the next deadline; ... Where
// stores wait in buffers, the oldest one of task 3 reaches memory after its 77 instructions. Where packets wait for their
// fates, the oldest one passes, is lost, duplicated or delayed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/machine.h"

namespace ipclab::engine {

/// In the place of a task: the oldest packet that waits for its fate has this one.
constexpr kernel::Tid chooser_of(kernel::PacketFate fate) {
    constexpr std::int32_t kFirst = 0x7fff'ff00;  // no task has such an id (/proc/sys/kernel/pid_max)
    return kernel::Tid{kFirst + static_cast<std::int32_t>(fate)};
}
constexpr bool chooses_fate(kernel::Tid task) {
    return task >= chooser_of(kernel::PacketFate{});
}
/// Chooses it; false where no packet waits for one, or there is no such fate.
bool choose_fate(Machine& machine, kernel::Tid chooser, Schedule* schedule, kernel::Trace* trace);

struct Stretch {
    kernel::Tid task{};  ///< none: time passes to the next deadline; or chooser_of() a packet's fate
    std::uint64_t instructions = 0;  ///< in all
    std::uint32_t steps = 0;         ///< and then so many steps of no instruction
    std::uint32_t stores = 0;        ///< and then so many of its waiting stores reach memory
    bool is_refused = false;  ///< before all that: what it asks for next it does not get (Choice::fail)
    bool operator==(const Stretch&) const = default;
};
using Stretches = std::vector<Stretch>;

/// Adds one step that a task has made.
void add_step(Stretches& stretches, kernel::Tid task, std::uint64_t instructions);
/// Adds that its oldest waiting store has reached memory.
void add_drain(Stretches& stretches, kernel::Tid task);
/// Adds that what it asks for next is refused.
void add_refusal(Stretches& stretches, kernel::Tid task);
/// How often something is refused.
std::size_t refusals_in(const Stretches& stretches);
/// How often another task goes on.
std::size_t switches_in(const Stretches& stretches);

std::string to_text(const Stretches& stretches);
/// Blanks and lines that begin with '#' do not count. Nothing, and a sentence with the line, where it is no such text.
std::optional<Stretches> stretches_from(std::string_view text, std::string& error,
                                        std::size_t first_line = 1);
/// Of what is wrong in a file, so many bytes are shown.
inline constexpr std::size_t kMostShown = 60;

/// Makes the steps of one stretch; they are added to `schedule`, the events to `trace` (null: not wanted). False where the
/// machine cannot: the schedule is of another program.
bool run_stretch(Machine& machine, const Stretch& stretch, Schedule* schedule, kernel::Trace* trace);
/// The choices of a whole schedule from this machine on. Nothing where the machine cannot make them.
std::optional<Schedule> schedule_of(Machine machine, const Stretches& stretches);

}  // namespace ipclab::engine
