#include "visualizer/model/exploration.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "sim/cc/cc.h"
#include "sim/explore/picker.h"

using namespace ipclab;
using namespace ipclab::visualizer;

namespace {

engine::Machine machine_of(const char* text) {
    cc::Result result = cc::compile("program", {{"program.c", text}});
    REQUIRE(result.program);
    engine::MachineOptions options;
    options.boot.costs = kernel::Costs::none();
    options.boot.standard_streams[0] = kernel::StreamKind::file;
    return engine::make_machine({result.program}, 0, options, nullptr);
}

/// Two threads, two locks, opposite orders.
constexpr const char* kCrossed = R"(
#include <pthread.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void *other(void *unused) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, other, 0);
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    pthread_join(thread, 0);
    return 0;
}
)";

constexpr const char* kEndless = R"(
#include <unistd.h>
int main(void) {
    long n = 0;
    fork();
    for (;;) n += getppid() > 0;
}
)";

/// From its loop_begin on, along moves that are there.
void check_that_it_goes_around(const Exploration::Entry& entry, const StateGraph& graph) {
    REQUIRE(entry.loop_begin + 1 < entry.route.size());
    CHECK(entry.route[entry.loop_begin] == entry.route.back());
    for (std::size_t i = 1; i < entry.route.size(); ++i)
        CHECK(
            (entry.route[i - 1] == entry.route[i] || std::ranges::any_of(graph.edges, [&](const auto& edge) {
                 return edge.from == entry.route[i - 1] && edge.to == entry.route[i];
             })));
}

bool is_stuck(const engine::Machine& machine) {
    return engine::rest(machine) == engine::Rest::stuck;
}

}  // namespace

TEST_CASE("an exploration shows outcomes, then findings; a deadlock has its wait-for graph") {
    Exploration exploration;
    exploration.start(machine_of(kCrossed));
    CHECK(exploration.state() == Exploration::State::running);
    exploration.wait();
    REQUIRE(exploration.state() == Exploration::State::done);
    CHECK(exploration.result().is_exhaustive);
    REQUIRE(exploration.entries().size() == 2);
    CHECK(exploration.entries()[0].title == "exit status 0");
    const Exploration::Entry& deadlock = exploration.entries()[1];
    CHECK(deadlock.title == "deadlock");
    REQUIRE(deadlock.waits.size() == 2);
    CHECK(deadlock.waits[0].task == kernel::Tid{2});
    CHECK(deadlock.waits[0].object == "mutex 'b' (global)");
    CHECK(deadlock.waits[0].whom == std::vector{kernel::Tid{3}});
    CHECK(deadlock.waits[1].object == "mutex 'a' (global)");
    CHECK(deadlock.waits[1].whom == std::vector{kernel::Tid{2}});
}

TEST_CASE("the state graph has its states in layers, and each entry's route leads down to where it rests") {
    Exploration exploration;
    exploration.start(machine_of(kCrossed));
    exploration.wait();
    const StateGraph& graph = exploration.graph();
    CHECK(graph.nodes.size() == exploration.result().states);
    CHECK(graph.nodes[0].y == 0);
    for (const StateGraph::Node& node : graph.nodes) {
        CHECK(node.x > 0);
        CHECK(node.x < 1);
        CHECK(node.y <= 1);
    }
    for (const auto& edge : graph.edges) {
        // A move leads at most one layer down.
        const float down = graph.nodes[edge.to].y - graph.nodes[edge.from].y;
        CHECK(down * static_cast<float>(graph.layers - 1) < 1.01f);
    }
    for (const Exploration::Entry& entry : exploration.entries()) {
        REQUIRE(entry.route.size() > 1);
        CHECK(entry.route.front() == 0);
        CHECK(graph.nodes[entry.route.back()].rest ==
              (entry.is_finding ? engine::Rest::stuck : engine::Rest::finished));
    }
}

