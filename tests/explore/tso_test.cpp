// Store buffers: litmus tests have exactly the outcomes that x86-TSO allows, and natively compiled ones stay inside.
//
// What x86-TSO allows is told by a model of its own here, of a few lines (Owens, Sarkar, Sewell: "A better x86 memory model:
// x86-TSO", TPHOLs 2009), which is held against what the paper says of named examples.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kernel/random.h"
#include "sim/engine/schedule_file.h"
#include "tests/explore/support.h"
#include "tests/support/native.h"

using namespace ipclab;
using namespace ipclab::testing;

namespace {

struct Operation {
    enum class Kind : std::uint8_t { store, load, fence, exchange } kind{};
    int variable = 0, value = 0;  // loads and exchanges: the register is the next one of the thread
};
using Thread = std::vector<Operation>;
using Litmus = std::vector<Thread>;
using Kind = Operation::Kind;

constexpr int kVariables = 4;
constexpr std::array<const char*, kVariables> kNames = {"w", "x", "y", "z"};

/// "Wx1 Ry F Xx2 | Wy1": stores, loads, fences, exchanges.
Litmus litmus(const std::string& text) {
    Litmus threads(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto variable = [&] { return static_cast<int>(text[++i] - 'w'); };
        const auto value = [&] { return text[++i] - '0'; };
        if (text[i] == '|') threads.emplace_back();
        if (text[i] == 'F') threads.back().push_back({Kind::fence});
        if (text[i] == 'R') threads.back().push_back({Kind::load, variable()});
        if (text[i] != 'W' && text[i] != 'X') continue;
        const Kind kind = text[i] == 'W' ? Kind::store : Kind::exchange;
        const int which = variable();
        threads.back().push_back({kind, which, value()});
    }
    return threads;
}

/// x86-TSO: all that can come out. "r r / r ; w x y z"
class Model {
  public:
    explicit Model(const Litmus& threads) : threads_(threads) {
        State first;
        first.threads.resize(threads.size());
        go_on(first);
    }
    const std::set<std::string>& outcomes() const { return outcomes_; }

  private:
    struct OfThread {
        std::size_t next = 0;
        std::vector<int> registers;
        std::deque<std::pair<int, int>> buffer;
        auto operator<=>(const OfThread&) const = default;
    };
    struct State {
        std::array<int, kVariables> memory{};
        std::vector<OfThread> threads;
        auto operator<=>(const State&) const = default;
    };

    void go_on(const State& state) {
        if (!seen_.insert(state).second) return;
        bool is_over = true;
        for (std::size_t i = 0; i < threads_.size(); ++i) {
            const OfThread& thread = state.threads[i];
            if (!thread.buffer.empty()) {
                is_over = false;
                State next = state;
                const auto [variable, value] = next.threads[i].buffer.front();
                next.memory[static_cast<std::size_t>(variable)] = value;
                next.threads[i].buffer.pop_front();
                go_on(next);
            }
            if (thread.next == threads_[i].size()) continue;
            is_over = false;
            const Operation& operation = threads_[i][thread.next];
            if ((operation.kind == Kind::fence || operation.kind == Kind::exchange) && !thread.buffer.empty())
                continue;
            State next = state;
            OfThread& mine = next.threads[i];
            int& memory = next.memory[static_cast<std::size_t>(operation.variable)];
            ++mine.next;
            if (operation.kind == Kind::store) mine.buffer.emplace_back(operation.variable, operation.value);
            if (operation.kind == Kind::load) {
                const auto youngest =
                    std::find_if(mine.buffer.rbegin(), mine.buffer.rend(),
                                 [&](const auto& each) { return each.first == operation.variable; });
                mine.registers.push_back(youngest != mine.buffer.rend() ? youngest->second : memory);
            }
            if (operation.kind == Kind::exchange)
                mine.registers.push_back(std::exchange(memory, operation.value));
            go_on(next);
        }
        if (!is_over) return;
        std::string text;
        for (const OfThread& thread : state.threads) {
            for (const int value : thread.registers) text += std::to_string(value) + ' ';
            text += "/ ";
        }
        for (const int value : state.memory) text += std::to_string(value) + ' ';
        outcomes_.insert(text);
    }

