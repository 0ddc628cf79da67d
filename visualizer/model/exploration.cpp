#include "visualizer/model/exploration.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernel/signal_state.h"
#include "sim/explore/findings.h"
#include "sim/explore/picker.h"

namespace ipclab::visualizer {

namespace {

std::vector<std::string> lines_of(std::string_view name, const std::string& text) {
    constexpr std::size_t kMost = 6;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size() && lines.size() < kMost;) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back((lines.empty() ? std::string(name) + ": " : "    ") + text.substr(at, end - at));
        at = end + 1;
        if (lines.size() == kMost && at < text.size()) lines.back() += " …";
    }
    return lines;
}

/// Who waits for whom where the schedule has led.
std::vector<engine::Wait> waits_after(engine::Machine machine, const engine::Stretches& schedule) {
    for (const engine::Stretch& each : schedule)
        if (!engine::run_stretch(machine, each, nullptr, nullptr)) return {};
    return engine::waits(machine);
}

}  // namespace

Exploration::~Exploration() {
    join();
}

void Exploration::join() {
    is_stopped_ = true;
    if (thread_.joinable()) thread_.join();
}

void Exploration::clear() {
    join();
    state_ = State::idle;
    initial_.reset();
    shown_progress_ = {};
    result_ = {};
    entries_.clear();
    graph_ = full_graph_ = {};
    const std::lock_guard lock(mutex_);
    progress_ = {};
    new_result_.reset();
}

void Exploration::start(engine::Machine initial) {
    clear();
    initial_ = initial;
    state_ = State::running;
    is_stopped_ = false;
    thread_ = std::thread([this, machine = std::move(initial)] {
        explore::Options options;
        options.most_graph_states = kMostPictured;
        options.most_bytes = std::uint64_t{1} << 30;
        options.jobs = std::max(1u, std::thread::hardware_concurrency());
        options.on_progress = [this](const explore::Progress& progress) {
            const std::lock_guard lock(mutex_);
            progress_ = progress;
            return !is_stopped_;
        };
        explore::Result result = explore::explore(machine, options);
        const std::lock_guard lock(mutex_);
        new_result_ = std::move(result);
    });
}

void Exploration::tick() {
    if (state_ != State::running) return;
    std::optional<explore::Result> result;
    {
        const std::lock_guard lock(mutex_);
        shown_progress_ = progress_;
        result = std::exchange(new_result_, std::nullopt);
    }
    if (!result) return;
    join();
    result_ = std::move(*result);
    for (const explore::FoundOutcome& each : result_.outcomes) {
        Entry entry{false,
                    engine::ending_text(each.outcome.wait_status),
                    lines_of("out", each.outcome.standard_output),
                    each.schedule,
                    each.route,
                    false,
                    SIZE_MAX,
                    {},
                    engine::switches_in(each.schedule)};
        for (std::string& line : lines_of("err", each.outcome.standard_error))
            entry.sentences.push_back(std::move(line));
        entries_.push_back(std::move(entry));
    }
    for (const explore::Finding& each : result_.findings) {
        Entry entry{true,
                    std::string(explore::title(each.kind)),
                    each.sentences,
                    each.schedule,
                    each.route,
                    each.is_in_full_graph,
                    each.loop_begin,
                    {},
                    engine::switches_in(each.schedule)};
        if (each.kind == explore::FindingKind::deadlock ||
            each.kind == explore::FindingKind::partial_deadlock)
            entry.waits = waits_after(*initial_, each.schedule);
        entries_.push_back(std::move(entry));
    }
    if (result_.to_endless) {
        const auto route = explore::Routes(result_.graph).of(*explore::path_to_endless(result_.graph));
        const auto loop = std::ranges::find(route, route.back()) - route.begin();
        entries_.push_back(
            {true,
             "never ends",
             {"from there on something always goes on and nothing ever ends, whoever goes next"},
             *result_.to_endless,
             route,
             false,
             static_cast<std::size_t>(loop),
             {},
             engine::switches_in(*result_.to_endless)});
    }
    graph_ = layered(result_.graph);
    full_graph_ = layered(result_.full_graph);
    state_ = State::done;
}

void Exploration::wait() {
    if (thread_.joinable()) thread_.join();
    tick();
}

ReachQuestion::~ReachQuestion() {
    if (thread_.joinable()) thread_.join();
}

void ReachQuestion::begin(Question question) {
    is_asking_ = true;
    thread_ = std::thread([this, question = std::move(question)] {
        explore::ReachResult result =
            explore::Picker(question.start).can_reach(question.now, question.goal, kMostStates);
        const std::lock_guard lock(mutex_);
        new_answer_ = result;
    });
}

void ReachQuestion::ask(engine::Machine start, engine::Machine now, Goal goal) {
    answer_.reset();
    next_ = Question{std::move(start), std::move(now), std::move(goal)};
    tick();
}

void ReachQuestion::clear() {
    next_.reset();
    wait();
    answer_.reset();
}

void ReachQuestion::tick() {
    if (is_asking_) {
        const std::lock_guard lock(mutex_);
        if (!new_answer_) return;
        answer_ = std::exchange(new_answer_, std::nullopt);
        is_asking_ = false;
    }
    if (thread_.joinable()) thread_.join();
    if (!next_) return;
    answer_.reset();  // of an older question
    begin(*std::exchange(next_, std::nullopt));
}

void ReachQuestion::wait() {
    do {
        if (thread_.joinable()) thread_.join();
        tick();
    } while (is_asking_);
}

}  // namespace ipclab::visualizer
