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
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char bytes[1 << 17];
static struct { long type; char text[8200]; } message = {1, ""};
static int p[2] = {-1, -1}, q[2] = {-1, -1}, s[2] = {-1, -1};
static int fd = -1, mailbox = -1, set = -1, segment = -1, counter = -1, set_of_events = -1, number;
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

int main(void) {
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