    const Litmus& threads_;
    std::set<State> seen_;
    std::set<std::string> outcomes_;
};

/// How the variables are declared and accessed.
enum class Style : std::uint8_t { is_volatile, relaxed, release_acquire };

/// The same in C. Where ROUNDS is defined, it is tried so often, and each outcome printed once.
std::string c_text(const Litmus& threads, Style style) {
    const bool is_volatile = style == Style::is_volatile;
    const std::string store = style == Style::relaxed ? "memory_order_relaxed" : "memory_order_release",
                      load = style == Style::relaxed ? "memory_order_relaxed" : "memory_order_acquire";
    std::string text = R"(
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#ifndef ROUNDS
#define ROUNDS 1
#define MEET
#else
static atomic_int met;
#define MEET                                                                        \
    atomic_fetch_add(&met, 1);                                                      \
    while (atomic_load(&met) < THREADS * (round + 1)) sched_yield();
#endif
)";
    text += "#define THREADS " + std::to_string(threads.size()) + "\n";
    const std::string type = is_volatile ? "volatile int" : "atomic_int";
    for (const char* name : kNames) text += "static " + type + " " + name + ";\n";
    text += "static int round;\n";
    for (std::size_t i = 0; i < threads.size(); ++i) {
        text += "static long run_" + std::to_string(i) + "(void) {\n    long r = 0;\n    MEET\n";
        for (const Operation& each : threads[i]) {
            const std::string name = kNames[static_cast<std::size_t>(each.variable)],
                              value = std::to_string(each.value);
            text += "    ";
            switch (each.kind) {
                case Kind::store:
                    text += is_volatile
                                ? name + " = " + value
                                : "atomic_store_explicit(&" + name + ", " + value + ", " + store + ")";
                    break;
                case Kind::load:
                    text += "r = r * 8 + " +
                            (is_volatile ? name : "atomic_load_explicit(&" + name + ", " + load + ")");
                    break;
                case Kind::fence:
                    text +=
                        is_volatile ? "__sync_synchronize()" : "atomic_thread_fence(memory_order_seq_cst)";
                    break;
                case Kind::exchange:
                    text += "r = r * 8 + __atomic_exchange_n(&" + name + ", " + value + ", __ATOMIC_SEQ_CST)";
                    break;
            }
            text += ";\n";
        }
        text += "    return r;\n}\n";
        if (i > 0)
            text += "static void *thread_" + std::to_string(i) + "(void *unused) { return (void *)run_" +
                    std::to_string(i) + "(); }\n";
    }
    text += R"(
static char seen[64][128];
static void print(const long *results) {
    static const int counts[] = {)";
    for (const Thread& each : threads)
        text += std::to_string(std::ranges::count_if(each,
                                                     [](const Operation& operation) {
                                                         return operation.kind == Kind::load ||
                                                                operation.kind == Kind::exchange;
                                                     })) +
                ", ";
    text += R"(0};
    char line[128];
    int length = 0;
    for (int i = 0; i < THREADS; i++) {
        for (int j = counts[i] - 1; j >= 0; j--) length += sprintf(line + length, "%ld ", results[i] >> (3 * j) & 7);
        length += sprintf(line + length, "/ ");
    }
    sprintf(line + length, "%d %d %d %d ", w, x, y, z);
    int i = 0;
    while (seen[i][0] != 0 && strcmp(seen[i], line) != 0) i++;
    if (seen[i][0] != 0) return;
    strcpy(seen[i], line);
    puts(line);
}
int main(void) {
    for (round = 0; round < ROUNDS; round++) {
        long all[THREADS];
        pthread_t threads[THREADS];
        void *result;
#if ROUNDS > 1
        w = x = y = z = 0;
        atomic_store(&met, THREADS * round);
#endif
)";
    for (std::size_t i = 1; i < threads.size(); ++i)
        text += "        pthread_create(&threads[" + std::to_string(i) + "], NULL, thread_" +
                std::to_string(i) + ", NULL);\n";
    text += "        all[0] = run_0();\n";
    for (std::size_t i = 1; i < threads.size(); ++i)
        text += "        pthread_join(threads[" + std::to_string(i) + "], &result);\n        all[" +
                std::to_string(i) + "] = (long)result;\n";
    text += "        print(all);\n    }\n    return 0;\n}\n";
    return text;
}

explore::Result explore_tso(const std::string& text, bool reduces = true) {
    return explore_text(text, reduces, MemoryModel::tso);
}

std::set<std::string> lines(const std::set<std::string>& texts) {
    std::set<std::string> found;
    for (std::string text : texts) {
        for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1))
            found.insert(text.substr(0, end));
    }
    return found;
}

