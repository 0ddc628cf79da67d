// The run on real Linux, traced in a thread of its own while the window goes on.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "kernel/event.h"
#include "visualizer/model/lanes.h"

namespace ipclab::visualizer {

/// What a tracing job brings back: a trace, or a sentence that says why there is none. A trace that was cut short at
/// a limit comes with both.
struct RealResult {
    kernel::Trace trace;
    std::string message;
    bool ok = false;
};

class RealRun {
  public:
    enum class State : std::uint8_t { off, running, done, failed };
    using Job = std::function<RealResult()>;

    RealRun() = default;
    ~RealRun();
    RealRun(const RealRun&) = delete;
    RealRun& operator=(const RealRun&) = delete;

    /// No real run, and why: shown in its place.
    void none(std::string why);
    /// Starts a job; its lanes' first process is called `first_name`. The job must end by itself at a deadline.
    void start(Job job, std::string first_name);
    /// Takes over what the thread has brought; looks at a portion of its events.
    void tick();
    /// Waits for the job's end: for pictures.
    void wait();

    State state() const { return state_; }
    const std::string& message() const { return message_; }
    const kernel::Trace& trace() const { return trace_; }
    const Lanes& lanes() const { return lanes_; }

  private:
    State state_ = State::off;
    std::string message_;
    kernel::Trace trace_;
    Lanes lanes_{Lanes::Source::real};
    std::thread thread_;
    std::mutex mutex_;
    std::optional<RealResult> result_;  // guarded by mutex_
};

}  // namespace ipclab::visualizer
