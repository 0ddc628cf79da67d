// Packets' fates among the explorer's choices.
#include <doctest/doctest.h>

#include "kernel/network.h"
#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using Strings = std::set<std::string>;

namespace {

/// A child sends the numbers from 1 to `count`, each in a datagram; its parent prints what has arrived.
std::string datagrams(int count) {
    return R"(
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    struct sockaddr_in server = {AF_INET, htons(5000), {inet_addr("10.0.0.2")}, {0}},
                       client = {AF_INET, htons(5001), {inet_addr("10.0.0.1")}, {0}};
    int in = socket(AF_INET, SOCK_DGRAM, 0), number;
    bind(in, (struct sockaddr *)&server, sizeof server);
    if (fork() == 0) {
        int out = socket(AF_INET, SOCK_DGRAM, 0);
        bind(out, (struct sockaddr *)&client, sizeof client);
        for (int i = 1; i <= )" +
           std::to_string(count) + R"(; i++)
            sendto(out, &i, sizeof i, 0, (struct sockaddr *)&server, sizeof server);
        _exit(0);
    }
    wait(NULL);
    usleep(100000);
    while (recv(in, &number, sizeof number, MSG_DONTWAIT) == sizeof number) printf("%d", number);
    return 0;
}
)";
}

engine::Machine on_a_link(const std::string& text) {
    kernel::BootOptions boot;
    for (const char* host : {"client=10.0.0.1", "server=10.0.0.2"})
        REQUIRE(kernel::add_host(boot.hosts, host).empty());
    return machine_to_explore(text, std::move(boot));
}

}  // namespace

TEST_CASE("on a good link all datagrams arrive") {
    const explore::Result result = explore::explore(on_a_link(datagrams(2)), {});
    CHECK(result.is_exhaustive);
    CHECK(printed(result) == Strings{"12"});
}

TEST_CASE("each datagram may be lost, where the link loses any") {
    engine::Machine machine = on_a_link(datagrams(2));
    machine.kernel.limits.network_loss = 1;  // of a hundred: how often makes no difference
    const explore::Result result = explore::explore(machine, {});
    CHECK(result.is_exhaustive);
    CHECK(printed(result) == Strings{"", "1", "2", "12"});
}

TEST_CASE("each datagram may come twice, or be overtaken, where the link does that") {
    engine::Machine machine = on_a_link(datagrams(2));
    machine.kernel.limits.network_duplication = 1;
    CHECK(printed(explore::explore(machine, {})) == Strings{"12", "112", "122", "1122"});
    machine.kernel.limits.network_duplication = 0;
    machine.kernel.limits.network_reordering = 1;
    CHECK(printed(explore::explore(machine, {})) == Strings{"12", "21"});
}

TEST_CASE("packets' fates are part of a schedule, which leads to its outcome again, and no preemptions") {
    engine::Machine machine = on_a_link(datagrams(2));
    machine.kernel.limits.network_loss = 1;
    machine.kernel.limits.network_reordering = 1;
    explore::Options options;
    options.most_preemptions = 0;
    const explore::Result result = explore::explore(machine, options);
    CHECK(printed(result) == Strings{"", "1", "2", "12", "21"});
    for (const explore::FoundOutcome& each : result.outcomes) {
        CHECK(engine::outcome(replayed(machine, each.schedule)) == each.outcome);
        if (each.outcome.standard_output.empty()) {
            const std::string text = engine::to_text(each.schedule);
            CAPTURE(text);
            CHECK(text.find(" lost ") != std::string::npos);
        }
    }
}

TEST_CASE("fates are chosen the same with and without reduction") {
    engine::Machine machine = on_a_link(datagrams(2));
    machine.kernel.limits.network_loss = machine.kernel.limits.network_duplication = 1;
    explore::Options all;
    all.reduces = false;
    CHECK(printed(explore::explore(machine, {})) == printed(explore::explore(machine, all)));
}

TEST_CASE(
    "whoever is woken by a packet may go on before one that was sent at the same time has come, with and "
    "without reduction") {
    // The parent counts what has come when it has taken the first datagram.
    const std::string text = R"(
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    struct sockaddr_in server = {AF_INET, htons(5000), {inet_addr("10.0.0.2")}, {0}};
    int in = socket(AF_INET, SOCK_DGRAM, 0), number, more = 0;
    bind(in, (struct sockaddr *)&server, sizeof server);
    if (fork() == 0) {
        int out = socket(AF_INET, SOCK_DGRAM, 0);
        for (int i = 1; i <= 2; i++)
            sendto(out, &i, sizeof i, 0, (struct sockaddr *)&server, sizeof server);
        _exit(0);
    }
    wait(NULL);
    recv(in, &number, sizeof number, 0);
    while (recv(in, &number, sizeof number, MSG_DONTWAIT) == sizeof number) more++;
    printf("%d", more);
    return 0;
}
)";
    const Strings both{"0", "1"};
    explore::Options all;
    all.reduces = false;
    CHECK(printed(explore::explore(on_a_link(text), {})) == both);
    CHECK(printed(explore::explore(on_a_link(text), all)) == both);
}

TEST_CASE(
    "a connection over the link comes to the same with and without reduction, and whenever it is used") {
    const std::string text = R"(
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    struct sockaddr_in server = {AF_INET, htons(5000), {inet_addr("10.0.0.2")}, {0}};
    int listening = socket(AF_INET, SOCK_STREAM, 0), number = 0;
    bind(listening, (struct sockaddr *)&server, sizeof server);
    listen(listening, 1);
    if (fork() == 0) {
        int out = socket(AF_INET, SOCK_STREAM, 0);
        connect(out, (struct sockaddr *)&server, sizeof server);
        for (int i = 1; i <= 2; i++) {
            write(out, &i, sizeof i);
            read(out, &number, sizeof number);
        }
        _exit(number);
    }
    int sock = accept(listening, NULL, NULL), status;
    while (read(sock, &number, sizeof number) == sizeof number) {
        number += 10;
        write(sock, &number, sizeof number);
    }
    wait(&status);
    printf("%d %d", number, WEXITSTATUS(status));
    return 0;
}
)";
    explore::Options all;
    all.reduces = false;
    const explore::Result reduced = explore::explore(on_a_link(text), {}),
                          full = explore::explore(on_a_link(text), all);
    CHECK(reduced.is_exhaustive);
    CHECK(full.is_exhaustive);
    CHECK(printed(reduced) == Strings{"12 12"});
    CHECK(printed(full) == printed(reduced));
    // Times are counted from now: when the client has begun is forgotten once its packets have come.
    CHECK(reduced.states < 1'000);
}