struct Row {
    const char* name;
    const char* program;
    const char* outcome;  // of the paper, or of the shape's literature
    bool is_allowed;
};

// Variables begin as 0. An outcome is the registers of each thread, then w x y z.
const std::vector<Row> kRows = {
    {"SB (iwp2.3.a, amd4)", "Wx1 Ry | Wy1 Rx", "0 / 0 / 0 1 1 0 ", true},
    {"SB with fences (amd5)", "Wx1 F Ry | Wy1 F Rx", "0 / 0 / 0 1 1 0 ", false},
    {"SB with one fence", "Wx1 F Ry | Wy1 Rx", "0 / 0 / 0 1 1 0 ", true},
    {"SB with locked exchanges (iwp2.8.a)", "Xx1 Ry | Xy1 Rx", "0 0 / 0 0 / 0 1 1 0 ", false},
    {"SB that reads its own stores (iwp2.4, amd9)", "Wx1 Rx Ry | Wy1 Ry Rx", "1 0 / 1 0 / 0 1 1 0 ", true},
    {"SB that reads its own stores, with fences (amd10)", "Wx1 F Rx Ry | Wy1 F Ry Rx", "1 0 / 1 0 / 0 1 1 0 ",
     false},
    {"MP (iwp2.1, amd1)", "Wx1 Wy1 | Ry Rx", "/ 1 0 / 0 1 1 0 ", false},
    {"LB (iwp2.2, amd2)", "Rx Wy1 | Ry Wx1", "1 / 1 / 0 1 1 0 ", false},
    {"R (n1)", "Wx1 Ry | Wy1 Wx2", "0 / / 0 1 1 0 ", true},
    {"R with fences", "Wx1 F Ry | Wy1 F Wx2", "0 / / 0 1 1 0 ", false},
    {"S", "Wx2 Wy1 | Ry Wx1", "/ 1 / 0 2 1 0 ", false},
    {"2+2W", "Wx1 Wy2 | Wy1 Wx2", "/ / 0 1 1 0 ", false},
    {"WRC (iwp2.5, amd8)", "Wx1 | Rx Wy1 | Ry Rx", "/ 1 / 1 0 / 0 1 1 0 ", false},
    {"RWC", "Wx1 | Rx Ry | Wy1 Rx", "/ 1 0 / 0 / 0 1 1 0 ", true},
    {"RWC with a fence", "Wx1 | Rx Ry | Wy1 F Rx", "/ 1 0 / 0 / 0 1 1 0 ", false},
    {"IRIW (iwp2.6, amd6)", "Rx Ry | Wx1 | Wy1 | Ry Rx", "1 0 / / / 1 0 / 0 1 1 0 ", false},
    {"n4", "Rx Wx1 | Rx Wx2", "2 / 1 / 0 1 0 0 ", false},
    {"n5", "Wx1 Rx | Wx2 Rx", "2 / 1 / 0 1 0 0 ", false},
    {"n6", "Wx1 Rx Ry | Wy2 Wx2", "1 0 / / 0 1 2 0 ", true},
    {"CoRR", "Wx1 | Rx Rx", "/ 1 0 / 0 1 0 0 ", false},
    {"CoRR of two writers", "Wx1 | Rx Rx | Wx2", "/ 1 0 / / 0 1 0 0 ", false},
    {"a locked exchange and a plain store (iwp2.8.b)", "Xx1 Wy1 | Ry Rx", "0 / 1 0 / 0 1 1 0 ", false},
    {"3.SB", "Wx1 Ry | Wy1 Rz | Wz1 Rx", "0 / 0 / 0 / 0 1 1 1 ", true},
};

