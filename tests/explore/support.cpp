#include "tests/explore/support.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/simulated.h"

namespace ipclab::testing {

engine::Machine machine_to_explore(const std::string& text) {
    const cc::Result compiled = cc::compile("program", {{"program.c", text}}, options_for_tests());
    CAPTURE(cc::format(compiled.diagnostics));
    REQUIRE(compiled.program);
    engine::MachineOptions options;
    options.boot.costs = kernel::Costs::none();
    options.boot.standard_streams = {kernel::StreamKind::file, kernel::StreamKind::pipe,
                                     kernel::StreamKind::pipe};
    return engine::make_machine({compiled.program}, 0, options, nullptr);
}

explore::Result explore_text(const std::string& text, bool reduces, MemoryModel model) {
    explore::Options options;
    options.reduces = reduces;
    options.most_states = 3'000'000;
    engine::Machine machine = machine_to_explore(text);
    if (model == MemoryModel::tso) machine.buffered = std::make_shared<const vm::SharedPlaces>();
    explore::Result result = explore::explore(machine, options);
    CHECK(result.is_exhaustive);
    return result;
}

std::set<std::string> printed(const explore::Result& result) {
    std::set<std::string> all;
    for (const explore::FoundOutcome& each : result.outcomes) {
        const std::int32_t status = each.outcome.wait_status;
        all.insert(
            each.outcome.standard_output + each.outcome.standard_error +
            (status == 0 ? "" : "/" + std::to_string(status & 0x7f ? 128 + (status & 0x7f) : status >> 8)));
    }
    return all;
}

std::size_t count(const explore::Result& result, explore::FindingKind kind) {
    return static_cast<std::size_t>(
        std::count_if(result.findings.begin(), result.findings.end(),
                      [&](const explore::Finding& each) { return each.kind == kind; }));
}

std::string told(const explore::Result& result, explore::FindingKind kind) {
    std::string text;
    for (const explore::Finding& each : result.findings)
        if (each.kind == kind)
            for (const std::string& sentence : each.sentences) text += sentence + '\n';
    return text;
}

explore::Result broken(const std::string& text) {
    return explore_text("#define REPAIRED 0\n" + text);
}

explore::Result repaired(const std::string& text) {
    explore::Result result = explore_text("#define REPAIRED 1\n" + text);
    CHECK(result.not_for_ever == "");
    for (const explore::Finding& each : result.findings) FAIL_CHECK(each.sentences.front());
    return result;
}

bool contains(const std::string& text, const std::string& part) {
    const bool is_there = text.find(part) != std::string::npos;
    if (!is_there) MESSAGE(text);
    return is_there;
}

}  // namespace ipclab::testing
