// Goals of puzzles: what somebody who decides who goes next is to bring about. A goal can be told from a machine alone, so
// that it can be looked for among all that may still happen.
#pragma once

#include <string>
#include <vector>

#include "sim/lesson/check.h"
#include "sim/lesson/condition.h"
#include "sim/lesson/lesson.h"

namespace ipclab::lesson {

/// Empty, or why this sentence cannot be a goal: it asks for what happened on the way.
std::string why_no_goal(const Condition& condition);

/// Whether a sentence of a goal holds in this machine. Children are counted as long as no process has been waited for:
/// nothing else tells afterwards how many there were.
Verdict check_goal(const Setup& setup, const Condition& condition, const engine::Machine& machine);
/// Whether all of them hold.
bool is_reached(const Setup& setup, const std::vector<Condition>& goal, const engine::Machine& machine);
/// Their texts, as one sentence.
std::string text_of(const std::vector<Condition>& goal);

}  // namespace ipclab::lesson