/// Threads that store, load, fence and exchange at random.
Litmus random_litmus(std::uint64_t& state) {
    const auto below = [&](std::uint64_t n) { return static_cast<int>(kernel::next_random(state) % n); };
    Litmus threads(2);
    for (Thread& each : threads)
        for (int left = 2 + below(3); left > 0; --left) {
            const int dice = below(8), variable = 1 + below(2);
            each.push_back({dice < 4   ? Kind::store
                            : dice < 7 ? Kind::load
                            : below(2) ? Kind::fence
                                       : Kind::exchange,
                            variable, 1 + below(3)});
        }
    return threads;
}

}  // namespace

TEST_CASE("litmus tests have exactly the outcomes that x86-TSO allows") {
    for (const Row& row : kRows) {
        CAPTURE(row.name);
        const Litmus threads = litmus(row.program);
        const Model model(threads);
        CHECK(model.outcomes().contains(row.outcome) == row.is_allowed);
        CHECK(lines(printed(explore_tso(c_text(threads, Style::is_volatile)))) == model.outcomes());
    }
}

TEST_CASE("relaxed, release and acquire atomics are as plain accesses are on x86") {
    for (const Row& row : kRows) {
        const Litmus threads = litmus(row.program);
        if (threads.size() > 2) continue;
        CAPTURE(row.name);
        const std::set<std::string> allowed = Model(threads).outcomes();
        CHECK(lines(printed(explore_tso(c_text(threads, Style::relaxed)))) == allowed);
        CHECK(lines(printed(explore_tso(c_text(threads, Style::release_acquire)))) == allowed);
    }
}

TEST_CASE("random litmus tests have exactly the outcomes that x86-TSO allows, with and without reduction") {
    std::uint64_t state = 2'026;
    for (int i = 0; i < 40; ++i) {
        const Litmus threads = random_litmus(state);
        const std::string text = c_text(threads, i % 2 == 0 ? Style::is_volatile : Style::relaxed);
        CAPTURE(text);
        const std::set<std::string> allowed = Model(threads).outcomes();
        CHECK(lines(printed(explore_tso(text))) == allowed);
        if (i % 8 == 0) CHECK(lines(printed(explore_tso(text, false))) == allowed);
    }
}

TEST_CASE("natively compiled litmus tests stay inside what x86-TSO allows") {
    TemporaryDirectory directory;
    for (const Row& row : kRows) {
        CAPTURE(row.name);
        const Litmus threads = litmus(row.program);
        const std::set<std::string> allowed = Model(threads).outcomes();
        // The threads of a round wait for each other: where others have the CPUs, for whole time slices.
        const std::string rounds = threads.size() == 2 ? "-DROUNDS=200" : "-DROUNDS=50";
        directory.write("litmus.c", c_text(threads, Style::is_volatile));
        const NativeResult compiled =
            run_native({"/usr/bin/cc", "-O2", rounds, "-pthread", "-w", "litmus.c", "-o", "litmus"},
                       directory.path(), "/usr/bin:/bin", "", 60);
        REQUIRE(compiled.status == 0);
        const NativeResult ran =
            run_native({directory.path() + "/litmus"}, directory.path(), "/usr/bin:/bin", "", 60);
        CHECK(ran.status == 0);
        for (const std::string& line : lines({ran.out})) {
            CAPTURE(line);
            CHECK(allowed.contains(line));
        }
    }
}

namespace {

/// Two threads that store, then load what the other stores; main prints what they have found.
std::string two_threads(const std::string& head, const std::string& one, const std::string& two) {
    return R"(
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
)" + head + "static void *one(void *unused) { long r = 0; " +
           one + " return (void *)r; }\n" + "static void *two(void *unused) { long r = 0; " + two +
           R"( return (void *)r; }
int main(void) {
    pthread_t a, b;
    void *first, *second;
    pthread_create(&a, NULL, one, NULL);
    pthread_create(&b, NULL, two, NULL);
    pthread_join(a, &first);
    pthread_join(b, &second);
    printf("%ld %ld\n", (long)first, (long)second);
    return 0;
}
)";
}

std::set<std::string> found_of_two(const std::string& head, const std::string& one, const std::string& two) {
    return lines(printed(explore_tso(two_threads(head, one, two))));
}

