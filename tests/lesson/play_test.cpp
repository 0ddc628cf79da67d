// Lessons played on a machine: a small program, put together by hand, in which a child reads what its parent writes.
#include "sim/lesson/play.h"

#include <doctest/doctest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "kernel/syscalls.h"
#include "sim/lesson/load.h"
#include "sim/lesson/terminal.h"
#include "tests/vm/assemble.h"

using namespace ipclab;
using namespace ipclab::lesson;
using kernel::Sys;
using vm::Opcode;

namespace {

constexpr std::int32_t kEnds = vm::kWritable, kBuffer = vm::kWritable + 16, kTime = vm::kWritable + 32;

/// Code with system calls: the number in register 1, arguments from register 2.
class Code {
  public:
    void call(Sys number, std::vector<std::int32_t> arguments = {}) {
        for (std::size_t i = 0; i < arguments.size(); i++)
            add(vm::ai(Opcode::li, static_cast<int>(i) + 2, arguments[i]));
        add(vm::ai(Opcode::li, 1, static_cast<int>(number)));
        add(vm::abc(Opcode::syscall, 1, static_cast<int>(arguments.size())));
    }
    /// As call(), with the pipe's descriptor `end` as the first argument.
    void call_on_end(Sys number, int end, std::vector<std::int32_t> more = {}) {
        for (std::size_t i = 0; i < more.size(); i++)
            add(vm::ai(Opcode::li, static_cast<int>(i) + 3, more[i]));
        add(vm::ai(Opcode::li, 8, kEnds + 4 * end));
        add(vm::abc(Opcode::ld32s, 2, 8, 0));
        add(vm::ai(Opcode::li, 1, static_cast<int>(number)));
        add(vm::abc(Opcode::syscall, 1, static_cast<int>(more.size()) + 1));
    }
    void add(vm::Instruction instruction) { instructions.push_back(instruction); }
    void append(const Code& other) {
        instructions.insert(instructions.end(), other.instructions.begin(), other.instructions.end());
    }
    std::vector<vm::Instruction> instructions;
};

std::shared_ptr<const vm::Program> talk() {
    Code child;
    child.call_on_end(Sys::close, 1);
    child.call_on_end(Sys::read, 0, {kBuffer, 8});
    child.call_on_end(Sys::read, 0, {kBuffer, 8});
    child.call(Sys::exit_group, {0});

    Code parent;
    parent.call_on_end(Sys::close, 0);
    parent.add(vm::ai(Opcode::li, 8, kTime));
    parent.add(vm::ai(Opcode::li, 9, 1'000'000));
    parent.add(vm::abc(Opcode::st64, 9, 8, 8));
    parent.call(Sys::nanosleep, {kTime, 0});
    parent.call_on_end(Sys::write, 1, {kBuffer, 5});
    parent.call_on_end(Sys::close, 1);
    parent.call(Sys::wait4, {-1, 0, 0, 0});
    parent.call(Sys::exit_group, {3});

    Code code;
    code.call(Sys::pipe, {kEnds});
    code.call(Sys::fork);
    code.add(vm::ai(Opcode::jz, 1, static_cast<int>(parent.instructions.size())));
    code.append(parent);
    code.append(child);
    vm::Program program = vm::program({vm::function("_start", 10, code.instructions)});
    program.name = "talk";
    return std::make_shared<const vm::Program>(std::move(program));
}

std::unique_ptr<engine::Timeline> make(const Setup& setup) {
    auto programs = engine::ProgramSet{talk()};
    std::string misfit;
    return std::make_unique<engine::Timeline>(
        *make_timeline(setup, std::move(programs), 0, {"talk"}, misfit));
}

Lesson lesson_of(const std::string& steps) {
    const auto result = parse_lesson(
        "lesson.md",
        "+++\ntitle = \"Talk\"\nsummary = \"They talk.\"\nprograms = { talk = \"talk.c\" }\n+++\nHello.\n" +
            steps,
        [](const std::string&) { return true; });
    for (const auto& diagnostic : result.diagnostics) CHECK(diagnostic.message == "");
    REQUIRE(result.lesson);
    return *result.lesson;
}

std::string step(const std::string& block) {
    return "## A step\n```toml step\n" + block + "\n```\n";
}

std::string failures(const StepResult& result) {
    std::string text = result.problem;
    for (const Checked& one : result.checked) {
        if (!one.verdict.holds) text += one.expectation->condition.text + ": " + one.verdict.found + "\n";
    }
    return text;
}

const std::string kSteps =
    step(
        "until = \"parent returns from pipe\"\nlook = [\"pipe 1\", \"parent\"]\n"
        "expect = [\"pipe 1 has 1 writer\", \"pipe 1 has 1 reader\", \"pipe is empty\", \"parent has fd 4 "
        "open\", "
        "\"parent has fd 5 closed\", \"parent is not blocked\"]") +
    step(
        "until = \"parent forks\"\nexpect = [\"pipe 1 has 2 writers\", \"child is alive\", \"child is not "
        "running\"]") +
    step(
        "until = \"child blocks in read on pipe 1\"\n"
        "expect = [\"child is blocked\", \"child is blocked in read on pipe 1\", \"child is not blocked in "
        "write\", "
        "\"parent is blocked in sleep\", \"pipe 1 has 1 writer\", \"pipe 1 is not full\"]\n"
        "[predict]\nquestion = \"What *now*?\"\nchoices = [\"this\", \"that\"]\nanswer = 2\nwhy = "
        "\"Because.\"") +
    step("until = \"pipe 1 holds 5 bytes\"\nlook = [\"pipe 1\"]\nexpect = [\"parent is alive\"]") +
    step(
        "until = \"child returns from read\"\nexpect = [\"child's last read returned 5\", \"child has called "
        "read once\"]") +
    step(
        "until = \"end\"\nexpect = [\"everything has ended\", \"child has exited with 0\", \"parent has "
        "exited with 3\", "
        "\"child has called read twice\", \"child's last read returned 0\", \"child is gone\", \"stdout is "
        "empty\"]");

}  // namespace

