// The `ipclab` command: everything without a window.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <new>
#include <string>
#include <system_error>
#include <type_traits>
#include <vector>

#include "kernel/scheduler.h"
#include "sim/cc/spell.h"
#include "sim/session/commands.h"
#include "sim/session/costs.h"
#include "sim/session/limits.h"
#include "sim/session/report.h"

using namespace ipclab::session;

namespace {

constexpr const char* kMainFooter = R"(
Examples:
  ipclab lessons                          what there is to learn
  ipclab lesson pipe                      play a lesson in the terminal
  ipclab run hello.c                      run it on the simulated kernel
  ipclab run hello.c --trace -- 3 -v      ... with arguments, printing every system call
  ipclab compare hello.c                  on both kernels, call by call
  ipclab run --program server=server.c --program client=client.c \
             --sh 'server & sleep 1; client hello; kill %1; wait'
  ipclab view hello.c                     watch it in a window

'ipclab COMMAND --help' says more about each.

Exit status:
  run, real   the program's own; 128 + N where signal N killed it
  compare     0 no difference, 1 there are differences
  compile     0 it compiles, 1 it does not
  check       0 it passes, 1 it fails, 123 undecided
  schedule    0; a puzzle: 0 solved, 1 not
  explore     0 all schedules were explored and nothing is wrong, 1 something is wrong under one of them
  fuzz        0 no difference was found, 1 there are some
  lesson      0 all that it expects is so, 1 something is not
  all         120 explore --against-real: real Linux had an outcome that no schedule has
              121 the program does not compile
              122 the simulated run is stuck: every process waits for ever
              123 a run was stopped at a limit; explore: so far nothing is wrong, and there is more to explore
              124 the simulated run was stopped at the first mistake (run --strict)
              125 wrong use of ipclab, or a part that it needs is missing)";

constexpr const char* kRunFooter = R"(
The program is ordinary C; several C files are linked into one program, as cc does. Its standard streams are
what ipclab's own are: a terminal, a pipe or a file. At a terminal ^C goes to the program; ^\ ends ipclab.

The toy programs of lessons/bin (cat, ls, sort, yes, sh ...) are on its PATH. --program puts more there.

Exit status: the program's own; 128 + N where signal N killed it; 121 it does not compile; 122 deadlock;
123 stopped at a limit; 124 stopped at the first mistake (--strict); 125 wrong use.)";

constexpr const char* kRealFooter = R"(
The program is compiled by cc and runs in a sandbox (bubblewrap): it sees no files but the system's, no network,
and no processes but its own; it is stopped at a deadline and at limits of memory, processes and output. With
--trace it is traced by ptrace, in the same format as the simulated run.

--runs N runs it N times, as many at once as there are CPUs, each in a sandbox of its own and with the same
input, and prints how often each outcome was seen: standard output, standard error and how it ended. --pin,
--cpus and --nice make other schedules likely. Nothing here has a seed: the host's scheduler decides.

Exit status: the program's own; 128 + N where signal N killed it; 121 it does not compile; 123 stopped at a
limit; 125 wrong use, or there is no compiler, sandbox or tracing here. With --runs: 0; 123 where a run was
stopped at a limit.)";

constexpr const char* kCompareFooter = R"(
Left the simulated run, right the real one, task by task; between them `|` the calls differ, `<` `>` one side
only, `~` differs as timing may have it. The first difference is named at the end.

With --time the two timelines are laid over each other, in two lanes for each task, and it is said how far the simulated
times are off: of the whole run, and of each call. What the tracer's stops cost is taken off the
real times. `ipclab calibrate` makes simulated times those of this machine.

With --lockstep both run at once: the simulated kernel chooses by --seed whose turn is next, and the real processes
are held at their system calls and let go in that order. Then nothing is left to timing, and whether a call sleeps,
in whose turn it goes on, and in which pieces data come, have to be the same, too. That a real call sleeps is read
from the kernel (state S in /proc/PID/stat). Standard input is read to its end first, if it is not a terminal. The
first difference is told with the call, its line of C, both results, the object and the man page of its rules.
Not compared: futex calls one by one, as two C libraries build their locks in different ways (that a thread sleeps
at a lock, and until when, is); times, ids and addresses. docs/LOCKSTEP.md lists what cannot be the same, and why.

