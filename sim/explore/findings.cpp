#include "sim/explore/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "kernel/event.h"
#include "sim/engine/address_names.h"
#include "sim/engine/left_behind.h"
#include "sim/engine/waits.h"
#include "sim/trace/left_behind.h"

namespace ipclab::explore {

using engine::Machine;
using kernel::Tid;

std::string_view title(FindingKind kind) {
    switch (kind) {
        case FindingKind::deadlock:
            return "deadlock";
        case FindingKind::stopped:
            return "stopped for ever";
        case FindingKind::race:
            return "data race";
        case FindingKind::crash:
            return "crash";
        case FindingKind::mistake:
            return "mistake";
        case FindingKind::unwaited:
            return "child never waited for";
        case FindingKind::leftover:
            return "left behind";
        case FindingKind::partial_deadlock:
            return "partial deadlock";
        case FindingKind::livelock:
            return "livelock";
        case FindingKind::starvation:
            return "starvation";
        case FindingKind::lost_wakeup:
            return "lost wake-up";
        case FindingKind::handler:
            return "unsafe in a signal handler";
        case FindingKind::atomicity:
            return "atomicity violation";
    }
    return "";
}

std::string where(const Machine& machine, Tid task) {
    const kernel::SourceLine line = engine::source_line(machine, task);
    const std::string text = vm::place_text(machine.program_of(task), line.file, line.line);
    return text.empty() ? "start-up code" : text;
}

std::string who(const Machine& machine, Tid task) {
    const kernel::Pid pid = machine.kernel.tasks[task].process;
    const std::string process = fmt::format("{} ({})", machine.kernel.processes[pid].name, pid.value);
    return pid.value == task.value ? process : fmt::format("{}, thread {}", process, task.value);
}

std::string value_at(const Machine& machine, Tid task, const Standing::Access& access) {
    std::array<std::uint8_t, 8> bytes{};
    const kernel::Pid pid = machine.kernel.tasks[task].process;
    const auto count = std::min<std::size_t>(access.place.bytes, bytes.size());
    if (!machine.kernel.spaces[machine.kernel.processes[pid].space].peek(
            access.address, {bytes.data(), count}, machine.kernel.memory))
        return {};
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | bytes[i];
    if (count == 4) return std::to_string(static_cast<std::int32_t>(value));
    if (count == 1 || count == 2) return std::to_string(value);
    if (count == 8) return std::to_string(static_cast<std::int64_t>(value));
    return {};
}

namespace {

bool conflict(const Standing::Access& a, const Standing::Access& b) {
    return a.place.object != 0 && a.place.overlaps(b.place) && (a.writes || b.writes) &&
           !(a.is_atomic && b.is_atomic);
}

/// Whether the program itself makes the access, or a function that it has asked to touch its bytes (memcpy, strlen): not
/// what the library does to its own objects, whose order is its own affair.
bool is_own_access(const Machine& machine, Tid task) {
    const vm::Context& context = *machine.contexts.find(task);
    const vm::Function& function = machine.program_of(task).functions[context.frames.back().function];
    return vm::makes_own_accesses(function);
}

}  // namespace

std::uint64_t code_at(const Machine& machine, Tid task) {
    const vm::Context& context = *machine.contexts.find(task);
    const auto program = static_cast<std::uint64_t>(
        machine.kernel.processes[machine.kernel.tasks[task].process].program.value);
    const int own = vm::user_frame(machine.program_of(task), context);
    const vm::Frame& frame =
        context.frames[own < 0 ? context.frames.size() - 1 : static_cast<std::size_t>(own)];
    return program << 56 | std::uint64_t{frame.function} << 32 | frame.pc;
}

bool may_race(const Machine& machine, Tid task, const Standing& standing) {
    return standing.before == Standing::Before::memory && is_own_access(machine, task);
}

bool conflict(const Standing& one, const Standing& other) {
    for (std::size_t x = 0; x < one.count; ++x)
        for (std::size_t y = 0; y < other.count; ++y)
            if (conflict(one.accesses[x], other.accesses[y])) return true;
    return false;
}

std::vector<Race> races(const State& state) {
    std::vector<Race> found;
    const auto& all = state.standings;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].second.before != Standing::Before::memory) continue;
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            if (all[j].second.before != Standing::Before::memory) continue;
            for (std::size_t x = 0; x < all[i].second.count; ++x)
                for (std::size_t y = 0; y < all[j].second.count; ++y) {
                    const Standing::Access &a = all[i].second.accesses[x], &b = all[j].second.accesses[y];
                    if (conflict(a, b) && engine::can_run(state.machine, all[i].first) &&
                        engine::can_run(state.machine, all[j].first) &&
                        is_own_access(state.machine, all[i].first) &&
                        is_own_access(state.machine, all[j].first))
                        found.push_back({all[i].first, all[j].first, a, b});
                }
        }
    }
    return found;
}

