// What a program leaves behind: the same on both kernels, and told where it is not.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/session/lock_step.h"

using namespace ipclab;
using namespace ipclab::session;
using trace::LeftBehind;
using trace::LeftKind;
using trace::LeftObject;

namespace {

const std::string kHeaders = R"(#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
)";

/// What both kernels have left of the program; says so where that differs.
LeftBehind left_by_both(const std::string& statements) {
    const Written program(kHeaders + "int main(void) {\n" + statements + "\nreturn 0;\n}\n");
    const BothRuns both = lock_step(program.request, 1);
    CHECK(differences(both) == "");
    REQUIRE(both.real.result.left);
    CHECK(*both.real.result.left == both.simulated.left);
    return *both.real.result.left;
}

std::vector<LeftObject> those_of(const LeftBehind& left, LeftKind kind) {
    std::vector<LeftObject> objects;
    for (const LeftObject& object : left.objects)
        if (object.kind == kind) objects.push_back(object);
    return objects;
}

const LeftObject& named(const LeftBehind& left, std::string_view name) {
    const auto at = std::find_if(left.objects.begin(), left.objects.end(),
                                 [&](const LeftObject& object) { return object.name == name; });
    CAPTURE(std::string(name));
    REQUIRE(at != left.objects.end());
    return *at;
}

constexpr std::string_view kOneOfEach = R"(
    struct { long type; char text[100]; } message = {3, "hello"};
    int queue = msgget(77, IPC_CREAT | 0600);
    msgsnd(queue, &message, 5, 0);
    int set = semget(78, 3, IPC_CREAT | 0600);
    semctl(set, 1, SETVAL, 5);
    strcpy(shmat(shmget(79, 5000, IPC_CREAT | 0600), NULL, 0), "shared");
    struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 20};
    mq_send(mq_open("/mail", O_CREAT | O_RDWR, 0600, &attributes), "urgent", 6, 9);
    sem_open("/gate", O_CREAT, 0600, 4);
    pwrite(shm_open("/board", O_CREAT | O_RDWR, 0600), "chalk", 5, 8000);
    write(open("file", O_CREAT | O_RDWR, 0640), "text\n", 5);
    symlink("nowhere", "link");
    mkdir("directory", 0750);
    mkfifo("directory/fifo", 0640);
    struct sockaddr_un address = {AF_UNIX, "/tmp/socket"};
    bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address);
)";

}  // namespace

TEST_CASE(
    "queues that are left have their keys, modes, sizes and messages, the oldest or most urgent first") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    struct { long type; char text[100]; } message = {3, "hello"};
    int queue = msgget(77, IPC_CREAT | 0640);
    msgsnd(queue, &message, 5, 0);
    message.type = 9;
    msgsnd(queue, &message, 0, 0);
    msgget(IPC_PRIVATE, 0600);
    msgctl(msgget(78, IPC_CREAT | 0600), IPC_RMID, NULL);
    struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 20};
    mqd_t mail = mq_open("/mail", O_CREAT | O_RDWR, 0600, &attributes);
    mq_send(mail, "later", 5, 1);
    mq_send(mail, "urgent", 6, 9);
    mq_open("/gone", O_CREAT | O_RDWR, 0600, &attributes);
    mq_unlink("/gone");
)");
    const auto queues = those_of(left, LeftKind::message_queue);
    REQUIRE(queues.size() == 2);
    CHECK(queues[0] ==
          LeftObject{LeftKind::message_queue, "", {77, 0640, 16384, 2}, {{3, 5, "hello"}, {9, 0, ""}}});
    CHECK(queues[1] == LeftObject{LeftKind::message_queue, "", {0, 0600, 16384, 0}, {}});
    const auto mail = those_of(left, LeftKind::posix_queue);
    REQUIRE(mail.size() == 1);
    CHECK(mail[0] ==
          LeftObject{LeftKind::posix_queue, "/mail", {0600, 3, 20, 2}, {{9, 6, "urgent"}, {1, 5, "later"}}});
}

TEST_CASE("semaphores that are left have their values, as SEM_UNDO has set them at the end") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    int set = semget(78, 3, IPC_CREAT | 0600);
    struct sembuf up = {1, 5, 0}, undone = {2, 7, SEM_UNDO};
    semop(set, &up, 1);
    semop(set, &undone, 1);
    sem_wait(sem_open("/gate", O_CREAT, 0600, 4));
)");
    const auto sets = those_of(left, LeftKind::semaphore_set);
    REQUIRE(sets.size() == 1);
    CHECK(sets[0] == LeftObject{LeftKind::semaphore_set, "", {78, 0600, 3}, {{0}, {5}, {0}}});
    const LeftObject& gate = named(left, "/dev/shm/sem.gate");
    CHECK(gate.numbers == std::array<std::int64_t, 4>{0600, 1, 32, 0});
    CHECK(gate.parts[0].begin.substr(0, 4) == std::string("\3\0\0\0", 4));
}

