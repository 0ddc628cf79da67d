#include "sim/session/fuzz_program.h"

#include <algorithm>
#include <array>

#include "kernel/random.h"

namespace ipclab::session {

namespace {

struct Rule {
    std::string_view mechanism;
    unsigned weight;  ///< 0: of the set-up
    std::string_view line;
};
constexpr Rule kRules[] = {
#define SETUP(mechanism, line) {mechanism, 0, line},
#define CALL(mechanism, weight, line) {mechanism, weight, line},
#include "sim/session/fuzz_grammar.def"
#undef SETUP
#undef CALL
};

constexpr std::string_view kPrologue = R"(#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static char bytes[1 << 17];
static struct { long type; char text[8200]; } message = {1, ""};
static int p[2] = {-1, -1}, q[2] = {-1, -1}, s[2] = {-1, -1};
static int fd = -1, mailbox = -1, set = -1, segment = -1, counter = -1, set_of_events = -1, number;
static int timer = -1, watcher = -1, watch = -1, listener = -1, master = -1, slave = -1;
static struct sockaddr_in inet;
static sem_t semaphore;
static pthread_t threads[8];
static int thread_count;
static char self[200];
static mqd_t queue = (mqd_t)-1;
static unsigned priority;
static uint64_t values[2] = {1};
#define value values[0]
static void *memory;
static struct stat status;
static pid_t child;

static void on_signal(int signal) { (void)signal; }

static void act(int signal, void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(signal, &action, NULL);
}

static void mask(int how, int signal) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, signal);
    sigprocmask(how, &signals, NULL);
}

/// The same program anew, with two of the descriptors that it inherits.
static void again(int one, int other) {
    char first[12], second[12];
    snprintf(first, sizeof first, "%d", one);
    snprintf(second, sizeof second, "%d", other);
    execl(self, self + 5, first, second, (char *)NULL);
}

static void inherited(char **numbers) {
    int one = atoi(numbers[1]), other = atoi(numbers[2]);
    fcntl(one, F_GETFD);
    fcntl(other, F_GETFL);
    write(other, bytes, 1);
    read(one, bytes, 100);
    close(other);
    read(one, bytes, 1);
    exit(9);
}

static void inet_to(int port) {
    memset(&inet, 0, sizeof inet);
    inet.sin_family = AF_INET;
    inet.sin_port = htons((unsigned short)port);
    inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static int udp_socket(int port) {
    int made = socket(AF_INET, SOCK_DGRAM, 0);
    inet_to(port);
    bind(made, (struct sockaddr *)&inet, sizeof inet);
    return made;
}

static void unix_connect(int from, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    connect(from, (struct sockaddr *)&address, sizeof address);
}

static int unix_listener(int type, int backlog) {
    struct sockaddr_un address = {AF_UNIX, "/tmp/listener"};
    int made = socket(AF_UNIX, type, 0);
    bind(made, (struct sockaddr *)&address, sizeof address);
    listen(made, backlog);
    return made;
}

static union { struct cmsghdr header; char room[CMSG_SPACE(sizeof(int))]; } control;
static struct msghdr with_control(struct iovec *one) {
    struct msghdr made;
    memset(&made, 0, sizeof made);
    memset(&control, 0, sizeof control);
    made.msg_iov = one;
    made.msg_iovlen = 1;
    made.msg_control = &control;
    made.msg_controllen = sizeof control;
    return made;
}

static void send_descriptor(int through, int which) {
    struct iovec one = {bytes, 1};
    struct msghdr header = with_control(&one);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &which, sizeof which);
    sendmsg(through, &header, 0);
}

static int receive_descriptor(int through, int flags) {
    struct iovec one = {bytes, 1};
    struct msghdr header = with_control(&one);
    int got = -1;
    if (recvmsg(through, &header, flags) >= 0 && control.header.cmsg_type == SCM_RIGHTS)
        memcpy(&got, CMSG_DATA(&control.header), sizeof got);
    return got;
}

/// A terminal that echoes nothing.
static void quiet(int terminal, int flags) {
    struct termios settings;
    memset(&settings, 0, sizeof settings);
    if (tcgetattr(terminal, &settings) != 0) return;
    settings.c_lflag = (tcflag_t)flags;
    settings.c_oflag = 0;
    tcsetattr(terminal, TCSANOW, &settings);
}

static void *in_thread(void *what) {
    uint64_t count = 1;
    char byte = 0;
    switch ((long)what) {
        case 0: read(p[0], &byte, 1); break;
        case 1: write(p[1], bytes, 65536); break;
        case 2: sem_wait(&semaphore); break;
        case 3: sem_post(&semaphore); break;
        case 4: read(counter, &count, sizeof count); break;
        case 5: close(p[1]); break;
        case 6: kill(getpid(), SIGUSR1); break;
        default: write(counter, &count, sizeof count); break;
    }
    return NULL;
}

static void start(long what) {
    if (thread_count < 8 && pthread_create(&threads[thread_count], NULL, in_thread, (void *)what) == 0)
        thread_count++;
}

static void join(void) {
    if (thread_count > 0) pthread_join(threads[--thread_count], NULL);
}