TEST_CASE("a lesson's steps run as far as they say, and what they expect is so") {
    const Lesson lesson = lesson_of(kSteps);
    Player player(lesson, make);
    while (!player.at_end()) {
        CAPTURE(player.next_step());
        const StepResult result = player.play_next();
        CHECK(failures(result) == "");
        CHECK(result.ok());
        CHECK(result.last_event >= result.first_event);
    }
}

TEST_CASE("what is not so is said with what is the case") {
    const Lesson lesson = lesson_of(
        step("until = \"end\"\nexpect = [\"parent has exited with 0\", \"pipe 1 holds 2 bytes\", "
             "\"pipe 2 is empty\", \"child is blocked\", \"child 2 is alive\", \"everything is stuck\"]"));
    Player player(lesson, make);
    CHECK(failures(player.play_next()) ==
          "parent has exited with 0: parent exited with 3\n"
          "pipe 1 holds 2 bytes: pipe 1 is gone: nobody has it open\n"
          "pipe 2 is empty: pipe 2 has not been made yet\n"
          "child is blocked: child is gone\n"
          "child 2 is alive: there is no process 'child 2' yet\n"
          "everything is stuck: something can still happen, or all have ended\n");
}

TEST_CASE("a moment that never comes is reported, with what happened instead") {
    const Lesson lesson = lesson_of(step("until = \"child blocks in write\""));
    Player player(lesson, make);
    const StepResult result = player.play_next();
    CHECK_FALSE(result.ok());
    CHECK(result.problem == "the run ended before that");
}

TEST_CASE("a step can run a number of system calls") {
    const Lesson lesson =
        lesson_of(step("calls = 2") + step("expect = [\"child is alive\", \"pipe has 2 readers\"]"));
    Player player(lesson, make);
    CHECK(failures(player.play_next()) == "");
    CHECK(failures(player.play_next()) == "");
}

TEST_CASE("a lesson that is played twice gives the same events") {
    const Lesson lesson = lesson_of(kSteps);
    Player first(lesson, make), second(lesson, make);
    while (!first.at_end()) {
        first.play_next();
        second.play_next();
        CHECK(first.timeline()->machine().kernel == second.timeline()->machine().kernel);
        CHECK(first.timeline()->machine().contexts == second.timeline()->machine().contexts);
    }
    CHECK(first.timeline()->trace() == second.timeline()->trace());
}

TEST_CASE("in the terminal a lesson tells, asks, shows and checks") {
    const Lesson lesson = lesson_of(kSteps);
    std::istringstream in("\n\na\n\n\n\n");
    std::ostringstream out;
    const TerminalResult result = play_in_terminal(lesson, make, in, out, {});
    CHECK(result.completed);
    CHECK(result.failed == 0);
    CHECK(result.asked == 1);
    CHECK(result.right == 0);
    for (const char* text : {"Hello.", "Predict: What now?", "  b)  that", "No. It is b) that", "Because.",
                             "pipe([3, 4])", "ok  pipe 1 has 2 writers", "pipe 1: 5 of 65536 bytes",
                             "written by parent (fd 4)", "You predicted 0 of 1."}) {
        CAPTURE(text);
        CAPTURE(out.str());
        CHECK(out.str().find(text) != std::string::npos);
    }
}

TEST_CASE("a reader who leaves, or whose input ends, ends the lesson") {
    const Lesson lesson = lesson_of(kSteps);
    for (const char* typed : {"q\n", "", "\n\nq\n"}) {
        std::istringstream in(typed);
        std::ostringstream out;
        CHECK_FALSE(play_in_terminal(lesson, make, in, out, {}).completed);
    }
    std::istringstream nothing;
    std::ostringstream out;
    TerminalOptions options;
    options.ask = false;
    CHECK(play_in_terminal(lesson, make, nothing, out, options).completed);
}

TEST_CASE("a program that does not compile is a step that is not reached") {
    const Lesson lesson = lesson_of(step("until = \"end\"\nexpect = [\"parent is alive\"]"));
    std::istringstream in;
    std::ostringstream out;
    const auto result = play_in_terminal(lesson, [](const Setup&) { return nullptr; }, in, out, {});
    CHECK(result.failed == 1);
    CHECK(out.str().find("its programs do not compile") != std::string::npos);
}
