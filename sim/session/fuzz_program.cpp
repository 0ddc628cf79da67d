#include "sim/session/fuzz_program.h"

#include <algorithm>
#include <cctype>
#include <iterator>

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
#define HELPER(name, text)
#include "sim/session/fuzz_grammar.def"
#undef SETUP
#undef CALL
#undef HELPER
};

struct Helper {
    std::string_view name, text;
};
constexpr Helper kHelpers[] = {
#define SETUP(mechanism, line)
#define CALL(mechanism, weight, line)
#define HELPER(name, text) {name, text},
#include "sim/session/fuzz_grammar.def"
#undef SETUP
#undef CALL
#undef HELPER
};

constexpr std::string_view kHeaders = R"(#define _GNU_SOURCE
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
        // docs/LOCKSTEP.md: what signals from outside do to a process of several threads that is traced.
        const bool has_threads = std::find(chosen_.begin(), chosen_.end(), "threads") != chosen_.end();
        const auto has = [&](std::string_view text) { return line.find(text) != std::string::npos; };
        if (has_threads && (has("SIGSTOP") || has(": 0, SIG") || has("kill(0, "))) return;
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

bool mentions(std::string_view text, std::string_view name) {
    const auto is_word = [&](std::size_t at) {
        return at < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
    };
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1))
        if (!is_word(at - 1) && !is_word(at + name.size())) return true;
    return false;
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
    std::string statements;
    append(statements, body, 1);
    const bool executes = mentions(statements, "again");
    if (executes) statements = "    if (argc > 2) inherited(argv);\n" + statements;
    // docs/LOCKSTEP.md: a stopped process whose last relative is gone would be told so by one of the kernels only.
    std::string text = std::string("\nint main(") + (executes ? "int argc, char **argv" : "void") + ") {\n" +
                       statements + "    while (wait(NULL) > 0 || errno == EINTR) {}\n    return 0;\n}\n";
    for (auto helper = std::rbegin(kHelpers); helper != std::rend(kHelpers); ++helper)
        if (mentions(text, helper->name)) text = std::string(helper->text) + "\n" + text;
    return std::string(kHeaders) + "\n" + text;
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
