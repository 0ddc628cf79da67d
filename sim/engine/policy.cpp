#include "sim/engine/policy.h"

#include <algorithm>

#include "kernel/futex.h"
#include "kernel/random.h"

namespace ipclab::engine {

using kernel::CpuId;
using kernel::Kernel;
using kernel::kNever;
using kernel::Tid;
using kernel::Time;

namespace {

/// A step never runs longer than this, so that a run can be watched and interrupted.
constexpr Time kLongestStepNs = kernel::kMillisecond;

/// The same where instructions take no time.
constexpr std::uint32_t kLongestStep = 10'000;

/// With several CPUs, how far one may run ahead of another: what they do to shared memory meets at this
/// grain.
constexpr Time kHorizonNs = 1'000;

std::optional<Choice> timed_choice(const Machine& machine) {
    const Kernel& kernel = machine.kernel;
    const std::vector<kernel::Cpu>& cpus = kernel.scheduler.cpus;
    kernel::Turn best = kernel::next_turn(kernel, cpus[0]);
    CpuId best_cpu{0};
    Time others_ns = kNever;  // the earliest that another CPU moves
    for (std::size_t i = 1; i < cpus.size(); ++i) {
        const kernel::Turn next = kernel::next_turn(kernel, cpus[i]);
        if (next.at_ns < best.at_ns) {
            others_ns = best.at_ns;
            best = next;
            best_cpu = CpuId{static_cast<std::int64_t>(i)};
        } else {
            others_ns = std::min(others_ns, next.at_ns);
        }
    }
    const Time deadline = kernel::next_deadline(kernel);
    if (!best.task) return deadline == kNever ? std::nullopt : std::optional(Choice::advance_time());

    Time left = std::min(kLongestStepNs, best.slice_ns);
    if (deadline != kNever) left = std::min(left, deadline - best.at_ns);
    if (others_ns != kNever) left = std::min(left, others_ns + kHorizonNs - best.at_ns);
    const Time budget = std::max<Time>(left, 1) * 1000 / std::max<Time>(kernel.costs.instruction_ps, 1);
    std::optional<Choice> chosen(std::in_place);
    chosen->task = best.task;
    chosen->cpu = best_cpu;
    chosen->budget =
        kernel.costs.instruction_ps == 0 ? kLongestStep : std::max(static_cast<std::uint32_t>(budget), 1u);
    return chosen;
}

std::optional<Choice> random_choice(const Machine& machine, RandomPolicy& policy) {
    const std::vector<Tid> ready = runnable(machine);
    if (ready.empty())
        return kernel::next_deadline(machine.kernel) == kNever ? std::nullopt
                                                               : std::optional(Choice::advance_time());
    const Tid task = ready[kernel::next_random(policy.state) % ready.size()];
    // Mostly until the next system call; sometimes only a few instructions, so that races inside user code
    // happen too.
    const std::uint64_t dice = kernel::next_random(policy.state);
    const std::uint32_t budget = dice % 4 == 0 ? 1 + (dice >> 8) % 64 : 1'000'000;
    const std::size_t cpus = machine.kernel.scheduler.cpus.size();
    std::uint64_t at = kernel::next_random(policy.state) % cpus;
    while ((machine.kernel.tasks[task].allowed_cpus >> at & 1) == 0) at = (at + 1) % cpus;
    CpuId cpu{static_cast<std::int64_t>(at)};
    for (std::size_t i = 0; i < cpus; ++i)  // a running task stays where it is
        if (machine.kernel.scheduler.cpus[i].current == task) cpu = CpuId{static_cast<std::int64_t>(i)};
    return Choice::run(task, cpu, budget);
}

}  // namespace

std::optional<Choice> next_choice(const Machine& machine, Policy& policy) {
    const Kernel& kernel = machine.kernel;
    auto* replay = std::get_if<ReplayPolicy>(&policy);
    if (replay && replay->next < replay->schedule.size()) return replay->schedule[replay->next++];
    // A machine that is left to itself stores at once.
    if (machine.buffered)
        for (const auto& [tid, context] : machine.contexts)
            if (!context->stores.empty()) return Choice::drain(tid);
    if (const kernel::PacketId packet = kernel::undecided_packet(kernel))
        return Choice::decide_packet(packet, kernel::drawn_fate(kernel.limits, packet));
    if (const Tid sleeper = kernel::drawn_sleeper(kernel)) return Choice::wake_spuriously(sleeper);
    if (auto* random = std::get_if<RandomPolicy>(&policy)) return random_choice(machine, *random);
    return timed_choice(machine);
}

}  // namespace ipclab::engine