/// `FENCE` is defined, or not.
const std::string kPeterson = R"(
#include <pthread.h>
#include <stdio.h>
static volatile int flag[2], turn, inside, met;
static void enter(int me) {
    flag[me] = 1;
    turn = 1 - me;
#ifdef FENCE
    __sync_synchronize();
#endif
    while (flag[1 - me] && turn == 1 - me) ;
    inside = inside + 1;
    if (inside != 1) met = 1;
    inside = inside - 1;
    flag[me] = 0;
}
static void *other(void *unused) { enter(1); return unused; }
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, other, NULL);
    enter(0);
    pthread_join(thread, NULL);
    puts(met ? "both inside" : "fine");
    return 0;
}
)";

}  // namespace

TEST_CASE("what gcc compiles to xchg or mfence drains the buffer, what it compiles to mov does not") {
    const std::string head =
        "static atomic_int x, y; static volatile int v, u; static atomic_flag f = ATOMIC_FLAG_INIT;\n";
    const auto can_both_miss = [&](const std::string& store_x, const std::string& store_y) {
        return found_of_two(head, store_x + " r = y + u;", store_y + " r = x + v;").contains("0 0");
    };
    CHECK_FALSE(can_both_miss("x = 1;", "y = 1;"));
    CHECK_FALSE(can_both_miss("atomic_store(&x, 1);", "atomic_store(&y, 1);"));
    CHECK_FALSE(can_both_miss("x++;", "atomic_fetch_or(&y, 1);"));
    CHECK_FALSE(can_both_miss("v = 1; atomic_flag_test_and_set(&f);", "u = 1; __sync_fetch_and_add(&y, 0);"));
    CHECK_FALSE(
        can_both_miss("v = 1; atomic_thread_fence(memory_order_seq_cst);", "u = 1; __sync_synchronize();"));
    CHECK(can_both_miss("atomic_store_explicit(&x, 1, memory_order_relaxed);", "y = 1;"));
    CHECK(can_both_miss("atomic_store_explicit(&x, 1, memory_order_release);", "y = 1;"));
    CHECK(can_both_miss("v = 1; atomic_thread_fence(memory_order_acq_rel);", "y = 1;"));
    CHECK(can_both_miss("v = 1; atomic_signal_fence(memory_order_seq_cst);", "y = 1;"));
    CHECK(can_both_miss("v = 1; atomic_flag_clear_explicit(&f, memory_order_release);", "y = 1;"));
}

TEST_CASE("a load takes each byte from the youngest store that waits, and the others from memory") {
    const std::string head =
        "static union { int whole; unsigned char bytes[4]; } x; static volatile int y;\n#define X "
        "(*(volatile int *)&x)\n#define B ((volatile unsigned char *)&x)\n";
    // Two bytes of its own, one that the other may have stored.
    const auto found = found_of_two(head, "B[0] = 1; B[0] = 2; B[1] = 3; r = X * 2 + y;",
                                    "y = 1; B[2] = 4; r = X & 0xff0000;");
    CHECK(found.contains(std::to_string((0x302) * 2) + " 262144"));  // neither has seen anything of the other
    CHECK(found.contains(std::to_string((0x40302) * 2 + 1) + " 262144"));
    for (const std::string& line : found) CHECK((std::stol(line) / 2 & 0xffff) == 0x302);
}

TEST_CASE("memcpy() is as stores are: what it writes is seen late, and by its own task at once") {
    const std::string head = "static char x[16], y[16];\n";
    CHECK(found_of_two(head, "memcpy(x, \"abcdefgh\", 8); r = x[7] + (((volatile char *)y)[0] << 8);",
                       "memset(y, 1, 16); r = ((volatile char *)x)[0];")
              .contains(std::to_string('h') + " 0"));
}

TEST_CASE(
    "locks order all stores: a program without races has the same outcomes as under sequential consistency") {
    const std::string text =
        two_threads("static int x, y; static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;\n",
                    "pthread_mutex_lock(&m); x = 1; r = y; pthread_mutex_unlock(&m);",
                    "pthread_mutex_lock(&m); y = 1; r = x; pthread_mutex_unlock(&m);");
    CHECK(printed(explore_tso(text)) == printed(explore_text(text)));
    CHECK(count(explore_tso(text), explore::FindingKind::race) == 0);
}

