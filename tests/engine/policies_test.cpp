// What each scheduling policy does with programs that compute, and with such as sleep.
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "kernel/scheduling_policy.h"
#include "sim/cc/cc.h"
#include "sim/engine/policy.h"

using namespace ipclab;
using namespace ipclab::engine;
using kernel::kMillisecond;
using kernel::SchedulingPolicy;
using kernel::Tid;
using kernel::Time;

namespace {

struct Run {
    Machine machine;
    std::vector<Tid> order;  ///< who was put on a CPU, in order

    Run(const std::string& text, SchedulingPolicy policy, kernel::Limits limits = {}) {
        const cc::Result result = cc::compile("program", {{"program.c", text}});
        CAPTURE(cc::format(result.diagnostics));
        REQUIRE(result.program);
        MachineOptions options;
        options.boot.policy = policy;
        options.boot.limits = limits;
        options.boot.costs.instruction_ps = 1'000'000;  // a slow machine: a second is a million instructions
        machine = make_machine({result.program}, 0, options, nullptr);
    }
    /// Until no CPU is before this time, or all is over.
    void until(Time ns) {
        Policy policy = TimedPolicy{};
        Tid last{};
        while (machine.kernel.now_ns < ns) {
            const auto choice = next_choice(machine, policy);
            if (!choice) return;
            if (choice->task && choice->task != last) order.push_back(last = choice->task);
            step(machine, *choice, nullptr);
        }
    }
    /// Milliseconds of CPU time of process `pid`.
    Time cpu_ms(int pid) const { return machine.kernel.tasks[Tid{pid}].cpu_time_ns / kMillisecond; }
};

/// The parent (2) sleeps; its children 3, 4 ... compute, with these nice values.
std::string spinners(const std::vector<int>& nice_values) {
    std::string list;
    for (int value : nice_values) list += std::to_string(value) + ",";
    return "#include <unistd.h>\nint main(void) {\n  static const int values[] = {" + list +
           "};\n  for (unsigned i = 0; i < sizeof values / sizeof *values; i++)\n"
           "    if (fork() == 0) {\n      nice(values[i]);\n      for (;;) ;\n    }\n  pause();\n  return "
           "0;\n}\n";
}

/// Child 3 computes; child 4 sleeps 5 ms and computes 1 ms, for ever.
const std::string kBatchAndInteractive = R"(
#include <time.h>
#include <unistd.h>
int main(void) {
    if (fork() == 0) for (;;) ;
    if (fork() == 0)
        for (;;) {
            struct timespec rest = {0, 5000000}, now, end;
            nanosleep(&rest, NULL);
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
            do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
            while ((now.tv_sec - end.tv_sec) * 1000000000 + now.tv_nsec - end.tv_nsec < 1000000);
        }
    pause();
    return 0;
}
)";

}  // namespace

TEST_CASE("fair: CPU time goes by the weights of nice values: 1024 to 335 for nice 0 and 5") {
    Run run(spinners({0, 5}), SchedulingPolicy::fair);
    run.until(3000 * kMillisecond);
    const double share =
        static_cast<double>(run.cpu_ms(3)) / static_cast<double>(run.cpu_ms(3) + run.cpu_ms(4));
    CHECK(share == doctest::Approx(1024.0 / (1024 + 335)).epsilon(0.01));
}

TEST_CASE("fair: equals get the same, and nobody is ahead of another by more than two slices") {
    Run run(spinners({0, 0, 0}), SchedulingPolicy::fair);
    for (Time at = 20; at < 600; at += 7) {
        run.until(at * kMillisecond);
        const Time most = std::max({run.cpu_ms(3), run.cpu_ms(4), run.cpu_ms(5)});
        const Time least = std::min({run.cpu_ms(3), run.cpu_ms(4), run.cpu_ms(5)});
        CAPTURE(at);
        REQUIRE(most - least <= 2);
    }
}

TEST_CASE(
    "fair: who sleeps keeps its place, so it gets the CPU soon after it wakes, and the other loses no more "
    "than that") {
    Run run(kBatchAndInteractive, SchedulingPolicy::fair);
    run.until(1000 * kMillisecond);
    // 5 ms of sleep and 1 ms of work, plus at most a slice of waiting: at least 140 rounds in a second.
    CHECK(run.cpu_ms(4) >= 140);
    CHECK(run.cpu_ms(3) >= 800);
}