TEST_CASE("segments and shared memory that are left have their bytes; a segment marked to go is gone") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    strcpy(shmat(shmget(79, 5000, IPC_CREAT | 0600), NULL, 0), "shared");
    int marked = shmget(80, 5000, IPC_CREAT | 0600);
    shmat(marked, NULL, 0);
    shmctl(marked, IPC_RMID, NULL);
    pwrite(shm_open("/board", O_CREAT | O_RDWR, 0600), "chalk", 5, 8000);
)");
    const auto segments = those_of(left, LeftKind::segment);
    REQUIRE(segments.size() == 1);
    CHECK(segments[0].numbers == std::array<std::int64_t, 4>{79, 0600, 5000, 0});
    CHECK(segments[0].parts[0].begin == "shared" + std::string(4994, '\0'));
    CHECK(named(left, "/dev/shm/board").parts[0].begin == std::string(8000, '\0') + "chalk");
}

TEST_CASE("files that are left have their types, modes, links, sizes and contents, readable or not") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    write(open("file", O_CREAT | O_RDWR, 0), "text\n", 5);
    link("file", "other");
    symlink("nowhere", "link");
    mkdir("directory", 0750);
    mkfifo("directory/fifo", 0640);
    chmod("directory", 0);
    struct sockaddr_un address = {AF_UNIX, "/tmp/socket"};
    bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address);
    address.sun_path[0] = 0;
    bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address);
    char invented[] = "/tmp/fileXXXXXX";
    mkstemp(invented);
    unlink("/tmp/none");
)");
    const std::string home = "/home/student/";
    CHECK(named(left, home + "file") ==
          LeftObject{LeftKind::regular_file, home + "file", {0, 2, 5}, {{0, 5, "text\n"}}});
    CHECK(named(left, home + "other") ==
          LeftObject{LeftKind::regular_file, home + "other", {0, 2, 5}, {{0, 5, "text\n"}}});
    CHECK(named(left, home + "link") ==
          LeftObject{LeftKind::symlink, home + "link", {0, 1, 7}, {{0, 7, "nowhere"}}});
    CHECK(named(left, home + "directory") == LeftObject{LeftKind::directory, home + "directory", {0, 1}, {}});
    CHECK(named(left, home + "directory/fifo") ==
          LeftObject{LeftKind::fifo, home + "directory/fifo", {0640, 1}, {}});
    CHECK(named(left, "/tmp/socket") == LeftObject{LeftKind::socket, "/tmp/socket", {0755, 1}, {}});
    CHECK(named(left, "/tmp/fileXXXXXX").numbers[0] == 0600);
    CHECK(named(left, "/tmp").numbers == std::array<std::int64_t, 4>{01777, 2, 0, 0});
}

TEST_CASE(
    "a file or directory that the program has named keeps its name, also where mkstemp() would have made it "
    "so") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    char file[] = "/tmp/my_XXXXXX", directory[] = "/tmp/in_XXXXXX";
    mkdir("/tmp/secret", 0700);
    open("/tmp/my_notes1", O_RDWR | O_CREAT | O_EXCL, 0600);
    mkstemp(file);
    mkdir(mkdtemp(directory), 0700);
    chdir(directory);
    mkdir("second", 0700);
    mkdtemp(strcpy(file, "d.XXXXXX"));
)");
    for (const char* name : {"/tmp/secret", "/tmp/my_notes1", "/tmp/my_XXXXXX", "/tmp/in_XXXXXX",
                             "/tmp/in_XXXXXX/second", "/tmp/in_XXXXXX/d.XXXXXX"})
        named(left, name);
}

TEST_CASE(
    "a child that nobody waited for, and one that outlives the first process, are left on both kernels") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    int ends[2], more[2];
    char byte;
    pipe(ends);
    pipe(more);
    if (fork() == 0) _exit(0);  // waited for
    wait(NULL);
    if (fork() == 0) { close(ends[0]); _exit(4); }  // not waited for
    if (fork() == 0) { close(more[1]); read(more[0], &byte, 1); _exit(5); }  // lives on
    close(ends[1]);
    close(more[0]);
    siginfo_t info;
    waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
)");
    const auto unwaited = those_of(left, LeftKind::unwaited), outliving = those_of(left, LeftKind::outliving);
    REQUIRE(unwaited.size() == 1);
    CHECK(unwaited[0].numbers == std::array<std::int64_t, 4>{4, 4 << 8, 0, 0});
    REQUIRE(outliving.size() == 1);
    CHECK(outliving[0].numbers[0] == 5);
}