TEST_CASE("system calls drain the buffer; those that only tell a process who it is do not") {
    const std::string head = "#include <unistd.h>\nstatic volatile int x, y;\n";
    CHECK_FALSE(found_of_two(head, "x = 1; write(1, \"\", 0); r = y;", "y = 1; __sync_synchronize(); r = x;")
                    .contains("0 0"));
    CHECK(
        found_of_two(head, "x = 1; getpid(); r = y;", "y = 1; __sync_synchronize(); r = x;").contains("0 0"));
}

TEST_CASE("Peterson's lock lets both in without a fence, and never with one") {
    CHECK(printed(explore_text(kPeterson)) == std::set<std::string>{"fine\n"});
    CHECK(printed(explore_tso(kPeterson)) == std::set<std::string>{"both inside\n", "fine\n"});
    CHECK(printed(explore_tso("#define FENCE\n" + kPeterson)) == std::set<std::string>{"fine\n"});
}

TEST_CASE("stores to shared mappings wait as those of threads do") {
    const std::string text = R"(
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    volatile int *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        s[0] = 1;
        _exit(s[1]);
    }
    s[1] = 1;
    int r = s[0], status = 0;
    wait(&status);
    printf("%d %d\n", r, status >> 8);
    return 0;
}
)";
    CHECK(printed(explore_text(text)) == std::set<std::string>{"0 1\n", "1 0\n", "1 1\n"});
    CHECK(printed(explore_tso(text)) == std::set<std::string>{"0 0\n", "0 1\n", "1 0\n", "1 1\n"});
    CHECK(printed(explore_tso(text, false)) == std::set<std::string>{"0 0\n", "0 1\n", "1 0\n", "1 1\n"});
}

TEST_CASE("a buffer that is full sends its oldest store to memory") {
    const std::string text =
        two_threads("static volatile int x, y;\n", "for (int i = 1; i <= 12; i++) x = i; r = y;",
                    "y = 1; __sync_synchronize(); r = x;");
    const auto found = lines(printed(explore_tso(text)));
    CHECK(found.contains("0 4"));  // 8 wait
    CHECK_FALSE(found.contains("0 3"));
}

TEST_CASE("what waits when its task is ended by another one reaches shared memory") {
    const std::string text = R"(
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile int *s;
static void *other(void *unused) {
    s[0] = 1;
    s[1] = 1;
    for (;;) ;
    return unused;
}
int main(void) {
    s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, other, NULL);
        while (s[0] == 0) ;
        _exit(0);
    }
    wait(NULL);
    printf("%d %d\n", s[0], s[1]);
    return 0;
}
)";
    const auto found = printed(explore_tso(text));
    CHECK(found.contains("1 1\n"));
    CHECK_FALSE(found.contains("0 1\n"));
}

TEST_CASE("a schedule says when stores reach memory; replayed from its file it comes out the same") {
    const explore::Result result = explore_tso(kPeterson);
    const auto both = std::ranges::find_if(result.outcomes, [](const explore::FoundOutcome& each) {
        return each.outcome.standard_output == "both inside\n";
    });
    REQUIRE(both != result.outcomes.end());
    std::string error;
    const auto file = engine::schedule_file_from(
        engine::schedule_file_text({}, {}, result.buffered.get(), both->schedule), error);
    CAPTURE(error);
    REQUIRE(file);
    CHECK(file->schedule == both->schedule);
    REQUIRE(file->buffered);
    CHECK(*file->buffered == *result.buffered);
    engine::Machine machine = machine_to_explore(kPeterson);
    machine.buffered = file->buffered;
    for (const engine::Stretch& each : file->schedule)
        REQUIRE(engine::run_stretch(machine, each, nullptr, nullptr));
    CHECK(engine::outcome(machine).standard_output == "both inside\n");
}