Exit status: 0 no difference but timing; 1 differences; 121 it does not compile; 123 a run was stopped at a
limit; 125 wrong use, or there is no compiler, sandbox or tracing here.)";

constexpr const char* kExploreFooter = R"(
Every schedule: at each access to shared memory, each system call and each signal any task may go on next. Calls
and instructions take no time; where somebody waits until a deadline, it may pass at any moment (timers of CPU
time never do). What it finds: every outcome, every deadlock, also of some tasks while others go on, lost wake-ups,
livelock and starvation (weak fairness), data races, atomicity violations, calls that are not safe in a signal handler,
crashes and other mistakes, children that were never waited for, objects that are left behind; each with a schedule,
which 'ipclab run --replay' replays.

With --memory=tso each task is as if on an x86 CPU of its own (the model x86-TSO): what it stores waits in a buffer, first
in, first out, and reaches memory, where others see it, at any later moment; its own loads find it at once. A buffer holds 8
stores. Locked instructions (atomic operations, sequentially consistent stores), mfence and system calls wait until it is
empty; atomic accesses of weaker orders are plain ones, as gcc compiles them. What goes on for ever counts only if each buffer
is emptied on the way, too.

On a link between hosts (--host) with net_loss_percent, net_duplicate_percent or net_reorder_percent above 0 (--set),
each packet may be lost, come twice or be overtaken, whatever the rates are; net_bandwidth has no effect.

Where there are too many schedules: --bound goes through those with few preemptions, --random and --pct draw some at
random. What these find can happen; what they do not find may happen all the same, and they say so. What real Linux shows
beside that (--against-real) is looked for by itself.

Standard input is the file that --input names, or empty; standard output and error are what ipclab's own are: a
terminal, a pipe or a file.

Exit status: 0 all schedules were explored and nothing is wrong; 1 something is wrong under one of them; 120
real Linux had an outcome that no schedule has (--against-real); 121 it does not compile; 123 a limit was hit before
all were explored, or only a part was to be, and nothing was wrong so far; 125 wrong use.)";

constexpr const char* kScheduleFooter = R"(
You are the scheduler: who can go next is printed, each with the line where it stands and what it would do there; a
number lets it go on to the next place that concerns others. u undoes, r hands the rest back to the simulated
kernel's scheduler, s FILE saves the schedule for 'run --replay', 'view --replay' and lessons, q leaves. Calls and
instructions take no time here; where somebody waits until a deadline, time is among those who can go next.

In a puzzle there is a goal, and after each pick it is said whether it can still be reached from there. Numbers are
read from standard input, which may be a pipe.

Exit status: 0; puzzles: 0 it is solved, 1 it is not; 121 it does not compile; 125 wrong use.)";

constexpr const char* kCheckFooter = R"(
A student's program against an exercise (a TOML file; docs/CHECK.md), under every schedule. Where something is wrong,
the schedule that shows it is saved (--save DIR; usually ./ipclab-check) with the command that replays it. Whatever
the program does, there is a verdict: it is compiled and run in a process of its own, with the exercise's limits of
time, memory and states.

Exit status: 0 it passes under every schedule; 1 it fails; 121 it does not compile; 123 undecided: a limit was hit
first; 125 wrong use, or the exercise is wrong.)";

constexpr const char* kFuzzFooter = R"(
Writes small programs of several processes at random, weighted to edge conditions, and runs each on both kernels as
'compare --lockstep' does. A program that differs is made as small as can be and kept in the directory, with the
command that shows it. A campaign that was stopped goes on where it was: the same seed is the same programs.

Exit status: 0 no difference, 1 differences, 125 wrong use.)";

constexpr const char* kCompileFooter = R"(
Prints nothing where all is well. Exit status: 0 it compiles, 1 it does not, 125 wrong use.)";

