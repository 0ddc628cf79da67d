// Compiles a program and explores it, for tests.
#pragma once

#include <set>
#include <string>

#include "sim/explore/explore.h"

namespace ipclab::testing {

/// The machine that runs this C text, at its start. Standard output is a pipe.
engine::Machine machine_to_explore(const std::string& text, kernel::BootOptions boot = {});
enum class MemoryModel : std::uint8_t { sc, tso };
explore::Result explore_text(const std::string& text, bool reduces = true,
                             MemoryModel model = MemoryModel::sc);

/// `processes` children that each add 1 to a shared counter `times` times; prints it.
std::string lost_update(int processes, int times);
/// The machine after this schedule, which is written and read on the way.
engine::Machine replayed(const engine::Machine& initial, const engine::Stretches& schedule);

/// Two locks that two threads take in opposite orders; in one order where REPAIRED is defined as 1.
inline const std::string kCrossedLocks = R"(
#ifndef REPAIRED
#define REPAIRED 0
#endif
#include <pthread.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void *other(void *unused) {
    pthread_mutex_lock(REPAIRED ? &a : &b);
    pthread_mutex_lock(REPAIRED ? &b : &a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, other, NULL);
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    pthread_join(thread, NULL);
    return 0;
}
)";

/// A child that looks again and again whether its parent has set a flag.
inline const std::string kSpinning = R"(
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    atomic_int *flag = mmap(NULL, sizeof *flag, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        while (atomic_load(flag) == 0) {}
        _exit(0);
    }
    atomic_store(flag, 1);
    wait(NULL);
    puts("done");
    return 0;
}
)";

/// What the outcomes print, each followed by '/' and the exit status where that is not 0.
std::set<std::string> printed(const explore::Result& result);
/// The number of findings of a kind.
std::size_t count(const explore::Result& result, explore::FindingKind kind);
/// Everything that the findings of a kind say.
std::string told(const explore::Result& result, explore::FindingKind kind);

/// A program in two versions: REPAIRED is defined to 0 or 1 in front of it. In the repaired one nothing may be found, and
/// everything has to be looked at.
explore::Result broken(const std::string& text);
explore::Result repaired(const std::string& text);
/// Says what the text was where it does not contain the part.
bool contains(const std::string& text, const std::string& part);

}  // namespace ipclab::testing
