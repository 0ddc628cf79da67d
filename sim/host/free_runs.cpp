#include "sim/host/free_runs.h"

#include <sched.h>

#include <algorithm>
#include <mutex>
#include <thread>

namespace ipclab::host {

namespace {

/// What the runner threads share.
class FreeRuns {
  public:
    FreeRuns(const FreeRunsRequest& request, OutcomeHistogram& histogram)
        : request_(request), histogram_(histogram) {}

    /// One runner: a run after the other, until all are begun.
    void work(RealRequest one) {
        one.built = histogram_.built;
        one.mode = RunMode::free;
        while (begins_another()) {
            RealResult result = run_real(one);
            if (result.limit && result.limit->kind == LimitKind::cancelled) return;
            add(std::move(result));
        }
    }

  private:
    bool begins_another() {
        const std::lock_guard lock(mutex_);
        if (!histogram_.ok() || request_.run.cancel.stop_requested() || begun_ == request_.runs) return false;
        ++begun_;
        return true;
    }

    void add(RealResult result) {
        const std::lock_guard lock(mutex_);
        if (!result.ok()) {
            histogram_.error = std::move(result.error);
            return;
        }
        RealOutcome outcome{std::move(result.standard_output), std::move(result.standard_error),
                            result.wait_status, result.limit ? result.limit->text : ""};
        if (result.limit) outcome.wait_status = 0;
        ++histogram_.counts[std::move(outcome)];
        ++histogram_.runs;
        if (request_.on_progress) request_.on_progress(histogram_.runs);
    }

    const FreeRunsRequest& request_;
    OutcomeHistogram& histogram_;
    std::mutex mutex_;
    std::uint64_t begun_ = 0;
};

}  // namespace

std::vector<int> allowed_cpus() {
    cpu_set_t set;
    std::vector<int> cpus;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set)) cpus.push_back(static_cast<int>(cpu));
    return cpus;
}

std::vector<std::pair<const RealOutcome*, std::uint64_t>> OutcomeHistogram::by_count() const {
    std::vector<std::pair<const RealOutcome*, std::uint64_t>> sorted;
    for (const auto& [outcome, count] : counts) sorted.emplace_back(&outcome, count);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    return sorted;
}

OutcomeHistogram run_often(const FreeRunsRequest& request) {
    OutcomeHistogram histogram;
    histogram.built = request.run.built;
    if (histogram.built == nullptr)
        histogram.built = std::make_shared<const Build>(build_programs(request.run.build));
    histogram.build_messages = histogram.built->messages();
    if (!histogram.built->ok()) {
        histogram.error = histogram.build_messages;
        return histogram;
    }
    const std::vector<int> cpus = request.cpus.empty() ? allowed_cpus() : request.cpus;
    std::uint64_t at_once = request.at_once != 0 ? request.at_once : cpus.size();
    at_once = std::clamp<std::uint64_t>(at_once, 1, std::max<std::uint64_t>(request.runs, 1));
    FreeRuns runs(request, histogram);
    std::vector<std::jthread> runners;
    for (std::size_t i = 0; i < at_once; ++i) {
        RealRequest one = request.run;
        one.nice = request.nice;
        one.cpus = Cpus::all;
        one.allowed_cpus = request.pins && !cpus.empty() ? std::vector{cpus[i % cpus.size()]} : cpus;
        runners.emplace_back([&runs, one = std::move(one)]() mutable { runs.work(std::move(one)); });
    }
    runners.clear();  // waits for them
    return histogram;
}

}  // namespace ipclab::host