TEST_CASE("children of a process that ignores SIGCHLD, or is a subreaper that waits, are no zombies") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    signal(SIGCHLD, SIG_IGN);
    if (fork() == 0) _exit(1);
    while (wait(NULL) > 0 || errno == EINTR) {}
    signal(SIGCHLD, SIG_DFL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (fork() == 0) {
        if (fork() == 0) pause();
        _exit(2);
    }
    wait(NULL);
    kill(0, SIGTERM);
)");
    CHECK(those_of(left, LeftKind::unwaited).empty());
}

// ---- Runs that do not end by themselves

TEST_CASE("at a deadlock every process is killed, and then what is left is the same on both kernels") {
    if (!is_possible()) return;
    const Written program(kHeaders + R"(int main(void) {
    struct { long type; char text[100]; } message = {3, "hello"};
    int queue = msgget(77, IPC_CREAT | 0600), full = msgget(78, IPC_CREAT | 0600), ends[2];
    msgsnd(queue, &message, 5, 0);
    strcpy(shmat(shmget(79, 5000, IPC_CREAT | 0600), NULL, 0), "shared");
    write(open("file", O_CREAT | O_RDWR, 0640), "text\n", 5);
    pipe(ends);
    if (fork() == 0) {
        while (msgsnd(full, &message, 100, 0) == 0) {}  // until it is full
        _exit(1);
    }
    if (fork() == 0) _exit(4);  // nobody waits for it
    if (fork() == 0) kill(getpid(), SIGSTOP);
    read(ends[0], &message, 1);
    return 0;
})");
    const BothRuns both = lock_step(program.request, 1);
    CHECK(both.simulated.end == RunEnd::stuck);
    CHECK(differences(both) == "");
    REQUIRE(both.real.result.left);
    const LeftBehind& left = *both.real.result.left;
    CHECK(left == both.simulated.left);
    const auto queues = those_of(left, LeftKind::message_queue);
    REQUIRE(queues.size() == 2);
    CHECK(queues[0].parts == std::vector<trace::LeftPart>{{3, 5, "hello"}});
    CHECK(queues[1].numbers[3] == 163);  // of 100 bytes in 16384
    REQUIRE(those_of(left, LeftKind::segment).size() == 1);
    CHECK(named(left, "/home/student/file").parts[0].begin == "text\n");
    const auto unwaited = those_of(left, LeftKind::unwaited);
    REQUIRE(unwaited.size() == 1);
    CHECK(unwaited[0].numbers[1] == 4 << 8);
    CHECK(those_of(left, LeftKind::outliving).empty());
    CHECK(std::ranges::count(both.remarks, "then every process was killed, one after the other, on both") ==
          1);
}

TEST_CASE(
    "the processes of a deadlock are killed one by one, the oldest first: SEM_UNDO gives the next what it "
    "waits for") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    int set = semget(78, 2, IPC_CREAT | 0600), ends[2];
    struct sembuf up = {0, 1, 0}, undone = {0, -1, SEM_UNDO}, taken = {0, -1, 0}, more = {1, 7, 0};
    char byte;
    pipe(ends);
    semop(set, &up, 1);
    semop(set, &undone, 1);
    if (fork() == 0) {
        semop(set, &taken, 1);  // comes to its end when the parent is killed
        semop(set, &more, 1);   // but nobody goes on any more
        _exit(1);
    }
    read(ends[0], &byte, 1);
)");
    const auto sets = those_of(left, LeftKind::semaphore_set);
    REQUIRE(sets.size() == 1);
    CHECK(sets[0].parts == std::vector<trace::LeftPart>{{0}, {0}});
}

TEST_CASE("where every process is stopped for ever, what is left is compared, too") {
    if (!is_possible()) return;
    const Written program(kHeaders + R"(int main(void) {
    msgget(77, IPC_CREAT | 0600);
    if (fork() == 0) pause();
    kill(0, SIGSTOP);
    return 0;
})");
    const BothRuns both = lock_step(program.request, 1);
    CHECK(both.simulated.end == RunEnd::stopped);
    CHECK(differences(both) == "");
    CHECK(those_of(*both.real.result.left, LeftKind::message_queue).size() == 1);
}

