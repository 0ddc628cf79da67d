// What a view may ask for. Views only return these; the player and the app carry them out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "kernel/types.h"

namespace ipclab::visualizer::command {

enum class Unit : std::uint8_t { instruction, line, call };

struct Step {
    Unit unit = Unit::call;
};
struct StepBack {
    Unit unit = Unit::call;
};
struct Run {};
struct Pause {};
struct RunUntilBlocked {};
struct SeekStart {};
struct SeekEnd {};
struct SeekEvent {
    std::size_t event = 0;  ///< to right after this event
};
struct ChangeSpeed {
    int steps = 0;
};
struct TypeInput {
    std::string bytes;  ///< for standard input; empty: its end
};
struct SendSignal {
    kernel::Pid process{};
    int signal = 0;
};
struct BeScheduler {
    bool is_on = true;  ///< false: the policy decides again
};
struct Pick {
    std::size_t candidate = 0;  ///< goes next
};
struct UndoPick {};
struct Explore {
    bool stops = false;  ///< what was found so far is enough
};
struct ShowFound {
    std::size_t entry = 0;  ///< of the exploration: its schedule is loaded
};
struct SeekFound {};  ///< to the end of the schedule that is replayed: where it happens
struct LessonStep {
    int steps = 0;  ///< +1: run the step, or on to the next; -1: back
};
struct LessonAnswer {
    std::size_t answer = 0;
};
struct ToggleTheme {};
struct ToggleHelp {};
struct Zoom {
    int steps = 0;  ///< 0: back to the display's own scale
};
struct ShowFile {
    std::size_t file = 0;
};
struct Quit {};

}  // namespace ipclab::visualizer::command

namespace ipclab::visualizer {
using Command =
    std::variant<command::Step, command::StepBack, command::Run, command::Pause, command::RunUntilBlocked,
                 command::SeekStart, command::SeekEnd, command::SeekEvent, command::ChangeSpeed,
                 command::TypeInput, command::SendSignal, command::BeScheduler, command::Pick,
                 command::UndoPick, command::Explore, command::ShowFound, command::SeekFound,
                 command::LessonStep, command::LessonAnswer, command::ToggleTheme, command::ToggleHelp,
                 command::Zoom, command::ShowFile, command::Quit>;
}  // namespace ipclab::visualizer