int main(int argc, char **argv) {
    snprintf(self, sizeof self, "/bin/%s", argv[0]);
    if (argc > 2) inherited(argv);
)";

class Writer {
  public:
    Writer(std::uint64_t seed, std::string_view mechanism) : random_(seed) {
        if (!mechanism.empty()) {
            chosen_.push_back(mechanism);
            return;
        }
        const auto all = fuzz_mechanisms();
        const std::size_t count = 1 + below(3);
        while (chosen_.size() < count) {
            const std::string_view one = all[below(all.size())];
            if (std::find(chosen_.begin(), chosen_.end(), one) == chosen_.end()) chosen_.push_back(one);
        }
    }

    FuzzProgram write() {
        FuzzProgram program;
        // Signals and waits for children go with everything.
        for (const Rule& rule : kRules)
            if (rule.weight == 0 && (is_chosen(rule) || (rule.mechanism == "signals" && below(3) == 0)))
                add(program.body, rule);
        fill(program.body, 4 + below(12), 0);
        return program;
    }

  private:
    std::size_t below(std::size_t bound) { return kernel::next_random(random_) % bound; }

    bool is_chosen(const Rule& rule) const {
        return std::find(chosen_.begin(), chosen_.end(), rule.mechanism) != chosen_.end();
    }

    unsigned weight_of(const Rule& rule) const {
        if (is_chosen(rule)) return 4 * rule.weight;
        return rule.mechanism == "signals" || rule.mechanism == "processes" ? rule.weight : 0;
    }

    void add(std::vector<FuzzNode>& body, const Rule& rule) {
        std::string line = expanded(rule.line);
        if (!line.empty()) body.push_back({std::move(line), {}});
    }

    void fill(std::vector<FuzzNode>& body, std::size_t count, int depth) {
        constexpr int kDeepest = 2;
        unsigned total = 0;
        for (const Rule& rule : kRules) total += weight_of(rule);
        for (std::size_t i = 0; i < count; ++i) {
            if (depth < kDeepest && below(depth == 0 ? 5 : 12) == 0) {
                body.emplace_back();
                fill(body.back().body, 2 + below(9), depth + 1);
                continue;
            }
            std::size_t at = below(total);
            for (const Rule& rule : kRules) {
                if (at < weight_of(rule)) {
                    add(body, rule);
                    break;
                }
                at -= weight_of(rule);
            }
        }
    }

    /// With one of the alternatives for each @(...).
    std::string expanded(std::string_view text) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '@' || i + 1 == text.size() || text[i + 1] != '(') {
                out += text[i];
                continue;
            }
            std::vector<std::string_view> alternatives;
            std::size_t begin = i + 2, at = begin;
            for (int depth = 1; depth > 0 && at < text.size(); ++at) {
                if (text[at] == '(') ++depth;
                if (text[at] == ')') --depth;
                if ((text[at] == '|' && depth == 1) || depth == 0) {
                    alternatives.push_back(text.substr(begin, at - begin));
                    begin = at + 1;
                }
            }
            out += expanded(alternatives[below(alternatives.size())]);
            i = at - 1;
        }
        return out;
    }

    std::uint64_t random_;
    std::vector<std::string_view> chosen_;
};

void append(std::string& out, const std::vector<FuzzNode>& body, std::size_t depth) {
    const std::string indent(4 * depth, ' ');
    for (const FuzzNode& node : body) {
        if (!node.line.empty()) {
            out += indent + node.line + "\n";
            continue;
        }
        out += indent + "if ((child = fork()) == 0) {\n";
        append(out, node.body, depth + 1);
        out += indent + "    _exit(" + std::to_string(depth) + ");\n" + indent + "}\n";
    }
}

std::size_t count(const std::vector<FuzzNode>& body) {
    std::size_t total = body.size();
    for (const FuzzNode& node : body) total += count(node.body);
    return total;
}

/// Whether it was there.
bool remove(std::vector<FuzzNode>& body, std::size_t& place) {
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (place == 0) {
            body.erase(body.begin() + static_cast<std::ptrdiff_t>(i));
            return true;
        }
        --place;
        if (remove(body[i].body, place)) return true;
    }
    return false;
}

}  // namespace

std::string FuzzProgram::text() const {
    std::string out(kPrologue);
    append(out, body, 1);
    // docs/LOCKSTEP.md: a stopped process whose last relative is gone would be told so by one of the kernels only.
    return out + "    while (wait(NULL) > 0 || errno == EINTR) {}\n    return 0;\n}\n";
}

std::size_t FuzzProgram::size() const {
    return count(body);
}

std::vector<std::string_view> fuzz_mechanisms() {
    std::vector<std::string_view> names;
    for (const Rule& rule : kRules)
        if (std::find(names.begin(), names.end(), rule.mechanism) == names.end())
            names.push_back(rule.mechanism);
    return names;
}

FuzzProgram random_program(std::uint64_t seed, std::string_view mechanism) {
    return Writer(seed, mechanism).write();
}

FuzzProgram without(const FuzzProgram& program, std::size_t place) {
    FuzzProgram smaller = program;
    remove(smaller.body, place);
    return smaller;
}

}  // namespace ipclab::session