TEST_CASE("whatever differs in what is left is told, with the object and both values") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(std::string(kOneOfEach));
    CHECK(trace::left_differences(left, left).empty());
    std::set<LeftKind> kinds;
    for (std::size_t i = 0; i < left.objects.size(); ++i) {
        const LeftObject& object = left.objects[i];
        CAPTURE(static_cast<int>(object.kind));
        CAPTURE(object.name);
        kinds.insert(object.kind);
        LeftBehind other = left;
        other.objects.erase(other.objects.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(trace::left_differences(left, other).size() == 1);
        CHECK(trace::left_differences(other, left).size() == 1);
        for (std::size_t n = 0; n < object.numbers.size(); ++n) {
            if (object.numbers[n] == 0) continue;
            other = left;
            ++other.objects[i].numbers[n];
            CHECK_FALSE(trace::left_differences(left, other).empty());
        }
        for (std::size_t part = 0; part < object.parts.size(); ++part) {
            other = left;
            ++other.objects[i].parts[part].number;
            CHECK(trace::left_differences(left, other).size() == 1);
            if (object.parts[part].begin.empty()) continue;
            other = left;
            ++other.objects[i].parts[part].begin.back();
            CHECK(trace::left_differences(left, other).size() == 1);
        }
    }
    CHECK(kinds.size() == 9);
}

TEST_CASE("sentences of differences name objects by key or path, and what differs first") {
    const LeftObject queue{LeftKind::message_queue, "", {0x4d, 0600, 16384, 1}, {{3, 5, "hello"}}};
    LeftBehind left{{queue, {LeftKind::regular_file, "/tmp/a\nb", {0600, 1, 3}, {{0, 3, "abc"}}}}, false};
    LeftBehind right = left;
    right.objects[0].numbers[1] = 0640;
    right.objects[0].parts[0] = {4, 5, "hellO"};
    right.objects[1].parts[0].begin = "abd";
    right.objects.push_back({LeftKind::fifo, "/tmp/fifo", {0600, 1}, {}});
    CHECK(
        trace::left_differences(left, right) ==
        std::vector<std::string>{"System V message queue 0x4d: mode: simulated 0600, real 0640",
                                 "System V message queue 0x4d, message 0: type: simulated 3, real 4",
                                 "System V message queue 0x4d, message 0: byte 4: simulated 0x6f, real 0x4f",
                                 "file /tmp/a\\x0ab: byte 2: simulated 0x63, real 0x64",
                                 "FIFO /tmp/fifo: left by the real kernel only"});
}

TEST_CASE("a difference in what is left makes the runs differ, even where every call is the same") {
    if (!is_possible()) return;
    // An address: each kernel has its own.
    const std::string told = in_lock_step(kHeaders + R"(int main(void) {
    int board = shm_open("/board", O_CREAT | O_RDWR, 0600);
    ftruncate(board, 4096);
    void **shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, board, 0);
    *shared = shared;
    return 0;
})");
    CHECK(told.find("left behind, and differs: file /dev/shm/board: byte ") != std::string::npos);
}

TEST_CASE("a difference in what a deadlock leaves is told") {
    if (!is_possible()) return;
    const std::string told = in_lock_step(kHeaders + R"(int main(void) {
    int board = shm_open("/board", O_CREAT | O_RDWR, 0600);
    ftruncate(board, 4096);
    void **shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, board, 0);
    *shared = shared;
    pause();
    return 0;
})");
    CHECK(told.find("left behind, and differs: file /dev/shm/board: byte ") != std::string::npos);
}

TEST_CASE("of more than 64 objects of a kind, or names in a directory, only the number is compared") {
    if (!is_possible()) return;
    const LeftBehind left = left_by_both(R"(
    char name[300];
    for (int i = 0; i < 65; i++) {
        msgget(100 + i, IPC_CREAT | 0600);
        snprintf(name, sizeof name, "/tmp/%d\n", i);
        close(open(name, O_CREAT | O_RDWR, 0600));
    }
    for (int i = 0; i < 64; i++) semget(100 + i, 1, IPC_CREAT | 0600);
    for (int i = 0; i < 12; i++) {
        mkdir("inner", 0700);
        chdir("inner");
    }
    memset(name, 'n', 255);
    name[255] = 0;
    mkdir(name, 0700);
)");
    const auto many = those_of(left, LeftKind::too_many);
    REQUIRE(many.size() == 1);
    CHECK(many[0] == LeftObject{LeftKind::too_many, "System V message queues", {65}, {}});
    CHECK(those_of(left, LeftKind::semaphore_set).size() == 64);
    CHECK(named(left, "/tmp").numbers[1] == 65);
    CHECK(those_of(left, LeftKind::directory).size() == 3 + 8);  // of 13 below the working directory
}

TEST_CASE(
    "who of those that one signal kills dies first is chance, so that none of them counts as a zombie") {
    if (!is_possible()) return;
    for (std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8})
        CHECK(in_lock_step(kHeaders + R"(int main(void) {
    for (int i = 0; i < 3; i++)
        if (fork() == 0) pause();
    if (fork() == 0) kill(0, SIGKILL);
    pause();
    return 0;
})",
                           seed) == "");
}
