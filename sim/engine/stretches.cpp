#include "sim/engine/stretches.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "kernel/futex.h"
#include "kernel/network.h"
#include "sim/engine/text.h"

namespace ipclab::engine {

namespace {

constexpr std::string_view kTime = "time";
constexpr std::array<std::string_view, 4> kFates = {"passes", "lost", "duplicated", "delayed"};  // PacketFate
constexpr std::uint32_t kLongestStep = 1'000'000'000;
constexpr int kMostIdleSteps = 10'000;  // in a row, of no instruction

/// Takes a number off the front of the text.
template <class T>
bool take_number(std::string_view& text, T& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

std::optional<Stretch> stretch_from(std::string_view word) {
    if (word == kTime) return Stretch{};
    for (std::size_t i = 0; i < kFates.size(); ++i)
        if (word == kFates[i]) return Stretch{.task = chooser_of(static_cast<kernel::PacketFate>(i))};
    Stretch stretch;
    if (!take_number(word, stretch.task.value) || stretch.task.value <= 0) return std::nullopt;
    if (word.starts_with('!')) {
        stretch.is_refused = true;
        word.remove_prefix(1);
    }
    if (!word.starts_with(':')) return std::nullopt;
    word.remove_prefix(1);
    if (!take_number(word, stretch.instructions)) return std::nullopt;
    if (word.starts_with('+')) {
        word.remove_prefix(1);
        if (!take_number(word, stretch.steps)) return std::nullopt;
    }
    if (word.starts_with('>')) {
        word.remove_prefix(1);
        if (!take_number(word, stretch.stores)) return std::nullopt;
    }
    return word.empty() ? std::optional(stretch) : std::nullopt;
}

}  // namespace

void add_step(Stretches& stretches, kernel::Tid task, std::uint64_t instructions) {
    const bool is_task = task && !chooses_fate(task);
    if (stretches.empty() || stretches.back().task != task || !is_task || stretches.back().stores > 0)
        stretches.push_back({task});
    if (!is_task) return;
    Stretch& last = stretches.back();
    last.instructions += instructions;
    last.steps = instructions > 0 ? 0 : last.steps + 1;
}

void add_drain(Stretches& stretches, kernel::Tid task) {
    if (stretches.empty() || stretches.back().task != task) stretches.push_back({task});
    ++stretches.back().stores;
}

void add_refusal(Stretches& stretches, kernel::Tid task) {
    stretches.push_back({.task = task, .is_refused = true});
}

std::size_t refusals_in(const Stretches& stretches) {
    return static_cast<std::size_t>(std::ranges::count_if(stretches, &Stretch::is_refused));
}

std::size_t switches_in(const Stretches& stretches) {
    std::size_t count = 0;
    kernel::Tid last{};
    for (const Stretch& each : stretches) {
        if (!each.task || chooses_fate(each.task) || (each.instructions == 0 && each.steps == 0)) continue;
        if (last && each.task != last) ++count;
        last = each.task;
    }
    return count;
}

std::string to_text(const Stretches& stretches) {
    std::string text;
    for (const Stretch& each : stretches) {
        if (!text.empty()) text += ' ';
        if (!each.task)
            text += kTime;
        else if (chooses_fate(each.task))
            text += kFates[static_cast<std::size_t>(each.task.value - chooser_of({}).value)];
        else
            text += fmt::format("{}{}:{}", each.task.value, each.is_refused ? "!" : "", each.instructions);
        if (each.steps > 0) text += fmt::format("+{}", each.steps);
        if (each.stores > 0) text += fmt::format(">{}", each.stores);
    }
    return text;
}

std::optional<Stretches> stretches_from(std::string_view text, std::string& error, std::size_t first_line) {
    const std::string_view whole = text;
    constexpr std::string_view kBlanks = " \t\r\n,";
    Stretches stretches;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
        if (text.empty()) return stretches;
        if (text.front() == '#') {
            text.remove_prefix(std::min(text.find('\n'), text.size()));
            continue;
        }
        const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
        text.remove_prefix(word.size());
        const auto stretch = stretch_from(word);
        if (!stretch) {
            const auto lines =
                std::count(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(text.size()), '\n');
            error = fmt::format(
                "line {}: '{}' is no part of a schedule: TASK:INSTRUCTIONS, TASK!:INSTRUCTIONS+STEPS>STORES, "
                "time or a packet's fate",
                first_line + static_cast<std::size_t>(lines), shortened(printable(word), kMostShown));
            return std::nullopt;
        }
        stretches.push_back(*stretch);
    }
}

bool choose_fate(Machine& machine, kernel::Tid chooser, Schedule* schedule, kernel::Trace* trace) {
    const kernel::PacketId packet = kernel::undecided_packet(machine.kernel);
    const auto fate = static_cast<kernel::PacketFate>(chooser.value - chooser_of({}).value);
    const auto fates = kernel::possible_fates(machine.kernel.limits);
    if (!packet || std::find(fates.begin(), fates.end(), fate) == fates.end()) return false;
    const Choice choice = Choice::decide_packet(packet, fate);
    if (schedule) schedule->push_back(choice);
    step(machine, choice, trace);
    return true;
}

bool run_stretch(Machine& machine, const Stretch& stretch, Schedule* schedule, kernel::Trace* trace) {
    const auto make = [&](const Choice& choice) {
        if (schedule) schedule->push_back(choice);
        return step(machine, choice, trace);
    };
    if (!stretch.task) {
        if (kernel::next_deadline(machine.kernel) == kernel::kNever) return false;
        make(Choice::advance_time());
        return true;
    }
    if (chooses_fate(stretch.task)) return choose_fate(machine, stretch.task, schedule, trace);
    // Who sleeps and goes on all the same is woken spuriously.
    const auto can_go = [&] {
        const kernel::Task* task = machine.kernel.tasks.find(stretch.task);
        if (task && kernel::may_wake_spuriously(machine.kernel, *task))
            make(Choice::wake_spuriously(stretch.task));
        return can_run(machine, stretch.task);
    };
    if (stretch.is_refused) {
        if (!machine.contexts.contains(stretch.task)) return false;
        make(Choice::fail(stretch.task));
    }
    int idle = 0;
    for (std::uint64_t left = stretch.instructions; left > 0;) {
        if (idle > kMostIdleSteps || !can_go()) return false;
        const auto budget = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, kLongestStep));
        const Step done = make(Choice::run(stretch.task, kernel::CpuId{0}, budget));
        left -= std::min(left, done.instructions);
        idle = done.instructions > 0 ? 0 : idle + 1;
    }
    for (std::uint32_t i = 0; i < stretch.steps; ++i) {
        if (!can_go()) return false;
        make(Choice::run(stretch.task, kernel::CpuId{0}, 1));
    }
    for (std::uint32_t i = 0; i < stretch.stores; ++i) {
        if (!has_waiting_stores(machine, stretch.task)) return false;
        make(Choice::drain(stretch.task));
    }
    return true;
}

std::optional<Schedule> schedule_of(Machine machine, const Stretches& stretches) {
    Schedule schedule;
    for (const Stretch& each : stretches)
        if (!run_stretch(machine, each, &schedule, nullptr)) return std::nullopt;
    return schedule;
}

}  // namespace ipclab::engine
