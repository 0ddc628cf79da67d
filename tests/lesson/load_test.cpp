// Lesson files: what an author writes, and what is said about mistakes.
#include "sim/lesson/load.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/lesson/markdown.h"

using namespace ipclab;
using namespace ipclab::lesson;

namespace {

const std::string kHead =
    "+++\n"
    "title = \"Talk\"\n"
    "summary = \"Two processes talk.\"\n"
    "programs = { talk = \"talk.c\" }\n"
    "+++\n";

LoadResult parse(const std::string& text) {
    return parse_lesson("lesson.md", text,
                        [](const std::string& name) { return name == "talk.c" || name == "other.c"; });
}

LoadResult parse_step(const std::string& block) {
    return parse(kHead + "## One\n```toml step\n" + block + "```\n");
}

std::string messages(const LoadResult& result) {
    std::string text;
    for (const auto& diagnostic : result.diagnostics) {
        text += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ": " +
                diagnostic.message + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("a lesson is narration, programs and steps") {
    const auto result = parse(
        "+++\n"
        "title = \"Talk\"\n"
        "summary = \"Two processes talk.\"\n"
        "order = 3\n"
        "minutes = 10\n"
        "programs = { talk = [\"talk.c\", \"other.c\"] }\n"
        "run = [\"talk\", \"-v\"]\n"
        "policy = \"fifo\"\n"
        "[limits]\n"
        "pipe_size = 8192\n"
        "[processes]\n"
        "writer = \"child\"\n"
        "+++\n"
        "Some *words* first.\n\n"
        "## The `fork`\n"
        "Before.\n"
        "```toml step\n"
        "until = \"writer blocks in write on pipe 1\"\n"
        "look = [\"pipe 1\", \"line 7 of other.c\"]\n"
        "expect = [\"pipe 1 holds 8192 bytes\", 'stdout is \"\"']\n"
        "[predict]\n"
        "question = \"Who is first?\"\n"
        "choices = [\"parent\", \"child\"]\n"
        "answer = 2\n"
        "why = \"It is.\"\n"
        "```\n"
        "After.\n"
        "```c\n"
        "## not a heading\n"
        "```\n"
        "## The end\n"
        "```toml step\n"
        "until = \"end\"\n"
        "```\n");
    CHECK(messages(result) == "");
    REQUIRE(result.lesson);
    const Lesson& lesson = *result.lesson;
    CHECK(lesson.title == "Talk");
    CHECK(lesson.order == 3);
    CHECK(lesson.introduction.size() == 1);
    REQUIRE(lesson.setups.size() == 1);
    CHECK(lesson.setups[0].run == std::vector<std::string>{"talk", "-v"});
    CHECK(lesson.setups[0].programs[0].files == std::vector<std::string>{"talk.c", "other.c"});
    CHECK(lesson.setups[0].boot.limits.pipe_bytes == 8192);
    CHECK(lesson.setups[0].boot.policy == kernel::SchedulingPolicy::fifo);
    REQUIRE(lesson.steps.size() == 2);
    const LessonStep& step = lesson.steps[0];
    CHECK(step.title == "The fork");
    CHECK(step.line == 16);
    REQUIRE(step.until);
    CHECK(step.until->kind == SentenceKind::blocks);
    CHECK(step.until->process.kind == ProcessName::Kind::child);
    CHECK(step.until->process.text == "writer");
    CHECK(step.until->calls == std::vector<std::uint16_t>{1});
    CHECK(step.look.size() == 2);
    CHECK(step.look[1].file == "other.c");
    REQUIRE(step.expect.size() == 2);
    CHECK(step.expect[0].condition.number == 8192);
    CHECK(step.expect[0].line == 21);
    REQUIRE(step.predict);
    CHECK(step.predict->answer == 1);
    CHECK(step.before.size() == 1);
    CHECK(step.after.size() == 2);
    CHECK(step.after[1].text == "## not a heading\n");
}

TEST_CASE("a program that is the only one needs no `run`") {
    const auto result = parse_step("until = \"end\"\n");
    REQUIRE(result.lesson);
    CHECK(result.lesson->setups[0].run == std::vector<std::string>{"talk"});
}

TEST_CASE("an outcome at the end is checked on the real kernel, a state in the middle is not") {
    const auto result =
        parse(kHead +
              "## Middle\n```toml step\nuntil = \"child blocks\"\n"
              "expect = [\"child is blocked\", \"child has called read once\"]\n```\n"
              "## End\n```toml step\nuntil = \"end\"\n"
              "expect = [\"parent has exited with 0\", \"pipe is empty\", \"stdout has 2 lines\"]\n```\n");
    CHECK(messages(result) == "");
    REQUIRE(result.lesson);
    const auto& steps = result.lesson->steps;
    CHECK_FALSE(steps[0].expect[0].on_real);
    CHECK_FALSE(steps[0].expect[1].on_real);
    CHECK(steps[1].expect[0].on_real);
    CHECK_FALSE(steps[1].expect[1].on_real);
    CHECK(steps[1].expect[2].on_real);
}

TEST_CASE("a variant changes what it names and keeps the rest") {
    const auto result = parse(
        "+++\ntitle = \"T\"\nsummary = \"S\"\nprograms = { talk = \"talk.c\" }\nrun = [\"talk\"]\n"
        "[variant.other]\nprograms = { other = \"other.c\" }\nrun = [\"other\", \"x\"]\n+++\n"
        "## A\n```toml step\nuntil = \"end\"\n```\n## B\n```toml step\nvariant = \"other\"\nuntil = "
        "\"end\"\n```\n## C\nWords.\n");
    CHECK(messages(result) == "");
    REQUIRE(result.lesson);
    CHECK(result.lesson->setups.size() == 2);
    CHECK(result.lesson->setups[1].run == std::vector<std::string>{"other", "x"});
    CHECK(result.lesson->setups[1].programs.size() == 2);
    CHECK(result.lesson->steps[0].setup == 0);
    CHECK(result.lesson->steps[1].setup == 1);
    CHECK(result.lesson->steps[2].setup == 1);
}

TEST_CASE("every sentence of the vocabulary is understood") {
    const Names names{{"ls", "wc"}, {}};
    struct Row {
        SentenceKind kind;
        std::string_view pattern;
    };
    constexpr Row rows[] = {
#define SENTENCE(kind, use, pattern) {SentenceKind::kind, pattern},
#include "sim/lesson/vocabulary.def"
#undef SENTENCE
    };
    constexpr SentenceUse all[] = {SentenceUse::happening, SentenceUse::fact, SentenceUse::outcome,
                                   SentenceUse::place};
    constexpr std::pair<std::string_view, std::string_view> examples[] = {{"<process>", "grandchild 2"},
                                                                          {"<call>", "read"},
                                                                          {"<object>", "pipe 3"},
                                                                          {"<number>", "12"},
                                                                          {"<string>", "\"a b\""},
                                                                          {"<signal>", "SIGPIPE"},
                                                                          {"<errno>", "EPIPE"},
                                                                          {"<name>", "counter"},
                                                                          {"<file>", "a.c"},
                                                                          {"<value>", "-5"},
                                                                          {"<times>", "3 times"},
                                                                          {"<compare>", "<="},
                                                                          {"[", ""},
                                                                          {"]", ""}};
    for (const Row& row : rows) {
        std::string sentence(row.pattern);
        for (const auto& [from, to] : examples) {
            for (std::size_t at; (at = sentence.find(from)) != std::string::npos;)
                sentence.replace(at, from.size(), to);
        }
        for (std::size_t at; (at = sentence.find('|')) != std::string::npos;)
            sentence.erase(at, sentence.find(' ', at) - at);
        for (std::size_t at; (at = sentence.find(" 's")) != std::string::npos;) sentence.erase(at, 1);
        CAPTURE(sentence);
        const auto parsed = parse_sentence(sentence, names, all);
        CHECK(parsed.error.message == "");
        REQUIRE(parsed.condition);
        CHECK(parsed.condition->kind == row.kind);
    }
}

TEST_CASE("a sentence becomes data") {
    const Names names{{"ls"}, {}};
    constexpr SentenceUse facts[] = {SentenceUse::fact, SentenceUse::outcome};
    const auto parse_fact = [&](std::string_view text) {
        auto parsed = parse_sentence(text, names, facts);
        CHECK(parsed.error.message == "");
        return parsed.condition.value_or(Condition{});
    };
    const auto blocked = parse_fact("child 2 is not blocked in waitpid on pipe 2");
    CHECK(blocked.negated);
    CHECK(blocked.process.index == 2);
    CHECK(blocked.calls.size() == 2);
    CHECK(blocked.object->index == 2);
    const auto variable = parse_fact("parent.n >= -3");
    CHECK(variable.string == "-3");
    CHECK(variable.comparison == Comparison::greater_equal);
    const auto last = parse_fact("ls's last write failed with EPIPE");
    CHECK(last.process.program == "ls");
    CHECK(last.error == 32);
    const auto output = parse_fact("stdout is 'a\\n\"b\"'");
    CHECK(output.string == "a\n\"b\"");
    CHECK(parse_fact("pipe has no writers").number == 0);
    CHECK(parse_fact("child was killed by PIPE").signal == 13);
}

TEST_CASE("to look at 'pipe 1' means the pipe, also where a program is called pipe") {
    constexpr SentenceUse places[] = {SentenceUse::place};
    const auto parsed = parse_sentence("pipe 1", Names{{"pipe", "talk"}, {}}, places);
    REQUIRE(parsed.condition);
    CHECK(parsed.condition->kind == SentenceKind::look_object);
}

TEST_CASE("a mistake in a lesson is named with its line, its column and what to do") {
    struct Row {
        std::string text, message;
    };
    const std::string step = kHead + "## One\n```toml step\n";
    const Row rows[] = {
        {"",
         "0:0: a lesson begins with a line +++, then TOML with at least title and programs, then a line "
         "+++\n"},
        {"# Hello\n",
         "1:1: a lesson begins with a line +++, then TOML with at least title and programs, then a line "
         "+++\n"},
        {"+++\ntitle = 1\n", "1:1: no second line +++ ends this part\n"},
        {"+++\ntitle = \"T\"\nsummary = \"S\"\nprogams = { talk = \"talk.c\" }\nrun = [\"talk\"]\n+++\n",
         "4:1: unknown key 'progams' in the lesson's head; did you mean 'programs'?\n5:7: 'talk' is not "
         "among the programs\n"},
        {"+++\ntitle = \"T\"\nsummary = \"S\"\nprograms = { talk = \"tolk.c\" }\n+++\n",
         "4:21: there is no file 'tolk.c' in the lesson's folder\n"},
        {"+++\ntitle = \"T\"\nsummary = \"S\"\nprograms = { talk = \"talk.c\" }\nrun = [\"tolk\"]\n+++\n",
         "5:7: 'tolk' is not among the programs; did you mean 'talk'?\n"},
        {"+++\ntitle = \"T\"\nsummary = \"S\"\nprograms = { talk = \"talk.c\" }\nlimits = { pipe_size = "
         "0 }\n+++\n",
         "5:24: pipe_size is a whole number from 1 to 1048576\n"},
        {"+++\ntitle = \"T\"\nsummary = \"S\"\nprograms = { talk = \"talk.c\" }\nlimits = { pip_size = "
         "100 }\n+++\n",
         "5:12: there is no limit 'pip_size'; did you mean 'pipe_size'?\n"},
        {"+++\ntitle = \"T\"\nsummary = \"S\"\nprograms = { talk = \"talk.c\" }\ncpus = 9\n+++\n",
         "5:8: cpus must be a whole number from 1 to 8\n"},
        {kHead, "5:1: a lesson needs at least one step: a heading \"## ...\" and a block ```toml step\n"},
        {kHead + "```toml step\nuntil = \"end\"\n```\n## One\n",
         "6:1: a step needs a heading above its block: ## What happens\n"},
        {step + "untill = \"end\"\n```\n", "8:1: unknown key 'untill' in a step; did you mean 'until'?\n"},
        {step + "until = \"child bloks in read\"\n```\n",
         "8:16: 'bloks' is not understood here; did you mean 'blocks'?\n"},
        {step + "until = \"child blocks in raed\"\n```\n",
         "8:26: 'raed' is not understood here; did you mean 'read'?\n"},
        {step + "until = \"chidl blocks\"\n```\n",
         "8:10: 'chidl' is not understood here; did you mean 'child'?\n"},
        {step + "until = \"child blocks in\"\n```\n",
         "8:25: the sentence ends too early: expected a system call\n"},
        {step + "expect = [\"child is blocked\",\n  \"parent blocks\"]\n```\n",
         "9:4: this is one moment of the run, which only `until` can wait for; an `expect` is a fact, such "
         "as \"child has "
         "exited with 0\" or \"parent is blocked in read\"\n"},
        {step + "expect = [\"parent.n = 5\"]\n```\n",
         "8:21: '=' is not understood here: expected a comparison (==, !=, <, <=, >, >=)\n"},
        {step + "look = \"line 3 of tolk.c\"\n```\n",
         "8:8: 'tolk.c' is not a file of this lesson's programs; did you mean 'talk.c'?\n"},
        {step + "until = \"end\"\ncalls = 3\n```\n", "9:9: 'until' and 'calls' exclude each other\n"},
        {step + "until = \"end\n```\n", "8:13: this is not TOML: "},
        {step + "until = \"end\"\n", "7:1: no line ``` ends this block\n"},
        {step + "variant = \"x\"\n```\n",
         "8:11: there is no variant 'x'; the lesson's head describes one: [variant.x]\n"},
        {step + "```\n",
         "7:1: an empty step block: say how far to run, until = \"...\", or leave the block out\n"},
        {step + "until = \"end\"\n```\n```toml step\ncalls = 1\n```\n",
         "10:1: this step has a block already; begin another step with a heading: ## ...\n"},
        {step + "[predict]\nquestion = \"?\"\nchoices = [\"a\", \"b\"]\nanswer = 3\n```\n",
         "11:10: answer must be a whole number from 1 to 2\n"},
        {step + "[predict]\nquestion = \"?\"\nanswer = 1\n```\n",
         "8:1: a prediction needs the key 'choices'\n"},
        {step + "until = 'stdout is \"a'\n```\n", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto result = parse(row.text);
        const std::string got = messages(result);
        if (row.message.empty()) continue;
        CHECK(got.substr(0, row.message.size()) == row.message);
        CHECK_FALSE(result.lesson);
    }
}

TEST_CASE("a caret stands under bytes, also behind letters that take several") {
    const auto result = parse(kHead +
                              "## One\n```toml step\nlook = [\"stage\"] # gr\xc3\xbc\xc3\x9f\nexpect = "
                              "[\"stdout is '\xc3\xbc'\", \"child is bloked\"]\n```\n");
    REQUIRE(result.diagnostics.size() == 1);
    const auto& diagnostic = result.diagnostics[0];
    CHECK(diagnostic.source_line.substr(diagnostic.column - 1, diagnostic.end_column - diagnostic.column) ==
          "bloked");
}

TEST_CASE("a mistake far behind in a long line is named with its column, and the line is not shown") {
    const auto result =
        parse(kHead + "## One\n```toml step\nlook = [\"stage\"] #" + std::string(100'000, ' ') +
              "\nexpect = [" + std::string(1'000, ' ') + "\"child is bloked\"]\n```\n");
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(result.diagnostics[0].column == 1021);
    const std::string text = cc::format(result.diagnostics[0], false);
    CHECK(text.size() < 200);
    CHECK(text.find("bloked") != std::string::npos);
}

TEST_CASE("any bytes are read as a lesson without harm") {
    std::uint32_t state = 1;
    const std::string pieces[] = {
        "+++\n", "## x\n", "```toml step\n", "```\n", "until = \"", "child ", "is ", "\"\n",
        "[",     "]",      "\xff",           "=",     "'",          "\n",     "{",   "a"};
    for (int round = 0; round < 2000; round++) {
        std::string text = round % 2 == 0 ? kHead : "";
        for (int i = 0; i < 30; i++) {
            state = state * 1664525u + 1013904223u;
            text += pieces[(state >> 16) % std::size(pieces)];
        }
        (void)parse(text);
    }
    CHECK(true);
}

TEST_CASE("Markdown becomes blocks of styled text") {
    const Document document = parse_markdown(
        "# Title\n\nA *b* **c** `d` [e](http://f) g\nh  \ni\n\n- one\n- two\n  more\n\n  para\n  1. x\n  2. "
        "y\n\n> said\n\n```c\nint x;\n```\n\n---\n&lt;b&gt; <i>raw</i>\n");
    std::string text;
    for (const Block& block : document) {
        text += std::to_string(static_cast<int>(block.kind)) + "/" + std::to_string(block.level) + "/" +
                std::to_string(block.number) + " ";
        for (const Span& span : block.spans) {
            text += std::string(span.strong ? "S" : "") + (span.emphasis ? "E" : "") +
                    (span.code ? "C" : "") + (span.link.empty() ? "" : "L") + "(" + span.text + ")";
        }
        text += block.language + block.text + "|";
    }
    CHECK(text ==
          "0/1/0 (Title)|1/0/0 (A )E(b)( )S(c)( )C(d)( )L(e)( g h\ni)|2/1/0 (one)|2/1/0 (two more)|1/1/0 "
          "(para)|2/2/1 (x)|2/2/2 (y)|"
          "4/0/0 (said)|3/0/0 cint x;\n|5/0/0 |1/0/0 (<b> <i>raw</i>)|");
}
