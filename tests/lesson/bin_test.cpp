// The toy programs of lessons/bin, compiled by the system's cc, against the real tools: the same command line
// must give the same output, the same messages and the same exit status. What is expected is computed by
// running the real ones.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/native.h"

using namespace ipclab::testing;

namespace {

constexpr const char* kRealTools = "/usr/bin:/bin";
constexpr const char* kText =
    "pear 10 x\napple 9 y\nFig 100 z\n\napple 9 y\nbanana -3.5 w\n  indented 7 v\ncherry 9 x\nlast line";

void fill(const TemporaryDirectory& directory) {
    directory.write("text", kText);
    directory.write("other", "pear 10 x\nApple 9 y\n");
    directory.write("short", "pear 10 x\n");
    directory.write("empty", "");
    directory.write("csv", "3,c\n1,b\n10,a\n2,\n");
}

enum class Compare { output, output_and_messages };

void same_as_the_real_tools(const std::string& line, Compare compare) {
    CAPTURE(line);
    TemporaryDirectory real_directory, toy_directory;
    fill(real_directory);
    fill(toy_directory);
    const auto real = run_native({"/bin/bash", "-c", line}, real_directory.path(), kRealTools, kText);
    const auto toy = run_native({"/bin/bash", "-c", line}, toy_directory.path(), toy_programs(), kText);
    CHECK(toy.out == real.out);
    CHECK(toy.status == real.status);
    if (compare == Compare::output_and_messages) CHECK(toy.err == real.err);
}

}  // namespace

TEST_CASE("each toy program prints what the real tool prints") {
    for (const char* line : {
             "cat",
             "cat text",
             "cat text - short",
             "cat empty",
             "cat < text | cat | cat",
             "tr a-z A-Z",
             "tr '[:lower:]' '[:upper:]'",
             "tr -d aeiou",
             "tr -d '\\n'",
             "tr -s ' ' '\\n'",
             "tr -s a-z",
             "tr -cs A-Za-z '\\n'",
             "tr -cd '0-9\\n'",
             "tr abc x",
             "tr -ds a '\\n '",
             "tr 'a-c' '\\101-\\103'",
             "tr '[:space:]' _",
             "tr a-e ''",
             "sort",
             "sort -r",
             "sort -n",
             "sort -nr",
             "sort -u",
             "sort -un",
             "sort -k2n",
             "sort -k 2,2n",
             "sort -k2,2nr",
             "sort -k3",
             "sort -r -k2n",
             "sort -nr -k2",
             "sort -t , -k 1n csv",
             "sort -t, -k2 csv",
             "sort -t, -k2,2 csv",
             "sort text other",
             "sort -u text text",
             "sort empty",
             "wc",
             "wc -l",
             "wc -w",
             "wc -c",
             "wc -lw",
             "wc text",
             "wc -c text",
             "wc text other",
             "wc -l text empty",
             "wc text -",
             "wc empty",
             "cat text | wc",
             "head -3",
             "head -n 2 text",
             "head -n2 text",
             "head -0 text",
             "head text other",
             "head empty",
             "tail -3",
             "tail -n 2 text",
             "tail -n1 text",
             "tail -n 1 text other",
             "tail -0 text",
             "tail -100 text",
             "yes | head -3",
             "yes no | head -2",
             "yes a b | head -100000 | wc",
             "echo a b  c",
             "/usr/bin/env echo -n a b",
             "sleep 0",
             "sleep 0.01 0s",
             "true",
             "false",
             "ls",
             "ls -a",
             "ls text other",
             "ls .",
             "ls text .",
             "seq 5",
             "seq 3 7",
             "seq 10 -3 1",
             "seq 5 1",
             "seq 9223372036854775805 9223372036854775807",
             "tee copy | wc -l; cat copy",
             "tee -a other one > /dev/null; cat other one",
             "grep apple",
             "grep -v apple",
             "grep -c a",
             "grep -n a",
             "grep -in fig",
             "grep '^a' text",
             "grep 'x$' text",
             "grep '^$' text",
             "grep -n 'a.*9' text",
             "grep '[0-9][0-9]*0' text",
             "grep -c '[^a-z ]' text",
             "grep -v '[]a]' text",
             "grep -F 3.5 text",
             "grep '3\\.5' text",
             "grep 'pe*ar' text other",
             "grep -c e text other",
             "grep -q pear text",
             "grep nothing text",
             "grep '' text",
             "grep -i '[A-C]herry' text",
             "grep '*' text",
             "cmp text text",
             "cmp text other",
             "cmp -s text other",
             "cmp - text",
             "printenv HOME",
             "printenv NOTSET",
             "printenv HOME NOTSET LC_ALL",
             "enable -n kill; sleep 100 & kill $!; wait $!",
             "enable -n kill; sleep 100 & kill -s HUP $!; wait $!",
             "enable -n kill; sleep 100 & kill -9 $!; wait $!",
             "enable -n kill; sleep 100 & kill -SIGUSR1 $!; wait $!",
         }) {
        same_as_the_real_tools(line, Compare::output);
    }
}

