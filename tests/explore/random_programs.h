// Random programs for the explorer.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>

#include "kernel/random.h"

namespace ipclab::testing {

/// Makes small programs of a few actors that read and write shared and private variables, pipes and locks.
class RandomProgram {
  public:
    explicit RandomProgram(std::uint64_t seed) : state_(seed) {}

    std::string processes() {
        std::string text = R"(
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static int own[2];
int main(void) {
    volatile int *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int ends[2], t = 0;
    char c = 0;
    pipe(ends);
    if (fork() == 0) {
)" + actor(4) + "        _exit(own[0] & 3);\n    }\n" +
                           actor(3) +
                           R"(
    int status = 0;
    wait(&status);
    printf("%d %d %d %d %d %d", s[0], s[1], s[2], own[0], t, status >> 8);
    return 0;
}
)";
        return text;
    }

    std::string threads() {
        return R"(
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>
static int s[3], own[2];
static void *other(void *unused) {
    int t = 0;
)" + thread_actor(2) +
               R"(
    own[1] = t;
    return unused;
}
int main(void) {
    pthread_t thread;
    int t = 0;
    pthread_create(&thread, NULL, other, NULL);
)" + thread_actor(2) +
               R"(
    pthread_join(thread, NULL);
    printf("%d %d %d %d %d", s[0], s[1], s[2], t, own[1]);
    return 0;
}
)";
    }

    /// Processes that take and release semaphores and wait for each other in various ways.
    std::string semaphores() {
        static const char* const kWaits[] = {
            "    while (wait(NULL) > 0) {}\n",
            "    int first = wait(NULL);\n    wait(NULL);\n    t += first;\n",
            "    wait(NULL);\n    wait(&status);\n",
            "    waitpid(one, &status, 0);\n    wait(NULL);\n",
            "    t += waitpid(one, NULL, WNOHANG);\n    while (wait(NULL) > 0) {}\n",
        };
        return R"(
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
struct shared {
    sem_t a, b;
    int x, y;
};
int main(void) {
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int t = 0, status = 0;
    sem_init(&s->a, 1, 1);
    sem_init(&s->b, 1, )" +
               std::to_string(below(3)) + R"();
    int one = fork();
    if (one == 0) {
)" + semaphore_actor() +
               R"(        _exit(t & 3);
    }
    if (fork() == 0) {
)" + semaphore_actor() +
               R"(        _exit(4 | (t & 3));
    }
)" + kWaits[below(std::size(kWaits))] +
               R"(    printf("%d %d %d %d", s->x, s->y, t, status >> 8);
    return 0;
}
)";
    }

    /// Processes that write into a pipe and read from it until it ends.
    std::string pipes() {
        static const char* const kReads[] = {
            "    while (read(ends[0], &c, 1) == 1) t = t * 5 + c - 'a' + 1;\n    while (wait(NULL) > 0) {}\n",
            "    read(ends[0], text, 2);\n    close(ends[0]);\n    while (wait(&status) > 0) t += status;\n",
            "    wait(NULL);\n    t = (int)read(ends[0], text, 3);\n    wait(NULL);\n",
            "    wait(NULL);\n    wait(NULL);\n    t = (int)read(ends[0], text, 5);\n",
        };
        return R"(
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    volatile int *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char text[8] = "", c = 0;
    int ends[2], t = 0, status = 0;
    pipe(ends);
    for (int i = 0; i < 2; i++)
        if (fork() == 0) {
)" + std::string(below(2) == 0 ? "            close(ends[0]);\n" : "") +
               pipe_actor() + "            if (i == 1) {\n" + pipe_actor() + R"(            }
            _exit(t & 1);
        }
    close(ends[1]);
)" + kReads[below(std::size(kReads))] +
               R"(    printf("%s %d %d %d", text, t, s[0], status);
    return 0;
}
)";
    }

    /// The same with threads and mutexes.
    std::string mutexes() {
        return R"(
#include <pthread.h>
#include <stdio.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static int x, y;
static void *other(void *unused) {
    int t = 0;
)" + mutex_actor() +
               R"(    return unused;
}
int main(void) {
    pthread_t thread;
    int t = 0;
    pthread_create(&thread, NULL, other, NULL);
)" + mutex_actor() +
               R"(    pthread_join(thread, NULL);
    printf("%d %d %d", x, y, t);
    return 0;
}
)";
    }

    /// A thread that ends, is waited for, detached, asked whether it has ended, or left alone.
    std::string ends_of_threads() {
        static const char* const kStatements[] = {
            "x++;",
            "if (x == 0) y = 1;",
            "pthread_mutex_lock(&lock); y += 2; pthread_mutex_unlock(&lock);",
            "",
        };
        static const char* const kOfThread[] = {"", "", "pthread_detach(pthread_self());", "_exit(x);"};
        static const char* const kOfMain[] = {
            "t = pthread_join(thread, NULL);",
            "t = pthread_tryjoin_np(thread, NULL);",
            "if (pthread_tryjoin_np(thread, NULL) != 0) { y += 4; pthread_join(thread, NULL); }",
            "t = pthread_detach(thread);",
            "pthread_exit(NULL);",
            "",
        };
        const auto statement = [&] { return std::string(kStatements[below(std::size(kStatements))]); };
        return R"(
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int x, y, t;
static void tell(void) { char text[3] = {(char)('0' + x), (char)('0' + y), (char)('0' + t)}; write(1, text, 3); }
static void *run(void *unused) {
    )" + statement() +
               "\n    " + kOfThread[below(std::size(kOfThread))] + R"(
    return unused;
}
int main(void) {
    pthread_t thread;
    atexit(tell);
    pthread_create(&thread, NULL, run, NULL);
    )" + statement() +
               "\n    " + kOfMain[below(std::size(kOfMain))] + R"(
    return 0;
}
)";
    }

    /// Children that all run the same code, which their parent does not tell apart, or does so now and then.
    std::string twins(int count) {
        static const char* const kWaits[] = {
            "    while (wait(NULL) > 0) {}\n",
            "    wait(NULL);\n    t = s->x * 8 + s->slots[0];\n    while (wait(NULL) > 0) {}\n",
            "    s->x++;\n    wait(NULL);\n    while (wait(&status) > 0) t += status;\n",
            "    t = wait(NULL) == first;\n    while (wait(NULL) > 0) {}\n",
            "    read(ends[0], &c, 1);\n    t = c + s->y;\n    while (wait(NULL) > 0) {}\n",
            "    sem_post(&s->b);\n    while (wait(NULL) > 0) t += s->y;\n",
        };
        static const char* const kStatements[] = {
            "t = s->x; s->x = t + 1;",
            "s->y++;",
            "sem_wait(&s->a); t = s->y; s->y = t + 1; sem_post(&s->a);",
            "sem_wait(&s->b);",
            "sem_post(&s->b);",
            "t = atomic_fetch_add(&s->next, 1); s->slots[t % 3] = t + 1;",
            "write(ends[1], \"a\", 1);",
            "write(ends[1], s->x > 1 ? \"p\" : \"q\", 1);",
            "read(ends[0], &c, 1); t += c; s->slots[0] += c;",
            "if (s->x == 0) t = 5;",
            "own += t; s->y = own;",
            "if (s->slots[0] == 1) _exit(7);",
            "if (i == 1) s->x = 4;",
            "if (getpid() == 4) s->y = 3;",
            "if (atomic_load(&s->next) == 1) { volatile int *no = NULL; *no = 1; }",
        };
        std::string text = R"(
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
struct shared {
    sem_t a, b;
    int x, y, slots[3];
    atomic_int next;
};
static int own;
int main(void) {
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int ends[2], t = 0, status = 0, first = 0;
    char c = 0;
    pipe(ends);
    sem_init(&s->a, 1, 1);
    sem_init(&s->b, 1, )" + std::to_string(below(3)) +
                           ");\n    for (int i = 0; i < " + std::to_string(count) + "; i++) {\n" +
                           (below(3) == 0 ? "        s->x++;\n" : "") +
                           "        int child = fork();\n        if (child == 0) {\n";
        const std::uint64_t kinds = below(4) == 0 ? std::size(kStatements) : std::size(kStatements) - 3;
        for (int i = 0; i < 3; ++i) text += "            " + std::string(kStatements[below(kinds)]) + "\n";
        text += "            _exit(" + std::string(below(3) == 0 ? "t" : "0") +
                ");\n        }\n        if (first == 0) first = child;\n    }\n    close(ends[1]);\n" +
                kWaits[below(std::size(kWaits))] + R"(
    printf("%d %d %d %d %d %d", s->x, s->y, t, s->slots[0], s->slots[1], s->slots[2]);
    return 0;
}
)";
        return text;
    }

  private:
    std::string semaphore_actor() {
        std::string text;
        for (int i = 0; i < 3; ++i) {
            const std::string lock = below(2) == 0 ? "a" : "b", object = below(2) == 0 ? "x" : "y";
            switch (below(6)) {
                case 0:
                    text += "        sem_wait(&s->" + lock + "); t += s->" + object + "; sem_post(&s->" +
                            lock + ");\n";
                    break;
                case 1:
                    text += "        sem_wait(&s->" + lock + "); s->" + object + " = t + 1;\n";
                    break;
                case 2:
                    text += "        s->" + object + "++; sem_post(&s->" + lock + ");\n";
                    break;
                case 3:
                    text += "        if (sem_trywait(&s->" + lock + ") == 0) t++;\n";
                    break;
                case 4:
                    text +=
                        "        sem_wait(&s->a); sem_wait(&s->b); t += 2; sem_post(&s->b); "
                        "sem_post(&s->a);\n";
                    break;
                default:
                    text += "        sem_wait(&s->" + lock + "); sem_post(&s->" + lock + ");\n";
            }
        }
        return text;
    }
    std::string pipe_actor() {
        std::string text;
        for (int i = 0; i < 2; ++i) switch (below(6)) {
                case 0:
                case 1:
                    text += "            write(ends[1], \"" +
                            std::string(1 + below(2), static_cast<char>('a' + below(3))) + "\", " +
                            std::to_string(1 + below(1)) + ");\n";
                    break;
                case 2:
                    text += "            t = s[0]; s[0] = t + 1;\n";
                    break;
                case 3:
                    text += "            if (s[0] > 0) write(ends[1], \"x\", 1);\n";
                    break;
                case 4:
                    text += "            s[0]++; close(ends[1]);\n";
                    break;
                default:
                    text += "            s[0] += 2;\n";
            }
        return text;
    }
    std::string mutex_actor() {
        std::string text;
        for (int i = 0; i < 2; ++i) {
            const std::string lock = below(2) == 0 ? "a" : "b", object = below(2) == 0 ? "x" : "y";
            switch (below(4)) {
                case 0:
                    text += "    pthread_mutex_lock(&" + lock + "); t += " + object +
                            "++; pthread_mutex_unlock(&" + lock + ");\n";
                    break;
                case 1:
                    text += "    if (pthread_mutex_trylock(&" + lock +
                            ") == 0) { t += 4; pthread_mutex_unlock(&" + lock + "); }\n";
                    break;
                case 2:
                    text +=
                        "    pthread_mutex_lock(&a); pthread_mutex_lock(&b); x++; pthread_mutex_unlock(&b); "
                        "pthread_mutex_unlock(&a);\n";
                    break;
                default:
                    text += "    " + object + " = t + 1;\n";
            }
        }
        return text;
    }

    std::uint64_t below(std::uint64_t count) { return kernel::next_random(state_) % count; }
    std::string place() { return "s[" + std::to_string(below(3)) + "]"; }

    std::string actor(int statements) {
        std::string text;
        for (int i = 0; i < statements; ++i) text += "        " + statement() + "\n";
        return text;
    }
    std::string statement() {
        switch (below(9)) {
            case 0:
                return "t = " + place() + ";";
            case 1:
                return place() + " = t + " + std::to_string(1 + below(3)) + ";";
            case 2:
                return "own[0] += " + place() + ";";
            case 3:
                return "own[1]++; t += own[1];";
            case 4:
                return "atomic_fetch_add((atomic_int *)&" + place() + ", 1);";
            case 5:
                return "write(ends[1], \"" + std::string(1, static_cast<char>('a' + below(3))) + "\", 1);";
            case 6:
                return "if (" + place() + " > 0) write(ends[1], \"x\", 1);";
            case 7:
                return "if (t > 1) { read(ends[0], &c, 1); t += c; }";
            default:
                return "for (int i = 0; i < 2 && " + place() + " == 0; i++) own[0]++;";
        }
    }
    std::string thread_actor(int statements) {
        std::string text;
        for (int i = 0; i < statements; ++i) {
            switch (below(4)) {
                case 0:
                    text += "    t = " + place() + ";\n";
                    break;
                case 1:
                    text += "    " + place() + " = t + 1;\n";
                    break;
                case 2:
                    text += "    atomic_fetch_add((atomic_int *)&" + place() + ", 2);\n";
                    break;
                default:
                    text += "    own[0] += 1; t += own[0];\n";
            }
        }
        return text;
    }

    std::uint64_t state_;
};

}  // namespace ipclab::testing