TEST_CASE("fair: a SCHED_IDLE task runs in what the others leave") {
    Run run(
        "#include <sched.h>\n#include <unistd.h>\nint main(void) {\n  struct sched_param none = {0};\n"
        "  if (fork() == 0) for (;;) ;\n"
        "  if (fork() == 0) {\n    sched_setscheduler(0, SCHED_IDLE, &none);\n    for (;;) ;\n  }\n"
        "  pause();\n}\n",
        SchedulingPolicy::fair);
    run.until(2000 * kMillisecond);
    CHECK(run.cpu_ms(4) <= 12);
    CHECK(run.cpu_ms(4) >= 1);
}

TEST_CASE("lottery: CPU time goes by tickets in the long run, and the same seed draws the same") {
    Run run(spinners({0, 0, 3}), SchedulingPolicy::lottery);
    run.until(20'000 * kMillisecond);
    const double all = static_cast<double>(run.cpu_ms(3) + run.cpu_ms(4) + run.cpu_ms(5));
    CHECK(static_cast<double>(run.cpu_ms(3)) / all == doctest::Approx(1024.0 / 2574).epsilon(0.08));
    CHECK(static_cast<double>(run.cpu_ms(5)) / all == doctest::Approx(526.0 / 2574).epsilon(0.12));
    Run again(spinners({0, 0, 3}), SchedulingPolicy::lottery);
    again.until(20'000 * kMillisecond);
    CHECK(again.order == run.order);
    CHECK(again.machine.kernel == run.machine.kernel);
    kernel::Limits other;
    other.lottery_seed = 2;
    Run different(spinners({0, 0, 3}), SchedulingPolicy::lottery, other);
    different.until(20'000 * kMillisecond);
    CHECK(different.order != run.order);
}

TEST_CASE(
    "mlfq: who computes sinks to the lowest level, who sleeps before its allotment is used up does not at "
    "once") {
    kernel::Limits no_boost;
    no_boost.mlfq_boost_ms = 1'000'000;
    Run run(kBatchAndInteractive, SchedulingPolicy::mlfq, no_boost);
    run.until(20 * kMillisecond);
    CHECK(run.machine.kernel.tasks[Tid{3}].turn.level == 2);
    CHECK(run.machine.kernel.tasks[Tid{4}].turn.level == 0);
    // Rule 4: sleeping does not help for ever; what it has used adds up.
    run.until(200 * kMillisecond);
    CHECK(run.machine.kernel.tasks[Tid{4}].turn.level == 2);
}

TEST_CASE("mlfq: a new task takes the CPU from one that has sunk") {
    Run run(
        "#include <unistd.h>\nint main(void) {\n  if (fork() == 0) for (;;) ;\n  usleep(40000);\n"
        "  if (fork() == 0) for (;;) ;\n  pause();\n}\n",
        SchedulingPolicy::mlfq);
    run.until(43 * kMillisecond);
    CHECK(run.cpu_ms(4) >= 2);
}

TEST_CASE("mlfq: after a while all tasks go up again, so that nobody starves") {
    // Two that are always on the highest level would keep the third from running.
    kernel::Limits limits;
    limits.mlfq_boost_ms = 50;
    Run run(spinners({0, 0}), SchedulingPolicy::mlfq, limits);
    int boosts = 0;
    bool was_low = false;
    for (Time at = 1; at < 400; at++) {
        run.until(at * kMillisecond);
        const bool is_low = run.machine.kernel.tasks[Tid{3}].turn.level == 2;
        boosts += was_low && !is_low;
        was_low = is_low;
    }
    CHECK(boosts == 7);
}

TEST_CASE("priority: the lower nice value starves the other") {
    Run run(spinners({1, 0}), SchedulingPolicy::priority);
    run.until(500 * kMillisecond);
    CHECK(run.cpu_ms(3) <= 1);
    CHECK(run.cpu_ms(4) >= 495);
}

TEST_CASE(
    "sched(7): a real-time task runs before all others whatever the policy, and SCHED_FIFO until it sleeps") {
    kernel::Limits limits;
    limits.realtime_priority = 50;
    const std::string text = R"(
#include <sched.h>
#include <unistd.h>
int main(void) {
    struct sched_param high = {20}, low = {10};
    if (fork() == 0) for (;;) ;
    usleep(10000);
    if (sched_setscheduler(0, SCHED_FIFO, &high) != 0) return 9;
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0) for (;;) ;
        if (sched_setscheduler(child, POLICY, &low) != 0) return 9;
    }
    pause();
}
)";
    const auto with = [&](const std::string& policy) {
        std::string changed = text;
        for (auto at = changed.find("POLICY"); at != changed.npos; at = changed.find("POLICY"))
            changed.replace(at, 6, policy);
        return changed;
    };
    for (SchedulingPolicy policy : {SchedulingPolicy::round_robin, SchedulingPolicy::mlfq,
                                    SchedulingPolicy::lottery, SchedulingPolicy::fair}) {
        CAPTURE(kernel::name(policy));
        Run fifo(with("SCHED_FIFO"), policy, limits);
        fifo.until(1000 * kMillisecond);
        CHECK(fifo.cpu_ms(3) <= 25);
        CHECK(std::max(fifo.cpu_ms(4), fifo.cpu_ms(5)) >= 960);
        // SCHED_RR takes turns of 100 ms.
        Run round_robin(with("SCHED_RR"), policy, limits);
        round_robin.until(1000 * kMillisecond);
        CHECK(round_robin.cpu_ms(3) <= 25);
        CHECK(std::min(round_robin.cpu_ms(4), round_robin.cpu_ms(5)) >= 380);
        CHECK(round_robin.order.size() <= 60);
    }
}