constexpr const char* kCalibrateFooter = R"(
A C program is run on real Linux, in the sandbox and untraced, for some seconds: let the machine be idle meanwhile.

  ipclab calibrate > here.costs
  ipclab run --costs here.costs hello.c

Exit status: 0, or 125 where there is no compiler or sandbox here.)";

constexpr const char* kLessonFooter = R"(
At a terminal the lesson waits for you and asks what will happen; otherwise it is played through.

Exit status: 0 all that the lesson expects is so, 1 something is not, 125 there is no such lesson.)";

/// A number between these. CLI11's own check takes "-5" for a large number, and "nan" for one that is in any range.
template <class Number>
CLI::Validator within(Number least, Number most) {
    const auto check = [least, most](const std::string& text) {
        Number given{};
        const char* const end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data(), end, given);
        if (error == std::errc{} && at == end && given >= least && given <= most) return std::string{};
        return fmt::format("'{}' is no {} from {} to {}", text,
                           std::is_integral_v<Number> ? "whole number" : "number", least, most);
    };
    return CLI::Validator(check, "");
}

/// What all commands that compile something share.
void add_sources(CLI::App& command, CommonOptions& options) {
    command.add_option("files", options.files, "C files of one program; words that follow are its arguments")
        ->option_text("FILE.c... [-- ARGUMENT...]");
    command.add_option("--program", options.programs, "put an executable on the PATH; may be repeated")
        ->option_text("NAME=FILE.c[,FILE2.c]")
        ->take_all()
        ->allow_extra_args(false);
    command.add_option("-D", options.defines, "define a macro, as cc -D")
        ->option_text("NAME[=VALUE]")
        ->take_all()
        ->allow_extra_args(false);
    command.add_option("-I", options.include_directories, "look for headers in this directory, as cc -I")
        ->option_text("DIR")
        ->take_all()
        ->allow_extra_args(false);
    command
        .add_option("-W", options.warnings,
                    "-Wall: warn of what gcc -Wall does (default); -Wextra: of more; -w: of nothing")
        ->option_text("all|extra")
        ->check(CLI::IsMember({"all", "extra"}))
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    command.add_flag("-w", options.no_warnings, "no warnings");
}

void add_shell(CLI::App& command, CommonOptions& options) {
    command.add_option("--sh", options.shell_line, "run this line in the toy shell")->option_text("LINE");
}

void add_trace(CLI::App& command, CommonOptions& options) {
    command
        .add_option("--trace", options.trace, "print every system call: text (as strace), json or perfetto")
        ->option_text("[=FORMAT]")
        ->check(CLI::IsMember({"text", "json", "perfetto"}));
    command
        .add_option("-o,--output", options.trace_file,
                    "write the trace to this file (-: standard output), not to standard error")
        ->option_text("FILE");
}

void add_limits(CLI::App& command, CommonOptions& options, const std::string& group) {
    command
        .add_option("--set", options.limits,
                    "a limit of the simulated system, as pipe_size=16; may be repeated "
                    "('ipclab limits' lists them)")
        ->option_text("NAME=VALUE")
        ->take_all()
        ->allow_extra_args(false)
        ->check([](const std::string& text) {
            ipclab::kernel::Limits scratch;
            return set_limit(scratch, text);
        })
        ->group(group);
}

