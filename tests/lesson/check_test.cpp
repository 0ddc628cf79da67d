// What a lesson's sentences mean for a trace, told by hand-made traces: no machine is needed.
#include "sim/lesson/check.h"

#include <doctest/doctest.h>

#include <string>

#include "sim/lesson/cast.h"
#include "sim/lesson/terminal.h"

using namespace ipclab;
using namespace ipclab::lesson;
using kernel::EventKind;

namespace {

constexpr std::uint16_t kRead = 0, kWrite = 1, kPipe2 = 293;

/// Tells a run event by event.
class Story {
  public:
    kernel::Event& add(EventKind kind, int process, std::uint16_t number = 0, std::int64_t result = 0,
                       int other = 0) {
        kernel::Event event;
        event.kind = kind;
        event.task = kernel::Tid(process);
        event.process = kernel::Pid(process);
        event.number = number;
        event.result = result;
        event.other = other;
        trace.add(event);
        return trace.events.back();
    }
    void executes(int process, const std::string& path) {
        add(EventKind::executed, process);
        trace.add_payload(0, path);
    }
    Cast cast(const std::string& program = "talk") const {
        Cast result(program);
        result.follow(trace, trace.events.size());
        return result;
    }
    kernel::Trace trace;
};

/// sh makes a pipe, forks ls and wc; ls writes 15 bytes, wc reads them and then the end.
Story pipeline() {
    Story story;
    story.add(EventKind::syscall, 2, kPipe2).object = {kernel::ObjectKind::pipe, 70};
    story.add(EventKind::forked, 2, 0, 0, 5);
    story.add(EventKind::forked, 2, 0, 0, 9);
    story.executes(5, "/bin/ls");
    story.executes(9, "/usr/bin/wc");
    story.add(EventKind::blocked, 9, kRead).object = {kernel::ObjectKind::pipe, 70};
    story.add(EventKind::syscall, 5, kWrite, 15);
    story.add(EventKind::woken, 9);
    story.add(EventKind::syscall, 9, kRead, 15);
    story.add(EventKind::exited, 5, 0, 0);
    story.add(EventKind::syscall, 9, kRead, 0);
    story.add(EventKind::exited, 9, 0, 13);
    story.add(EventKind::exited, 2, 0, 3 << 8);
    return story;
}

Condition parse(const std::string& text) {
    static const Names names{{"ls", "wc", "sh"}, {}};
    constexpr SentenceUse all[] = {SentenceUse::happening, SentenceUse::fact, SentenceUse::outcome,
                                   SentenceUse::place};
    const auto parsed = parse_sentence(text, names, all);
    CHECK(parsed.error.message == "");
    return parsed.condition.value_or(Condition{});
}

}  // namespace

TEST_CASE("processes are told by their roles, whatever their numbers") {
    const Story story = pipeline();
    const Cast cast = story.cast("sh");
    const auto pid = [&](const std::string& name) {
        const auto* member = cast.find(parse(name).process);
        return member == nullptr ? 0 : member->pid.value;
    };
    CHECK(pid("parent") == 2);
    CHECK(pid("sh") == 2);
    CHECK(pid("child") == 5);
    CHECK(pid("child 2") == 9);
    CHECK(pid("child 3") == 0);
    CHECK(pid("ls") == 5);
    CHECK(pid("wc") == 9);
    CHECK(pid("grandchild") == 0);
    CHECK(cast.title(kernel::Pid(9)) == "child 2");
    CHECK(cast.find(ObjectName{}) == kernel::ObjectRef{kernel::ObjectKind::pipe, 70});
    CHECK(cast.find(ObjectName{kernel::ObjectKind::pipe, 2}) == kernel::ObjectRef{});
}

TEST_CASE("objects of each kind are counted by themselves, however often a run asks for them") {
    constexpr std::uint16_t kMsgget = 68, kSemget = 64;
    using kernel::ObjectKind;
    Story story;
    story.add(EventKind::syscall, 2, kSemget, 4).object = {ObjectKind::semaphore_set, 4};
    story.add(EventKind::syscall, 2, kMsgget, 9).object = {ObjectKind::message_queue, 9};
    story.add(EventKind::syscall, 2, kMsgget, 9).object = {ObjectKind::message_queue, 9};
    story.add(EventKind::syscall, 2, kMsgget, 12).object = {ObjectKind::message_queue, 12};
    const Cast cast = story.cast();
    CHECK(cast.find(ObjectName{ObjectKind::semaphore_set, 1}) == kernel::ObjectRef{ObjectKind::semaphore_set, 4});
    CHECK(cast.find(ObjectName{ObjectKind::message_queue, 2}) == kernel::ObjectRef{ObjectKind::message_queue, 12});
    CHECK(cast.familiar("blocked on message queue 12, not on semaphore set 4 or message queue 3") ==
          "blocked on queue 2, not on semaphores 1 or queue 3");
}