TEST_CASE(
    "what goes on for ever has its way in the graph with every lock and access, and around back to where it "
    "begins") {
    Exploration exploration;
    exploration.start(machine_of(R"(
#include <pthread.h>
static pthread_spinlock_t lock;
static void *work(void *unused) {
    for (;;) {
        pthread_spin_lock(&lock);
        pthread_spin_unlock(&lock);
    }
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
    pthread_create(&thread, NULL, work, NULL);
    work(NULL);
    return 0;
}
)"));
    exploration.wait();
    const StateGraph& graph = exploration.full_graph();
    CHECK(graph.nodes.size() == exploration.result().full_states);
    std::size_t starving = 0;
    for (const Exploration::Entry& entry : exploration.entries()) {
        if (entry.title != "starvation") continue;
        ++starving;
        REQUIRE(entry.is_in_full_graph);
        check_that_it_goes_around(entry, graph);
    }
    CHECK(starving == 2);
}

TEST_CASE("what never ends has its way among the states, and around so that everybody moves who can there") {
    Exploration exploration;
    exploration.start(machine_of(R"(
#include <unistd.h>
int main(void) {
    int ball[2][2];
    pipe(ball[0]);
    pipe(ball[1]);
    const int me = fork() == 0;
    if (me) write(ball[0][1], "o", 1);
    for (char c;;) {
        read(ball[me][0], &c, 1);
        write(ball[1 - me][1], &c, 1);
    }
}
)"));
    exploration.wait();
    REQUIRE(exploration.entries().size() == 1);
    const Exploration::Entry& endless = exploration.entries().front();
    CHECK(endless.title == "never ends");
    CHECK_FALSE(endless.is_in_full_graph);
    check_that_it_goes_around(endless, exploration.graph());
    // Both have the ball on the way around.
    std::set<kernel::Tid> movers;
    for (const engine::Stretch& each : *exploration.result().to_endless) movers.insert(each.task);
    CHECK(movers == std::set{kernel::Tid{2}, kernel::Tid{3}});
    CHECK(endless.route.size() > endless.loop_begin + 2);
}

TEST_CASE("an exploration without end can be stopped, and says that it is not exhaustive") {
    Exploration exploration;
    exploration.start(machine_of(kEndless));
    exploration.tick();
    CHECK(exploration.state() == Exploration::State::running);
    exploration.stop();
    exploration.wait();
    CHECK(exploration.state() == Exploration::State::done);
    CHECK_FALSE(exploration.result().is_exhaustive);
    exploration.start(machine_of(kEndless));
    exploration.clear();
    CHECK(exploration.state() == Exploration::State::idle);
}

TEST_CASE("whether a goal can be reached is answered from the present machine: yes, no, or not known") {
    const engine::Machine start = machine_of(kCrossed);
    ReachQuestion question;
    question.ask(start, start, is_stuck);
    question.wait();
    REQUIRE(question.answer());
    CHECK(question.answer()->answer == explore::Reach::yes);
    // The main thread has come through before the other one has begun.
    engine::Machine late = start;
    explore::Picker picker(start);
    while (!picker.settle(late).choices.empty() || late.kernel.tasks.contains(kernel::Tid{2})) {
        for (const engine::Choice& each : picker.settle(late).choices) engine::step(late, each, nullptr);
        const auto candidates = picker.candidates(late);
        if (std::ranges::find(candidates, kernel::Tid{2}, &explore::Candidate::actor) == candidates.end())
            break;
        for (const engine::Choice& each : picker.move(late, kernel::Tid{2}).choices)
            engine::step(late, each, nullptr);
    }
    question.ask(start, late, is_stuck);
    question.wait();
    CHECK(question.answer()->answer == explore::Reach::no);
    const engine::Machine endless = machine_of(kEndless);
    explore::Picker other(endless);
    CHECK(other.can_reach(endless, is_stuck, 100).answer == explore::Reach::unknown);
}