void add_scheduling(CLI::App& command, CommonOptions& options) {
    const std::string group = "Simulated kernel";
    command
        .add_option(
            "--policy", options.policy,
            "round_robin (default), fifo, priority (by nice value), mlfq, lottery or fair (Linux's own)")
        ->option_text("NAME")
        ->check(CLI::IsMember(ipclab::kernel::policy_names()))
        ->group(group);
    command
        .add_option("--quantum", options.quantum_us,
                    "length of a time slice in microseconds (default: the policy's own)")
        ->option_text("US")
        ->check(within(1, 1'000'000'000))
        ->group(group);
    command.add_option("--cpus", options.cpus, "1 (default) to 8 processors")
        ->option_text("N")
        ->check(within(1, 8))
        ->group(group);
    command
        .add_option("--seed", options.seed, "schedule at random instead; the same number gives the same run")
        ->option_text("N")
        ->check(within(std::uint64_t{0}, UINT64_MAX))
        ->group(group);
    add_limits(command, options, group);
    command
        .add_option("--costs", options.costs,
                    "what operations cost in simulated time: a file of 'ipclab calibrate'")
        ->option_text("FILE")
        ->check([](const std::string& path) {
            ipclab::kernel::Costs scratch;
            return read_costs(scratch, path);
        })
        ->group(group);
    command
        .add_option("--max-instructions", options.max_instructions,
                    "stop a program that does not end (default 5000000000)")
        ->option_text("N")
        ->check(within(std::uint64_t{1}, UINT64_MAX))
        ->group(group);
}

void add_memory_model(CLI::App& command, CommonOptions& options) {
    command
        .add_option(
            "--memory", options.memory,
            "in which order others see stores: sc, as they are made (the default); tso, as on x86: they wait "
            "in a buffer of each CPU")
        ->option_text("MODEL")
        ->check(CLI::IsMember({"sc", "tso"}));
}

void add_exploring(CLI::App& command, CommonOptions& options) {
    add_memory_model(command, options);
    command
        .add_option("--save", options.save, "write the schedules of outcomes and findings to this directory")
        ->option_text("DIR");
    command.add_option("--input", options.input_file, "standard input")->option_text("FILE");
    command.add_option("--states", options.most_states, "stop after so many states (default 50000000)")
        ->option_text("N")
        ->check(within(std::uint64_t{1}, UINT64_MAX));
    command
        .add_option("--max-memory", options.most_megabytes,
                    "stop when so many megabytes are used (default 2048)")
        ->option_text("MB")
        ->check(within(std::uint64_t{1}, std::uint64_t{1} << 30));
    command
        .add_option(
            "--jobs", options.jobs,
            "search with so many threads where there are many states (default: one for each CPU); with "
            "--bound, "
            "--random and --pct there is one. Complete searches have the same outcomes and findings with any "
            "number; for an outcome without a short schedule another one may be told each time")
        ->option_text("N")
        ->check(within(std::size_t{1}, std::size_t{256}));
    command.add_option("--time", options.most_seconds, "stop after so many seconds")
        ->option_text("SECONDS")
        ->check(within(0.01, 1e9));
    command
        .add_option("--for-ever", options.most_full_states,
                    "look for livelock, starvation, partial deadlock and atomicity violations where there "
                    "are at most so many states "
                    "(every lock and access to memory counted; default 100000; 0: do not)")
        ->option_text("N")
        ->check(within(std::uint64_t{0}, std::uint64_t{10'000'000}));
    command
        .add_option(
            "--fail", options.refused,
            "what can fail wherever the program asks for it: malloc (and its like), fork (processes and "
            "threads), or malloc,fork; nothing fails for ever")
        ->option_text("WHAT")
        ->delimiter(',')
        ->take_all()
        ->allow_extra_args(false)
        ->check(CLI::IsMember({"malloc", "fork"}));
    command
        .add_option("--against-real", options.against_real,
                    "run it so often on real Linux, too: which outcomes were seen, which not yet")
        ->option_text("N")
        ->check(within(std::uint64_t{1}, std::uint64_t{10'000'000}));
    command.add_flag(
        "--no-reduction", options.no_reduction,
        "stop at every access to memory and every call, also where it makes no difference to others");
    command.add_flag("--no-symmetry", options.no_symmetry,
                     "count states and findings in which processes that run the same code have changed "
                     "places each by itself");
    add_limits(command, options, "Simulated kernel");
}

void add_part_of_schedules(CLI::App& command, CommonOptions& options) {
    const std::string group = "Where there are too many schedules";
    CLI::Option* bound = command
                             .add_option("--bound", options.bound,
                                         "only schedules with at most so many preemptions: somebody else "
                                         "goes on, or time passes, where the "
                                         "one that went last could go on")
                             ->option_text("N")
                             ->check(within(0, 1'000'000))
                             ->group(group);
    CLI::Option* random = command
                              .add_option("--random", options.random_schedules,
                                          "draw so many schedules at random instead of a search")
                              ->option_text("N")
                              ->check(within(std::uint64_t{1}, std::uint64_t{1} << 40))
                              ->group(group);
    CLI::Option* pct = command
                           .add_option("--pct", options.pct_schedules,
                                       "draw so many schedules by random priorities with few changes (PCT), "
                                       "which finds mistakes that need "
                                       "few orderings")
                           ->option_text("N")
                           ->check(within(std::uint64_t{1}, std::uint64_t{1} << 40))
                           ->group(group);
    command
        .add_option("--depth", options.pct_depth,
                    "with --pct: how many orderings the mistake needs, one more than the changes of priority "
                    "(default 3)")
        ->option_text("D")
        ->check(within(1, 100))
        ->needs(pct)
        ->group(group);
    command
        .add_option("--seed", options.seed,
                    "with --random, --pct: the same number gives the same schedules (default 1)")
        ->option_text("N")
        ->check(within(std::uint64_t{0}, UINT64_MAX))
        ->group(group);
    random->excludes(bound, pct);
    pct->excludes(bound);
}

void add_hosts(CLI::App& command, CommonOptions& options) {
    command
        .add_option(
            "--host", options.hosts,
            "a host of the network, as server=10.0.0.2; may be repeated; the first one is where programs are")
        ->option_text("NAME=ADDRESS")
        ->take_all()
        ->allow_extra_args(false);
}

void add_deadline(CLI::App& command, CommonOptions& options, const char* usual) {
    command
        .add_option("--deadline", options.deadline_s,
                    fmt::format("stop the real run after so many seconds (default {})", usual))
        ->option_text("SECONDS")
        ->check(within(0.01, 86'400.0))
        ->group("Real Linux");
}

void add_free_runs(CLI::App& command, CommonOptions& options) {
    const std::string group = "Many runs";
    command.add_option("--runs", options.runs, "run it so often, untraced, and count the outcomes")
        ->option_text("N")
        ->check(within(std::uint64_t{1}, std::uint64_t{1'000'000}))
        ->group(group);
    command.add_flag("--pin", options.pin, "all processes of a run stay on one CPU")->group(group);
    command.add_option("--cpus", options.cpus, "all runs together use so many CPUs (default: all)")
        ->option_text("N")
        ->check(within(1, 1024))
        ->group(group);
    command.add_option("--nice", options.nice, "the niceness that it starts with, 0 to 19: others go first")
        ->option_text("N")
        ->check(within(0, 19))
        ->group(group);
}

struct Command {
    CLI::App* app = nullptr;
    std::function<int()> run;
};

/// A first word that is no command: what was meant?
int complain_of_command(const std::string& word, const std::vector<std::string>& names) {
    std::error_code ignored;
    ipclab::cc::Speller speller(word);
    for (const std::string& name : names) speller.offer(name);
    if (std::filesystem::path(word).extension() == ".c")
        complain(
            fmt::format("{}: what to do with it? Try: ipclab run {}, or ipclab view {}", word, word, word));
    else
        complain(fmt::format(
            "there is no command '{}'{}", word,
            speller.suggestion().empty() ? "; 'ipclab --help' lists them" : speller.suggestion()));
    return kExitUsage;
}

/// CLI11's sentence, and what to do.
int complain_of_words(const CLI::ParseError& error, const std::string& command) {
    std::string text = error.what();
    if (const auto end = text.find('\n'); end != std::string::npos) text.resize(end);
    complain(text);
    if (dynamic_cast<const CLI::ExtrasError*>(&error))
        fmt::print(stderr, "  Arguments of the program that begin with '-' stand behind '--'.\n");
    fmt::print(stderr, "  'ipclab {} --help' says what there is.\n", command);
    return kExitUsage;
}

int command_line(std::vector<std::string> words) {
    // What stands behind `--` is the toy program's, whatever it looks like.
    if (!words.empty() && words.front() == "view")  // it has a command line of its own
        return view_command({words.begin() + 1, words.end()});
    CommonOptions options;
    const auto dashes = std::find(words.begin(), words.end(), "--");
    if (dashes != words.end()) options.arguments.assign(dashes + 1, words.end());
    words.erase(dashes, words.end());
    // Its format stands behind `=` only, so that `--trace FILE.c` names a file.
    std::replace(words.begin(), words.end(), std::string("--trace"), std::string("--trace=text"));
    if (words.size() == 2 && words[0] == "help") words = {words[1], "--help"};
    if (words.size() == 1 && words[0] == "help") words = {"--help"};

    CLI::App app{"ipclab: one C program on two kernels, a simulated one and the real Linux", "ipclab"};
    app.set_version_flag("--version", "ipclab " IPCLAB_VERSION);
    app.require_subcommand(1);
    app.footer(kMainFooter);
    app.get_formatter()->column_width(32);

    std::vector<Command> commands;
    const auto add = [&](const char* name, const char* what, const char* footer,
                         int (*run)(const CommonOptions&)) {
        CLI::App* command = app.add_subcommand(name, what);
        if (*footer) command->footer(footer);
        commands.push_back({command, [&options, run] { return run(options); }});
        return command;
    };

    CLI::App* run = add("run", "run it on the simulated kernel", kRunFooter, run_command);
    add_sources(*run, options);
    add_shell(*run, options);
    add_trace(*run, options);
    add_scheduling(*run, options);
    run->add_option("--replay", options.replay, "replay a schedule that 'explore --save' wrote")
        ->option_text("FILE");
    add_hosts(*run, options);
    run->add_flag("--strict", options.strict, "stop at the first mistake of the program, with status 124");
    run->add_flag("--leaks", options.leaks, "tell what a process has not freed or closed when it exits");

    CLI::App* real = add("real", "run it on real Linux, in a sandbox", kRealFooter, real_command);
    add_sources(*real, options);
    add_shell(*real, options);
    add_trace(*real, options);
    add_hosts(*real, options);
    add_deadline(*real, options, "10; 3600 at a terminal");
    add_free_runs(*real, options);

    CLI::App* compare =
        add("compare", "run it on both and compare them call by call", kCompareFooter, compare_command);
    add_sources(*compare, options);
    add_shell(*compare, options);
    CLI::Option* lockstep = compare->add_flag(
        "--lockstep", options.in_lock_step,
        "let the real processes go one at a time, in the order that the simulated kernel chooses");
    compare
        ->add_flag("--time", options.over_time,
                   "lay the two timelines over each other, too, and say how far apart they are")
        ->excludes(lockstep);
    compare->add_flag("--differences", options.only_differences, "show only what differs");
    add_scheduling(*compare, options);
    add_hosts(*compare, options);
    add_deadline(*compare, options, "as long as the simulated time suggests, at least 10");

    CLI::App* explore = add("explore", "run it under every schedule: all outcomes, deadlocks and races",
                            kExploreFooter, explore_command);
    add_sources(*explore, options);
    add_shell(*explore, options);
    add_exploring(*explore, options);
    add_part_of_schedules(*explore, options);
    add_hosts(*explore, options);

    CLI::App* schedule =
        add("schedule", "be the scheduler yourself: pick who goes next, in a program or a puzzle",
            kScheduleFooter, schedule_command);
    add_sources(*schedule, options);
    add_memory_model(*schedule, options);
    add_shell(*schedule, options);
    schedule->add_option("--input", options.input_file, "standard input")->option_text("FILE");
    schedule->add_option("--puzzle", options.puzzle, "which of a lesson's puzzles (default: the first)")
        ->option_text("N")
        ->check(within(std::size_t{1}, std::size_t{1000}));
    add_limits(*schedule, options, "Simulated kernel");

    CLI::App* check =
        add("check", "hold a program to an exercise, under every schedule", kCheckFooter, check_command);
    check->add_option("exercise", options.exercise, "what is asked of the program")
        ->option_text("EXERCISE.toml")
        ->required();
    add_sources(*check, options);
    check->add_option("--format", options.format, "text (default), json or junit")
        ->option_text("FORMAT")
        ->check(CLI::IsMember({"text", "json", "junit"}));
    check->add_option("--save", options.save, "a directory for schedules (default ipclab-check)")
        ->option_text("DIR");

    CLI::App* fuzz =
        add("fuzz", "hold random programs against real Linux, in lock-step", kFuzzFooter, fuzz_command);
    fuzz->add_option("--seed", options.seed, "of the programs and their schedules (default: today's date)")
        ->option_text("N")
        ->check(within(std::uint64_t{0}, UINT64_MAX));
    fuzz->add_option("--count", options.fuzz_count, "so many programs (default 100)")
        ->option_text("N")
        ->check(within(std::uint64_t{1}, std::uint64_t{100'000'000}));
    fuzz->add_option("--calls", options.fuzz_calls, "as many programs as make so many system calls")
        ->option_text("N")
        ->excludes("--count");
    fuzz->add_option("--mechanism", options.mechanism,
                     "mostly calls of this one (default: of a few at a time)")
        ->option_text("NAME");
    fuzz->add_option("--directory", options.fuzz_directory, "for what is found (default: fuzz-SEED)")
        ->option_text("DIR");

    CLI::App* compile =
        add("compile", "only compile it, and say what is wrong", kCompileFooter, compile_command);
    add_sources(*compile, options);
    compile->add_flag("--dump", options.dump, "print the bytecode beside the source");

    add("mechanisms", "list the mechanisms: system calls, man pages, tests, lessons (Markdown)", "",
        mechanisms_command);
    add("limits", "list the limits of the simulated system, which run --set and lessons can set", "",
        limits_command);
    add("costs", "list what each operation costs in simulated time; run --costs FILE takes others", "",
        costs_command);
    add("calibrate", "measure those costs on this machine, and print them as such a file", kCalibrateFooter,
        calibrate_command);

    add("supported", "list what of C, of its library and of Linux there is (Markdown)", "",
        supported_command);

    CLI::App* view = add("view", "watch a program or a lesson in the window", "", nullptr);
    view->prefix_command();

    CLI::App* lessons = add("lessons", "list the lessons", "", lessons_command);
    lessons->add_flag("--first", options.first, "print only the name of the first one");

    CLI::App* lesson = add("lesson", "play a lesson in the terminal", kLessonFooter, lesson_command);
    lesson->add_option("name", options.lesson, "its name, its number, or the folder of one of your own")
        ->option_text("NAME");
    lesson->add_flag("--yes", options.yes, "do not ask or wait: play it through");
    lesson->add_flag("--real", options.real, "then check on real Linux what it says about the ends of runs");

    if (words.empty()) {
        fmt::print(stderr, "{}", app.help());
        return kExitUsage;
    }
    std::vector<std::string> names;
    for (const Command& command : commands) names.push_back(command.app->get_name());
    if (!words.front().starts_with('-') &&
        std::find(names.begin(), names.end(), words.front()) == names.end())
        return complain_of_command(words.front(), names);
    const std::string first = words.front();
    try {
        std::reverse(words.begin(), words.end());
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        return complain_of_words(error, first.starts_with('-') ? "" : first);
    }
    for (const Command& command : commands)
        if (command.app->parsed()) return command.run();
    return kExitUsage;
}

/// What stopped us, where nothing more can be said: perhaps standard error is what cannot be written.
int give_up(const std::string& why) {
    std::fputs(("ipclab: " + why + "\n").c_str(), stderr);
    return kExitUsage;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const int status = command_line({argv + 1, argv + argc});
        if (std::fflush(stdout) == 0) return status;
        return give_up(
            fmt::format("standard output cannot be written ({})", std::generic_category().message(errno)));
    } catch (const std::system_error& error) {  // fmt: a full disk; the system has no more threads
        return give_up(error.what());
    } catch (const std::bad_alloc&) {
        return give_up("there is not enough memory");
    }
}
