// Compiles whatever it is given and, where that is a program, runs it for a bounded number of instructions: for sources
// that nobody has read.
#pragma once

#include <algorithm>

#include "kernel/assert.h"
#include "sim/cc/cc.h"
#include "sim/engine/machine.h"
#include "sim/engine/policy.h"

namespace ipclab::testing {

inline void run_bounded(std::shared_ptr<const vm::Program> program, std::uint64_t instructions) {
    constexpr int kMostSteps = 300;
    engine::MachineOptions boot;
    boot.arguments = {"program"};
    boot.boot.standard_streams.fill(kernel::StreamKind::pipe);
    engine::Machine machine = engine::make_machine({std::move(program)}, 0, boot, nullptr);
    engine::Policy policy = engine::TimedPolicy{};
    for (int steps = 0; steps < kMostSteps && instructions > 0; ++steps) {
        auto choice = engine::next_choice(machine, policy);
        if (!choice) return;
        choice->budget = static_cast<std::uint32_t>(std::min<std::uint64_t>(choice->budget, instructions));
        instructions -= std::min(engine::step(machine, *choice, nullptr).instructions, instructions);
    }
}

/// Whether it compiled. A program exactly where there is no error.
inline bool compile_and_run(const std::string& name, const std::string& text, const cc::Options& options = {}) {
    const cc::Result result = cc::compile("program", {{name, text}}, options);
    IPCLAB_ASSERT((result.program != nullptr) == !cc::has_errors(result.diagnostics));
    for (const cc::Diagnostic& each : result.diagnostics) IPCLAB_ASSERT(!cc::format(each).empty());
    if (result.program) run_bounded(result.program, 50'000);
    return result.program != nullptr;
}

}  // namespace ipclab::testing
