#include "tests/explore/support.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "tests/support/simulated.h"

namespace ipclab::testing {

engine::Machine machine_to_explore(const std::string& text, kernel::BootOptions boot) {
    const cc::Result compiled = cc::compile("program", {{"program.c", text}}, options_for_tests());
    CAPTURE(cc::format(compiled.diagnostics));
    REQUIRE(compiled.program);
    engine::MachineOptions options;
    options.boot = std::move(boot);
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

/// `processes` children that each add 1 to a shared counter `times` times.
std::string lost_update(int processes, int times) {
    return R"(
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int *counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int p = 0; p < )" +
           std::to_string(processes) + R"(; p++)
        if (fork() == 0) {
            for (int i = 0; i < )" +
           std::to_string(times) + R"(; i++) {
                int seen = *counter;
                *counter = seen + 1;
            }
            _exit(0);
        }
    while (wait(NULL) > 0) {}
    printf("%d", *counter);
    return 0;
}
)";
}

engine::Machine replayed(const engine::Machine& initial, const engine::Stretches& schedule) {
    std::string error;
    const auto read = engine::stretches_from(engine::to_text(schedule), error);
    REQUIRE(read);
    CHECK(*read == schedule);
    const auto choices = engine::schedule_of(initial, *read);
    REQUIRE(choices);
    engine::Machine machine = initial;
    for (const engine::Choice& choice : *choices) engine::step(machine, choice, nullptr);
    return machine;
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
