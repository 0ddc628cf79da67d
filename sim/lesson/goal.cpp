#include "sim/lesson/goal.h"

#include <algorithm>

#include "sim/engine/machine.h"

namespace ipclab::lesson {

std::string why_no_goal(const Condition& condition) {
    if (condition.object) return "a goal cannot name an object: how many there were is not seen in a machine";
    switch (condition.kind) {
        case SentenceKind::has_called:
        case SentenceKind::never_called:
        case SentenceKind::last_returned:
        case SentenceKind::last_failed:
            return "a goal is about how things stand, not about calls that were made on the way";
        case SentenceKind::exited_with:
        case SentenceKind::killed_by:
            if (condition.process.kind != ProcessName::Kind::first)
                return "a goal can ask how the parent ended: of a child that was waited for nothing is left";
            return {};
        default:
            return {};
    }
}

Verdict check_goal(const Setup& setup, const Condition& condition, const engine::Machine& machine) {
    return check_fact(condition, Cast::of(machine, first_program(setup)), machine);
}

bool is_reached(const Setup& setup, const std::vector<Condition>& goal, const engine::Machine& machine) {
    return std::all_of(goal.begin(), goal.end(),
                       [&](const Condition& each) { return check_goal(setup, each, machine).holds; });
}

std::string text_of(const std::vector<Condition>& goal) {
    std::string text;
    for (const Condition& each : goal) text += (text.empty() ? "" : ", and ") + each.text;
    return text;
}

}  // namespace ipclab::lesson