TEST_CASE("a cast that goes back knows no more than there was then") {
    const Story story = pipeline();
    Cast cast("sh");
    cast.follow(story.trace, story.trace.events.size());
    cast.follow(story.trace, 2);
    CHECK(cast.members().size() == 2);
    CHECK(cast.members()[1].program == "sh");
}

TEST_CASE("outcomes are read from the trace of either kernel") {
    const Story story = pipeline();
    const Cast cast = story.cast("sh");
    const Output output{"3\nmore\n", ""};
    struct Row {
        const char* sentence;
        bool holds;
        const char* found;
    };
    for (const auto& [sentence, holds, found] : {
             Row{"parent has exited with 3", true, "parent exited with 3"},
             Row{"child has exited with 1", false, "child exited with 0"},
             Row{"wc was killed by SIGPIPE", true, "wc was killed by SIGPIPE"},
             Row{"wc has exited with 0", false, "wc was killed by SIGPIPE"},
             Row{"child 3 has exited with 0", false, "there is no process 'child 3'"},
             Row{"wc has called read twice", true, "wc has called read 2 times"},
             Row{"wc has called read 3 times", false, "wc has called read 2 times"},
             Row{"ls has never called read", true, "ls has called read 0 times"},
             Row{"wc's last read returned 0", true, "wc's last read returned 0"},
             Row{"ls's last write returned 3", false, "ls's last write returned 15"},
             Row{"ls's last write failed with EPIPE", false, "ls's last write returned 15"},
             Row{"ls's last read returned 3", false, "no read of ls has returned"},
             Row{"everything has ended", true, "everything has ended"},
             Row{"stdout is '3\\nmore\\n'", true, "stdout is \"3\\nmore\\n\""},
             Row{"stdout contains 'x'", false, "stdout is \"3\\nmore\\n\""},
             Row{"stdout has 2 lines", true, "stdout is \"3\\nmore\\n\""},
             Row{"stdout is empty", false, "stdout is \"3\\nmore\\n\""},
             Row{"stderr is empty", true, "stderr is \"\""},
         }) {
        CAPTURE(sentence);
        const Verdict verdict = check_outcome(parse(sentence), cast, output);
        CHECK(verdict.holds == holds);
        CHECK(verdict.found == found);
    }
}

TEST_CASE("a happening is one event of the run") {
    const Story story = pipeline();
    struct Row {
        const char* sentence;
        int event;  ///< index; -1: it never happens
    };
    for (const auto& [sentence, expected] : {
             Row{"parent returns from pipe", 0},
             Row{"parent forks", 1},
             Row{"parent forks twice", 2},
             Row{"child executes ls", 3},
             Row{"somebody executes wc", 4},
             Row{"wc calls read", 5},
             Row{"wc blocks in read on pipe 1", 5},
             Row{"wc blocks on pipe 2", -1},
             Row{"ls blocks", -1},
             Row{"ls calls write", 6},
             Row{"wc wakes up", 7},
             Row{"wc returns from read", 8},
             Row{"wc calls read twice", 10},
             Row{"wc returns from read twice", 10},
             Row{"somebody exits", 9},
             Row{"parent exits", 12},
             Row{"parent calls exit", 12},
         }) {
        CAPTURE(sentence);
        const Condition condition = parse(sentence);
        Watcher watcher(condition);
        Cast cast("sh");
        int found = -1;
        for (int i = 0; i < static_cast<int>(story.trace.events.size()); i++) {
            const auto& event = story.trace.events[static_cast<std::size_t>(i)];
            const bool inside = cast.is_inside_call(event.task);
            cast.add(story.trace, event);
            if (watcher.see(cast, story.trace, event, inside) && found < 0) found = i;
        }
        CHECK(found == expected);
    }
}

TEST_CASE("narration is wrapped by what is seen, with its styles where there is colour") {
    const Document document = parse_markdown(
        "One *two* three `four five` six\n\n- a long item that is wrapped\n\n```c\nint x;\n```\n");
    CHECK(render(document, 20, false) ==
          "One two three four\n"
          "five six\n"
          "\n"
          "- a long item that\n"
          "  is wrapped\n"
          "\n"
          "    int x;\n");
    const std::string coloured = render(document, 20, true);
    CHECK(coloured.find("\033[3mtwo\033[0m") != std::string::npos);
    CHECK(coloured.find("\033[36mfour") != std::string::npos);
}