TEST_CASE("what goes wrong is said in the words of the real tools") {
    for (const char* line : {
             "cat nosuch text",
             "cat .",
             "cat text >/dev/full",
             "head nosuch",
             "wc nosuch",
             "sort nosuch",
             "ls nosuch",
             "grep x nosuch",
             "grep x nosuch text",
             "cmp text nosuch",
             "cmp text short",
             "cmp text empty",
             "cmp short other",
             "tee /nosuch/file",
             "sleep 1x 2>&1 | head -1",
             "/usr/bin/env echo x >/dev/full",
             "yes >/dev/full",
         }) {
        same_as_the_real_tools(line, Compare::output_and_messages);
    }
}

namespace {

struct ShellCase {
    const char* line;
    bool dash = true;  ///< dash does the same as bash here
};

const ShellCase kShellLines[] = {
    // words, quotes, variables
    {"echo hello   world"},
    {"echo 'a  b' \"c  $HOME\" d\\ e"},
    {"X=5; echo $X \"$X\" '$X' ${X}y"},
    {"X='a   b'; echo $X; echo \"$X\""},
    {"a=1;b=$a$a;c=\"$b \"$b;echo \"$c\""},
    {"echo \"a\\\"b\\\\c\\$d\"", false},
    {"echo a#b # comment"},
    {"echo \"$NOTSET\" x $NOTSET y"},
    {"echo '' \"\" x"},
    {"X=; $X echo nothing before"},
    {"echo $!x"},
    {"echo a\\\nb"},
    {"echo 'a\nb'"},
    {"echo one\necho two\n\necho three"},
    // status, && || ! ;
    {"false; echo $?"},
    {"true && echo yes || echo no"},
    {"false && echo yes || echo no"},
    {"false || false || echo c"},
    {"true && false || echo d && echo e"},
    {"! true; echo $?"},
    {"! false; echo $?"},
    {"true &&\necho continued"},
    {"exit 7"},
    {"exit 300"},
    {"false; exit"},
    {"sh -c 'exit 5' && echo no; echo $?"},
    {"nosuchcommand 2>/dev/null; echo $?"},
    {"/etc/passwd 2>/dev/null; echo $?"},
    {"/nosuch/file 2>/dev/null; echo $?"},
    {"'' 2>/dev/null; echo $?"},
    {"sh -c 'kill -9 $$'; echo $?"},
    {"sh -c 'kill -PIPE $$'; echo $?"},
    {": ; echo $?"},
    // pipelines
    {"seq 10 | head -3 | wc -l"},
    {"yes | head -3"},
    {"false | true; echo $?"},
    {"true | false; echo $?"},
    {"! true | false; echo $?"},
    {"echo x | cat | cat | tr a-z A-Z"},
    {"seq 5 |\nsort -rn"},
    {"yes | head -100000 | wc -c"},
    {"echo a b c | { read x y; echo \"$y $x\"; }"},
    {"seq 3 | (read a; echo got $a; cat)"},
    {"read a < text; echo $a"},
    {"echo 'a\\b  c ' | { read x; echo \"[$x]\"; }", false},
    {"echo 'a\\b  c ' | { read -r x y; echo \"[$x][$y]\"; }", false},
    {"read a < empty; echo $?"},
    // redirection
    {"echo hi > f; cat f; echo ho >> f; cat < f; wc -c < f"},
    {"ls nosuch 2> err; echo $?; wc -l < err"},
    {"ls nosuch > both 2>&1; echo $?; wc -l < both"},
    {"echo a 2>&1 >/dev/null | wc -c"},
    {"(echo one; echo two >&2) 2>/dev/null | cat"},
    {"(echo one; echo two >&2) 2>&1 | sort"},
    {"2>/dev/null ls nosuch; echo $?"},
    {"<text cat"},
    {"echo>f2 hi;cat f2"},
    {"> created; ls"},
    {"exec 3>out; echo x >&3; exec 3>&-; cat out"},
    {"exec 4<&0 </dev/null; cat; echo closed; cat <&4"},
    {"cat <&- 2>/dev/null; echo $?"},
    {"cat < nosuch 2>/dev/null; echo after"},
    {"echo ok >/nosuch/dir 2>/dev/null; echo after"},
    {"cat nofile 2>/dev/null | cat; echo $?"},
    {"{ echo a; echo b; } > f; cat f"},
    {"echo x 1<>f; cat f"},
    // subshells and groups
    {"(exit 3); echo $?"},
    {"(X=1; echo in $X); echo out $X"},
    {"X=1; { X=2; }; echo $X"},
    {"(cd /; pwd); { echo same; }"},
    {"{ exit 4; }; echo not reached"},
    {"( echo a\necho b )"},
    {"((echo nested); echo more) | tail -1", false},
    {"(echo a; (echo b; (echo c)))"},
    // processes in the background
    {"sleep 0.01 & wait $!; echo $?"},
    {"(sleep 0.01; exit 6) & wait $!; echo $?"},
    {"sleep 50 & kill $!; wait $!; echo $?"},
    {"sleep 50 & kill %1; wait %1; echo $?", false},
    {"sleep 50 & sleep 40 & kill %1 %2; wait %2; echo $?", false},
    {"sleep 50 & kill -KILL $!; wait $!; echo $?"},
    {"sleep 50 & kill -s HUP $!; wait $!; echo $?"},
    {"sleep 0.05 & sleep 0.01 & wait; echo done"},
    {"echo a & wait; echo b"},
    {"echo a && echo b & wait"},
    {"true&"},
    {"cat & wait; echo reads nothing"},
    {"sleep 0.001 | cat & wait %1; echo $?", false},
    {"wait 1 2>/dev/null; echo $?"},
    {"kill -0 $$; echo $?"},
    {"kill 999999999 2>/dev/null; echo $?"},
    {"sleep 3 & jobs; kill %1", false},
    // variables for programs, other builtins
    {"export A=1; sh -c 'echo $A'"},
    {"A=2 sh -c 'echo $A'; echo \"[$A]\""},
    {"A=2 printenv A"},
    {"A=1; printenv A; echo $?"},
    {"X=1 Y=2; echo $X$Y"},
    {"export Z; Z=3; printenv Z"},
    {"export A=1; unset A; printenv A; echo $?"},
    {"cd /tmp && pwd"},
    {"cd /nosuch 2>/dev/null; echo after"},
    {"cd /; cd /tmp; cd -; pwd"},
    {"umask 027; umask"},
    {"exec echo replaced; echo not reached"},
    {"exec nosuch 2>/dev/null; echo not reached"},
    {"sh -c 'echo $0 $1 $2 $#' name a b"},
    {"sh -c 'printenv $@' name HOME LC_ALL"},
    {"sh -c 'cat \"$@\" | wc -l' name text short"},
    {"pwd | wc -l"},
    {"echo 'echo from a file $1' > script; sh script arg"},
    // mistakes
    {"echo a | | b 2>/dev/null"},
    {"( echo a"},
    {"echo a &&"},
    {"echo \"unclosed"},
    {") x"},
    {"echo first\n) x"},
};

void same_as(const char* shell, const ShellCase& shell_case) {
    const std::string line = shell_case.line;
    CAPTURE(std::string(shell));
    CAPTURE(line);
    TemporaryDirectory real_directory, toy_directory;
    fill(real_directory);
    fill(toy_directory);
    const auto real = run_native({shell, "-c", line}, real_directory.path(), toy_programs(), kText);
    const auto toy =
        run_native({toy_programs() + "/sh", "-c", line}, toy_directory.path(), toy_programs(), kText);
    CHECK(toy.out == real.out);
    CHECK(toy.status == real.status);
}

}  // namespace