TEST_CASE("sched_setaffinity(2): a task runs on the CPUs of its mask only, and moves at once") {
    kernel::Limits limits;
    limits.cpus = 2;
    const std::string text =
        "#define _GNU_SOURCE\n#include <sched.h>\n#include <unistd.h>\nint main(void) {\n  cpu_set_t one;\n"
        "  CPU_ZERO(&one);\n  CPU_SET(1, &one);\n"
        "  for (int i = 0; i < 2; i++)\n    if (fork() == 0) {\n      if (sched_setaffinity(0, sizeof one, "
        "&one) != 0) _exit(9);\n"
        "      for (;;) ;\n    }\n  pause();\n}\n";
    for (SchedulingPolicy policy :
         {SchedulingPolicy::round_robin, SchedulingPolicy::fair, SchedulingPolicy::lottery}) {
        CAPTURE(kernel::name(policy));
        Run run(text, policy, limits);
        run.until(1000 * kMillisecond);
        CHECK(run.cpu_ms(3) + run.cpu_ms(4) <= 1001);
        CHECK(run.cpu_ms(3) + run.cpu_ms(4) >= 990);
        CHECK(run.machine.kernel.tasks[Tid{3}].last_cpu == kernel::CpuId{1});
        CHECK(run.machine.kernel.tasks[Tid{4}].last_cpu == kernel::CpuId{1});
    }
}

TEST_CASE(
    "every policy ends a program of processes that talk, with the same output, on one and several CPUs") {
    const std::string text = R"(
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int ends[2];
    long sum = 0, number;
    pipe(ends);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            for (long n = 0; n < 50; n++) write(ends[1], &n, sizeof n);
            _exit(0);
        }
    close(ends[1]);
    while (read(ends[0], &number, sizeof number) == sizeof number) sum += number;
    while (wait(NULL) > 0) ;
    printf("%ld\n", sum);
    return 0;
}
)";
    for (const std::string& policy : kernel::policy_names())
        for (int cpus : {1, 3}) {
            CAPTURE(policy);
            kernel::Limits limits;
            limits.cpus = cpus;
            Run run(text, *kernel::policy_named(policy), limits);
            run.until(10'000 * kMillisecond);
            CHECK(outcome(run.machine).standard_output == "4900\n");
        }
}

TEST_CASE(
    "spurious_percent lets waits for a condition end for no reason, as its seed says, and a loop around them "
    "sees none") {
    const auto text = [](const std::string& keyword) {
        return R"(
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;
static void *waiter(void *unused) {
    pthread_mutex_lock(&lock);
    )" + keyword +
               R"( (!ready) pthread_cond_wait(&changed, &lock);
    printf("%d", ready);
    pthread_mutex_unlock(&lock);
    return unused;
}
int main(void) {
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, waiter, NULL);
    usleep(1000);
    pthread_mutex_lock(&lock);
    ready = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    return 0;
}
)";
    };
    const auto output = [&](const std::string& keyword, std::uint32_t percent, std::uint64_t seed) {
        kernel::Limits limits;
        limits.spurious_wakeups = percent;
        limits.spurious_seed = seed;
        Run run(text(keyword), SchedulingPolicy::round_robin, limits);
        run.until(100'000 * kMillisecond);
        return outcome(run.machine).standard_output;
    };
    CHECK(output("if", 0, 1) == "11111111");
    CHECK(output("if", 99, 1) == "00000000");
    CHECK(output("while", 50, 1) == "11111111");
    const std::string some = output("if", 50, 1);
    CHECK(some.find('0') != some.npos);
    CHECK(some.find('1') != some.npos);
    CHECK(some == output("if", 50, 1));
    std::set<std::string> all;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) all.insert(output("if", 50, seed));
    CHECK(all.size() > 1);
}
