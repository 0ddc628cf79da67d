// Whether a lesson's sentences are true: outcomes from a trace alone (either kernel), states from a machine.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kernel/event.h"
#include "sim/lesson/cast.h"
#include "sim/lesson/lesson.h"

namespace ipclab::engine {
struct Machine;
}

namespace ipclab::lesson {

struct Verdict {
    bool holds = false;
    std::string found;  ///< what is the case instead, for a person: "child exited with 1"
};

/// What has reached the world outside.
struct Output {
    std::string standard_output, standard_error;
};

/// For conditions whose use is `outcome`.
Verdict check_outcome(const Condition& condition, const Cast& cast, const Output& output);

/// For conditions whose use is `fact` or `outcome`, at the point of the run that `cast` has followed to.
Verdict check_fact(const Condition& condition, const Cast& cast, const engine::Machine& machine);

/// Waits for a happening: give it every event, after the cast has taken it in.
class Watcher {
  public:
    explicit Watcher(const Condition& condition) : condition_(condition) {}
    /// Whether this event is the one that is waited for.
    bool see(const Cast& cast, const kernel::Trace& trace, const kernel::Event& event, bool was_inside_call);

  private:
    bool fits(const Cast& cast, const kernel::Trace& trace, const kernel::Event& event,
              bool was_inside_call) const;
    const Condition& condition_;
    int seen_ = 0;
};

/// One expectation that was checked.
struct Checked {
    const Expectation* expectation = nullptr;
    Verdict verdict;
};

/// The outcomes that a real run of this setup is held to. `trace` are all of its events, `output` what it
/// printed.
std::vector<Checked> check_on_real(const Lesson& lesson, std::size_t setup, const kernel::Trace& trace,
                                   const Output& output);

/// The name of the program that a setup starts.
std::string first_program(const Setup& setup);

}  // namespace ipclab::lesson