TEST_CASE("a command line does in the toy shell what it does in bash") {
    for (const auto& line : kShellLines) same_as("/bin/bash", line);
}

TEST_CASE("a command line does in the toy shell what it does in dash") {
    for (const auto& line : kShellLines) {
        if (line.dash) same_as("/bin/dash", line);
    }
}

TEST_CASE("the toy shell reads its commands from standard input and leaves the rest of it to them") {
    TemporaryDirectory directory;
    const std::string script =
        "echo one\nread line\nthis is read\necho \"<$line>\"\ncat\nthe rest\nis copied\n";
    const auto toy = run_native({toy_programs() + "/sh"}, directory.path(), toy_programs(), script);
    const auto real = run_native({"/bin/bash"}, directory.path(), toy_programs(), script);
    CHECK(toy.out == real.out);
    CHECK(toy.out == "one\n<this is read>\nthe rest\nis copied\n");
    CHECK(toy.status == 0);
}

TEST_CASE("what the toy shell does not have is refused by name") {
    struct Refused {
        const char *line, *says;
    };
    for (const auto& [line, says] :
         {Refused{"if true; then echo x; fi", "if"}, Refused{"echo $(date)", "$(...)"},
          Refused{"for i in a; do echo $i; done", "for"}, Refused{"echo *", "'*'"},
          Refused{"echo ${X:-y}", "${X"}, Refused{"cat << end\nend", "<<"}, Refused{"trap : INT", "trap"},
          Refused{"f() { echo x; }", "functions"}}) {
        CAPTURE(line);
        TemporaryDirectory directory;
        const auto toy = run_native({toy_programs() + "/sh", "-c", line}, directory.path(), toy_programs());
        CHECK(toy.status == 2);
        CHECK(toy.out == "");
        CHECK(toy.err.find("not supported") != std::string::npos);
        CHECK(toy.err.find(says) != std::string::npos);
    }
}

TEST_CASE("hostile command lines end with a message") {
    TemporaryDirectory directory;
    const std::string deep(10000, '('), wide(200000, 'x');
    for (const std::string& line :
         {deep, "echo " + wide, wide + "=1", std::string("\xff\xfe\x80 | \x01"),
          "echo " + std::string(3000, '"') + std::string(2000, '\\'), std::string("& & &"),
          std::string("! ! !"), std::string("> > >"), std::string("{ { {")}) {
        const auto toy = run_native({toy_programs() + "/sh", "-c", line}, directory.path(), toy_programs());
        CHECK(toy.status >= 0);
        CHECK(toy.status < 128);
    }
}