std::pair<std::uint64_t, std::uint64_t> code_of(const Machine& machine, const Race& race) {
    return std::minmax({code_at(machine, race.first), code_at(machine, race.second)});
}

std::vector<std::string> describe(const State& state, const Race& race) {
    const Machine& machine = state.machine;
    const auto side = [&](Tid task, const Standing::Access& access) {
        const std::string name =
            engine::name_of_address(machine, machine.kernel.tasks[task].process, access.address);
        const std::string value = value_at(machine, task, access);
        return fmt::format(
            "{} at {} is about to {}{} {}{}", who(machine, task), where(machine, task),
            access.writes ? "write" : "read", access.is_atomic ? " (atomically)" : "",
            name.empty() ? fmt::format("{} bytes at {:#x}", access.place.bytes, access.address) : name,
            value.empty() ? "" : ", now " + value);
    };
    return {side(race.first, race.first_access), side(race.second, race.second_access),
            "nothing orders these two: either may come first"};
}

std::vector<std::string> describe(const Unwaited& unwaited) {
    return {
        fmt::format("{} ({}) ends and has never waited for its child {} ({}), which ended before: it was a "
                    "zombie until now",
                    unwaited.parent_name, unwaited.parent.value, unwaited.child_name, unwaited.child.value)};
}

std::vector<std::string> describe(const Core& core) {
    return {fmt::format("{} ({}) is killed by {}", core.name, core.process.value,
                        kernel::signal_name(core.signal))};
}

std::vector<std::string> describe_deadlock(const Machine& machine) {
    std::vector<std::string> sentences = engine::explain_stuck(machine);
    if (std::none_of(sentences.begin(), sentences.end(),
                     [](const std::string& text) { return text.starts_with("deadlock"); })) {
        const auto blocked = std::ranges::count_if(machine.kernel.tasks, [](const auto& each) {
            return each.second->state == kernel::TaskState::blocked;
        });
        sentences.push_back(fmt::format("blocked for ever: nobody is left who could wake {}",
                                        blocked == 1 ? "it" : "them"));
    }
    return sentences;
}

std::vector<std::string> describe_leftovers(const Machine& machine) {
    return trace::left_sentences(engine::left_behind(machine.kernel));
}

std::vector<std::string> explanations(const Machine& initial, const engine::Stretches& schedule) {
    Machine machine = initial;
    kernel::Trace trace;
    std::map<kernel::Pid, std::string> names;  // also of those that end
    for (const engine::Stretch& each : schedule) {
        for (const auto& [pid, process] : machine.kernel.processes) names[pid] = process->name;
        engine::run_stretch(machine, each, nullptr, &each == &schedule.back() ? &trace : nullptr);
    }
    std::vector<std::string> sentences;
    for (const kernel::Event& event : trace.events) {
        if (event.kind != kernel::EventKind::explained) continue;
        const kernel::Process* process = machine.kernel.processes.find(event.process);
        const auto known = names.find(event.process);
        const std::string name = process ? process->name : known != names.end() ? known->second : "process";
        const std::string place =
            process ? vm::place_text(machine.program(process->program), event.source.file, event.source.line)
                    : "";
        sentences.push_back(fmt::format("{} ({}){}: {}", name, event.process.value,
                                        place.empty() ? "" : " at " + place, trace.item(event, 0).text()));
    }
    return sentences;
}

}  // namespace ipclab::explore