namespace {

/// Two meet: who comes second lets the first one go on, who waits for that. With FENCE each is seen in time.
std::string meeting(bool fence, const std::string& wait) {
    return std::string(fence ? "#define FENCE __sync_synchronize()\n" : "#define FENCE\n") + R"(
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
static volatile int here[2], go;
static sem_t gone;
static void meet(int me) {
    here[me] = 1;
    FENCE;
    if (here[!me]) { go = 1; sem_post(&gone); sem_post(&gone); }
    )" + wait +
           R"(
}
static void *other(void *unused) { meet(1); return unused; }
int main(void) {
    pthread_t thread;
    sem_init(&gone, 0, 0);
    pthread_create(&thread, NULL, other, NULL);
    meet(0);
    pthread_join(thread, NULL);
    return 0;
}
)";
}

using explore::FindingKind;

}  // namespace

TEST_CASE(
    "two that do not see each other come, because of their store buffers, wait for each other for ever") {
    for (const char* const wait : {"while (!go) {}", "while (!go) usleep(10);"}) {
        CHECK(count(explore_text(meeting(false, wait)), FindingKind::livelock) == 0);
        const explore::Result result = explore_tso(meeting(false, wait));
        CHECK(result.not_for_ever == "");
        CHECK(count(result, FindingKind::livelock) == 1);
        CHECK(contains(told(result, FindingKind::livelock), "program (2), thread 3 goes round and round"));
        const explore::Result fenced = explore_tso(meeting(true, wait));
        CHECK(fenced.not_for_ever == "");
        CHECK(count(fenced, FindingKind::livelock) == 0);
    }
    CHECK(count(explore_text(meeting(false, "sem_wait(&gone);")), FindingKind::deadlock) == 0);
    CHECK(count(explore_tso(meeting(false, "sem_wait(&gone);")), FindingKind::deadlock) == 1);
    CHECK(count(explore_tso(meeting(true, "sem_wait(&gone);")), FindingKind::deadlock) == 0);
    const explore::Result spinning = explore_tso(meeting(false, "while (!go) {}"));
    CHECK(spinning.states == 140);
    CHECK(spinning.full_states == 441);
}

TEST_CASE("a store buffer is emptied some time: a release that is still in it is waited for, and comes") {
    const std::string text = R"(
#include <pthread.h>
#include <stdatomic.h>
static atomic_int locked, done;
static void take(void) { while (atomic_exchange(&locked, 1)) {} }
static void *work(void *unused) {
    take();
    if (REPAIRED) atomic_store_explicit(&locked, 0, memory_order_release);
    while (!atomic_load(&done)) {}  /* nothing here drains the buffer */
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    take();
    atomic_store(&locked, 0);
    atomic_store(&done, 1);
    pthread_join(thread, NULL);
    return 0;
}
)";
    const explore::Result result = explore_tso("#define REPAIRED 0\n" + text);
    CHECK(count(result, FindingKind::livelock) == 1);
    const explore::Result good = explore_tso("#define REPAIRED 1\n" + text);
    CHECK(good.not_for_ever == "");
    CHECK(good.findings.empty());
    CHECK(good.states == 19);
    CHECK(good.full_states == 65);
}

TEST_CASE(
    "with store buffers, too, a spin lock may always be taken when one of two looks; with Peterson's turn it "
    "is not") {
    const std::string text = R"(
#include <pthread.h>
#include <stdatomic.h>
static atomic_int taken, want[2], turn;
static void *work(void *mine) {
    int me = mine != NULL;
    for (;;) {
        if (REPAIRED) {
            atomic_store_explicit(&want[me], 1, memory_order_release);
            atomic_store(&turn, !me);  /* drains the buffer */
            while (atomic_load(&want[!me]) && atomic_load(&turn) == !me) {}
            atomic_store_explicit(&want[me], 0, memory_order_release);
        } else {
            while (atomic_exchange(&taken, 1)) {}
            atomic_store_explicit(&taken, 0, memory_order_release);
        }
    }
    return NULL;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, &thread);
    work(NULL);
    return 0;
}
)";
    const explore::Result result = explore_tso("#define REPAIRED 0\n" + text);
    CHECK(count(result, FindingKind::starvation) == 2);
    CHECK(result.states == 5);
    CHECK(result.full_states == 9);
    const explore::Result good = explore_tso("#define REPAIRED 1\n" + text);
    CHECK(good.not_for_ever == "");
    CHECK(good.findings.empty());
    CHECK(good.states == 68);
    CHECK(good.full_states == 72);
}
