#include "visualizer/model/real_run.h"

namespace ipclab::visualizer {

RealRun::~RealRun() {
    if (thread_.joinable()) thread_.join();
}

void RealRun::none(std::string why) {
    wait();
    state_ = State::off;
    message_ = std::move(why);
    trace_.clear();
    lanes_.clear();
}

void RealRun::start(Job job, std::string first_name) {
    none({});
    lanes_ = Lanes(Lanes::Source::real, std::move(first_name));
    state_ = State::running;
    message_ = "running on real Linux …";
    thread_ = std::thread([this, job = std::move(job)] {
        RealResult result = job();
        const std::lock_guard lock(mutex_);
        result_ = std::move(result);
    });
}

void RealRun::tick() {
    {
        const std::lock_guard lock(mutex_);
        if (result_) {
            state_ = result_->ok ? State::done : State::failed;
            message_ = std::move(result_->message);
            trace_ = std::move(result_->trace);
            result_.reset();
        }
    }
    if (state_ != State::running && thread_.joinable()) thread_.join();
    if (state_ == State::done) lanes_.update(trace_, 400'000);
}

void RealRun::wait() {
    if (thread_.joinable()) thread_.join();
    tick();
    while (state_ == State::done && !lanes_.update(trace_)) {
    }
}

}  // namespace ipclab::visualizer
